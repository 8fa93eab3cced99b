"""What has changed between two versions of an article's words, in prose."""

import re
from dataclasses import dataclass
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from lxml.html.diff import htmldiff

from ..fields import ALLOWED_ATTRIBUTES, ALLOWED_SCHEMES, ALLOWED_TAGS
from .revisions import WORDS

# Comparing takes longer than the texts are long. Past this many characters of both, a text of some
# 50,000 words, they are shown one after the other.
COMPARED_AT_MOST = 600_000

_BEGINS = re.compile(r"<(ins|del)>")
_EMPTY = re.compile(r"<(ins|del)>\s*</\1>")
_SAID = {
    "ins": '<ins><span class="visually-hidden">added: </span>',
    "del": '<del><span class="visually-hidden">removed: </span>',
}


@dataclass(frozen=True)
class Change:
    """Of one part of an article: its name, and the text with `<ins>` and `<del>`."""

    name: str
    html: SafeString
    only_its_form: bool = False  # the same words, with other headings, links or lists


def between(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The parts of which the words differ, by the names of `revisions.WORDS`, in their order."""
    changes = []
    for name, label in WORDS.items():
        old, new = before[name], after[name]
        if name == "topics":
            old, new = ", ".join(sorted(old)), ", ".join(sorted(new))
        if old == new:
            continue
        html = name == "body"
        marked = _marked(old, new, html=html)
        only_its_form = "<ins>" not in marked and "<del>" not in marked
        changes.append(Change(label.capitalize(), marked, only_its_form))
    return changes


def _marked(old: str, new: str, *, html: bool) -> SafeString:
    if not html:
        old, new = _paragraph(old), _paragraph(new)
    if len(old) + len(new) > COMPARED_AT_MOST:
        marked = f"<del>{old}</del><ins>{new}</ins>"
    else:
        marked = htmldiff(old, new)
    shown = _EMPTY.sub("", clean(marked))
    # Told by more than colour and a line: a screen reader says it.
    return mark_safe(_BEGINS.sub(lambda match: _SAID[match[1]], shown))


def clean(html: str) -> SafeString:
    """A body, or what two of them became, as it may stand on a page of the writing room."""
    return mark_safe(
        nh3.clean(
            html,
            tags=ALLOWED_TAGS | {"ins", "del"},
            attributes=ALLOWED_ATTRIBUTES,
            url_schemes=ALLOWED_SCHEMES,
        )
    )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""
