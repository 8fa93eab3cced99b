"""What allauth does differently here."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

# RFC 3834: so that nobody's out-of-office replies to it.
AUTOMATIC = {"Auto-Submitted": "auto-generated"}
TOO_MANY_TRIES = "too_many_login_attempts"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is resting. Write to us to wake it.",
        "duplicate_email": "This is your address already.",
        "email_password_mismatch": (
            "This address and password do not go together. Check both, or ask for a new password."
        ),
        "enter_current_password": "This is not the password you use now. Try once more.",
        "incorrect_code": "This is not the code that we mailed you. Look at it once more.",
        "incorrect_password": "This is not your password. Try once more.",
        "invalid_password_reset": "This link has been used, or is too old. Ask for a new one.",
        TOO_MANY_TRIES: (
            "That was a lot of tries in a short time. Wait ten minutes, or ask for a new password."
        ),
        "rate_limited": "That was a lot of tries in a short time. Wait a little, then go on.",
    }

    def get_login_stages(self) -> list[str]:
        """A passkey is another way in, not a second lock: who has one may also use the password."""
        return [s for s in super().get_login_stages() if not s.startswith("allauth.mfa.")]

    def login(self, request, user) -> None:
        """However they came in, they stay in; a visitor's session ends sooner."""
        super().login(request, user)
        request.session.set_expiry(None)

    def is_ajax(self, request) -> bool:
        """Pages only: allauth would answer scripts with its own JSON."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether `next` may be gone to: a path of this site, nothing with a host in it."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request) -> str:
        """The visitor's address (`walkcoach.middleware` has put it into REMOTE_ADDR).

        Where there is none, as behind a socket, all who have none share one limit.
        """
        return get_client_ip(request) or "unknown"

    def save_user(self, request, user, form, commit=True):
        user.display_name = form.cleaned_data["display_name"]
        user.units = form.cleaned_data["units"]
        user.time_zone = form.cleaned_data["time_zone"]
        return super().save_user(request, user, form, commit)

    def confirm_email(self, request, email_address) -> bool:
        """Whole or not at all; not where another account holds the address, though unconfirmed.

        A change of address also takes being signed in. Who typed it may have made a slip, and a
        stranger who gets the letter must not get the account with it.
        """
        changes = EmailAddress.objects.filter(user=email_address.user, verified=True).exists()
        if changes and request.user.pk != email_address.user_id:
            self.add_message(
                request,
                messages.WARNING,
                message="Sign in first, then open the link in the mail once more.",
            )
            return False
        try:
            with transaction.atomic():
                return super().confirm_email(request, email_address)
        except IntegrityError:
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
            return False

    # --- Mail -----------------------------------------------------------------------------

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell whoever signs up a second time. If they never confirmed, ask them to once more."""
        addresses = EmailAddress.objects.filter(email=email.lower())
        waiting = addresses.filter(verified=False, primary=True).first()
        if waiting and not addresses.filter(verified=True).exists():
            waiting.send_confirmation(self.request, signup=True)
        else:
            super().send_account_already_exists_mail(email)

    def send_confirmation_mail(self, request, emailconfirmation, signup) -> None:
        """To whoever confirmed no address yet the letter for newcomers, whenever it is sent."""
        user = emailconfirmation.email_address.user
        new = not EmailAddress.objects.filter(user=user, verified=True).exists()
        super().send_confirmation_mail(request, emailconfirmation, signup=new)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Links lead to BASE_URL, whatever host the request named."""
        links = {
            name: settings.BASE_URL + urlsplit(url).path
            for name, url in context.items()
            if name.endswith("_url")
        }
        super().send_mail(template_prefix, email, {**context, **links})

    def render_mail(self, template_prefix, email, context, headers=None):
        """The letter in plain text, and the same words as HTML."""
        subject = render_to_string(f"{template_prefix}_subject.txt", context, self.request)
        text = render_to_string(f"{template_prefix}_message.txt", context, self.request).strip()
        message = EmailMultiAlternatives(
            self.format_email_subject(" ".join(subject.split())),
            text,
            self.get_from_email(),
            [email],
            headers={**AUTOMATIC, **(headers or {})},
        )
        html = render_to_string(
            "account/email/letter.html", {"paragraphs": paragraphs(text)}, self.request
        )
        message.attach_alternative(html, "text/html")
        return message


def paragraphs(text: str) -> list[dict[str, str]]:
    """A letter's paragraphs; where the second line of one is a link, the first is its label."""
    found = []
    for paragraph in text.split("\n\n"):
        label, _, address = paragraph.strip().partition("\n")
        if address.startswith(f"{settings.BASE_URL}/"):
            found.append({"label": label.rstrip(":"), "address": address})
        elif label:
            found.append({"words": paragraph.strip()})
    return found
