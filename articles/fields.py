"""The body of an article: what the editor offers is what the sanitiser lets through."""

import re

import nh3
from django.conf import settings
from django.urls import reverse_lazy
from django_prose_editor.fields import ProseEditorField

# The editor's parts: its library's own, and ours out of static/js/writing/extensions.js.
EDITOR_EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Subscript": True,
    "Superscript": True,
    "HardBreak": True,
    "HorizontalRule": True,
    "Link": {"articles": reverse_lazy("admin:articles_article_titles")},
    "Caption": True,
    "Quote": True,
    "QuoteText": True,
    "Callout": True,
    "SeeSomeone": True,
    "SeeSomeoneTitle": True,
    "Picture": True,
    "Upload": {"url": reverse_lazy("admin:articles_article_upload")},
    "Video": True,
    "PastedVideo": True,
    "CleanPaste": True,
    "Toolbar": True,
    "Placeholder": {"placeholder": "Write here, or paste from Word or Google Docs."},
    "Menu": False,  # ours is the toolbar
    "NoSpellCheck": False,  # a coach wants hers
}

# The one list of what an article may hold. Imported bodies pass through it as written ones do.
ALLOWED_TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "cite",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "section",
    "strong",
    "sub",
    "sup",
    "ul",
}
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "figure": {"class"},
    "p": {"class"},
    "section": {"class"},
}
# A quotation with its source, a film, and the two boxes. A tinted paragraph is how the box was
# kept before it could hold more than one.
ALLOWED_CLASSES = {
    "figure": {"quote"},
    "p": {"callout", "video"},
    "section": {"callout", "see-someone"},
}
ALLOWED_SCHEMES = {"http", "https", "mailto"}


def no_rules_of_its_own(extension: object, allowed: dict) -> None:
    """What one of our extensions adds to the lists that the editor's library would draw up.

    Nothing: the list is the one above, whichever extension is on.
    """


# A picture's path below MEDIA_URL; without dots that lead out of it.
_OWN_PICTURE = re.compile(r"[\w-][\w./-]*")


def _is_own_picture(address: str) -> bool:
    path = address.removeprefix(settings.MEDIA_URL)
    return path != address and ".." not in path and bool(_OWN_PICTURE.fullmatch(path))


def _has_allowed_scheme(address: str) -> bool:
    # nh3 takes for a relative address what is no proper scheme, such as "\u2028javascript:".
    before, colon, _ = re.split(r"[/?#]", address, maxsplit=1)[0].partition(":")
    return not colon or before.strip().lower() in ALLOWED_SCHEMES


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src") and not _is_own_picture(value):
        return None
    if (tag, attribute) == ("a", "href") and not _has_allowed_scheme(value):
        return None
    if attribute == "title" and not value:
        return None
    if attribute == "class" and value not in ALLOWED_CLASSES.get(tag, ()):
        return None
    return value


def sanitise(html: str) -> str:
    """The body with everything taken out that could run, track or shout.

    Pictures are kept only from this site's own media: one that stands elsewhere would tell a
    third party who reads about their knees.
    """
    return nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener noreferrer",
    )


class BodyField(ProseEditorField):
    """Rich text written in the admin, sanitised on every save, whoever saves it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"extensions": EDITOR_EXTENSIONS, "sanitize": sanitise, **kwargs})

    def pre_save(self, instance, add):
        html = sanitise(super().pre_save(instance, add))
        setattr(instance, self.attname, html)
        return html

    def get_db_prep_save(self, value, connection):
        # `update()` asks no pre_save.
        clean = sanitise(value) if isinstance(value, str) else value
        return super().get_db_prep_save(clean, connection)
