"""Answer pages: what stands on them, and when everybody may read them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Topic

# How long an asker has to say "rather not", before silence is taken for leave.
WAITING = timedelta(days=7)


class AnswerPageQuerySet(models.QuerySet):
    def agreeable(self):
        """Those that nobody minds, and whose question and answer can still be read in a thread."""
        return self.filter(
            objected_at=None,
            thread__is_public=True,
            thread__answered_at__isnull=False,
            thread__root__state="published",
        )

    def published(self):
        """Those that everybody may read now: nobody minds, the time to say so is over, and what
        they are made of can still be read under its article."""
        return self.agreeable().filter(
            opens_at__lte=timezone.now(),
            thread__article__in=Article.objects.published(),
        )

    def with_thread(self):
        """With what is needed to link and sign them, in the same query."""
        return self.select_related("thread__article", "thread__root", "made_by__coach_profile")


class AnswerPage(models.Model):
    """A question and its answer as the coach has edited them; the comments stay as they were.

    The coach may leave out what is too private. The asker is told before it is public, and can say
    "rather not"; without an address to ask at, it is public at once.
    """

    class BodyPart(models.TextChoices):
        """Where it is about, from the front of the knee round to the rest of the walker."""

        FRONT = "front", "Front of the knee"
        INNER = "inner", "Inner side"
        OUTER = "outer", "Outer side"
        BACK = "back", "Back of the knee"
        WHOLE = "whole", "The whole knee"
        ELSEWHERE = "else", "Elsewhere, and walking itself"

    thread = models.OneToOneField(
        "comments.Thread", on_delete=models.CASCADE, related_name="answer_page"
    )
    title = models.CharField(max_length=120, help_text="The question in one short line.")
    slug = models.SlugField(max_length=120, unique=True, editable=False)
    body_part = models.CharField(
        "what it is about", max_length=5, choices=BodyPart, default=BodyPart.WHOLE
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    question = models.TextField(max_length=5000)
    answer = models.TextField(max_length=10_000)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    # When it may be read: at once, or once the asker has had time to mind.
    opens_at = models.DateTimeField(default=timezone.now, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    objected_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AnswerPageQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed_at=None) | models.Q(objected_at=None),
                name="answer_page_agreed_or_minded",
            )
        ]
        indexes = [
            models.Index(fields=["body_part", "-opens_at", "-id"], name="answer_page_listed")
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("comments_answers:page", args=[self.slug])

    @property
    def is_open(self) -> bool:
        """Whether nobody minds and the waiting is over. Says nothing of its thread."""
        return self.objected_at is None and self.opens_at <= timezone.now()
