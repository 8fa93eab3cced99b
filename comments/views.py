"""Asking, replying, confirming, and finding a comment again."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core import signing
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guests import (
    SeeOther,
    by_mailed_link,
    comes_from_elsewhere,
    in_words,
    unlisted,
)
from articles.models import Article

from . import (
    conversation,
    detour,
    limits,
    metadata,
    moderation,
    notices,
    opt_in,
    proof_of_work,
    reading,
    tokens,
    waiting_time,
)
from .conversation import Writer
from .forms import NOT_THERE, GuestForm, MemberForm, comment_form
from .models import Comment, Correspondent, Thread

State = Comment.State

SIGNED_OUT = (
    "You have been signed out meanwhile. Nothing is lost: give a name and an e-mail to send this "
    "as a guest, or sign in first."
)
NOT_SURE_IT_IS_YOU = (
    "This page is from before you signed in, so it needs one more press. Nothing is lost: look "
    "it over and send it again."
)
CLOSED = "Questions under this article are closed now. Your words are below, for you to keep."
BUSY = "The site is very busy just now. Nothing is lost: send it again in a minute."


# --- Asking and replying --------------------------------------------------------------------


@csrf_exempt  # for visitors only; see the check within
@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, article_id: int) -> HttpResponse:
    """Take a question or a reply. Whatever stands in its way, the words come back in a form.

    A visitor's page is the same for all of them and holds no CSRF token, nor does a visitor have
    any authority that another site could borrow. Someone signed in has, and is checked in full.
    """
    article = live_article_or_404(article_id)
    if request.method != "POST":
        return redirect(f"{article.get_absolute_url()}#ask")
    if request.user.is_authenticated:
        form = comment_form(article, request.user, request.POST)
        if not carries_our_token(request):
            return _give_back(request, form, 403, NOT_SURE_IT_IS_YOU)
        if "sign_out" in request.POST:
            return _sign_out(request, article)
    else:
        if comes_from_elsewhere(request):
            return render(request, "comments/elsewhere.html", {"article": article}, status=403)
        form = comment_form(article, None, request.POST)
        if form.is_trapped:
            return SeeOther(_sent_address(article))
        if "sign_in" in request.POST:
            return _sign_in_first(request, article)
    if not article.comments_open:
        return _give_back(request, form, 403, CLOSED)
    if not form.is_valid():
        return _give_back(request, form, 422, _signed_out_since(request))
    if (flag := form.flag_to_show()) or "preview" in request.POST:
        return _before_posting(request, form, flag)
    try:
        return _store(request, article, form)
    except conversation.CannotReply:
        return _give_back(request, form, 422, NOT_THERE)
    except limits.OverLimit as over:
        response = _give_back(request, form, 429, _over_limit(form, over))
        response.headers["Retry-After"] = str(over.wait)
        return response
    except OperationalError:
        return _give_back(request, form, 503, BUSY)


def _before_posting(request: HttpRequest, form: Any, flag: str | None) -> HttpResponse:
    """The words once more, as they will stand, and what a red flag means. Stores nothing."""
    shown = form.given_back()
    shown.red_flag, shown.is_preview = flag, "preview" in request.POST
    return show_form(request, shown)


def _sign_in_first(request: HttpRequest, article: Article) -> HttpResponse:
    """Lead a visitor to the sign-in page, and from there back to the form with their words."""
    reply_to = _replied_to(request, article)
    detour.keep(request, article, reply_to)
    back = (
        reverse("comments:reply", args=[reply_to.pk])
        if reply_to
        else f"{article.get_absolute_url()}#ask"
    )
    return SeeOther(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': back})}")


def _sign_out(request: HttpRequest, article: Article) -> HttpResponse:
    """It was somebody else's account: sign it out, and keep the words for whoever wrote them."""
    parent = _replied_to(request, article)
    words = request.POST.get("comment", "")
    logout(request)
    form = comment_form(article, None, parent=parent)
    form.initial["comment"] = words
    return show_form(request, form)


