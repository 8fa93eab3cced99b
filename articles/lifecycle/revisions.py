"""The words of an article as each save left them, to look back at and to take up again."""

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
    topics = type(article)._meta.get_field("topics").remote_field.model.objects
    names = topics.filter(articles=article).order_by("name").values_list("name", flat=True)
    plain = {name: getattr(article, name) for name in WORDS if name != "topics"}
    return {**plain, "topics": list(names)}


def keep(article: "Article", what: str = "") -> Revision | None:
    """Keep the article's words, where they are not those of its newest revision; 3 queries.

    Call it after the article is saved, and again once its topics are: what has changed with one
    save is then one revision. It is by `article.saved_by`.
    """
    words = words_of(article)
    newest = article.revisions.newest_first().first()
    if newest is None:
        changed = FIRST
    else:
        names = [name for name in WORDS if getattr(newest, name) != words[name]]
        if not names:
            return None
        changed = get_text_list([WORDS[name] for name in names], "and").capitalize()
        if newest == article.revision:  # made a moment ago, by the same save
            newest.topics = words["topics"]
            if newest.what != FIRST and not newest.what.startswith("Restored"):
                before = article.revisions.filter(pk__lt=newest.pk).newest_first().first()
                names = [n for n in WORDS if before and getattr(before, n) != words[n]]
                newest.what = get_text_list([WORDS[n] for n in names], "and").capitalize() or FIRST
            newest.save(update_fields=["topics", "what"])
            return newest
    article.revision = article.revisions.create(
        **words, by=article.saved_by, what=(what or changed)[:120]
    )
    return article.revision


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
