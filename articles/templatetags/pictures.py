"""`{% picture article.picture layout="card" alt="" %}`: a picture in every size, or as it is."""

from django import template
from django.db.models.fields.files import ImageFieldFile
from django.utils.safestring import SafeString

from ..library.shown import show_file

register = template.Library()


@register.simple_tag
def picture(
    file: ImageFieldFile,
    alt: str = "",
    layout: str = "body",
    sizes: str = "",
    eager: bool = False,
    decorative: bool = False,
    **attributes: str,
) -> SafeString:
    """The picture of an ImageField, of any model, with width and height and in modern formats.

    `layout` is one of `shown.LAYOUTS`; `sizes` says how wide it is where that is not as usual.
    `eager` is for the one picture that a reader sees first: it is fetched before others, not when
    it comes near. `decorative` is for one that says nothing which does not stand beside it: its
    words are left out. What else is given (`class`, `id`) stands on the `<img>`. No query where
    the row was fetched with its object (`library.models.row_of`), else one.
    """
    when = {"fetchpriority": "high"} if eager else {"loading": "lazy"}
    return show_file(
        file,
        alt=None if decorative else alt,
        layout=layout,
        sizes=sizes,
        **when,
        decoding="async",
        **attributes,
    )
