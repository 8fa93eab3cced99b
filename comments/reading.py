"""Reading conversations: rows into nested lines, in a constant number of queries.

Replies are nested here, when they are read, by arrival: a parent always arrived before its
replies, so the first comments of a thread are a whole tree, however long the thread is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.fields.files import FieldFile
from django.db.models.functions import RowNumber
from django.urls import reverse

from accounts.models import CoachProfile, User
from articles.models import Article, ThreadOrder

from .marks.models import HelpfulMark, Report
from .models import Comment, CommentQuerySet, Thread

State = Comment.State

THREADS_ON_A_PAGE = 20
# Of each thread, on the article's page; the rest has a page of its own.
THREAD_PREVIEW = 30
COMMENTS_ON_A_THREAD_PAGE = 100
# Of each thread, on the coach's desk: what is held or reported first, then the newest.
COACH_PREVIEW = 200
# Lists within lists: a phone has no room for more. Deeper replies stay here and say whom they
# answer, since readers no longer trust the indentation (reference: BBC GEL, Comments).
DEEPEST = 2

# What a page shows nothing of; an address that was never read cannot leak.
_UNREAD = [
    "user_email",
    "user_url",
    "ip_address",
    "object_pk",
    "submission_key",
    "source_key",
    "search_words",
    "search_writer",
]


@dataclass(slots=True)
class Line:
    """A comment at its place in a nested list that is written without recursion.

    The list is `{% if line.opens %}<ol>{% endif %}<li>…{% if line.is_last_within %}</li>{% endif %}
    {% for _ in line.closes %}</ol></li>{% endfor %}`; the caller writes the outermost `<ol>`.
    """

    comment: Comment
    depth: int
    answers: Comment | None = None  # what it replies to; None for a question
    answers_here: bool = True  # whether that stands on the same page
    waits: bool = False  # for the coach's answer
    is_marked: bool = False  # helpful, by whoever reads
    reports: list[Report] = field(default_factory=list)  # open ones, for the coach
    profile: CoachProfile | None = None  # of the coach who wrote it
    opens: bool = False
    is_last_within: bool = True
    closes: range = range(0)

    @property
    def removed(self) -> bool:
        return self.comment.is_out_of_sight

    @property
    def answers_address(self) -> str:
        """Where to read what it replies to."""
        if self.answers is None:
            return ""
        return (
            f"#comment-{self.answers.pk}" if self.answers_here else self.answers.get_absolute_url()
        )

    @property
    def portrait(self) -> FieldFile | None:
        """The coach's, or the member's own, unless they show only their initials."""
        if self.profile:
            return self.profile.portrait
        name = getattr(self.comment, "face", None)
        if not name or self.removed or self.comment.initials_only:
            return None
        return FieldFile(None, User._meta.get_field("portrait"), name)  # type: ignore[arg-type]


@dataclass(slots=True)
class Conversation:
    """One thread as a page lists it: the question, and the first of the replies, nested."""

    thread: Thread
    question: Line
    replies: list[Line]

    @property
    def lines(self) -> list[Line]:
        return [self.question, *self.replies]

    @property
    def more(self) -> int:
        """How many published replies are not among these."""
        shown = sum(line.comment.is_published for line in self.lines)
        return self.thread.comment_count - shown


def conversations(
    threads: Iterable[Thread], *, for_coach: bool = False, most: int = COACH_PREVIEW
) -> dict[int, list[Line]]:
    """The nested lines of each thread, by the thread's key. 2 queries, 3 for the coach.

    Readers get what is public, at most THREAD_PREVIEW a thread by arrival. The coach gets what is
    held too, never spam or unconfirmed, at most so many as `most` says, and the question.
    """
    by_key = {thread.pk: thread for thread in threads}
    rows = Comment.objects.filter(thread_id__in=list(by_key))
    rows = (
        _for_coach(rows, most) if for_coach else rows.shown().first_of_each_thread(THREAD_PREVIEW)
    )
    comments = list(_with_faces(rows.in_order()).defer(*_UNREAD))
    if not for_coach:
        _veil(comments)
    of_thread: dict[int, list[Comment]] = {key: [] for key in by_key}
    for comment in comments:
        of_thread[comment.thread_id].append(comment)
    profiles = _profiles(comments)
    nested = {key: nest(found, profiles=profiles) for key, found in of_thread.items()}
    if for_coach:
        for key, lines in nested.items():
            heard_at = by_key[key].heard_at
            for line in lines:
                line.waits = line.comment.waits_since(heard_at)
        _note_reports(line for lines in nested.values() for line in lines)
    return nested


def _note_reports(lines: Iterable[Line]) -> None:
    by_comment: dict[int, list[Report]] = {}
    lines = list(lines)
    reported = Report.objects.open().filter(comment__in=[line.comment.pk for line in lines])
    for report in reported.order_by("pk"):
        by_comment.setdefault(report.comment_id, []).append(report)
    for line in lines:
        line.reports = by_comment.get(line.comment.pk, [])


def page_of(
    article: Article, number: str | int | None, order: ThreadOrder = ThreadOrder.OLDEST
) -> Page:
    """One page of an article's threads, each a `Conversation`. 4 queries whatever their size."""
    threads_in_order = (
        article.threads.shown().as_listed(order).select_related("said_outcome", "answer_page")
    )
    page = nearest_page(Paginator(threads_in_order, THREADS_ON_A_PAGE), number)
    threads = list(page.object_list)
    lines = conversations(threads)
    page.object_list = [
        Conversation(thread, lines[thread.pk][0], _bracketed(lines[thread.pk][1:], outermost=1))
        for thread in threads
    ]
    return page


