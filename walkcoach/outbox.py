"""Where the site's mail goes when it is sent: into rows, which the worker delivers."""

from uuid import uuid4

from django.core.mail import EmailAlternative, EmailMultiAlternatives
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
        return super().send_messages(email_messages)


def _verbatim(text: str) -> str:
    text = str(text)
    if "{" not in text:
        return text
    name = uuid4().hex  # nobody can write the end of a block whose name they cannot guess
    return f"{{% verbatim {name} %}}{text}{{% endverbatim {name} %}}"
