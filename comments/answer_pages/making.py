"""Making a page of an answer, asking its asker, and taking it back."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from articles.models import Article

from .. import mail, searching
from ..models import AnswerPage, Comment, Thread
from .models import WAITING

LONGEST_SLUG = 80


class CannotMake(Exception):
    """The thread is private, hidden or not answered."""


def draft_of(thread: Thread) -> AnswerPage:
    """A page as it could be, unsaved: the question, and what the coach answered it with. 1 query.

    What the coach said to others below is left out, unless there is nothing else.

    Raises `CannotMake`.
    """
    if not can_be_made_of(thread):
        raise CannotMake
    said = list(
        thread.comments.published().in_order().only("pk", "by_coach", "comment", "parent_id")
    )
    question = next((one.comment for one in said if one.pk == thread.pk), "")
    by_coach = [one for one in said if one.by_coach and one.pk != thread.pk]
    answers = [one.comment for one in by_coach if one.parent_id == thread.pk]
    answers = answers or [one.comment for one in by_coach]
    return AnswerPage(
        thread=thread,
        title=_title(question),
        question=question,
        answer="\n\n".join(answers),
    )


def can_be_made_of(thread: Thread) -> bool:
    return thread.is_public and not thread.is_hidden and thread.answered_at is not None


@transaction.atomic
def keep(page: AnswerPage, coach: User, topics) -> AnswerPage:
    """Store a new page or a changed one. Of a new one the asker is told, in the same transaction.

    Whoever asked and wanted no more mails is not mailed; the waiting is the same.
    """
    thread = Thread.objects.select_for_update().get(pk=page.thread_id)
    if page.pk is None:
        if not can_be_made_of(thread):
            raise CannotMake
        page.made_by = coach
        page.slug = _free_slug(page.title)
        page.opens_at = timezone.now() + (WAITING if _has_asker(thread) else 0 * WAITING)
    page.save()
    page.topics.set(topics)
    searching.keep_page(page)
    if page.told_at is None and _has_asker(thread):
        page.told_at = timezone.now()
        page.save(update_fields=["told_at"])
        if thread.followers.active().filter(email__iexact=thread.root.user_email).exists():
            mail.tell_of_answer_page(page, thread)
    Article.objects.filter(pk=thread.article_id).touch()
    return page


@transaction.atomic
def agree(page: AnswerPage) -> None:
    """The asker has nothing against it: it is public from now on."""
    now = timezone.now()
    AnswerPage.objects.filter(pk=page.pk).update(
        agreed_at=now, objected_at=None, opens_at=min(page.opens_at, now)
    )
    searching.keep_page(page)
    Article.objects.filter(threads=page.thread_id).touch()


@transaction.atomic
def object_to(page: AnswerPage) -> None:
    """The asker would rather not: nobody reads it any more. The coach sees that on the desk."""
    AnswerPage.objects.filter(pk=page.pk).update(objected_at=timezone.now(), agreed_at=None)
    searching.keep_page(page)
    Article.objects.filter(threads=page.thread_id).touch()


@transaction.atomic
def take_down(page: AnswerPage) -> None:
    """The coach takes it back. The comments it was made of stay."""
    Article.objects.filter(threads=page.thread_id).touch()
    page.delete()


def _has_asker(thread: Thread) -> bool:
    """Whether somebody can be asked: a reader with an address that takes mail."""
    root = Comment.objects.only("user_email", "by_coach").get(pk=thread.pk)
    try:
        validate_email(root.user_email)
    except ValidationError:
        return False
    return not root.by_coach


def _title(question: str) -> str:
    """The first sentence that asks, or the beginning."""
    sentences = question.replace("\n", " ").replace("?", "?\n").replace(". ", ".\n").splitlines()
    asked = next((one.strip() for one in sentences if one.strip().endswith("?")), "")
    words = asked or question
    return words if len(words) <= 110 else f"{words[:109].rsplit(' ', 1)[0]}…"


def _free_slug(title: str) -> str:
    stem = slugify(title)[:LONGEST_SLUG].strip("-") or "answer"
    taken = set(AnswerPage.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
