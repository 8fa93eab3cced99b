"""Threads and comments in the writing room: to find, read and moderate; the desk is for answering.

Nothing is added, rewritten or deleted here: every act goes through `conversation`, which keeps
the threads in step and the replies under a removed comment.
"""

from functools import partial

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import truncatewords
from django.utils.html import format_html

from . import conversation, history
from .models import Act, Comment, ListEntry, Thread


class ReadMostly(admin.ModelAdmin):
    """Seen by those who may, changed by acts only."""

    changeable: list[str] = []
    actions_on_bottom = True
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [name for name in self.fields or [] if name not in self.changeable]


@admin.register(Comment)
class CommentAdmin(ReadMostly):
    """All comments, newest first. The e-mail is for the coach's eyes; network addresses are not."""

    fields = [
        "author_name",
        "user_email",
        "words",
        "under",
        "state",
        "why_held",
        "submit_date",
        "arrived_at",
    ]
    list_display = ["author", "start", "state", "by_coach", "submit_date"]
    list_filter = ["state", "held_because", "by_coach", ("submit_date", admin.DateFieldListFilter)]
    search_fields = ["comment", "user_name", "user_email"]
    search_help_text = "Words of a comment, a name or an e-mail."
    ordering = ["-id"]
    actions = ["publish", "remove", "mark_as_spam", "put_back"]

    def has_change_permission(self, request, obj=None):
        """The acts on the list change comments; a comment's own page only shows it."""
        return obj is None and super().has_change_permission(request)

    @admin.display(description="who", ordering="user_name")
    def author(self, comment: Comment) -> str:
        return comment.author_name

    @admin.display(description="what")
    def start(self, comment: Comment) -> str:
        return truncatewords(comment.comment, 14)

    @admin.display(description="words")
    def words(self, comment: Comment) -> str:
        return comment.comment

    @admin.display(description="why it was held")
    def why_held(self, comment: Comment) -> str:
        why = comment.get_held_because_display()
        return f"{why}: {comment.held_detail}" if comment.held_detail else why

    @admin.display(description="on the site")
    def under(self, comment: Comment) -> str:
        if not comment.is_published:
            return "Not shown"
        return format_html('<a href="{}">Open it on the page</a>', comment.get_absolute_url())

    @admin.action(description="Publish what is held", permissions=["change"])
    def publish(self, request: HttpRequest, chosen: QuerySet) -> None:
        held = chosen.filter(state=Comment.State.HELD)
        self._each(request, held, conversation.approve, Act.Kind.PUBLISHED)

    @admin.action(description="Remove (replies keep their place)", permissions=["change"])
    def remove(self, request: HttpRequest, chosen: QuerySet) -> None:
        self._each(request, chosen, conversation.remove, Act.Kind.REMOVED)

    @admin.action(description="Mark as spam", permissions=["change"])
    def mark_as_spam(self, request: HttpRequest, chosen: QuerySet) -> None:
        as_spam = partial(conversation.remove, as_spam=True)
        self._each(request, chosen, as_spam, Act.Kind.SPAM)

    @admin.action(description="Not spam, or removed in error: put back", permissions=["change"])
    def put_back(self, request: HttpRequest, chosen: QuerySet) -> None:
        hidden = chosen.filter(state__in=[Comment.State.REMOVED, Comment.State.SPAM])
        self._each(request, hidden, conversation.put_back, Act.Kind.PUT_BACK)

    def _each(self, request, comments, act, kind) -> None:
        count = 0
        for comment in comments.exclude(state=Comment.State.UNCONFIRMED):
            history.note_change(kind, comment, request.user, partial(act, comment))
            count += 1
        messages.success(request, f"Done for {count} comment{'s'[: count != 1]}.")


@admin.register(ListEntry)
class ListEntryAdmin(admin.ModelAdmin):
    """What the coach holds or calls spam at sight: words, senders, networks."""

    fields = ["kind", "text", "act"]
    list_display = ["text", "kind", "act", "added_at"]
    list_filter = ["kind", "act"]
    search_fields = ["text"]
    ordering = ["kind", "text"]


@admin.register(Thread)
class ThreadAdmin(ReadMostly):
    """Threads, those that wait first. Pinning is the one thing to change."""

    fields = ["question", "article", "is_pinned", "comment_count", "waiting_since", "answered_at"]
    changeable = ["is_pinned"]
    list_display = ["question", "article", "comment_count", "waiting_since", "is_pinned"]
    list_filter = [
        ("waiting_since", admin.EmptyFieldListFilter),
        "is_pinned",
        "is_public",
        ("article", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["root", "article"]
    search_fields = ["root__comment", "root__user_name", "article__title"]
    ordering = ["waiting_since", "-pk"]

    @admin.display(description="question", ordering="pk")
    def question(self, thread: Thread) -> str:
        return f"{thread.root.author_name}: {truncatewords(thread.root.comment, 14)}"

    def save_model(self, request, obj: Thread, form, change) -> None:
        """Under the thread's lock, so that a reply at this moment is not forgotten."""
        conversation.pin(obj, pinned=obj.is_pinned)
