"""The words of an article as each save left them, to look back at and to take up again."""

import re
from typing import TYPE_CHECKING, Any

from django.utils.text import get_text_list

from .models import Revision

if TYPE_CHECKING:
    from accounts.models import User
    from articles.models import Article

# What a revision holds, and what the coach calls it.
WORDS = {
    "title": "title",
    "slug": "address",
    "standfirst": "standfirst",
    "body": "text",
    "picture_alt": "picture in words",
    "topics": "topics",
}
# What is taken up again. An address is not: readers have the one of today.
RESTORED = ("title", "standfirst", "body", "picture_alt")
FIRST = "First words"


def words_of(article: "Article") -> dict[str, Any]:
    """What a revision of the article would hold now. One query, for the topics."""
    # From the database, since a page of the writing room may have read them before they changed.
    topics = article.topics.order_by("name")
    names = topics.values_list("name", flat=True)
    plain = {name: getattr(article, name) for name in WORDS if name != "topics"}
    return {**plain, "topics": list(names)}


def keep(article: "Article") -> Revision | None:
    """Keep the article's words, where they are not those of its newest revision; 3 queries.

    Call it after the article is saved, and again once its topics are: what has changed with one
    save is then one revision. It is by `article.saved_by`.
    """
    words = words_of(article)
    last = list(article.revisions.newest_first()[:2])
    newest = last[0] if last else None
    if newest is not None and newest == article.revision:  # made a moment ago, by the same save
        if newest.topics != words["topics"]:
            newest.topics, newest.what = (
                words["topics"],
                _what_changed(last[1] if last[1:] else None, words),
            )
            newest.save(update_fields=["topics", "what"])
        return newest
    if not (what := _what_changed(newest, words)):
        return None
    article.revision = article.revisions.create(**words, by=article.saved_by, what=what)
    return article.revision


def _what_changed(before: Revision | None, words: dict[str, Any]) -> str:
    """ "Title and text"; "" where nothing did."""
    if before is None:
        return FIRST
    changed = [
        label
        for name, label in WORDS.items()
        if getattr(before, name) != words[name]
        and not (name == "body" and same_body(before.body, words["body"]))
    ]
    return get_text_list(changed, "and").capitalize()


def same_body(one: str, other: str) -> bool:
    """Whether two sanitised bodies are the same, though the editor may have written one anew."""
    return _as_the_editor(one) == _as_the_editor(other)


def _as_the_editor(body: str) -> str:
    body = re.sub(r"<li>\s*<p>", "<li>", body.replace("&nbsp;", " ").replace("\xa0", " "))
    body = re.sub(r"</p>\s*(?=</li>|<[uo]l)", "", body)
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", " ".join(body.split()))


def restore(article: "Article", revision: Revision, by: "User", when: str) -> Revision | None:
    """Take the revision's words up again, as the newest one; None where they stand already.

    Topics that are gone since stay gone; address, picture and dates stay as they are. In a
    transaction of the caller's. About 12 queries.
    """
    from articles.models import Topic

    for name in RESTORED:
        setattr(article, name, getattr(revision, name))
    article.saved_by = by
    before = article.revisions.newest_first().first()
    article.save()
    article.topics.set(Topic.objects.filter(name__in=revision.topics))
    keep(article)
    made = article.revisions.newest_first().first()
    if made is None or made == before:
        return None
    made.what = f"Restored from {when}"
    made.save(update_fields=["what"])
    return made
