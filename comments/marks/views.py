"""Saying that a comment helped, and reporting one. Visitors may do both."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import conversation, limits
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
    """Say that a comment helped, or take it back; GET shows whether one has said so.

    Its answer is a page of its own: the article's is the same for everybody, and says nothing of
    what this browser pressed. marks.js takes the button out of it.
    """
    comment, _ = public_comment_or_404(comment_id)
    marker = marker_of(request)
    if request.method != "POST":
        return _show_helpful(request, comment, marker)
    if refused := _refused(request, comment):
        return refused
    if _is_own(comment, marker):
        return _show_helpful(request, comment, marker)
    try:
        with transaction.atomic():
            if request.POST.get("act") == "take_back":
                marking.take_back(comment, marker)
            elif marking.mark_helpful(comment, marker):
                limits.spend_mark(request.META.get("REMOTE_ADDR"))
    except limits.OverLimit as over:
        response = _show_helpful(request, comment, marker, wait=over.wait, status=429)
        response.headers["Retry-After"] = str(over.wait)
        return response
    response = SeeOther(reverse("comments:helpful", args=[comment.pk]))
    marker.remember(response)
    return response


def _is_own(comment: Comment, marker: Marker) -> bool:
    return marker.user_id is not None and comment.user_id == marker.user_id


def _show_helpful(
    request: HttpRequest, comment: Comment, marker: Marker, *, wait: int = 0, status: int = 200
) -> HttpResponse:
    marked = not marker.is_new and HelpfulMark.objects.filter(comment=comment, **marker.as_fields())
    return render(
        request,
        "comments/marks/helpful.html",
        {
            "section": "articles",
            "comment": Comment.objects.get(pk=comment.pk),
            "is_marked": bool(marked and marked.exists()),
            "is_own": _is_own(comment, marker),
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
