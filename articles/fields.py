"""The body of an article: what the editor offers is what the sanitiser lets through."""

import nh3
from django_prose_editor.fields import ProseEditorField

# The editor's buttons. "callout" is the tinted box for "when to see someone".
EDITOR_EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Link": True,
    "HardBreak": True,
    "HorizontalRule": True,
    "Figure": True,
    "Caption": True,
    "NodeClass": {"cssClasses": {"paragraph": ["callout"]}},
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
    "strong",
    "sub",
    "sup",
    "ul",
}
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "p": {"class"},
}
ALLOWED_SCHEMES = {"http", "https", "mailto"}


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src") and not value.startswith("/media/"):
        return None
    if (tag, attribute) == ("p", "class") and value != "callout":
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
        super().__init__(
            *args, **{"extensions": EDITOR_EXTENSIONS, "sanitize": sanitise, **kwargs}
        )

    def pre_save(self, instance, add):
        html = sanitise(super().pre_save(instance, add))
        setattr(instance, self.attname, html)
        return html
