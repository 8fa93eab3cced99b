"""What is typed and not saved: kept while it is typed, to go on with or throw away."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from . import differences, revisions
from .models import PreviewLink, Revision, WorkingCopy

if TYPE_CHECKING:
    from accounts.models import User
    from articles.models import Article, Topic

# Of the form, but nothing that somebody typed. Buttons are pressed, not kept.
NOT_KEPT = {
    "csrfmiddlewaretoken",
    "opened",
    "copy",
    "copy_revision",
    "of_article",
    "window",
    "typed_at",
    "status",
    "stand",
}
# What this device may have kept before it reached us: as long as it keeps it (autosave.js).
TYPED_AT_MOST_BEFORE = timedelta(days=3)


def fingerprint(article: "Article") -> str:
    """Changes when anything changes that the form can change. One query for each of its relations.

    `Article.version` would not do: it is raised by every comment, and by every other article.
    """
    meta = article._meta
    plain = {f.name: f.value_to_string(article) for f in meta.fields if f.editable}
    many = {
        f.name: sorted(f.value_from_object(type(article)(pk=article.pk)), key=lambda one: one.pk)
        for f in meta.many_to_many
        if f.editable
    }
    named = {name: [one.pk for one in others] for name, others in many.items()}
    text = json.dumps([plain, named], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def keep(
    coach: "User",
    article: "Article | None",
    sent: QueryDict,
) -> tuple[WorkingCopy, datetime | None]:
    """Keep what a window has sent. Also tells when another window saved the same copy, if one did:
    this one then has a copy of its own from now on. 3 queries.
    """
    key = _uuid(sent.get("copy")) or uuid4()
    window = _without_nul(sent.get("window", ""))[:36]
    fields = {
        _without_nul(name): [_without_nul(value) for value in values]
        for name, values in sent.lists()
        if name not in NOT_KEPT
    }
    given = {
        "coach": coach,
        "article": article,
        "fields": fields,
        "opened": _without_nul(sent.get("opened", ""))[:64],
        "window": window,
        "saved_at": _typed_at(sent.get("typed_at", "")),
    }
    with transaction.atomic():
        mine, is_new = WorkingCopy.objects.select_for_update().get_or_create(
            key=key, defaults=given
        )
        if is_new:
            return mine, None
        of_this = mine.coach_id == coach.pk and mine.article_id == (article and article.pk)
        if of_this and (mine.window == window or str(mine.revision) == sent.get("copy_revision")):
            for name, value in given.items():
                setattr(mine, name, value)
            mine.revision += 1
            mine.save(update_fields=[*given, "revision"])
            return mine, None
        other = mine.saved_at if of_this else None
        return WorkingCopy.objects.create(**given), other


def _without_nul(text: str) -> str:
    """PostgreSQL takes none, and nobody types one."""
    return text.replace("\0", "")


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _typed_at(milliseconds: str) -> datetime:
    """When it was typed, by a device that could not send it then; now, where that is no sense."""
    now = timezone.now()
    try:
        typed = datetime.fromtimestamp(int(milliseconds) / 1000, tz=now.tzinfo)
    except (ValueError, OverflowError, OSError):
        return now
    return typed if now - TYPED_AT_MOST_BEFORE < typed < now else now


def forget(coach: "User", key: str | None) -> None:
    """It is saved, or thrown away. One query."""
    if uuid := _uuid(key):
        WorkingCopy.objects.filter(coach=coach, key=uuid).delete()


@dataclass(frozen=True)
class Offer:
    """A working copy to go on with, and how it differs from what is saved."""

    copy: WorkingCopy
    changes: list[differences.Change]
    others: list[str]  # names of fields that differ and are not words
    overtaken: bool  # the article was saved by somebody since


def offers(copies: Iterable[WorkingCopy], article: "Article | None") -> list[Offer]:
    """Those that differ from what is saved. About 5 queries for each."""
    now = revisions.words_of(article) if article else {}
    print_now = fingerprint(article) if article else ""
    found = []
    for copy in copies:
        changes, others = compared(copy.as_data(), article, now)
        if changes or (others and article):
            overtaken = bool(article) and copy.opened != print_now
            found.append(Offer(copy, changes, others, overtaken))
    return found


def compared(
    data: QueryDict, article: "Article | None", now: dict[str, Any]
) -> tuple[list[differences.Change], list[str]]:
    """How what was typed differs from these words, and in which fields beside them."""
    from articles.forms import ArticleForm

    typed, topics, form = as_article(data, article)
    words = {name: getattr(typed, name) for name in revisions.WORDS if name != "topics"}
    # A title that is too long, or an address with a space, is no part of an article yet.
    for name in words.keys() & form.errors.keys():
        words[name] = form.data.get(name, "").strip()
    words["topics"] = sorted(topic.name for topic in topics)
    if now and revisions.same_body(now["body"], words["body"]):
        words["body"] = now["body"]
    before = now or {**dict.fromkeys(revisions.WORDS, ""), "topics": []}
    if not now:
        words["slug"] = ""  # made of the title by itself
    beside = [
        name
        for name in form.changed_data
        if name not in {*revisions.WORDS, "picture", "status", "published_fold"}
        # Seconds are not typed, and an article from before has them.
        and not (article and form.cleaned_data.get(name) == getattr(article, name, None))
    ]
    labels = [
        str(form.fields[name].label or ArticleForm.base_fields[name].label) for name in beside
    ]
    return differences.between(before, words), labels


def as_article(data: QueryDict, article: "Article | None") -> "tuple[Article, list[Topic], Any]":
    """The article as it would be if what was typed were saved, its topics, and its form.

    Nothing is saved. 2 or 3 queries.
    """
    from articles.forms import ArticleForm
    from articles.models import Article

    fresh = Article.objects.with_author().get(pk=article.pk) if article else Article()
    form = ArticleForm(data, instance=fresh)
    form.is_valid()
    typed = form.instance
    typed.work_out()
    return typed, list(form.cleaned_data.get("topics") or []), form


def prune() -> None:
    """Delete what nobody comes back for: old copies, revisions by their rule, dead links.

    Three statements.
    """
    WorkingCopy.objects.prune()
    Revision.objects.prune()
    PreviewLink.objects.prune()
