"""A question with one's last weeks beside it: chosen, looked at, and only then sent.

In the composition root, because the question is the conversation's and the weeks are the log's.
"""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from articles.models import Article
from comments import limits
from comments.forms import MemberForm
from comments.models import Comment
from comments.views import BUSY, SeeOther, address_after, in_words, post_by_member
from walking_log.models import ShareGrant
from walking_log.summary import Summary, freeze, of_readers

from .models import AttachedLog


class AttachForm(forms.Form):
    """Which parts of the log stand beside the question. Nothing is ticked beforehand."""

    parts = forms.MultipleChoiceField(
        label="What shall the coach see?",
        choices=ShareGrant.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick what the coach shall see, or send the question without your walks.",
            "invalid_choice": "Tick what the coach shall see.",
        },
    )
    is_public = forms.BooleanField(
        label="Readers may see minutes and comfort, too",
        help_text="Without this, only the coach sees them. Places and notes are never public.",
        required=False,
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, article_id: int) -> HttpResponse:
    """The question with the parts to choose, and how they will look; `send` sends both."""
    assert isinstance(request.user, User)
    article = get_object_or_404(Article.objects.published(), pk=article_id)
    if not article.comments_open or request.user.is_coach:
        return redirect(f"{article.get_absolute_url()}#comments")
    if request.method != "POST":
        return _show(request, MemberForm(article, user=request.user), AttachForm())
    question = MemberForm(article, request.POST, user=request.user)
    chosen = AttachForm(request.POST) if "chosen" in request.POST else AttachForm()
    if "send" not in request.POST:
        return _show(request, question.given_back(), chosen)
    if not (question.is_valid() and chosen.is_valid()) or question.cleaned_data["reply_to"]:
        return _show(request, question.given_back(), chosen, status=422)
    if flag := question.flag_to_show():
        shown = question.given_back()
        shown.red_flag = flag
        return _show(request, shown, chosen)
    try:
        comment = _send(request, question, chosen)
    except limits.OverLimit as over:
        words = f"You have written a lot within the hour. Send it again {in_words(over.wait)}."
        return _show(request, question.given_back(words), chosen, status=429)
    except OperationalError:
        return _show(request, question.given_back(BUSY), chosen, status=503)
    return SeeOther(address_after(comment))


def _send(request: HttpRequest, question: MemberForm, chosen: AttachForm) -> Comment:
    """Both, or neither. Sent twice, the second changes nothing."""
    parts = chosen.cleaned_data["parts"]
    with transaction.atomic():
        comment = post_by_member(question.article, question, request.META.get("REMOTE_ADDR"))
        AttachedLog.objects.get_or_create(
            thread_id=comment.thread_id,
            defaults={
                "owner": question.user,
                "parts": parts,
                "frozen": freeze(_summary(question.user, parts)),
                "is_public": chosen.cleaned_data["is_public"],
            },
        )
    return comment


def _summary(reader: User, parts: list[str]) -> Summary:
    return of_readers({reader: parts})[reader.pk]


def _show(
    request: HttpRequest, question: Any, chosen: AttachForm, status: int = 200
) -> HttpResponse:
    assert isinstance(request.user, User)
    ticked = request.POST.getlist("parts") if chosen.is_bound else []
    parts = [part for part in ticked if part in ShareGrant.Scope.values]
    return render(
        request,
        "attaching/attach.html",
        {
            "section": "articles",
            "article": question.article,
            "form": question,
            "chosen": chosen,
            "log": _summary(request.user, parts) if parts else None,
        },
        status=status,
    )


@login_required
@require_POST
def take_back(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Nobody sees the attached weeks any more; the question stays."""
    attached = get_object_or_404(AttachedLog, thread=thread_id, owner=request.user)
    with transaction.atomic():
        AttachedLog.objects.filter(pk=attached.pk, taken_back_at=None).update(
            taken_back_at=timezone.now(), frozen={}, is_public=False
        )
        Article.objects.filter(threads=thread_id).touch()
    return redirect("walking_log:sharing")


@require_safe
def attached(request: HttpRequest, thread_id: int) -> HttpResponse:
    """What a reader attached and made public: minutes and comfort, as they were. 2 queries."""
    log = get_object_or_404(
        AttachedLog.objects.select_related("thread__article", "thread__root", "owner"),
        thread=thread_id,
        is_public=True,
        taken_back_at=None,
    )
    root = log.thread.root
    if not (log.thread.is_public and log.thread.article.is_live and root.is_published):
        raise Http404
    if root.user_id != log.owner_id:
        raise Http404
    summary = log.summary
    summary.spots = summary.notes = None
    summary.flag_words, summary.plan_step, summary.verdict_words = [], "", ""
    response = render(
        request,
        "attaching/attached.html",
        {"section": "articles", "thread": log.thread, "root": root, "log": summary},
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
