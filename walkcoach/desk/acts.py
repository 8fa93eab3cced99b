"""What a coach does to comments and threads besides answering; kept in the history, and undone.

Each view does one act through `conversation` and notes it, in one transaction.
"""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from articles.models import Article
from comments import conversation, history
from comments.marks import marking
from comments.models import Act, Comment, ListEntry, Thread

from .forms import BanForm, ByMailForm
from .guards import back, came_from, coach_of, comment_or_404, for_coaches, thread_or_404

Kind = Act.Kind
State = Comment.State


# --- Comments -------------------------------------------------------------------------------


@for_coaches
@require_POST
def moderate(request: HttpRequest, comment_id: int, act: str) -> HttpResponse:
    """Approve one comment, call it spam, take it down, or put it back."""
    if act == "fine":
        return _settle_reports(request, comment_id)
    comment = comment_or_404(comment_id)
    kind, do = MODERATION[act]
    done = _noted(request, kind, comment, lambda: do(comment))
    if done is None:
        messages.info(request, "That was done already.")
    elif act == "approve":
        messages.success(request, f"{comment.author_name}’s comment is published.")
    elif act == "put-back":
        messages.success(request, f"{comment.author_name}’s comment is back.")
    return back(request, done)


def _settle_reports(request: HttpRequest, comment_id: int) -> HttpResponse:
    """What readers reported is fine. Of the coach's own words, too, somebody may say otherwise."""
    confirmed = Comment.objects.exclude(state=State.UNCONFIRMED)
    comment = get_object_or_404(confirmed, pk=comment_id)
    with transaction.atomic():
        if marking.settle(comment):
            history.note(Kind.FINE, comment, coach_of(request))
    messages.success(request, "Settled. Whoever reported it is not told.")
    return back(request)


MODERATION: dict[str, tuple[Kind, Callable[[Comment], None]]] = {
    "approve": (Kind.PUBLISHED, conversation.approve),
    "spam": (Kind.SPAM, lambda comment: conversation.remove(comment, as_spam=True)),
    "remove": (Kind.REMOVED, conversation.remove),
    "put-back": (Kind.PUT_BACK, conversation.put_back),
}


def _noted(
    request: HttpRequest, kind: Kind, comment: Comment, act: Callable[[], object]
) -> Act | None:
    """Do something to a comment's state and note it; None where nothing changed."""
    with transaction.atomic():
        before = Comment.objects.get(pk=comment.pk)
        try:
            act()
        except conversation.CannotReply:
            return None
        after = Comment.objects.get(pk=comment.pk)
        if after.state == before.state:
            return None
        return history.note(
            kind,
            after,
            coach_of(request),
            was=before.get_state_display(),
            became=after.get_state_display(),
            state=before.state,
            because=before.held_because,
            detail=before.held_detail,
        )


