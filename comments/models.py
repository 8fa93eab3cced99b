"""Threads under an article: a reader's question, the coach's answer, and what follows.

The tables of django-comments-xtd hold who said what, when, and in reply to whom; ours add what a
coach needs: whether a comment is public, and whose turn it is. Rows are only written through
`conversation.py`, which keeps the two in step.
"""

import ipaddress
import re
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django_comments_xtd.models import XtdComment

from accounts.allowances import AbstractAllowance
from articles.models import Article, ThreadOrder

from .answer_pages.models import AnswerPage

# Django finds an app's models here.
from .desk_models import Act, AnswerDraft, ScheduledAnswer, Snippet  # noqa: F401
from .inbound.models import MailedAnswer, ReceivedMail  # noqa: F401
from .marks.models import HelpfulMark, Report  # noqa: F401
from .words import folded, folded_words, words_key

# A second press of the button comes within seconds; someone whose mail did not come waits a while.
ASK_AGAIN_AFTER = timedelta(minutes=10)
# Characters of a word, a sender or a network on the coach's list.
LONGEST_ENTRY = 200
# Long enough to see a slip once it stands on the page; Isso's 15 minutes.
EDIT_WITHIN = timedelta(minutes=15)


_SENDER = re.compile(r"[^@\s]*@?[^@\s.]+(?:\.[^@\s.]+)+")


def initials(name: str) -> str:
    """ "Rewa Smith-Jones" as "R. S."; at most three letters."""
    return " ".join(f"{part[0].upper()}." for part in name.split()[:3])


class CommentQuerySet(models.QuerySet):
    def published(self):
        """Those that everybody may read."""
        return self.filter(state=Comment.State.PUBLISHED)

    def shown(self):
        """Published ones, and those that only keep the place of the replies under them."""
        return self.filter(state__in=[Comment.State.PUBLISHED, *Comment.OUT_OF_SIGHT])

    def under(self, article: Article):
        """Published ones in the threads that the article's page shows."""
        return self.published().filter(thread_id__in=article.threads.shown().values("pk"))

    def answerable(self):
        """Those that the coach can answer: published or held."""
        return self.filter(state__in=[Comment.State.PUBLISHED, Comment.State.HELD])

    def unpublished(self, *states: "Comment.State"):
        """Those in these states, none of them "published": found by the index of the few."""
        return self.filter(state__in=states).exclude(state=Comment.State.PUBLISHED)

    def awaiting_moderation(self):
        return self.unpublished(Comment.State.HELD)

    def with_words(self, words: list[str]):
        """Those in which every one of these folded words is found: in what was said, or in the
        name or the address of who said it; an e-mail address in the latter alone, since that is
        what is meant, and is soon looked through. One pass over one table."""
        for word in words:
            found = Q(search_writer__contains=word)
            self = self.filter(found if "@" in word else found | Q(search_words__contains=word))
        return self

    def in_order(self):
        """As they arrived: a parent always stands before its replies."""
        return self.order_by("id")

    def first_of_each_thread(self, most: int):
        """At most so many of each thread, the earliest. A window, so one query for all threads."""
        return self.annotate(
            place=Window(RowNumber(), partition_by=F("thread_id"), order_by=F("id").asc())
        ).filter(place__lte=most)


