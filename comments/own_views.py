"""One's own words: changing them, taking them back, finding them again, asking privately.

Members are known by their account. Guests come by links out of their mailbox; such a link is all
the authority they have, and leads to their own words only.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User

from . import conversation, limits, mail, own, reading, tokens
from .conversation import CannotChange, CannotReply, Writer
from .models import Comment, CommentQuerySet, Thread
from .own_forms import ChangeForm, FindOwnForm, PrivateReplyForm
from .views import SeeOther, by_mailed_link, unlisted

State = Comment.State

TOO_OFTEN = "That was often within the hour. Nothing is lost: send it again in {} min."


def for_members(view):
    """Members only; whoever was signed out meanwhile gets back what they typed."""

    @never_cache
    @unlisted
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        words = request.POST.get("comment")
        if words and not request.user.is_authenticated:
            return _show(request, "signed_out", status=403, words=words, next=request.path)
        return login_required(view)(request, *args, **kwargs)

    return guarded


def by_link(load: Callable[[str], Any]):
    """For pages behind a mailed, signed link that expires; passes on what `load` finds by it."""

    def decorate(view):
        @by_mailed_link
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            try:
                found = load(token)
            except signing.SignatureExpired:
                return _show(request, "expired", status=410)
            except signing.BadSignature:
                raise Http404 from None
            return view(request, found)

        return guarded

    return decorate


# --- Changing and taking back ---------------------------------------------------------------


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, comment_id: int) -> HttpResponse:
    """A member changes a comment of theirs."""
    return _change(request, get_object_or_404(own.of_member(request.user), pk=comment_id))


@by_link(tokens.comment_to_manage)
@require_http_methods(["GET", "HEAD", "POST"])
def change_by_link(request: HttpRequest, comment: Comment | None) -> HttpResponse:
    """A guest changes a comment of theirs."""
    return _change(request, comment)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, comment_id: int) -> HttpResponse:
    """A member takes a comment of theirs back, once they have said so twice."""
    return _withdraw(request, get_object_or_404(own.of_member(request.user), pk=comment_id))


@by_link(tokens.comment_to_manage)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_by_link(request: HttpRequest, comment: Comment | None) -> HttpResponse:
    """A guest takes a comment of theirs back, once they have said so twice."""
    return _withdraw(request, comment)


@by_link(tokens.withdrawal_to_undo)
@require_http_methods(["GET", "HEAD", "POST"])
def put_back(request: HttpRequest, found: tuple[Comment, Comment] | None) -> HttpResponse:
    """Say that a comment is deleted, and put it back on a press. The link works for an hour."""
    if found is None:
        return _show(request, "put_back", can_undo=False)
    withdrawn, before = found
    if request.method == "POST":
        comment = conversation.undo_withdrawal(withdrawn, was=before)
        return SeeOther(_where_it_stands(comment) or reverse("comments:mine"))
    return _show(request, "put_back", can_undo=withdrawn.state == State.WITHDRAWN)


def _change(request: HttpRequest, comment: Comment | None) -> HttpResponse:
    if comment is None:
        return _too_late(request, "gone")
    if why := conversation.why_not_changeable(comment):
        return _too_late(request, why)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial={"comment": comment.comment, "initials_only": comment.initials_only},
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                limits.spend_change(comment.pk)
                comment = conversation.edit(
                    comment,
                    form.cleaned_data["comment"],
                    initials_only=form.cleaned_data["initials_only"],
                )
        except CannotChange as too_late:
            return _too_late(request, too_late.why)
        except limits.OverLimit as over:
            form.add_error(None, TOO_OFTEN.format(max(1, over.wait // 60)))
            status = 429
        else:
            return SeeOther(_where_it_stands(comment) or f"{request.path}?saved=1")
    return _show(
        request,
        "change",
        status=422 if form.errors and status == 200 else status,
        form=form,
        comment=comment,
        saved="saved" in request.GET,
        withdraw_address=_withdraw_address(comment),
    )


def _withdraw(request: HttpRequest, comment: Comment | None) -> HttpResponse:
    if comment is None:
        return _too_late(request, "gone")
    if why := conversation.why_not_changeable(comment):
        return _too_late(request, why)
    if request.method == "POST":
        before = copy(comment)
        try:
            withdrawn = conversation.withdraw(comment)
        except CannotChange as too_late:
            return _too_late(request, too_late.why)
        return SeeOther(reverse("comments:put_back", args=[tokens.to_undo(before, withdrawn)]))
    return _show(
        request,
        "withdraw",
        comment=comment,
        back=_where_it_stands(comment) or reverse("comments:mine"),
    )


def _too_late(request: HttpRequest, why: str) -> HttpResponse:
    """Say kindly why not; with the words that were typed, for their writer to keep."""
    words = request.POST.get("comment", "")
    return _show(
        request, "too_late", status=409 if request.method == "POST" else 200, why=why, words=words
    )


def _withdraw_address(comment: Comment) -> str:
    if comment.user_id is not None:
        return reverse("comments:withdraw", args=[comment.pk])
    return reverse("comments:withdraw_by_link", args=[tokens.to_manage(comment)])


def _where_it_stands(comment: Comment) -> str | None:
    """Where its writer can read it now: for everybody, or on a private thread's own page."""
    thread = Thread.objects.select_related("article", "root").get(pk=comment.thread_id)
    if comment.is_published and thread.is_public and thread.article.is_live:
        return comment.get_absolute_url()
    if thread.is_hidden and comment.state in (State.HELD, State.PUBLISHED):
        return private_address(thread)
    return None


