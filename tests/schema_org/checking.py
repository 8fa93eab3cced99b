"""Structured data by its schema: Schema.org's own words, and what Google asks for.

`vocabulary.json` is an excerpt of Schema.org, which says in it where it is from and its licence.
"""

import json
import re
from pathlib import Path
from typing import Any

TYPES = json.loads((Path(__file__).parent / "vocabulary.json").read_text())["types"]

# What Google needs for a page to be shown as more than a link. Developers.google.com,
# /search/docs/appearance/structured-data/: breadcrumb, discussion-forum, qapage; "article" has
# none that it requires, so those it recommends first.
GOOGLE_NEEDS = {
    "BreadcrumbList": {"itemListElement"},
    "BlogPosting": {"headline", "author"},
    "DiscussionForumPosting": {"author", "datePublished", "text"},
    "Comment": {"author", "datePublished", "text"},
    "QAPage": {"mainEntity"},
    "Question": {"name", "answerCount"},
    "Answer": {"text"},
    "Person": {"name"},
    "WebSite": {"name", "url"},
}
# Schema.org's data types, by what JSON has for them.
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_ADDRESS = re.compile(r"https?://[^\s]+")


def faults(thing: Any, where: str = "") -> list[str]:
    """What is wrong with one thing and all within it; none for a good one."""
    if not isinstance(thing, dict):
        return [f"{where}: no thing at all"]
    if thing.keys() == {"@id"}:
        return [] if _ADDRESS.fullmatch(thing["@id"]) else [f"{where}: no address in @id"]
    kind = thing.get("@type")
    if kind not in TYPES:
        return [f"{where}: there is no type {kind}"]
    where = f"{where}/{kind}"
    known = properties(kind)
    found = []
    for name, value in thing.items():
        if name in ("@type", "@context", "@id"):
            continue
        if name.endswith("-input") and "SearchAction" in ancestors(kind):
            continue  # https://schema.org/docs/actions.html, "Part 4"
        if name not in known:
            found.append(f"{where} has no property {name}")
            continue
        for one in value if isinstance(value, list) else [value]:
            found += _of_range(one, known[name], f"{where}.{name}")
    # A summary names a thing that stands elsewhere whole.
    if not where.count("/hasPart") and "@id" not in (thing if len(thing) <= 4 else {}):
        missing = GOOGLE_NEEDS.get(kind, set()) - thing.keys()
        found += [f"{where}: Google needs {name}" for name in sorted(missing)]
    if kind == "BreadcrumbList" and "itemListElement" in thing:
        found += _breadcrumbs(thing, where)
    if kind == "Question" and not thing.keys() & {"acceptedAnswer", "suggestedAnswer"}:
        found.append(f"{where}: Google needs an answer")
    return found


def ancestors(kind: str) -> set[str]:
    """A type and all those it is a kind of."""
    return {kind}.union(*(ancestors(parent) for parent in TYPES[kind]["parents"]))


def properties(kind: str) -> dict[str, list[str]]:
    """The properties of a type and what each may hold."""
    return {
        name: held for one in ancestors(kind) for name, held in TYPES[one]["properties"].items()
    }


def _of_range(value: Any, may_be: list[str], where: str) -> list[str]:
    if isinstance(value, dict):
        found = faults(value, where)
        kind = value.get("@type")
        if kind in TYPES and not ancestors(kind) & set(may_be):
            found.append(f"{where} holds no {kind}")
        return found
    fits = {
        "Text": isinstance(value, str) and bool(value),
        "URL": isinstance(value, str) and bool(_ADDRESS.fullmatch(value)),
        "Date": isinstance(value, str) and bool(_DATE.fullmatch(value)),
        "DateTime": isinstance(value, str) and bool(_MOMENT.fullmatch(value)),
        "Integer": isinstance(value, int) and not isinstance(value, bool),
        "Number": isinstance(value, int | float) and not isinstance(value, bool),
        "Boolean": isinstance(value, bool),
    }
    # By its address, a thing may be named anywhere.
    if any(fits.get(kind) for kind in may_be):
        return []
    things = [kind for kind in may_be if kind not in fits]
    if things and fits["URL"]:
        return []
    return [f"{where} may not be {value!r}"]


def _breadcrumbs(thing: dict[str, Any], where: str) -> list[str]:
    steps = thing["itemListElement"]
    found = []
    if [step.get("position") for step in steps] != list(range(1, len(steps) + 1)):
        found.append(f"{where}: not counted 1, 2, 3")
    if len(steps) < 2 or not all(step.get("name") and step.get("item") for step in steps):
        found.append(f"{where}: Google needs two steps or more, each with a name and an item")
    return found
