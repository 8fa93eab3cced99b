"""What happens in the tests of the conversation: people say things."""

import pytest

from comments import conversation
from comments.models import Comment, Thread

State = Comment.State


@pytest.fixture
def say(article):
    """Put words under the article: `say("Why?")`, `say("Because.", coach, to=question)`.

    By a guest whose name is given, or by an account; published unless said otherwise.
    """

    def post(words, by="Rewa", *, to=None, state=State.PUBLISHED, under=article) -> Comment:
        if isinstance(by, str):
            writer = conversation.Writer(by, f"{by.lower()}@example.org")
        else:
            writer = conversation.Writer.of(by)
        comment, _ = conversation.post(under, words, writer, state=state, reply_to=to)
        return comment

    return post


@pytest.fixture
def thread_of():
    """A comment's thread as it stands in the database now."""
    return lambda comment: Thread.objects.get(pk=comment.thread_id)


@pytest.fixture
def outbox(db, settings):
    """The mails that wait to be sent, as they will be: rows of the real outbox, rolled back with
    what they tell of. `outbox()` reads them."""
    from post_office.models import Email

    settings.EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"
    return lambda: [row.email_message() for row in Email.objects.order_by("pk")]


@pytest.fixture
def ask_form(client, article):
    """What the form on a visitor's page sends, filled in: `ask_form(comment="Why?")`."""
    from .forms_on_pages import fields_of

    def filled_in(**values):
        page = client.get(article.get_absolute_url()).content.decode()
        return {
            **fields_of(page, "ask"),
            "comment": "How do I come down stairs?",
            "name": "Rewa",
            "email": "rewa@example.org",
            **values,
        }

    return filled_in