# --- Finding them again ---------------------------------------------------------------------


@never_cache
@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What a member wrote. Visitors ask for a link by mail.

    Whether an address ever wrote here, nobody learns: the answer is the same.
    """
    if request.user.is_authenticated:
        return _list(
            request,
            own.of_member(request.user),
            request.user.email,
            export_address=reverse("comments:export"),
        )
    form = FindOwnForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            with transaction.atomic():
                limits.spend_guest_mail(email, request.META.get("REMOTE_ADDR"))
                if own.of_guest(email).exists():
                    mail.lead_to_own(email)
        except limits.OverLimit as over:
            form.add_error(None, TOO_OFTEN.format(max(1, over.wait // 60)))
            status = 429
        else:
            return _show(request, "mailed")
    if form.errors and status == 200:
        status = 422
    return _show(request, "find", status=status, form=form)


@by_link(lambda token: (token, tokens.address_of_own(token)))
@require_safe
def mine_by_link(request: HttpRequest, proof: tuple[str, str]) -> HttpResponse:
    """What a guest's address wrote."""
    token, email = proof
    return _list(
        request,
        own.of_guest(email),
        email,
        export_address=reverse("comments:export_by_link", args=[token]),
        forget_address=reverse("comments:forget_by_link", args=[token]),
    )


@for_members
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Everything that a member wrote, as a file."""
    assert isinstance(request.user, User)
    return _file(own.of_member(request.user), request.user.email)


@by_link(tokens.address_of_own)
@require_safe
def export_by_link(request: HttpRequest, email: str) -> HttpResponse:
    """Everything that a guest's address wrote, as a file."""
    return _file(own.of_guest(email), email)


@by_link(lambda token: (token, tokens.address_of_own(token)))
@require_http_methods(["GET", "HEAD", "POST"])
def forget_by_link(request: HttpRequest, proof: tuple[str, str]) -> HttpResponse:
    """Take a guest out of everything they wrote, once they have said so twice."""
    token, email = proof
    if request.method == "POST":
        conversation.forget_guest(email)
        return _show(request, "forgotten")
    back = reverse("comments:mine_by_link", args=[token])
    return _show(request, "forget", email=email, back=back)