def page_within(thread: Thread, number: str | int | None) -> Page:
    """One page of a long thread, as lines. 4 queries.

    Replies whose parent stands on an earlier page begin a list of their own and name it.
    """
    page = nearest_page(
        Paginator(
            _with_faces(thread.comments.shown().in_order()).defer(*_UNREAD),
            COMMENTS_ON_A_THREAD_PAGE,
        ),
        number,
    )
    comments = list(page.object_list)
    here = {comment.pk for comment in comments}
    earlier = {comment.parent_id for comment in comments} - here
    parents = list(thread.comments.shown().filter(pk__in=earlier).defer(*_UNREAD))
    _veil([*comments, *parents])
    page.object_list = nest(
        comments,
        profiles=_profiles(comments),
        elsewhere={parent.pk: parent for parent in parents},
    )
    return page


def note_marks(lines: Iterable[Line], user_id: int) -> None:
    """Say at each line whether this account has marked it as helpful. 1 query."""
    lines = list(lines)
    marked = set(
        HelpfulMark.objects.filter(
            user_id=user_id, comment__in=[line.comment.pk for line in lines]
        ).values_list("comment_id", flat=True)
    )
    for line in lines:
        line.is_marked = line.comment.pk in marked


def address_of(comment: Comment, thread: Thread) -> str:
    """Where a published comment can be read now: an article's page or its thread's. 2 queries."""
    place = thread.comments.shown().filter(pk__lte=comment.pk).count()
    if place > THREAD_PREVIEW:
        address = reverse("comments:thread", args=[thread.pk])
        number = (place - 1) // COMMENTS_ON_A_THREAD_PAGE + 1
    else:
        before = Q(pk__lt=thread.pk, is_pinned=True)
        if not thread.is_pinned:
            before = Q(pk__lt=thread.pk) | Q(is_pinned=True)
        address = thread.article.get_absolute_url()
        threads_before = thread.article.threads.shown().filter(before).count()
        number = threads_before // THREADS_ON_A_PAGE + 1
    page = f"?page={number}" if number > 1 else ""
    return f"{address}{page}#comment-{comment.pk}"


def nearest_page(paginator: Paginator, number: str | int | None) -> Page:
    """The page of this number, or the nearest there is; the first where it is no number."""
    try:
        wanted = int(number or 1)
    except ValueError:
        wanted = 1
    return paginator.page(min(max(wanted, 1), paginator.num_pages))