def _replied_to(request: HttpRequest, article: Article) -> Comment | None:
    key = request.POST.get("reply_to", "")
    if not (key.isdecimal() and len(key) <= 9):
        return None
    return Comment.objects.under(article).filter(pk=int(key)).first()


def _store(request: HttpRequest, article: Article, form: Any) -> HttpResponse:
    ip_address = request.META.get("REMOTE_ADDR")
    if form.is_member:
        return _store_members(article, form, ip_address)
    is_known = opt_in.is_known(request, form.cleaned_data["email"])
    return _store_guests(article, form, ip_address, is_known=is_known)


def _store_members(article: Article, form: MemberForm, ip_address: str | None) -> HttpResponse:
    return SeeOther(address_after(post_by_member(article, form, ip_address)))


def post_by_member(article: Article, form: MemberForm, ip_address: str | None) -> Comment:
    """Store what a valid form of somebody signed in says: published at once, unless moderation
    minds. Raises `CannotReply` and `OverLimit`."""
    writer = replace(
        Writer.of(form.user, ip_address),
        all_replies=form.cleaned_data["all_replies"],
        initials_only=form.cleaned_data["initials_only"],
    )
    is_private = form.cleaned_data.get("is_private", False)
    with transaction.atomic():
        judgement = moderation.Judgement()
        if not is_private:
            judgement = moderation.judge(form.cleaned_data["comment"], writer)
        comment, is_new = conversation.post(
            article,
            form.cleaned_data["comment"],
            writer,
            state=judgement.state,
            judgement=judgement,
            reply_to=form.cleaned_data["reply_to"],
            is_private=is_private,
        )
        if is_new and not writer.is_coach:
            limits.spend_member_comment(form.user.pk)
    return comment


def address_after(comment: Comment) -> str:
    """Where a member finds what they just sent. At most 3 queries."""
    thread = Thread.objects.select_related("article").get(pk=comment.thread_id)
    if thread.is_hidden and comment.is_question and comment.state in (State.HELD, State.PUBLISHED):
        return reverse("comments:private", args=[comment.pk])
    if comment.is_published:
        return comment.get_absolute_url()
    if comment.held_because:
        return reverse("comments:confirm", args=[tokens.to_confirm(comment)])
    return f"{thread.article.get_absolute_url()}#comments"


def _store_guests(
    article: Article, form: GuestForm, ip_address: str | None, *, is_known: bool
) -> HttpResponse:
    """Stored, and mailed a link to confirm with. Sent again when no mail came, mails another.

    Where the browser has confirmed the address before (`is_known`), confirmed at once.
    """
    writer = Writer(
        form.cleaned_data["name"],
        form.cleaned_data["email"],
        ip_address=ip_address,
        is_known=is_known,
        all_replies=form.cleaned_data["all_replies"],
        initials_only=form.cleaned_data["initials_only"],
    )
    with transaction.atomic():
        judgement = None
        # An address that this browser has confirmed has proved more than a sum could.
        if form.asks_proof and not is_known and (lacks := proof_of_work.spend(form.proof)):
            because = Comment.HeldBecause.NO_PROOF
            judgement = moderation.Judgement(State.UNCONFIRMED, because, lacks)
        comment, is_new = conversation.post(
            article,
            form.cleaned_data["comment"],
            writer,
            state=State.UNCONFIRMED,
            judgement=judgement,
            reply_to=form.cleaned_data["reply_to"],
            is_private=form.cleaned_data.get("is_private", False),
        )
        if is_known:
            if is_new:
                limits.spend_known_guest_comment(writer.email)
            return _after_confirming(conversation.confirm(comment))
        mail_is_lost = not is_new and comment.waits_for_its_mail
        if mail_is_lost:
            conversation.ask_again(comment)
        if is_new or mail_is_lost:
            limits.spend_guest_mail(writer.email, ip_address)
    return SeeOther(_sent_address(article))


