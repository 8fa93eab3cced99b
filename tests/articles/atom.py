"""Whether a feed is what RFC 4287 says an Atom feed is, as far as ours go."""

import re
from collections import Counter
from datetime import datetime
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
# Children by how often each may be there: RFC 4287, 4.1.1 (feed) and 4.1.2 (entry).
_ONCE = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "rights": (0, 1)}
_FEED = {**_ONCE, "subtitle": (0, 1), "generator": (0, 1), "icon": (0, 1), "logo": (0, 1)}
_ENTRY = {**_ONCE, "summary": (0, 1), "content": (0, 1), "published": (0, 1), "source": (0, 1)}
_ANY = {"author", "category", "contributor", "link"}
# RFC 3339, as RFC 4287, 3.3, narrows it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# RFC 3986: an absolute IRI has a scheme.
_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def faults(text: bytes) -> list[str]:
    """What breaks the RFC; none for a good feed."""
    feed = ElementTree.fromstring(text)
    if feed.tag != f"{ATOM}feed":
        return [f"the root is {feed.tag}"]
    entries = feed.findall(f"{ATOM}entry")
    found = [*_counted(feed, _FEED, {*_ANY, "entry"})]
    for entry in entries:
        found += _counted(entry, _ENTRY, _ANY)
        if entry.find(f"{ATOM}content") is None and not _alternates(entry):
            found.append("an entry without content or an alternate link (4.1.2)")
        if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
            found.append("an entry that nobody wrote (4.1.2)")
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    if len(ids) != len(set(ids)):
        found.append("two things with one id (4.1.1)")
    selves = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(selves) != 1 or len(_alternates(feed)) != 1:
        found.append("no link to itself or to its page (4.1.1)")
    if not feed.get(f"{XML}lang"):
        found.append("no language")
    for element in feed.iter():
        found += _of_one(element)
    return found


def _counted(parent, limits, any_number):
    names = Counter(child.tag.removeprefix(ATOM) for child in parent)
    for name in names.keys() - limits.keys() - any_number:
        yield f"<{name}> has no place in {parent.tag}"
    for name, (least, most) in limits.items():
        if not least <= names[name] <= most:
            yield f"{names[name]} of <{name}>"


def _alternates(parent):
    return [x for x in parent.findall(f"{ATOM}link") if x.get("rel", "alternate") == "alternate"]


def _of_one(element):
    name = element.tag.removeprefix(ATOM)
    text = element.text or ""
    if name in ("updated", "published"):
        if not _MOMENT.fullmatch(text):
            yield f"<{name}> is no moment: {text}"
        else:
            datetime.fromisoformat(text)
    if name in ("id", "uri") and not _IRI.fullmatch(text):
        yield f"<{name}> is no IRI: {text}"
    if name == "link" and not _IRI.fullmatch(element.get("href") or ""):
        yield f"a link to {element.get('href')}"
    if name == "category" and element.get("term") is None:
        yield "a category without a term"
    if name == "author" and not (element.findtext(f"{ATOM}name") or "").strip():
        yield "an author without a name"
    if name in ("title", "summary", "subtitle", "content", "rights"):
        if element.get("type", "text") not in ("text", "html"):
            yield f"<{name}> of type {element.get('type')}"
        if len(element):
            yield f"<{name}> with elements in it"
