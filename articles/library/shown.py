"""The HTML that shows a picture: in the format and the size that a reader's browser likes best.

Until the worker has made its files, and for what has no row, it is the stored file itself.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile, ImageFieldFile
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .models import Picture
from .renditions import TYPES, Rendition


class Layout(NamedTuple):
    """Where a picture stands: the shape it is cut to, and how wide it is there."""

    crop: str
    sizes: str


# By components.css: `.wrap` leaves 1.25rem on each side and ends at 70rem; `.cards` has as many
# columns of 19rem as fit; beside `.columns` stands 16rem from 64rem on.
_COLUMN = (
    "(min-width: 72.5rem) 816px, (min-width: 64rem) calc(100vw - 21.5rem), calc(100vw - 2.5rem)"
)
LAYOUTS = {
    "card": Layout(
        "card",
        "(min-width: 72.5rem) 357px, (min-width: 62.5rem) calc(33.3vw - 1.85rem), "
        "(min-width: 42rem) calc(50vw - 2rem), calc(100vw - 2.5rem)",
    ),
    "hero": Layout("whole", _COLUMN),
    "body": Layout("whole", _COLUMN),
    "thumbnail": Layout("card", "10rem"),
    "cover": Layout("whole", "8rem"),
}
# What a browser that knows no `srcset` is given.
FALLBACK_WIDTH = 720


def row_of_file(file: FieldFile) -> Picture | None:
    """The row behind a file; no query where a prefetch has brought it (`models.row_of`)."""
    if not file:
        return None
    brought = file.instance._state.fields_cache
    name = f"{file.field.name}_row"
    if name in brought:
        row = brought[name]
        return row if row is not None and row.name == file.name else None
    brought[name] = Picture.objects.filter(name=file.name).first()
    return brought[name]


def show_file(
    file: ImageFieldFile, *, alt: str | None, layout: str, sizes: str = "", **attributes: str
) -> SafeString:
    """The picture of an ImageField. "" where it has none."""
    if not file:
        return mark_safe("")
    row = row_of_file(file)
    if row is None:
        size = _size_of(file)
        return mark_safe(
            f"<img{flatatt({'src': file.url, 'alt': alt or '', **size, **attributes})}>"
        )
    return show(row, alt=alt, layout=layout, sizes=sizes, **attributes)


def show(
    row: Picture, *, alt: str | None, layout: str, sizes: str = "", **attributes: str
) -> SafeString:
    """A picture in a layout, as `<picture>`. Its own words stand where none are given; with None it
    is decoration, and says nothing. No query."""
    crop, usual = LAYOUTS[layout]
    classes = f"{attributes.pop('class', '')} {focus_classes(row)}".strip()
    attributes = {
        "alt": "" if alt is None else alt or row.alt,
        **({"class": classes} if classes else {}),
        **attributes,
    }
    plain = row.made(crop, "png" if row.see_through else "jpg")
    if not plain:
        size = {"width": str(row.width), "height": str(row.height)}
        return mark_safe(f"<img{flatatt({'src': row.address, **size, **attributes})}>")
    fits = sizes or usual
    sources = [
        format_html('<source type="{}" srcset="{}" sizes="{}">', TYPES[format], _srcset(made), fits)
        for format in ("avif", "webp")
        if (made := row.made(crop, format))
    ]
    fallback = min(plain, key=lambda made: abs(made.width - FALLBACK_WIDTH))
    image = {
        "src": address_of(fallback),
        "srcset": _srcset(plain),
        "sizes": fits,
        # Of the largest: the shape is what counts, and CSS knows the size.
        "width": str(plain[-1].width),
        "height": str(plain[-1].height),
        **attributes,
    }
    return mark_safe(f"<picture>{''.join(sources)}<img{flatatt(image)}></picture>")


def show_in_body(row: Picture, attributes: Mapping[str, str | None]) -> SafeString:
    """A picture within a text, with what the text says of it but its address and size."""
    kept = {
        name: value or ""
        for name, value in attributes.items()
        if name not in ("src", "alt", "width", "height", "loading", "decoding")
    }
    return show(
        row,
        alt=attributes.get("alt") or "",
        layout="body",
        loading="lazy",
        decoding="async",
        **kept,
    )


def thumbnail(file: FieldFile | Picture) -> SafeString:
    """A small one for a list of the writing room."""
    row = file if isinstance(file, Picture) else row_of_file(file)
    made = row.made("card", "webp") if row else []
    if made:
        address = address_of(made[0])
    else:
        address = file.address if isinstance(file, Picture) else file.url
    return format_html(
        '<img class="thumbnail{}" src="{}" alt="" width="96" height="54" loading="lazy">',
        f" {classes}" if row and (classes := focus_classes(row)) else "",
        address,
    )


def focus_classes(row: Picture) -> str:
    """The names by which components.css keeps the focal point in view where a layout cuts more
    off, in tenths of the picture; none for the middle."""
    x, y = round(row.focal_x * 10), round(row.focal_y * 10)
    return " ".join(f"{axis}{tenths}" for axis, tenths in (("fx", x), ("fy", y)) if tenths != 5)


def address_of(rendition: Rendition) -> str:
    return default_storage.url(rendition.name)


def _srcset(made: list[Rendition]) -> str:
    return ", ".join(f"{address_of(one)} {one.width}w" for one in made)


def _size_of(file: ImageFieldFile) -> dict[str, str]:
    """Width and height from the columns that keep them; without those, none: no file is opened."""
    fields = [getattr(file.field, name, None) or "" for name in ("width_field", "height_field")]
    width, height = (getattr(file.instance, field, None) for field in fields)
    return {"width": str(width), "height": str(height)} if width and height else {}
