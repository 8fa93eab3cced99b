"""Saying that a comment helped, and reporting one. Visitors may do both."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import conversation, limits, opt_in
from ..models import Comment
from ..views import (
    SeeOther,
    carries_our_token,
    comes_from_elsewhere,
    in_words,
    public_comment_or_404,
    unlisted,
)
from . import marking
from .forms import ReportForm
from .models import HelpfulMark
from .whose import Marker, marker_of


@csrf_exempt  # for visitors only; see `_refused`
@unlisted
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helpful(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Say that a comment helped, or take it back, and go back to it; GET shows whether one has.

    The article's page is the same for every visitor and does not know what this browser pressed.
    So a second press leads to the page that GET shows, where it can be taken back.
    """
    comment, _ = public_comment_or_404(comment_id)
    marker = marker_of(request)
    if request.method != "POST":
        return _show_helpful(request, comment, marker)
    if refused := _refused(request, comment):
        return refused
    if _is_own(request, comment):
        return _show_helpful(request, comment, marker, is_own=True)
    back = comment.get_absolute_url()
    try:
        with transaction.atomic():
            if request.POST.get("act") == "take_back":
                marking.take_back(comment, marker)
            elif marking.mark_helpful(comment, marker):
                limits.spend_mark(request.META.get("REMOTE_ADDR"))
            else:
                back = reverse("comments:helpful", args=[comment.pk])
    except limits.OverLimit as over:
        response = _show_helpful(request, comment, marker, wait=over.wait, status=429)
        response.headers["Retry-After"] = str(over.wait)
        return response
    response = SeeOther(back)
    marker.remember(response)
    return response


def _is_own(request: HttpRequest, comment: Comment) -> bool:
    """By the account; for a guest by the address that their browser has confirmed."""
    if request.user.is_authenticated or comment.user_id is not None:
        return comment.user_id == request.user.pk
    return bool(comment.user_email) and opt_in.is_known(request, comment.user_email)


def _show_helpful(
    request: HttpRequest,
    comment: Comment,
    marker: Marker,
    *,
    is_own: bool = False,
    wait: int = 0,
    status: int = 200,
) -> HttpResponse:
    marked = not marker.is_new and HelpfulMark.objects.filter(comment=comment, **marker.as_fields())
    return render(
        request,
        "comments/marks/helpful.html",
        {
            "section": "articles",
            "comment": Comment.objects.get(pk=comment.pk),
            "is_marked": bool(marked and marked.exists()),
            "is_own": is_own or _is_own(request, comment),
            "wait": in_words(wait) if wait else "",
        },
        status=status,
    )


@csrf_exempt  # for visitors only; see `_refused`
@unlisted
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Tell the coach that something is the matter with a comment. Mails nobody."""
    comment, _ = public_comment_or_404(comment_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show_report(request, comment, form)
    if refused := _refused(request, comment):
        return refused
    if not form.is_valid():
        return _show_report(request, comment, form, status=422)
    marker = marker_of(request)
    try:
        with transaction.atomic():
            if marking.report(comment, marker, **form.cleaned_data):
                limits.spend_report(request.META.get("REMOTE_ADDR"))
    except limits.OverLimit as over:
        words = (
            f"Many reports came from your network just now. Send it again {in_words(over.wait)}."
        )
        form.add_error(None, words)
        response = _show_report(request, comment, form, status=429)
        response.headers["Retry-After"] = str(over.wait)
        return response
    response = SeeOther(f"{reverse('comments:report', args=[comment.pk])}?thanks=1")
    marker.remember(response)
    return response


def _show_report(
    request: HttpRequest, comment: Comment, form: ReportForm, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "comments/marks/report.html",
        {
            "section": "articles",
            "comment": comment,
            "form": form,
            "is_thanked": "thanks" in request.GET and not form.is_bound,
        },
        status=status,
    )


def _refused(request: HttpRequest, comment: Comment) -> HttpResponse | None:
    """As for a question: a member's press carries our token, a visitor's comes from our pages."""
    if request.user.is_authenticated:
        if carries_our_token(request):
            return None
        return render(request, "comments/marks/again.html", {"comment": comment}, status=403)
    if comes_from_elsewhere(request):
        article = conversation.reply_to_article(comment)
        return render(request, "comments/elsewhere.html", {"article": article}, status=403)
    return None
