"""The coach's desk: threads that wait for an answer, longest first, answered in place.

It lives in the composition root because it is where questions and the askers' shared walks meet.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from comments import conversation, reading
from comments.models import Comment, Thread

from .forms import AnswerForm

THREADS_ON_A_PAGE = 10


def for_coaches(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Those who may moderate; visitors sign in first, and readers are told it is not for them."""
    allowed = permission_required("django_comments.can_moderate", raise_exception=True)
    return never_cache(login_required(allowed(view)))


@for_coaches
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The threads that wait. A constant number of queries, whatever waits."""
    return _show(request)


@for_coaches
@require_POST
def answer(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Answer a comment of the thread, which approves it too. What was typed is never lost."""
    assert isinstance(request.user, User)
    thread = _thread_or_404(thread_id)
    form = AnswerForm(request.POST, comments=thread.comments.answerable(), prefix=str(thread.pk))
    if not request.user.is_coach:
        form.add_error(None, "Answers are signed, so make your coach profile first.")
    if not form.is_valid():
        return _show(request, came_back=(thread, form))
    asker = form.cleaned_data["reply_to"]
    coach = conversation.Writer.of(request.user, request.META.get("REMOTE_ADDR"))
    try:
        conversation.answer(asker, form.cleaned_data["body"], coach)
    except conversation.CannotReply:
        form.add_error(None, "The comment you answered has been taken down meanwhile.")
        return _show(request, came_back=(thread, form))
    messages.success(
        request, f"{asker.author_name} has your answer. Those who follow the thread are mailed."
    )
    return redirect("desk")


@for_coaches
@require_POST
def no_answer_needed(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The thread needs no answer: it leaves the desk until a reader writes again."""
    thread = _thread_or_404(thread_id)
    conversation.say_no_answer_needed(thread)
    return _back_with_undo(f"answer-needed-{thread.pk}")


@for_coaches
@require_POST
def answer_needed(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Undo `no_answer_needed`."""
    conversation.say_answer_needed(_thread_or_404(thread_id))
    messages.success(request, "Back on the desk.")
    return redirect("desk")


@for_coaches
@require_POST
def privacy(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Suggest to the asker of a private question that all may read it, or take that back."""
    thread = _thread_or_404(thread_id)
    if request.POST.get("act") == "take_back":
        conversation.make_private_again(thread)
        messages.success(request, "It stays between you and the asker.")
    elif request.POST.get("act") == "suggest":
        conversation.suggest_making_public(thread)
        messages.success(request, "The asker is asked by mail. It stays private until they agree.")
    return redirect("desk")


@for_coaches
@require_POST
def moderate(request: HttpRequest, comment_id: int, act: str) -> HttpResponse:
    """Approve one comment, call it spam, take it down, or put it back."""
    confirmed = Comment.objects.exclude(state=Comment.State.UNCONFIRMED)
    comment = get_object_or_404(confirmed, pk=comment_id, by_coach=False)
    if act == "approve":
        conversation.approve(comment)
        messages.success(request, f"{comment.author_name}’s comment is published.")
    elif act == "put-back":
        conversation.put_back(comment)
        messages.success(request, f"{comment.author_name}’s comment is back.")
    else:
        conversation.remove(comment, as_spam=act == "spam")
        return _back_with_undo(f"put-back-{comment.pk}")
    return redirect("desk")


# What "Undo" may do after an act on the desk: the words, and the address it posts to.
UNDO: dict[str, tuple[str, Callable[[int], str]]] = {
    "answer-needed": (
        "Marked as needing no answer.",
        lambda pk: reverse("desk_answer_needed", args=[pk]),
    ),
    "put-back": (
        "Taken off the site.",
        lambda pk: reverse("desk_moderate", args=[pk, "put-back"]),
    ),
}


def _show(request: HttpRequest, came_back: tuple[Thread, AnswerForm] | None = None) -> HttpResponse:
    waiting = Thread.objects.waiting().select_related("article", "said_outcome")
    page = reading.nearest_page(Paginator(waiting, THREADS_ON_A_PAGE), request.GET.get("page"))
    threads = list(page.object_list)
    returned_thread, returned_form = came_back or (None, None)
    if returned_thread is not None and returned_thread not in threads:
        threads.insert(0, returned_thread)
    lines = reading.conversations(threads, for_coach=True)
    cards = []
    for thread in threads:
        form = returned_form if thread == returned_thread else None
        cards.append(
            {
                "thread": thread,
                "lines": lines[thread.pk],
                "days": _days_since(thread.waiting_since),
                "form": form or _answer_form(thread, lines[thread.pk]),
            }
        )
    return render(
        request,
        "desk/desk.html",
        {
            "section": "desk",
            "page": page,
            "cards": cards,
            "undo": _undo(request.GET.get("undo", "")),
            "came_back": returned_form,
        },
        status=422 if returned_form else 200,
    )


def _answer_form(thread: Thread, lines: list[reading.Line]) -> AnswerForm:
    """Answers the newest comment that waits, or another of those that do."""
    waiting = [line.comment for line in lines if line.waits]
    return AnswerForm(
        comments=waiting or [line.comment for line in lines if not line.removed],
        prefix=str(thread.pk),
    )


def _undo(what: str) -> dict[str, Any] | None:
    act, _, pk = what.rpartition("-")
    if act not in UNDO or not pk.isdecimal() or len(pk) > 9:
        return None
    words, address = UNDO[act]
    return {"words": words, "address": address(int(pk))}


def _back_with_undo(what: str) -> HttpResponse:
    return redirect(f"{reverse('desk')}?undo={what}")


def _thread_or_404(thread_id: int) -> Thread:
    return get_object_or_404(Thread.objects.select_related("article", "said_outcome"), pk=thread_id)


def _days_since(moment: datetime | None) -> int | None:
    """Whole days, as a person counts them: by the date, not by 24 hours."""
    if moment is None:
        return None
    return (timezone.localdate() - timezone.localdate(moment)).days