class Comment(XtdComment):
    """One person's words in a thread.

    From the package: `comment` (plain text), `user` or `user_name` and `user_email`,
    `submit_date`, `parent_id` and `thread_id` (of a top-level comment both are its own id),
    `level` (0 for a top-level one). `order` and `nested_count` are not used: replies are nested
    when they are read, so that a reply writes its own rows and no others'.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "Waiting for its writer to confirm by mail"
        HELD = "held", "Waiting for the coach"
        PUBLISHED = "published", "Published"
        REMOVED = "removed", "Removed"
        SPAM = "spam", "Spam"
        WITHDRAWN = "withdrawn", "Taken back by its writer"

    # They keep the place of the replies under them, and show neither words nor a name.
    OUT_OF_SIGHT = (State.REMOVED, State.WITHDRAWN)

    # Named, because the package's own field `comment` would clash with the usual name.
    xtdcomment_ptr = models.OneToOneField(
        XtdComment,
        on_delete=models.CASCADE,
        parent_link=True,
        primary_key=True,
        related_name="in_conversation",
    )

    class HeldBecause(models.TextChoices):
        """Why a comment waits for the coach; shown beside it on the desk."""

        ALL_ARE = "all", "All comments of guests are held, by setting"
        FIRST = "first", "First comment from this address"
        LINKS = "links", "Holds links"
        WORD = "word", "Holds a word on your list"
        SENDER = "sender", "Comes from a sender or network on your list"
        REPEATED = "repeated", "Somebody else sent the same words before"
        FLOOD = "flood", "Many comments came at once"
        LOOKS_LIKE_SPAM = "spam", "Looks like what you called spam before"
        PRIVATE = "private", "A private question"
        NO_PROOF = "no_proof", "Came without the sum that its writer’s device should do"
        AKISMET = "akismet", "Akismet takes it for spam"

    state = models.CharField(max_length=12, choices=State, default=State.UNCONFIRMED)
    held_because = models.CharField(max_length=8, choices=HeldBecause, blank=True, editable=False)
    # What exactly: the word, the number of links, the filter's score. For the coach only.
    held_detail = models.CharField(max_length=200, blank=True, editable=False)
    # The same for the same words however written (moderation.py); null for a few words.
    words_key = models.CharField(  # noqa: DJ001
        max_length=32, null=True, blank=True, db_index=True, editable=False
    )
    # What the spam filter counted it as; null while the coach has not said.
    learned_as_spam = models.BooleanField(null=True, editable=False)
    initials_only = models.BooleanField("show only my initials", default=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    # How many found it helpful: the rows of `helpful_marks`, counted as they come and go.
    helpful_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    by_coach = models.BooleanField("written by the coach", default=False)
    # When it joined the conversation: posted by a member, confirmed by a guest, approved by the
    # coach. The turn in a thread is decided by this, not by when it was first sent.
    arrived_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What the desk's search looks through, folded: SQLite knows the case of English letters only.
    search_words = models.TextField(default="", db_default="", editable=False)
    search_writer = models.TextField(default="", db_default="", editable=False)
    # What makes a second press of the button the same comment; null for imported ones.
    submission_key = models.CharField(
        max_length=64, null=True, blank=True, unique=True, editable=False
    )
    source_key = models.CharField(
        max_length=200, null=True, blank=True, unique=True, editable=False
    )

    objects = CommentQuerySet.as_manager()
    norel_objects = objects

    class Meta:
        verbose_name = "comment"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="unconfirmed") | Q(arrived_at__isnull=False),
                name="comment_arrived_unless_unconfirmed",
            ),
            models.CheckConstraint(
                condition=Q(by_coach=False) | ~Q(state="unconfirmed"),
                name="comment_of_coach_needs_no_confirmation",
            ),
        ]
        indexes = [
            # Of the few that are not published, so that no plan for the many walks through it.
            models.Index(
                fields=["state", "arrived_at"],
                condition=~Q(state="published"),
                name="comment_state_unpublished",
            )
        ]

    def __str__(self):
        return f"{self.author_name}: {self.comment[:50]}"

    def save(self, *args, **kwargs):
        """Write the row as it is: the package's own `save` would shift its neighbours.

        `is_public` and `is_removed`, the package's columns, follow from `state`.
        """
        self.is_public = self.state == self.State.PUBLISHED
        self.is_removed = self.state in (*self.OUT_OF_SIGHT, self.State.SPAM)
        fields = kwargs.get("update_fields")
        if fields is None or "comment" in fields:
            self.words_key = words_key(self.comment)
            self.search_words = folded(self.comment)
        if fields is None:
            self.search_writer = folded(f"{self.user_name} {self.user_email}")
        if fields is not None and "state" in fields:
            fields = {*fields, "is_public", "is_removed"}
        if fields is not None and "comment" in fields:
            fields = {*fields, "words_key", "search_words"}
        kwargs["update_fields"] = fields
        super(XtdComment, self).save(*args, **kwargs)

    @property
    def author_name(self) -> str:
        """The name shown, or its initials. Kept on the row, so that showing it reads no account."""
        if self.initials_only:
            return initials(self.user_name) or "Someone"
        return self.user_name or "Someone"

    @property
    def name_for_coach(self) -> str:
        """The whole name, which readers may not see. For the desk only."""
        return f"{self.user_name} (shows initials)" if self.initials_only else self.author_name

    @property
    def is_out_of_sight(self) -> bool:
        """Whether it only keeps its place: removed by the coach, or taken back by its writer."""
        return self.state in self.OUT_OF_SIGHT

    @property
    def is_fresh(self) -> bool:
        """Whether its writer may still change it, unless it is answered: for EDIT_WITHIN after it
        arrived, and before that."""
        return self.arrived_at is None or timezone.now() - self.arrived_at <= EDIT_WITHIN

    @property
    def is_question(self) -> bool:
        """Whether it opens its thread."""
        return self.parent_id == self.pk

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def waits_for_its_mail(self) -> bool:
        """Whether its writer, who sends it again, seems to have got no mail the first time."""
        asked_long_ago = timezone.now() - self.submit_date > ASK_AGAIN_AFTER
        return self.state == self.State.UNCONFIRMED and asked_long_ago

    def waits_since(self, heard_at: datetime | None) -> bool:
        """Whether a reader waits with it, when the coach last listened then."""
        if self.by_coach or self.arrived_at is None:
            return False
        if self.state == self.State.HELD:
            return True
        return self.is_published and (heard_at is None or self.arrived_at > heard_at)

    def get_absolute_url(self, *args, **kwargs):
        """The permalink; it finds the page that shows the comment, also when that changes."""
        return reverse("comments:permalink", args=[self.pk])


class ThreadQuerySet(models.QuerySet):
    def shown(self):
        """Those with something that everybody may read."""
        return self.filter(is_public=True)

    def holding(self, comment_id: int):
        """The one in which the comment of this key stands now. It may have opened one that was
        merged since."""
        return self.filter(pk__in=Comment.objects.filter(pk=comment_id).values("thread_id"))

    def waiting(self):
        """Those in which a reader waits for the coach, longest first."""
        return self.filter(waiting_since__isnull=False).order_by("waiting_since", "pk")

    def confirmed(self):
        """Those whose question is confirmed and is no spam. The exceptions are found by index."""
        aside = Comment.objects.unpublished(Comment.State.UNCONFIRMED, Comment.State.SPAM)
        return self.exclude(pk__in=aside.values("pk"))

    def with_held(self):
        """Those in which a comment waits to be published."""
        held = Comment.objects.awaiting_moderation().values("thread_id")
        return self.filter(pk__in=held)

    def private(self):
        """Those that were asked in private, published since or not."""
        return self.filter(is_private=True)

    def answered_by(self, coach):
        """Those in which this coach has the last word of the coaches."""
        return self.filter(answered_by=coach)

    def reported(self):
        """Those with a comment that a reader reported and the coach has not looked at yet."""
        # By two steps, since a join would tempt a planner to begin at the many comments.
        reported = Comment.objects.published().filter(
            pk__in=Report.objects.open().values("comment_id")
        )
        return self.filter(pk__in=reported.values("thread_id"))

    def as_listed(self, order: ThreadOrder = ThreadOrder.OLDEST):
        """Pinned first, then in this order."""
        if order == ThreadOrder.NEWEST:
            return self.order_by("-is_pinned", "-pk")
        if order == ThreadOrder.HELPFUL:
            return self.order_by("-is_pinned", "-helpful_count", "pk")
        return self.order_by("-is_pinned", "pk")


class Thread(models.Model):
    """A question with everything under it: the unit that the coach answers.

    Its key is that of its top-level comment, so `Comment.thread_id` names it. A thread waits while
    a reader's comment is held, or arrived after the coach last spoke or said that no answer is
    needed; `conversation.refresh` works it out from the rows.
    """

    root = models.OneToOneField(
        Comment, on_delete=models.CASCADE, primary_key=True, related_name="opened_thread"
    )
    # An article is taken back to a draft, never deleted with what people asked under it.
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="threads")
    is_public = models.BooleanField(default=False, editable=False)
    is_pinned = models.BooleanField("pinned to the top", default=False)
    # A private question is answered by mail. It becomes public only when both have agreed.
    is_private = models.BooleanField("a private question", default=False)
    asker_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    coach_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    waiting_since = models.DateTimeField(null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    no_answer_needed_at = models.DateTimeField(null=True, blank=True, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    # Of its published comments together.
    helpful_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [
            # As `as_listed` sorts. Partial, since SQLite uses no index for a bare `AND is_public`.
            models.Index(
                fields=["article", "-is_pinned", "root"],
                condition=Q(is_public=True),
                name="thread_listed",
            ),
            models.Index(
                fields=["article", "-is_pinned", "-root"],
                condition=Q(is_public=True),
                name="thread_listed_newest",
            ),
            models.Index(
                fields=["article", "-is_pinned", "-helpful_count", "root"],
                condition=Q(is_public=True),
                name="thread_listed_helpful",
            ),
            models.Index(
                fields=["waiting_since"],
                condition=Q(waiting_since__isnull=False),
                name="thread_waiting",
            ),
            models.Index(fields=["answered_by", "-answered_at"], name="thread_answered_by"),
            models.Index(
                fields=["-root"], condition=Q(is_private=True), name="thread_asked_in_private"
            ),
        ]

    def __str__(self):
        return f"Thread {self.pk}"

    @property
    def is_hidden(self) -> bool:
        """Whether only the coach and the asker may read it: private, and not both have agreed."""
        return self.is_private and not (self.asker_agreed_at and self.coach_agreed_at)

    @property
    def heard_at(self) -> datetime | None:
        """When the coach last answered, or said that no answer is needed."""
        return max(filter(None, [self.answered_at, self.no_answer_needed_at]), default=None)

    @property
    def open_page(self) -> AnswerPage | None:
        """Its answer page, if it has one that nobody minds. No query where it was selected."""
        page = getattr(self, "answer_page", None)
        return page if page is not None and page.is_open else None

    @property
    def outcome(self) -> "Outcome | None":
        """What its asker says of the answer, if anything. No query with `said_outcome` selected."""
        return getattr(self, "said_outcome", None)

    @property
    def comments(self) -> CommentQuerySet:
        """All of its comments, in any state."""
        return Comment.objects.filter(thread_id=self.pk)


class FollowerQuerySet(models.QuerySet):
    def active(self):
        """Those who have not said stop."""
        return self.filter(stopped_at__isnull=True)


class Follower(models.Model):
    """Someone who is mailed when a thread they wrote in is answered."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="followers")
    email = models.EmailField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField(auto_now_add=True)
    # Of other readers' replies too. The coach's answers come to everybody who follows.
    all_replies = models.BooleanField("mailed about every reply", default=False)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "email"], name="follower_once_per_thread"),
        ]

    def __str__(self):
        return f"{self.email} follows thread {self.thread_id}"


