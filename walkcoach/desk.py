"""The coach's desk: threads that wait for an answer, longest first, answered in place.

It lives in the composition root because it is where questions and the askers' shared walks meet.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comments import conversation, reading
from comments.models import Comment, Thread

from .forms import AnswerForm

THREADS_ON_A_PAGE = 10


def for_coaches(view):
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
    thread = _thread_or_404(thread_id)
    form = AnswerForm(request.POST, comments=_answerable(thread), prefix=str(thread.pk))
    if not request.user.is_coach:
        form.add_error(None, "Answers are signed, so make your coach profile first.")
    if not form.is_valid():
        return _show(request, came_back=(thread, form))
    writer = conversation.Writer.of(request.user, request.META.get("REMOTE_ADDR"))
    try:
        comment, _ = conversation.answer(
            form.cleaned_data["reply_to"], form.cleaned_data["body"], writer
        )
    except conversation.CannotReply:
        form.add_error(None, "The comment you answered has been taken down meanwhile.")
        return _show(request, came_back=(thread, form))
    messages.success(request, f"Answered. {form.cleaned_data['reply_to'].author_name} is told by mail.")
    return _back(request, see=comment)


@for_coaches
@require_POST
def no_answer_needed(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The thread needs no answer: it leaves the desk until a reader writes again."""
    thread = _thread_or_404(thread_id)
    conversation.say_no_answer_needed(thread)
    return _back(request, undo=f"answer-needed-{thread.pk}")


@for_coaches
@require_POST
def answer_needed(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Undo `no_answer_needed`."""
    conversation.say_answer_needed(_thread_or_404(thread_id))
    messages.success(request, "Back on the desk.")
    return _back(request)


@for_coaches
@require_POST
def moderate(request: HttpRequest, comment_id: int, act: str) -> HttpResponse:
    """Approve one comment, call it spam, take it down, or put it back."""
    comment = Comment.objects.filter(pk=comment_id, by_coach=False).first()
    if comment is None or comment.state == Comment.State.UNCONFIRMED:
        raise Http404
    if act == "approve":
        conversation.approve(comment)
        messages.success(request, f"{comment.author_name}’s comment is published.")
        return _back(request)
    if act == "put-back":
        conversation.put_back(comment)
        messages.success(request, f"{comment.author_name}’s comment is back.")
        return _back(request)
    conversation.remove(comment, as_spam=act == "spam")
    return _back(request, undo=f"put-back-{comment.pk}")


# What "Undo" may do after an act on the desk: the words, and the address it posts to.
UNDO = {
    "answer-needed": (
        "Marked as needing no answer.",
        lambda pk: reverse("desk_answer_needed", args=[pk]),
    ),
    "put-back": (
        "Taken off the site.",
        lambda pk: reverse("desk_moderate", args=[pk, "put-back"]),
    ),
}


def _show(request, came_back=None):
    page = Paginator(
        Thread.objects.waiting().select_related("article"), THREADS_ON_A_PAGE
    ).get_page(request.GET.get("page"))
    threads = list(page)
    returned_thread, returned_form = came_back or (None, None)
    if returned_thread is not None and returned_thread not in threads:
        threads.insert(0, returned_thread)
    lines = reading.conversations(threads, for_coach=True)
    cards = []
    for thread in threads:
        waiting = [line.comment for line in lines[thread.pk] if line.waits]
        answerable = waiting or [line.comment for line in lines[thread.pk] if not line.removed]
        form = returned_form if thread == returned_thread else None
        cards.append(
            {
                "thread": thread,
                "lines": lines[thread.pk],
                "days": _days_since(thread.waiting_since),
                "form": form or AnswerForm(comments=answerable, prefix=str(thread.pk)),
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


def _undo(what: str):
    act, _, pk = what.rpartition("-")
    if act not in UNDO or not pk.isdecimal() or len(pk) > 10:
        return None
    words, address = UNDO[act]
    return {"words": words, "address": address(int(pk))}


def _back(request, see=None, undo=None):
    address = reverse("desk")
    return redirect(f"{address}?undo={undo}" if undo else address)


def _thread_or_404(thread_id: int) -> Thread:
    thread = Thread.objects.select_related("article").filter(pk=thread_id).first()
    if thread is None:
        raise Http404
    return thread


def _answerable(thread: Thread):
    return thread.comments.filter(state__in=[Comment.State.HELD, Comment.State.PUBLISHED])


def _days_since(moment) -> int | None:
    """Whole days, as a person counts them: by the date, not by 24 hours."""
    if moment is None:
        return None
    return (timezone.localdate() - timezone.localdate(moment)).days