def _after_confirming(comment: Comment) -> HttpResponse:
    """To the comment on its page, or to the page that says that the coach reads it first."""
    if _is_public(comment):
        return SeeOther(comment.get_absolute_url())
    return SeeOther(reverse("comments:confirm", args=[tokens.to_confirm(comment)]))


@unlisted
@require_safe
def reply(request: HttpRequest, comment_id: int) -> HttpResponse:
    """A page of its own to reply on; reply.js takes the form out of it and opens it in place."""
    comment, thread = public_comment_or_404(comment_id)
    form = comment_form(thread.article, request.user, parent=comment)
    form.initial["comment"] = detour.take(request, thread.article, comment)
    return show_form(request, form)


@unlisted
@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """A new challenge for a guest's device. It is the same for nobody, and stored nowhere."""
    if not settings.PROOF_OF_WORK:
        raise Http404
    response = JsonResponse(proof_of_work.challenge())
    patch_cache_control(response, no_store=True)
    return response


@unlisted
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Where guests end up, and programs in the honeypot. It knows nothing of what was sent."""
    key = request.GET.get("article", "")
    article = None
    if key.isdecimal() and len(key) <= 9:
        article = Article.objects.published().filter(pk=int(key)).first()
    return render(
        request,
        "comments/sent.html",
        {"section": "articles", "article": article, "waiting_time": waiting_time.in_words()},
    )


def _sent_address(article: Article) -> str:
    return f"{reverse('comments:sent')}?article={article.pk}"


def show_form(request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
    return render(
        request,
        "comments/form_page.html",
        {"section": "articles", "article": form.article, "form": form},
        status=status,
    )


def _give_back(
    request: HttpRequest, form: Any, status: int, words: str | None = None
) -> HttpResponse:
    return show_form(request, form.given_back(words), status)


def _over_limit(form: Any, over: limits.OverLimit) -> str:
    wait = in_words(over.wait)
    if form.is_member:
        return f"You have written a lot within the hour. Nothing is lost: send it again {wait}."
    return (
        "Many questions came from your address or your network just now. Nothing is lost: "
        f"send it again {wait}."
    )


def _signed_out_since(request: HttpRequest) -> str | None:
    """Only a member's form holds a token."""
    if not request.user.is_authenticated and "csrfmiddlewaretoken" in request.POST:
        return SIGNED_OUT
    return None


def carries_our_token(request: HttpRequest) -> bool:
    """Django's own check, which `csrf_exempt` has put off until it is known who asks."""
    check = CsrfViewMiddleware(lambda request: HttpResponse())
    return check.process_view(request, show_form, (), {}) is None


# --- By mailed link -------------------------------------------------------------------------


@by_mailed_link
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show a guest's words, and publish them on a press: programs that scan mail only follow links.

    After a week the link is worth a new one. A used link says what became of the comment.
    """
    comment, has_expired = _comment_to_confirm_or_404(token)
    if comment is None or comment.state != State.UNCONFIRMED:
        return _already_confirmed(request, comment)
    article = conversation.reply_to_article(comment)
    if request.method == "POST" and has_expired:
        try:
            with transaction.atomic():
                conversation.ask_again(comment)
                limits.spend_guest_mail(comment.user_email, request.META.get("REMOTE_ADDR"))
        except limits.OverLimit as over:
            return _show_confirm(request, "over_limit", article, status=429, wait=over.wait)
        return SeeOther(_sent_address(article))
    if request.method == "POST":
        response = _after_confirming(conversation.confirm(comment))
        opt_in.remember(response, comment.user_email)
        return response
    if has_expired:
        return _show_confirm(request, "expired", article, status=410)
    return _show_confirm(request, "ask", article, comment=comment)


@by_mailed_link
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether the mails about a thread should stop; stop them on a press, or on the one click
    of a mail program (RFC 8058). Harmless twice."""
    try:
        follower = tokens.follower_to_unsubscribe(token)
    except signing.BadSignature:
        raise Http404 from None
    if request.method == "POST" and follower is not None:
        notices.stop(follower)
    has_stopped = request.method == "POST" or follower is None or follower.stopped_at is not None
    correspondent = follower and Correspondent.objects.filter(email=follower.email).first()
    return render(
        request,
        "comments/unsubscribe.html",
        {
            "section": "articles",
            "article": follower.thread.article if follower else None,
            "has_stopped": has_stopped,
            "preferences": tokens.to_preferences(correspondent) if correspondent else None,
        },
    )