class Allowance(AbstractAllowance):
    """What someone has spent of a limit within the hour (limits.py)."""


class Correspondent(models.Model):
    """An address that has opted in once, and how it wants its mail."""

    class Delivery(models.TextChoices):
        AT_ONCE = "at_once", "At once"
        DAILY = "daily", "Once a day, together"
        WEEKLY = "weekly", "Once a week, together"

    email = models.EmailField(unique=True)  # in lower case
    confirmed_at = models.DateTimeField(null=True, blank=True)
    delivery = models.CharField(max_length=7, choices=Delivery, default=Delivery.AT_ONCE)
    # No mail about any thread any more; the one mail that a new comment asks for still comes.
    stopped_at = models.DateTimeField(null=True, blank=True)
    digest_sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.email


class Notice(models.Model):
    """That an address was told, or is to be told, of a comment: what makes a mail leave once."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", "Your comment is published"
        ANSWER = "answer", "The coach has answered"
        REPLY = "reply", "A new reply in a thread you follow"
        ASKED = "asked", "A reader waits for the coach"
        OUTCOME = "outcome", "Did the answer help?"

    kind = models.CharField(max_length=9, choices=Kind)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="notices")
    email = models.EmailField()
    noted_at = models.DateTimeField(auto_now_add=True)
    # When its mail was queued, alone or in a digest; null while it waits for a digest.
    queued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "comment", "email"], name="notice_once"),
        ]
        indexes = [
            models.Index(
                fields=["email"], condition=Q(queued_at__isnull=True), name="notice_for_digest"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: comment {self.comment_id} to {self.email}"


class Outcome(models.Model):
    """What the asker says became of it, some time after the coach's answer."""

    class Helped(models.TextChoices):
        YES = "yes", "It helped"
        A_LITTLE = "a_little", "A little"
        NOT_YET = "not_yet", "Not yet"

    thread = models.OneToOneField(
        Thread, on_delete=models.CASCADE, primary_key=True, related_name="said_outcome"
    )
    helped = models.CharField("did it help?", max_length=8, choices=Helped)
    # For the coach alone.
    words = models.CharField(max_length=300, blank=True)
    # Only the asker can say so.
    is_shown = models.BooleanField("shown under the article", default=False)
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-said_at", "-thread"], name="outcome_newest_first")]

    def __str__(self):
        return f"Thread {self.thread_id}: {self.get_helped_display()}"


