"""The one press by which a coach publishes an answer that came by mail."""

from typing import Any

from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from .. import conversation, mail, tokens
from ..conversation import CannotReply, Writer
from ..models import Thread
from ..views import SeeOther, by_mailed_link
from .models import MailedAnswer

# Links to answers that wait, too, so that a lost mail loses none.
OTHERS_SHOWN = 20


@by_mailed_link
@require_http_methods(["GET", "HEAD", "POST"])
def mailed_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the coach an answer in their name; publish it, or throw it away, on a press.

    The link went to the coach's own mailbox, which is what the answer's mail did not prove.
    """
    try:
        answer = tokens.mailed_answer(token)
    except signing.SignatureExpired:
        answer = None
    except signing.BadSignature:
        raise Http404 from None
    if answer is None or not answer.coach.is_active or not answer.coach.is_coach:
        return _show(request, "nothing", status=410)
    act = request.POST.get("act") if request.method == "POST" else None
    if act == "discard" and answer.became is None:
        MailedAnswer.objects.waiting().filter(pk=answer.pk).delete()
        return SeeOther(request.path)
    if act == "publish":
        try:
            _publish(answer.pk)
        except CannotReply:
            return _show(request, "taken_down", answer, status=409)
        except MailedAnswer.DoesNotExist:  # thrown away this moment, on another device
            pass
        return SeeOther(request.path)
    return _show(request, "published" if answer.became else "ask", answer)


def _publish(pk: int) -> None:
    """Harmless twice."""
    with transaction.atomic():
        answer = MailedAnswer.objects.select_for_update().get(pk=pk)
        if answer.became_id is None:
            writer = Writer.of(answer.coach)
            answer.became, _ = conversation.answer(answer.reply_to, answer.body, writer)
            answer.save(update_fields=["became"])


def _show(
    request: HttpRequest, stage: str, answer: MailedAnswer | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"section": "articles", "stage": stage, "answer": answer}
    if answer is not None:
        thread = Thread.objects.select_related("article").get(pk=answer.reply_to.thread_id)
        context["article"] = thread.article
        context["is_private"] = thread.is_hidden
        others = answer.coach.mailed_answers.waiting().exclude(pk=answer.pk)
        context["others"] = [
            {"to": other.reply_to, "link": mail.answer_to_confirm(other)}
            for other in others.select_related("reply_to")[:OTHERS_SHOWN]
        ]
        if answer.became is not None:
            is_public = thread.is_public and not thread.is_hidden
            context["link"] = answer.became.get_absolute_url() if is_public else mail.desk()
    return render(request, "comments/mailed_answer.html", context, status=status)
