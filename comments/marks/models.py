"""A reader's mark on a comment: that it helped them, or a report to the coach."""

from django.conf import settings
from django.db import models
from django.db.models import Q

LONGEST_DETAIL = 500  # characters

# Who made a mark: an account, or a browser known by a signed cookie. Never both, never neither.
_BY_ONE = Q(user__isnull=False, visitor="") | (Q(user__isnull=True) & ~Q(visitor=""))


class HelpfulMark(models.Model):
    """Somebody found a comment helpful: once each. `Comment.helpful_count` counts them."""

    comment = models.ForeignKey(
        "comments.Comment", on_delete=models.CASCADE, related_name="helpful_marks"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    visitor = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_BY_ONE, name="helpful_mark_by_one"),
            models.UniqueConstraint(
                fields=["comment", "user"],
                condition=Q(user__isnull=False),
                name="helpful_mark_once_per_user",
            ),
            models.UniqueConstraint(
                fields=["comment", "visitor"],
                condition=~Q(visitor=""),
                name="helpful_mark_once_per_visitor",
            ),
        ]

    def __str__(self):
        return f"Comment {self.comment_id} helped"


class ReportQuerySet(models.QuerySet):
    def open(self):
        """Those that the coach has not settled yet."""
        return self.filter(settled_at=None)


class Report(models.Model):
    """Somebody thinks that the coach should look at a comment. Whoever it was stays unknown to all
    but the database, which keeps them from reporting it twice."""

    class Reason(models.TextChoices):
        SPAM = "spam", "It advertises something"
        UNKIND = "unkind", "It is unkind"
        UNSAFE = "unsafe", "Following it could harm somebody"
        PRIVATE = "private", "It tells something private about somebody"
        OTHER = "other", "Something else"

    class Outcome(models.TextChoices):
        FINE = "fine", "The comment is fine"
        TAKEN_DOWN = "taken", "The comment was taken down"

    comment = models.ForeignKey(
        "comments.Comment", on_delete=models.CASCADE, related_name="reports"
    )
    reason = models.CharField(max_length=7, choices=Reason)
    detail = models.CharField(max_length=LONGEST_DETAIL, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    visitor = models.CharField(max_length=32, blank=True)
    reported_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=5, choices=Outcome, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_BY_ONE, name="report_by_one"),
            models.CheckConstraint(
                condition=Q(settled_at=None, outcome="")
                | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="report_settled_with_an_outcome",
            ),
            models.UniqueConstraint(
                fields=["comment", "user"],
                condition=Q(settled_at=None, user__isnull=False),
                name="report_open_once_per_user",
            ),
            models.UniqueConstraint(
                fields=["comment", "visitor"],
                condition=Q(settled_at=None) & ~Q(visitor=""),
                name="report_open_once_per_visitor",
            ),
        ]
        indexes = [
            models.Index(
                fields=["comment"], condition=Q(settled_at=None), name="report_open_by_comment"
            )
        ]

    def __str__(self):
        return f"Comment {self.comment_id}: {self.get_reason_display()}"