class ListEntry(models.Model):
    """A word, a sender or a network that the coach has put on a list."""

    class Kind(models.TextChoices):
        WORD = "word", "A word or phrase"
        SENDER = "sender", "An address, or everything after its @"
        NETWORK = "network", "An internet address or network"

    class Act(models.TextChoices):
        HOLD = "hold", "Hold for me"
        REFUSE = "refuse", "Call it spam at once"

    kind = models.CharField(max_length=7, choices=Kind)
    text = models.CharField(
        max_length=200,
        help_text=(
            "One word or phrase, found as whole words with or without capitals and accents; or "
            "someone@example.com, or example.com for everybody there; or 203.0.113.7, or "
            "203.0.113.0/24."
        ),
    )
    act = models.CharField(
        "then",
        max_length=6,
        choices=Act,
        default=Act.HOLD,
        help_text="Nothing is deleted: spam stays among the comments, where you can put it back.",
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "list entries"
        constraints = [
            models.UniqueConstraint(fields=["kind", "text"], name="list_entry_once"),
        ]

    def __str__(self):
        return self.text

    def clean(self):
        """Write it as it will be compared. Raises `ValidationError` for what can match nothing."""
        text = self.text.strip().casefold()
        if self.kind == self.Kind.WORD:
            text = " ".join(folded_words(text))
            if not text:
                raise ValidationError({"text": "Write a word with at least one letter."})
        elif self.kind == self.Kind.SENDER:
            if not _SENDER.fullmatch(text):
                raise ValidationError(
                    {"text": "Write an address such as name@example.com, or just example.com."}
                )
        elif self.kind == self.Kind.NETWORK:
            try:
                text = str(ipaddress.ip_network(text, strict=False))
            except ValueError:
                raise ValidationError(
                    {"text": "Write an internet address such as 203.0.113.7 or 203.0.113.0/24."}
                ) from None
        if len(text) > LONGEST_ENTRY:
            raise ValidationError({"text": f"Keep it under {LONGEST_ENTRY} characters."})
        self.text = text


class AkismetCheck(models.Model):
    """A comment that Akismet is to be asked about, and what it says (akismet.py).

    There are such rows only while a key is set.
    """

    class Verdict(models.TextChoices):
        UNKNOWN = "", "Not asked yet"
        HAM = "ham", "Not spam"
        SPAM = "spam", "Spam"

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, primary_key=True, related_name="akismet_check"
    )
    asked_for_at = models.DateTimeField(auto_now_add=True, db_index=True)
    # What Akismet takes it for: what it said, or was told since.
    verdict = models.CharField(max_length=4, choices=Verdict, blank=True)
    # The coach's own judgement, which it is told where the two differ.
    coach_says = models.CharField(max_length=4, choices=Verdict, blank=True)

    def __str__(self):
        return f"Comment {self.comment_id}: {self.get_verdict_display()}"


class TrainedWord(models.Model):
    """How often a word stood in what the coach called spam, and in what they let stand.

    The row whose word is empty counts the comments themselves.
    """

    word = models.CharField(max_length=64, primary_key=True)
    in_spam = models.PositiveIntegerField(default=0)
    in_ham = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.word


class AnsweredQuestion(models.Model):
    """The words of a public question that the coach has answered, to be found by (similar.py)."""

    thread = models.OneToOneField(
        Thread, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    words = models.TextField()

    def __str__(self):
        return f"Thread {self.thread_id}"
