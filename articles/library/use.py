"""Where pictures are used. Whoever keeps pictures registers the field that names them:

    use.register("articles.Book", "cover", words="title")   # an ImageField
    use.register("articles.Revision", "body")               # HTML, or JSON that holds some

A picture that no registered field names is tidied away after a while, so whatever may still be
shown, or brought back, has to be here.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import NoReverseMatch, reverse

_IN_TEXT = re.compile(re.escape(settings.MEDIA_URL) + r"([\w-][\w./-]*)")


@dataclass(frozen=True)
class Source:
    """A field that names pictures: a FileField by its value, another within its text."""

    model: str
    field: str
    words: str = ""  # the field that says what the picture shows
    is_past: bool = False  # keeps what stood somewhere before; no page shows it now

    def objects(self) -> models.QuerySet:
        return apps.get_model(self.model)._base_manager.all()

    @property
    def is_text(self) -> bool:
        field = apps.get_model(self.model)._meta.get_field(self.field)
        return not isinstance(field, models.FileField)

    def found(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row's key with the pictures that it names and the words given for them. One query,
        read in pieces."""
        fields = ["pk", self.field, *([self.words] if self.words else [])]
        rows = self.objects()
        if not self.is_text:
            rows = rows.exclude(**{self.field: ""})
        elif isinstance(rows.model._meta.get_field(self.field), models.TextField):
            rows = rows.filter(**{f"{self.field}__contains": settings.MEDIA_URL})
        for pk, value, *words in rows.values_list(*fields).iterator():
            if self.is_text:
                yield pk, named_in(value if isinstance(value, str) else json.dumps(value))
            elif value:
                yield pk, {value: words[0] if words else ""}


_sources = [
    Source("articles.Article", "picture", words="picture_alt"),
    Source("articles.Article", "body"),
    Source("articles.Revision", "body", is_past=True),
    Source("articles.WorkingCopy", "fields"),
    Source("articles.Page", "body"),
    Source("articles.Book", "cover", words="title"),
    Source("articles.Report", "cover", words="title"),
]


def register(model: str, field: str, *, words: str = "") -> None:
    """Say that a field of a model, such as "walkcoach.Book", names pictures. Harmless twice."""
    if (source := Source(model, field, words)) not in _sources:
        _sources.append(source)


def everything() -> dict[str, str]:
    """The name of every picture that is in use, with the words given for it where there are some.

    A query for each source.
    """
    named: dict[str, str] = {}
    for source in _sources:
        for _, pictures in source.found():
            for name, words in pictures.items():
                named[name] = named.get(name) or words
    return named


def in_use(names: Iterable[str]) -> set[str]:
    """Those of these storage names that something still uses. A query for each source."""
    return set(names) & everything().keys()


@dataclass(frozen=True)
class Use:
    """Something that shows a picture: what it is called, and where the coach changes it."""

    what: str
    address: str = ""


def uses(names: Iterable[str]) -> dict[str, list[Use]]:
    """Where each of these pictures is used; what stood somewhere before is one use. Two queries
    for each source."""
    wanted = set(names)
    used: dict[str, list[Use]] = {name: [] for name in wanted}
    for source in _sources:
        rows = {pk: found for pk, named in source.found() if (found := wanted & named.keys())}
        if not rows:
            continue
        for user in source.objects().in_bulk(list(rows)).values():
            use = Use("an earlier version") if source.is_past else Use(str(user), _address(user))
            for name in rows[user.pk]:
                if use not in used[name]:
                    used[name].append(use)
    return used


def touch(names: Iterable[str]) -> None:
    """Tell whatever shows these pictures that they look different now: where its model keeps a
    version, its `touch` raises it."""
    wanted = set(names)
    for source in _sources:
        rows = apps.get_model(source.model)._default_manager.all()
        if hasattr(rows, "touch"):
            keys = [pk for pk, named in source.found() if wanted & named.keys()]
            if keys:
                rows.filter(pk__in=keys).touch()


class _Pictures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        name = (found.get("src") or "").removeprefix(settings.MEDIA_URL)
        if tag == "img" and name:
            self.words.setdefault(name, found.get("alt") or "")


def named_in(text: str) -> dict[str, str]:
    """The pictures of ours that a text names, with the words that stand for each."""
    names = _IN_TEXT.findall(text)
    if not names:
        return {}
    pictures = _Pictures()
    pictures.feed(text)
    return {name: pictures.words.get(name, "") for name in names}


def _address(user: models.Model) -> str:
    meta = user._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[user.pk])
    except NoReverseMatch:
        return ""