def nest(
    comments: list[Comment],
    *,
    profiles: Mapping[int, CoachProfile],
    elsewhere: Mapping[int, Comment] | None = None,
) -> list[Line]:
    """Comments of one thread, by arrival, as the lines of a nested list. No queries, no recursion.

    A removed comment keeps its place while something under it is shown; without, it is left out.
    A reply whose parent is not to be seen (spam, or on an earlier page, when `elsewhere` has it)
    stands under the question, or at the top where that is not among the comments either.
    """
    elsewhere = elsewhere or {}
    known: dict[int, Comment] = {}
    parents: dict[int, Comment] = {}
    for comment in comments:
        # Parents arrived earlier, so no row, however it came here, can make a circle.
        if comment.parent_id in known:
            parents[comment.pk] = known[comment.parent_id]
        known[comment.pk] = comment

    kept: set[int] = set()
    for comment in reversed(comments):
        if comment.pk in kept or not comment.is_out_of_sight:
            kept.add(comment.pk)
            if comment.pk in parents:
                kept.add(parents[comment.pk].pk)

    question = known.get(comments[0].thread_id) if comments else None
    tops: list[Comment] = []
    under: dict[int, list[Comment]] = {}
    for comment in comments:
        if comment.pk not in kept and comment is not question:
            continue
        parent = parents.get(comment.pk)
        if parent is None and comment is not question and comment.parent_id not in elsewhere:
            parent = question
        (tops if parent is None else under.setdefault(parent.pk, [])).append(comment)

    lines: list[Line] = []
    stack = [(comment, 0) for comment in reversed(tops)]
    while stack:
        comment, depth = stack.pop()
        lines.append(
            Line(
                comment,
                min(depth, DEEPEST),
                answers=parents.get(comment.pk) or elsewhere.get(comment.parent_id),
                answers_here=comment.pk in parents,
                profile=profiles.get(comment.user_id) if comment.by_coach else None,
            )
        )
        stack.extend((reply, depth + 1) for reply in reversed(under.get(comment.pk, [])))
    return _bracketed(lines)


def _bracketed(lines: list[Line], outermost: int = 0) -> list[Line]:
    """Say at each line which lists it opens and closes, within a list at the outermost depth."""
    depth_before = outermost
    for line, after in zip_longest(lines, lines[1:]):
        line.opens = line.depth > depth_before
        depth_after = after.depth if after else outermost
        line.is_last_within = depth_after <= line.depth
        line.closes = range(max(0, line.depth - depth_after))
        depth_before = line.depth
    return lines


def _for_coach(rows: CommentQuerySet, most: int) -> CommentQuerySet:
    """What is held or reported, then the newest, so many of each thread; and the question.

    Each row says how many there are (`of`).
    """
    to_look_at = Q(state=State.HELD) | Q(pk__in=Report.objects.open().values("comment_id"))
    first = Case(When(to_look_at, then=Value(0)), default=Value(1))
    return (
        rows.filter(state__in=[State.HELD, State.PUBLISHED, *Comment.OUT_OF_SIGHT])
        .annotate(
            place=Window(
                RowNumber(), partition_by=F("thread_id"), order_by=[first, F("id").desc()]
            ),
            of=Window(Count("*"), partition_by=F("thread_id")),
        )
        .filter(Q(place__lte=most) | Q(id=F("thread_id")))
    )


def _veil(comments: Iterable[Comment]) -> None:
    """Take the words and the names out of removed comments, so that no template can show them."""
    for comment in comments:
        if comment.is_out_of_sight:
            comment.comment = comment.user_name = ""


def _with_faces(rows: CommentQuerySet) -> CommentQuerySet:
    """With the name of the writer's picture: one column more, nothing else of their account."""
    return rows.annotate(face=F("user__portrait"))


def _profiles(comments: Iterable[Comment]) -> dict[int, CoachProfile]:
    coaches = {comment.user_id for comment in comments if comment.by_coach}
    return {profile.user_id: profile for profile in CoachProfile.objects.filter(user__in=coaches)}