def _list(
    request: HttpRequest,
    comments: CommentQuerySet,
    email: str,
    *,
    export_address: str,
    forget_address: str | None = None,
) -> HttpResponse:
    return _show(
        request,
        "mine",
        page=own.page_of(comments, email, request.GET.get("page")),
        email=email,
        export_address=export_address,
        forget_address=forget_address,
    )


def _file(comments: CommentQuerySet, email: str) -> HttpResponse:
    return JsonResponse(
        {"comments": own.export(comments, email)},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": 'attachment; filename="my-questions.json"'},
    )


# --- A private question ---------------------------------------------------------------------


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def private(request: HttpRequest, thread_id: int) -> HttpResponse:
    """A member's private question, with its answers; they may reply, and agree to show it."""
    threads = Thread.objects.select_related("root", "article").filter(is_private=True)
    thread = get_object_or_404(threads, pk=thread_id, root__user=request.user)
    writer = Writer.of(request.user, _ip_address(request))
    return _private(request, thread, writer)


@by_link(tokens.private_thread)
@require_http_methods(["GET", "HEAD", "POST"])
def private_by_link(request: HttpRequest, thread: Thread | None) -> HttpResponse:
    """The same for a guest."""
    if thread is None or not thread.is_private:
        raise Http404
    root = thread.root
    return _private(request, thread, Writer(root.user_name, root.user_email))


def private_address(thread: Thread) -> str:
    """Where the asker of a private thread reads it."""
    if thread.root.user_id is not None:
        return reverse("comments:private", args=[thread.pk])
    return reverse("comments:private_by_link", args=[tokens.to_private(thread)])


def _private(request: HttpRequest, thread: Thread, writer: Writer) -> HttpResponse:
    if thread.root.state not in (State.HELD, State.PUBLISHED):
        raise Http404
    act = request.POST.get("act", "reply") if request.method == "POST" else ""
    if act == "agree":
        conversation.agree_to_publish(thread)
        return SeeOther(request.path)
    if act == "take_back":
        conversation.make_private_again(thread)
        return SeeOther(request.path)
    can_reply = thread.is_hidden and thread.root.is_published and thread.article.comments_open
    form = PrivateReplyForm(request.POST if act else None)
    status = 200
    if act and form.is_valid():
        status, words = _reply_privately(thread, writer, form.cleaned_data["comment"], can_reply)
        if words is None:
            return SeeOther(request.path)
        form.add_error(None, words)
    if form.errors and status == 200:
        status = 422
    return _show(
        request,
        "private",
        status=status,
        thread=thread,
        article=thread.article,
        page=reading.page_within(thread, request.GET.get("page")),
        form=form,
        can_reply=can_reply,
    )


def _reply_privately(
    thread: Thread, writer: Writer, body: str, can_reply: bool
) -> tuple[int, str | None]:
    """Returns the status, and what stood in the way."""
    last = thread.comments.published().in_order().last()
    shown_as = replace(writer, initials_only=thread.root.initials_only)
    if not can_reply or last is None:
        return 409, "The coach takes no replies here just now. Your words are below, to keep."
    try:
        with transaction.atomic():
            limits.spend_private_reply(thread.pk)
            conversation.post(thread.article, body, shown_as, state=State.PUBLISHED, reply_to=last)
    except CannotReply:
        return 409, "This has changed meanwhile. Your words are below: look, and send them again."
    except limits.OverLimit as over:
        return 429, TOO_OFTEN.format(max(1, over.wait // 60))
    return 303, None


def _ip_address(request: HttpRequest) -> str | None:
    address = limits.parse_address(request.META.get("REMOTE_ADDR"))
    return str(address) if address else None


def _show(request: HttpRequest, page_name: str, status: int = 200, **context: Any) -> HttpResponse:
    context["section"] = "articles"
    return render(request, f"comments/own/{page_name}.html", context, status=status)
