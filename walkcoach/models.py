"""Where articles, questions and walks meet: what of one stands beside the other."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models import Article
from comments.models import Thread
from walking_log.models import KneeSpot, Plan, Verdict
from walking_log.summary import Summary, thaw

from .menus.models import Menu, MenuEntry  # noqa: F401  Django finds an app's models here


class AttachedLog(models.Model):
    """A reader's last weeks as they attached them to a question: frozen then, shown to the coach.

    What was chosen is all that it holds. It is public only where the reader chose that too, and
    then only as a picture of minutes and comfort; `public_parts` says which.
    """

    PUBLIC_PARTS = ("walks", "comfort")

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="attached_log")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attached_logs"
    )
    parts = models.JSONField()
    frozen = models.JSONField()
    is_public = models.BooleanField(default=False)
    attached_at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"Walks attached to thread {self.thread_id}"

    @cached_property
    def summary(self) -> Summary:
        """The weeks as they were. No query after `owner`."""
        return thaw(self.frozen, self.owner)


class ArticleAction(models.Model):
    """What an article calls its reader to do in their log: begin a plan, or write a walk down."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="action")
    plan = models.ForeignKey(
        Plan,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="The plan to begin; without one, the button leads to logging a walk.",
    )
    label = models.CharField(
        "words on the button",
        max_length=60,
        help_text="For example “Start Six houses” or “Log this exercise”.",
    )

    class Meta:
        verbose_name = "call to action"
        verbose_name_plural = "call to action"

    def __str__(self):
        return self.label


class ArticleForKnee(models.Model):
    """Which article fits what the log says: a verdict, a place that hurts, or both."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=11, choices=Verdict.Outcome, blank=True)
    spot = models.CharField("where it hurts", max_length=8, choices=KneeSpot.Spot, blank=True)
    why = models.CharField(
        "one line to the reader",
        max_length=120,
        blank=True,
        help_text="For example “Because you marked the back of the knee three times.”",
    )

    class Meta:
        verbose_name = "article for the log"
        verbose_name_plural = "articles for the log"
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict="", spot=""),
                name="article_for_knee_fits_something",
                violation_error_message="Choose a verdict, or where it hurts, or both.",
            ),
            models.UniqueConstraint(
                fields=["verdict", "spot"],
                name="article_for_knee_one_each",
                violation_error_message="There is an article for this already.",
            ),
        ]

    def __str__(self):
        told = [self.get_verdict_display(), self.get_spot_display()]
        return f"{', '.join(filter(None, told))}: {self.article}"
