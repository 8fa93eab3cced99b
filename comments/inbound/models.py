"""What is remembered of replies by mail."""

from datetime import timedelta

from django.conf import settings
from django.db import models

# An answer by mail to a question this old is asked to be written on the page.
REPLY_WITHIN = timedelta(days=365)


class ReceivedMail(models.Model):
    """That a mail was dealt with: what makes it land once, however often it is delivered.

    Written in the transaction of what became of it. Holds nothing of the mail but a hash.
    """

    key = models.CharField(max_length=64, primary_key=True)
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)
    # What came of it; null where nothing did, or where an answer waits to be confirmed.
    comment = models.ForeignKey(
        "comments.Comment", on_delete=models.SET_NULL, null=True, related_name="received_as"
    )

    def __str__(self):
        return self.key


class MailedAnswerQuerySet(models.QuerySet):
    def waiting(self):
        """Those that nobody has confirmed yet, longest first."""
        return self.filter(became=None).order_by("received_at", "pk")


class MailedAnswer(models.Model):
    """An answer in the coach's name whose mail did not prove that the coach sent it.

    It waits for one press behind a link that goes to the coach's own mailbox.
    """

    reply_to = models.ForeignKey(
        "comments.Comment", on_delete=models.CASCADE, related_name="mailed_answers"
    )
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mailed_answers"
    )
    body = models.TextField()
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)
    # What it became once it was confirmed.
    became = models.ForeignKey(
        "comments.Comment", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = MailedAnswerQuerySet.as_manager()

    def __str__(self):
        return f"Mailed answer {self.pk}"