def _comment_to_confirm_or_404(token: str) -> tuple[Comment | None, bool]:
    try:
        try:
            return tokens.comment_to_confirm(token), False
        except signing.SignatureExpired:
            return tokens.comment_to_confirm(token, even_expired=True), True
    except signing.BadSignature:
        raise Http404 from None


def _already_confirmed(request: HttpRequest, comment: Comment | None) -> HttpResponse:
    if comment is None:
        return _show_confirm(request, "forgotten", None, status=410)
    if _is_public(comment):
        return _show_confirm(request, "published", None, comment=comment)
    # What moderation called spam at once looks to its sender like what is held: they learn nothing.
    seems_held = comment.state == State.HELD or (
        comment.state == State.SPAM and comment.held_because
    )
    if comment.is_published and Thread.objects.get(pk=comment.thread_id).is_hidden:
        return _show_confirm(request, "private", None, comment=comment)
    stage = "held" if seems_held else "done"
    return _show_confirm(request, stage, None, comment=comment if seems_held else None)


def _show_confirm(
    request: HttpRequest,
    stage: str,
    article: Article | None,
    *,
    comment: Comment | None = None,
    wait: int = 0,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "comments/confirm.html",
        {
            "section": "articles",
            "stage": stage,
            "article": article,
            "comment": comment,
            "is_private": comment is not None
            and Thread.objects.filter(pk=comment.thread_id, is_private=True).exists(),
            "manage": tokens.to_manage(comment) if comment and comment.is_fresh else "",
            "wait": in_words(wait),
            "is_held": settings.HOLD_GUEST_COMMENTS
            or settings.HOLD_FIRST_COMMENTS
            or bool(comment and comment.held_because),
        },
        status=status,
    )


# --- Reading --------------------------------------------------------------------------------


@unlisted
@require_safe
def permalink(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Lead to the page that shows the comment now. 5 queries."""
    comment, thread = public_comment_or_404(comment_id)
    return redirect(reading.address_of(comment, thread))


@unlisted
@require_safe
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """A whole thread, a hundred comments a page. 6 queries for a visitor, whatever its length.

    The address of a thread that was merged leads to the one it went into.
    """
    shown = get_object_or_404(
        Thread.objects.shown().holding(thread_id).select_related("article", "root")
    )
    if not shown.article.is_live:
        raise Http404
    if shown.pk != int(thread_id):
        return redirect("comments:thread", shown.pk)
    page = reading.page_within(shown, request.GET.get("page"))
    if request.user.is_authenticated:
        reading.note_marks(page.object_list, request.user.pk)
    return render(
        request,
        "comments/thread.html",
        {
            "section": "articles",
            "article": shown.article,
            "thread": shown,
            "page": page,
            "json_ld": metadata.of_thread(list(page.object_list)),
        },
    )


def live_article_or_404(article_id: int) -> Article:
    return get_object_or_404(Article.objects.published(), pk=article_id)


def public_comment_or_404(comment_id: int) -> tuple[Comment, Thread]:
    """A comment that everybody may read now, and its thread with the article."""
    comment = get_object_or_404(Comment.objects.published(), pk=comment_id)
    thread = get_object_or_404(
        Thread.objects.shown().select_related("article"), pk=comment.thread_id
    )
    if not thread.article.is_live:
        raise Http404
    return comment, thread


def _is_public(comment: Comment) -> bool:
    try:
        public_comment_or_404(comment.pk)
    except Http404:
        return False
    return True
