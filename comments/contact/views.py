"""Taking a message to the coach, and sending it on as a mail."""

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Page

from .. import limits
from ..views import BUSY, SeeOther, carries_our_token, comes_from_elsewhere, in_words, unlisted
from . import mail
from .forms import ContactForm

ONE_MORE_PRESS = (
    "This page is from before you signed in or out, so it needs one more press. Nothing is lost: "
    "look it over and send it again."
)
FROM_ELSEWHERE = (
    "This form came from another site, so nothing was sent. Look it over, and send it from here."
)
NOBODY_THERE = "Nobody can be reached by this form just now. Your words are below, for you to keep."
TOO_MANY = "Many messages came from your address or your network just now. Nothing is lost: {}."


@csrf_exempt  # for visitors only, as for a question (comments.views.post)
@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take a message. Whatever stands in its way, the words come back in the form.

    A visitor's page is the same for all of them and holds no CSRF token; someone signed in is
    checked in full. Nothing is mailed to the address that was typed, so it can pester nobody.
    """
    page = get_object_or_404(Page.objects.published(), pk=page_id, kind=Page.Kind.CONTACT)
    if request.method != "POST":
        return redirect(page)
    form = ContactForm(page, request.POST, user=request.user)
    if request.user.is_authenticated:
        if not carries_our_token(request):
            return _show(request, form.once_more(ONE_MORE_PRESS), 403)
    elif comes_from_elsewhere(request):
        return _show(request, form.once_more(FROM_ELSEWHERE), 403)
    elif form.is_trapped:
        return SeeOther(reverse("comments:contact_sent"))
    if not form.is_valid():
        return _show(request, form, 422)
    if flag := form.flag_to_show():
        form.red_flag = flag
        return _show(request, form, 200)
    try:
        return _send(request, form)
    except limits.OverLimit as over:
        words = TOO_MANY.format(f"send it again {in_words(over.wait)}")
        response = _show(request, form.once_more(words), 429)
        response.headers["Retry-After"] = str(over.wait)
        return response
    except OperationalError:
        return _show(request, form.once_more(BUSY), 503)


def _send(request: HttpRequest, form: ContactForm) -> HttpResponse:
    """Queue the mail once, however often the button was pressed."""
    name, email, words = (form.cleaned_data[key] for key in ("name", "email", "comment"))
    recipients = mail.recipients()
    if not recipients:
        return _show(request, form.once_more(NOBODY_THERE), 503)
    with transaction.atomic():
        if limits.is_new_message(email, words):
            limits.spend_message(email, request.META.get("REMOTE_ADDR"))
            mail.pass_on(recipients, name=name, email=email, words=words, page=form.page)
    return SeeOther(reverse("comments:contact_sent"))


def _show(request: HttpRequest, form: ContactForm, status: int) -> HttpResponse:
    return render(
        request,
        "comments/contact/form_page.html",
        {"page": form.page, "form": form},
        status=status,
    )


@unlisted
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Where senders end up, and programs in the honeypot. It knows nothing of what was sent."""
    return render(request, "comments/contact/sent.html")
