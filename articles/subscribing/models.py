"""Who wants new articles by mail, what they were mailed, and what they agreed to."""

import datetime
from datetime import timedelta, tzinfo

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.allowances import AbstractAllowance
from accounts.models import User

from ..library.models import row_of

# Nobody who did not press the button is kept longer than a slow holiday.
FORGET_UNCONFIRMED_AFTER = timedelta(days=30)


class Allowance(AbstractAllowance):
    """What an address or a network has spent of the mails it may ask for (limits.py)."""


class SubscriberQuerySet(models.QuerySet):
    def active(self):
        """Those who are mailed."""
        return self.filter(confirmed_at__isnull=False, stopped_at__isnull=True)

    def wanting(self, article):
        """Those who chose everything, or one of the article's topics. No query of its own."""
        chosen = Subscriber.topics.through.objects.filter(
            subscriber=OuterRef("pk"), topic__in=article.topics.all()
        )
        return self.filter(Q(all_topics=True) | Exists(chosen))


class Subscriber(models.Model):
    """An address that asked for new articles; mailed only once its owner has confirmed."""

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", "At once"
        WEEKLY = "weekly", "Once a week, together"

    class Because(models.TextChoices):
        ASKED = "asked", "Their owner stopped them"
        BOUNCED = "bounced", "Mails came back"
        COMPLAINED = "complained", "They were called spam"

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    email = models.EmailField(unique=True)  # in lower case
    all_topics = models.BooleanField(default=True)
    topics = models.ManyToManyField("articles.Topic", blank=True, related_name="+")
    rhythm = models.CharField(max_length=7, choices=Rhythm, default=Rhythm.AT_ONCE)
    # When a weekly mail leaves. Saturday at eight: time to read, and daylight to walk in.
    weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.SATURDAY)
    hour = models.PositiveSmallIntegerField(default=8)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_because = models.CharField(max_length=10, choices=Because, blank=True)
    # Articles that became public before this are none of theirs: they have had them, or were not
    # here yet.
    new_since = models.DateTimeField(default=timezone.now)
    # When their next mail of several articles leaves; null for those who want them at once.
    issue_due_at = models.DateTimeField(null=True, blank=True)
    # Days on which mails came back for now, oldest first (bounces.py).
    soft_bounced_on = models.JSONField(default=list, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, hour__lte=23), name="subscriber_has_a_time_of_the_week"
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=["at_once", "weekly"]), name="subscriber_rhythm_known"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_because="")
                | Q(stopped_at__isnull=False) & ~Q(stopped_because=""),
                name="subscriber_stopped_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["issue_due_at"],
                condition=Q(issue_due_at__isnull=False),
                name="subscriber_issue_due",
            ),
        ]

    def __str__(self):
        return self.email

    @property
    def is_active(self) -> bool:
        return self.confirmed_at is not None and self.stopped_at is None

    @property
    def zone(self) -> tzinfo:
        """The time zone of the account with this address, else the site's. One query."""
        reader = User.objects.filter(email=self.email, is_active=True).first()
        return reader.zone if reader else timezone.get_default_timezone()

    def next_issue_after(self, moment: datetime.datetime) -> datetime.datetime:
        """When the weekly mail after this moment leaves, by the subscriber's clock. One query."""
        zone = self.zone
        local = moment.astimezone(zone)
        day = local.date() + timedelta(days=(self.weekday - local.weekday()) % 7)
        due = datetime.datetime.combine(day, datetime.time(self.hour), zone)
        if due <= moment:
            due = datetime.datetime.combine(day + timedelta(7), datetime.time(self.hour), zone)
        return due


class Consent(models.Model):
    """What somebody agreed to, when and in which words: the proof that they did (GDPR Art. 7(1)).

    It goes with the subscription it belongs to.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="consents")
    version = models.CharField(max_length=20)
    words = models.TextField()
    given_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.version}, {self.given_at:%Y-%m-%d}"


class Mailing(models.Model):
    """That an article went to its subscribers, or that it was decided not to: once for each.

    Written when the article is first seen in public, so what is edited, or taken back and
    published again, is not mailed again.
    """

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, related_name="mailing"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    # Those up to here have been looked at by the batches so far.
    done_up_to = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    is_skipped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_skipped=False) | Q(finished_at__isnull=False),
                name="mailing_skipped_is_finished",
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_at"],
                condition=Q(finished_at__isnull=True),
                name="mailing_under_way",
            ),
        ]

    def __str__(self):
        return f"Mailing of article {self.article_id}"


class Delivery(models.Model):
    """That an address was mailed an article, alone or among others: what makes it happen once.

    Outlives the subscriber, without a name, so that the coach's counts stay true.
    """

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="deliveries"
    )
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    queued_at = models.DateTimeField(default=timezone.now)
    bounced_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "article"], name="delivery_once"),
        ]

    def __str__(self):
        return f"Article {self.article_id} to {self.subscriber_id}"


class SubscriptionEvent(models.Model):
    """That somebody came or went, and when; nothing of who. For the coach's counts."""

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        STOPPED = "stopped", "Stopped"
        BOUNCED = "bounced", "Came back"
        COMPLAINED = "complained", "Called spam"

    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"


def reports_storage() -> Storage:
    """Outside the public media: what is in here is handed out by `report_by_link` alone."""
    return storages["reports"]


class ReportQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(is_offered=True)


class Report(models.Model):
    """A file that readers get for an address they confirm, such as "Six weeks of walking"."""

    title = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True, help_text="The last part of its address.")
    line = models.CharField(
        "one line to the reader",
        max_length=200,
        help_text="For example: “A page for each week, to pin on the fridge.”",
    )
    file = models.FileField("PDF", upload_to="", storage=reports_storage)
    size = models.PositiveIntegerField(default=0, editable=False)  # bytes
    pages = models.PositiveIntegerField(default=0, editable=False)
    cover = models.ImageField(
        upload_to="covers/",
        blank=True,
        help_text="Upright, such as its first page. JPEG, PNG or WebP, up to 10 MB.",
    )
    cover_row = row_of("cover")
    is_offered = models.BooleanField(
        "readers can get it",
        default=True,
        help_text="Without this tick no page shows it, and the links already mailed rest.",
    )
    topics = models.ManyToManyField(
        "articles.Topic",
        blank=True,
        help_text="It is shown with these topics’ articles; with none, everywhere.",
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "free report"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("subscribing:report", args=[self.slug])


class ReportRequest(models.Model):
    """That an address asked for a report. The link in its mail names this row."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="requests")
    email = models.EmailField(db_index=True)  # in lower case; empty once forgotten
    wants_articles = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=timezone.now)
    # When the link was mailed last: its hours count from here.
    mailed_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    downloads = models.PositiveIntegerField(default=0)
    # Those of this link; a new link begins at none.
    downloads_of_link = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "email"], condition=~Q(email=""), name="report_request_once"
            ),
        ]

    def __str__(self):
        return f"Report {self.report_id}, asked {self.asked_at:%Y-%m-%d}"