@for_coaches
@require_http_methods(["GET", "HEAD", "POST"])
def ban(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Put who sent a comment on the list, after asking whom exactly, and what then."""
    comment = comment_or_404(comment_id)
    form = BanForm(request.POST if request.method == "POST" else None, comment=comment)
    if form.is_valid():
        kind = form.cleaned_data["who"]
        with transaction.atomic():
            entry, is_new = ListEntry.objects.get_or_create(
                kind=kind,
                text=form.entries[kind],
                defaults={"act": form.cleaned_data["act"]},
            )
            was = "" if is_new else entry.get_act_display()
            if not is_new:
                ListEntry.objects.filter(pk=entry.pk).update(act=form.cleaned_data["act"])
                entry.refresh_from_db()
            done = history.note(
                Kind.BANNED,
                comment,
                coach_of(request),
                was=was,
                became=f"{entry.text}: {entry.get_act_display()}",
                entry=entry.pk,
                is_new=is_new,
            )
        if form.cleaned_data["also_spam"]:
            _noted(
                request,
                Kind.SPAM,
                comment,
                lambda: conversation.remove(comment, as_spam=True),
            )
        messages.success(request, f"{entry.text} is on the list.")
        return back(request, done)
    return render(
        request,
        "desk/ban.html",
        {
            "section": "desk",
            "comment": comment,
            "form": form,
            "back": came_from(request),
        },
        status=422 if form.errors else 200,
    )


# --- Threads --------------------------------------------------------------------------------


def _thread_act(
    request: HttpRequest, thread: Thread, kind: Kind, act: Callable[[], object], **words
) -> Act:
    """Do something to a thread and note it at its question. 404 where it is gone meanwhile."""
    with transaction.atomic():
        try:
            act()
        except conversation.CannotReply:
            raise Http404 from None
        return history.note(kind, Comment.objects.get(pk=thread.pk), coach_of(request), **words)


@for_coaches
@require_POST
def no_answer_needed(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The thread needs no answer: it leaves the desk until a reader writes again."""
    thread = thread_or_404(thread_id)
    done = _thread_act(
        request, thread, Kind.NO_ANSWER, lambda: conversation.say_no_answer_needed(thread)
    )
    return back(request, done)


@for_coaches
@require_POST
def answered_by_mail(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The coach has answered elsewhere: as `no_answer_needed`, with a note of it."""
    thread = thread_or_404(thread_id)
    form = ByMailForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else request.POST.get("note", "")
    done = _thread_act(
        request,
        thread,
        Kind.BY_MAIL,
        lambda: conversation.say_no_answer_needed(thread),
        note=note,
    )
    return back(request, done)


@for_coaches
@require_POST
def answer_needed(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Undo `no_answer_needed`."""
    thread = thread_or_404(thread_id)
    _thread_act(request, thread, Kind.ANSWER_NEEDED, lambda: conversation.say_answer_needed(thread))
    messages.success(request, "Back on the desk.")
    return back(request)


@for_coaches
@require_POST
def pin(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Keep a thread at the top under its article, or no longer."""
    thread = thread_or_404(thread_id)
    pinned = request.POST.get("pinned") == "1"
    if thread.is_pinned == pinned:
        return back(request)
    done = _thread_act(
        request,
        thread,
        Kind.PINNED if pinned else Kind.UNPINNED,
        lambda: conversation.pin(thread, pinned=pinned),
    )
    return back(request, done)


@for_coaches
@require_POST
def privacy(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Suggest to the asker of a private question that all may read it, or take that back."""
    thread = thread_or_404(thread_id)
    if request.POST.get("act") == "take_back":
        _thread_act(
            request, thread, Kind.MADE_PRIVATE, lambda: conversation.make_private_again(thread)
        )
        messages.success(request, "It stays between you and the asker.")
    elif request.POST.get("act") == "suggest":
        _thread_act(
            request, thread, Kind.SUGGESTED, lambda: conversation.suggest_making_public(thread)
        )
        messages.success(request, "The asker is asked by mail. It stays private until they agree.")
    return back(request)


# --- Undoing --------------------------------------------------------------------------------


def _undo_state(act: Act) -> None:
    """As it was: published, or held for the same reason."""
    conversation.restore(
        act.comment,
        was=State(act.details["state"]),
        because=act.details["because"],
        detail=act.details["detail"],
    )


def _undo_no_answer(act: Act) -> None:
    conversation.say_answer_needed(Thread.objects.get(pk=act.comment_id))


def _undo_pin(act: Act) -> None:
    conversation.pin(Thread.objects.get(pk=act.comment_id), pinned=act.kind == Kind.UNPINNED)


def _undo_split(act: Act) -> None:
    old = Thread.objects.get(pk=act.details["thread"])
    article = Article.objects.get(pk=act.details["article"])
    if old.article_id != article.pk:
        raise conversation.CannotMove("gone")
    conversation.move_into(act.comment, old, under=act.details["parent"])


def _undo_move(act: Act) -> None:
    article = Article.objects.get(pk=act.details["article"])
    conversation.move_to_article(Thread.objects.get(pk=act.comment_id), article)


def _undo_move_into(act: Act) -> None:
    old = Thread.objects.get(pk=act.details["thread"])
    conversation.move_into(act.comment, old, under=act.details["parent"])


def _undo_merge(act: Act) -> None:
    article = Article.objects.get(pk=act.details["article"])
    thread = conversation.split(act.comment, article)
    if act.details["pinned"]:
        conversation.pin(thread, pinned=True)


def _undo_ban(act: Act) -> None:
    if act.details["is_new"]:
        ListEntry.objects.filter(pk=act.details["entry"]).delete()


# Those that can be undone, and how. Each raises `CannotMove`, `CannotReply` or `DoesNotExist` where
# things have changed too much since.
UNDOING: dict[str, Callable[[Act], None]] = {
    Kind.SPAM: _undo_state,
    Kind.REMOVED: _undo_state,
    Kind.NO_ANSWER: _undo_no_answer,
    Kind.BY_MAIL: _undo_no_answer,
    Kind.PINNED: _undo_pin,
    Kind.UNPINNED: _undo_pin,
    Kind.SPLIT: _undo_split,
    Kind.MOVED: _undo_move,
    Kind.MOVED_INTO: _undo_move_into,
    Kind.MERGED: _undo_merge,
    Kind.BANNED: _undo_ban,
}


def can_be_undone(act: Act) -> bool:
    return act.undone_at is None and act.kind in UNDOING


@for_coaches
@require_POST
def undo(request: HttpRequest, act_id: int) -> HttpResponse:
    """Undo an act, once; where too much has changed since, say so and change nothing."""
    act = get_object_or_404(Act.objects.select_related("comment"), pk=act_id)
    if act.kind not in UNDOING:
        raise Http404
    try:
        with transaction.atomic():
            if not history.mark_undone(act):
                return back(request)
            UNDOING[act.kind](act)
    except (
        conversation.CannotMove,
        conversation.CannotReply,
        Thread.DoesNotExist,
        Article.DoesNotExist,
    ):
        messages.info(request, "Too much has changed since to undo that. Nothing was changed now.")
        return back(request)
    messages.success(request, f"Undone: {act.get_kind_display().lower()}.")
    return back(request)
