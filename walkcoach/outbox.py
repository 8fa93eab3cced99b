"""Where the site's mail goes when it is sent: into rows, which the worker delivers."""

from typing import Any
from uuid import uuid4

from django.core.mail import EmailAlternative, EmailMessage, EmailMultiAlternatives
from post_office import mail
from post_office.backends import EmailBackend


class OutboxBackend(EmailBackend):
    """post_office's queue, told to keep its hands off the words.

    It reads the subject and the bodies it is given as Django templates, so a stranger's `{% … %}`,
    on its way to the coach in a quote or to the keeper in an error report, would run.
    """

    def send_messages(self, email_messages):
        for message in email_messages:
            message.subject = _verbatim(message.subject)
            message.body = _verbatim(message.body)
            if isinstance(message, EmailMultiAlternatives):
                message.alternatives = [
                    EmailAlternative(
                        _verbatim(content) if isinstance(content, str) else content, mimetype
                    )
                    for content, mimetype in message.alternatives
                ]
        many = [m for m in email_messages if _is_bulk(m)]
        mail.send_many([_as_row(message) for message in many])
        one_by_one = [m for m in email_messages if not _is_bulk(m)]
        return len(many) + (super().send_messages(one_by_one) or 0)


def _is_bulk(message: EmailMessage) -> bool:
    """What many are sent at once says so; what somebody waits for, such as a link, goes first."""
    return message.extra_headers.get("Precedence") == "bulk" and not message.attachments


def _as_row(message: EmailMessage) -> dict[str, Any]:
    """As post_office's own backend reads a mail, for the table that takes many with one statement.

    Of the lowest priority: the worker sends it when nothing else waits.
    """
    alternatives = getattr(message, "alternatives", [])
    return {
        "sender": message.from_email,
        "recipients": message.to,
        "subject": message.subject,
        "message": message.body,
        "html_message": next((a[0] for a in alternatives if a[1] == "text/html"), ""),
        "headers": message.extra_headers,
        "priority": "low",
    }


def _verbatim(text: str) -> str:
    text = str(text)
    if "{" not in text:
        return text
    name = uuid4().hex  # nobody can write the end of a block whose name they cannot guess
    return f"{{% verbatim {name} %}}{text}{{% endverbatim {name} %}}"
