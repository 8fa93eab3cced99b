"""An article out of an answer: the beginning of one, for the coach to go on from."""

import re

from django.db import transaction
from django.utils.html import format_html
from django.utils.text import Truncator, slugify

from accounts.models import User
from articles.models import Article

from .models import Thread
from .words import one_line, paragraphs

LONGEST_TITLE = 80
_SOURCE = "thread:"
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


class NothingToDraft(Exception):
    """The coach has not answered in the thread."""


def draft_of(thread: Thread, author: User) -> tuple[Article, bool]:
    """A draft with the question as a quotation and the coach's answers as its body.

    Returns it and whether it is new: a second press finds the first one's, however it has grown.
    Of a thread that only the coach and the asker may read, none of the asker's words are in it.
    Never published. Raises `NothingToDraft`. At most 8 queries.
    """
    with transaction.atomic():
        thread = Thread.objects.select_for_update().get(pk=thread.pk)
        source = f"{_SOURCE}{thread.pk}"
        if here := Article.objects.filter(source_key=source).first():
            return here, False
        answers = list(thread.comments.published().filter(by_coach=True).in_order())
        if not answers:
            raise NothingToDraft
        question = thread.root if thread.is_public and thread.root.is_published else None
        parts = []
        if question is not None:
            parts.append(f"<blockquote>{paragraphs(question.comment)}</blockquote>")
        parts += [paragraphs(answer.comment) for answer in answers if answer != question]
        if question is not None:
            parts.append(
                format_html(
                    '<p><a href="{}">A reader asked this, and others replied</a>.</p>',
                    question.get_absolute_url(),
                )
            )
        title = suggested_title(question.comment if question else answers[0].comment)
        draft = Article(
            title=title,
            slug=_free_slug(title),
            body="".join(parts),
            author=author,
            status=Article.Status.DRAFT,
            source_key=source,
        )
        draft.save()
        return draft, True


def suggested_title(words: str) -> str:
    """The first question in the words, else their first sentence; at most LONGEST_TITLE long."""
    sentences = _SENTENCES.split(one_line(words))
    asked = next((sentence for sentence in sentences if sentence.endswith("?")), sentences[0])
    return Truncator(asked).chars(LONGEST_TITLE) or "An answer"


def _free_slug(title: str) -> str:
    """An address that no article has, from the title."""
    wanted = slugify(title)[:LONGEST_TITLE].strip("-") or "answer"
    taken = set(Article.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
