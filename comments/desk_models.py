"""What the coach's desk keeps: answers under way, phrases to insert, and who did what.

Written by `answering.py` and `history.py`; snippets by their own pages.
"""

from django.conf import settings
from django.db import models


class AnswerDraft(models.Model):
    """What a coach has written in a thread's answer box and not sent; one for each of them there.

    It also shows the other coaches that somebody is at it: see `answering.others_at_work`.
    """

    thread = models.ForeignKey("comments.Thread", on_delete=models.CASCADE, related_name="drafts")
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="answer_drafts"
    )
    reply_to = models.ForeignKey(
        "comments.Comment", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    body = models.TextField(blank=True)
    # Raised by each change of the words, so that an old copy on another device is noticed.
    revision = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    # When the words last changed; and when the coach was last seen at them.
    saved_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    # Why an answer that was sent is a draft again, in words for the coach.
    came_back = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "coach"], name="answer_draft_once"),
        ]

    def __str__(self):
        return f"Draft of {self.coach_id} in thread {self.thread_id}"


class ScheduledAnswer(models.Model):
    """An answer that was sent and can still be called back, until it leaves."""

    reply_to = models.ForeignKey(
        "comments.Comment", on_delete=models.CASCADE, related_name="scheduled_answers"
    )
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scheduled_answers"
    )
    body = models.TextField()
    leaves_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["leaves_at", "pk"]

    def __str__(self):
        return f"Answer of {self.coach_id} to comment {self.reply_to_id}"


class Snippet(models.Model):
    """Words that a coach writes often, under a name to find them by."""

    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="snippets"
    )
    title = models.CharField("name", max_length=80, help_text="What you look for it by.")
    body = models.TextField("words", max_length=4000)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["coach", "title"], name="snippet_once"),
        ]

    def __str__(self):
        return self.title


class Act(models.Model):
    """One thing that a coach did to a comment or, if it opens one, to its thread.

    It hangs on the comment and not on the thread, so that it goes wherever the comment is moved.
    """

    class Kind(models.TextChoices):
        ANSWERED = "answered", "Answered"
        PUBLISHED = "published", "Published"
        SPAM = "spam", "Called it spam"
        REMOVED = "removed", "Removed"
        PUT_BACK = "put_back", "Put back"
        FINE = "fine", "Found that what was reported is fine"
        NO_ANSWER = "no_answer", "Marked as needing no answer"
        ANSWER_NEEDED = "answer_needed", "Put back on the desk"
        BY_MAIL = "by_mail", "Answered by mail"
        PINNED = "pinned", "Pinned"
        UNPINNED = "unpinned", "Unpinned"
        SUGGESTED = "suggested", "Suggested making it public"
        MADE_PRIVATE = "made_private", "Kept it private"
        SPLIT = "split", "Made it a thread of its own"
        MOVED = "moved", "Moved to another article"
        MOVED_INTO = "moved_into", "Moved into another thread"
        MERGED = "merged", "Merged into another thread"
        BANNED = "banned", "Put the sender on the list"

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="acts")
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    kind = models.CharField(max_length=16, choices=Kind)
    at = models.DateTimeField()
    # From what to what, in words.
    was = models.CharField(max_length=200, blank=True)
    became = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    # What undoing it takes, by names that only its own undoing knows.
    details = models.JSONField(default=dict, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: comment {self.comment_id}"
