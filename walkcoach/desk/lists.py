"""Which threads a page of the desk shows, and what stands on the card of each.

Every page costs the same number of queries, whatever waits: counts by partial indexes, one page of
threads, and the comments, drafts and presences of all of them at once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone

from articles.text import MAX_QUERY_CHARACTERS
from comments import answering, mail, reading, tokens
from comments.models import AnswerDraft, Comment, ScheduledAnswer, Thread
from comments.words import folded

from .forms import AnswerForm
from .walks import shared_walks

THREADS_ON_A_PAGE = 10
# Up to the next space, without the signs around it.
_TERM = re.compile(r"[^\W_](?:\S*[^\W_])?")
# Of each thread, on its card: what is held, then the newest; all of it is on the thread's own page.
COMMENTS_ON_A_CARD = 6
# A search that finds more wants another word.
MOST_FOUND = 500
# So many mailed answers are listed above the cards; the page of each leads to the others.
MAILED_SHOWN = 10


@dataclass(frozen=True)
class Mailed:
    """An answer that came by mail and waits for its coach's press, with its page's address."""

    reply_to: Comment
    body: str
    link: str


def mailed(coach) -> list[Mailed]:
    """The coach's own answers whose mail did not prove its sender, longest first. One query.

    Another coach's are not listed: their link is what publishes in their name.
    """
    since = timezone.now() - tokens.MAILED_ANSWER_WITHIN
    waiting = coach.mailed_answers.waiting().filter(received_at__gt=since)
    return [
        Mailed(answer.reply_to, answer.body, mail.answer_to_confirm(answer))
        for answer in waiting.select_related("reply_to")[:MAILED_SHOWN]
    ]


# --- Which ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filter:
    """A heap of threads on the desk: its name in addresses, its label, what it says when empty."""

    name: str
    label: str
    threads: Callable[[Any], QuerySet[Thread]]
    when_empty: str


def waiting(coach=None) -> QuerySet[Thread]:
    """Those that wait, longest first; without those whose answer is just about to leave."""
    # By two steps, since a join would tempt a planner to begin at the many comments.
    answered = Comment.objects.filter(pk__in=ScheduledAnswer.objects.values("reply_to_id"))
    return Thread.objects.waiting().exclude(pk__in=answered.values("thread_id"))


def _mine(coach) -> QuerySet[Thread]:
    return Thread.objects.answered_by(coach).order_by("-answered_at", "-pk")


def _held(coach) -> QuerySet[Thread]:
    return Thread.objects.with_held().order_by("waiting_since", "pk")


def _reported(coach) -> QuerySet[Thread]:
    return Thread.objects.reported().order_by("pk")


def _private(coach) -> QuerySet[Thread]:
    return Thread.objects.private().confirmed().order_by("-pk")


def _drafts(coach) -> QuerySet[Thread]:
    drafts = AnswerDraft.objects.filter(coach=coach).exclude(body="")
    return Thread.objects.filter(pk__in=drafts.values("thread_id")).order_by("pk")


def _all(coach) -> QuerySet[Thread]:
    return Thread.objects.confirmed().order_by("-pk")


FILTERS = {
    one.name: one
    for one in (
        Filter("waiting", "Waiting", waiting, "Every question has its answer."),
        Filter("reported", "Reported", _reported, "No reader has reported anything."),
        Filter("held", "Held", _held, "Nothing is held: readers see all that was said."),
        Filter("drafts", "Drafts", _drafts, "You have begun no answer that is not sent."),
        Filter("mine", "You answered", _mine, "You have not answered a thread yet."),
        Filter("private", "Private", _private, "Nobody has asked in private yet."),
        Filter("all", "All", _all, "Nobody has asked anything yet."),
    )
}


def counts(coach, filters: list[Filter] | None = None) -> list[tuple[Filter, int]]:
    """Each filter with how many threads it holds. One query for each."""
    return [(one, one.threads(coach).count()) for one in filters or FILTERS.values()]


def search_words(query: str) -> list[str]:
    """The words to look for in what a coach typed, folded, each once; an address is one word.

    The longest first: it is in the fewest comments, and the others are looked for in those alone.
    """
    found = _TERM.findall(folded(query[:MAX_QUERY_CHARACTERS]))
    return sorted(dict.fromkeys(found), key=len, reverse=True)


def find(words: list[str]) -> list[int]:
    """The keys of the threads in which one comment holds all the words, newest first; one more
    than MOST_FOUND where there are more. One query."""
    aside = [Comment.State.UNCONFIRMED, Comment.State.SPAM]
    found = Comment.objects.exclude(state__in=aside).with_words(words)
    threads = found.order_by("-thread_id").values_list("thread_id", flat=True)
    return list(threads.distinct()[: MOST_FOUND + 1])


# --- A page ---------------------------------------------------------------------------------


@dataclass
class Card:
    """A thread on the desk, and all that its card shows."""

    thread: Thread
    lines: list[reading.Line]
    form: AnswerForm
    days: int | None = None  # that a reader waits, by the date
    draft: AnswerDraft | None = None
    other: AnswerDraft | None = None  # of another coach who is at it now
    leaving: list[ScheduledAnswer] = field(default_factory=list)
    walks: Any = None
    red_line_above: bool = False
    # What the coach has just asked for with the words in the box.
    preview: str = ""
    articles: list[Any] | None = None  # found to link to; None where none were looked for
    searched: str = ""
    answered_by: str = ""  # another coach, meanwhile

    @property
    def question(self) -> Comment | None:
        return self.lines[0].comment if self.lines else None

    @property
    def more(self) -> int:
        """How many comments the thread has that the card does not show."""
        return getattr(self.lines[0].comment, "of", 0) - len(self.lines) if self.lines else 0

    @property
    def is_late(self) -> bool:
        """Whether it waits longer than the coach promises."""
        return self.days is not None and self.days > settings.PROMISED_DAYS

    @property
    def days_late(self) -> int:
        return (self.days or 0) - settings.PROMISED_DAYS

    @property
    def held(self) -> list[Comment]:
        return [line.comment for line in self.lines if line.comment.state == Comment.State.HELD]

    @property
    def waiting(self) -> list[Comment]:
        return [line.comment for line in self.lines if line.waits]

    @property
    def box_is_open(self) -> bool:
        """Whether the box stands open: where there is something to answer, or to go on with."""
        return bool(self.waiting or self.draft or self.came_back)

    @property
    def other_in_words(self) -> str:
        return answering.at_work_words(self.other) if self.other else ""

    @property
    def came_back(self) -> bool:
        """Whether its form was just sent, and has not done what it was sent for."""
        return bool(
            self.form.is_bound or self.preview or self.articles is not None or self.answered_by
        )

    @property
    def whose(self) -> str:
        """Whose thread it is, as readers see it. A question that is spam names nobody."""
        return self.question.author_name if self.question else "Somebody"

    @property
    def whose_for_coach(self) -> str:
        return self.question.name_for_coach if self.question else "Somebody"

    @property
    def asker(self) -> str:
        """Whom an answer is for, as far as the page knows before it is sent."""
        waiting = self.waiting
        if waiting:
            return waiting[-1].author_name
        return self.question.author_name if self.question else ""


def page_of(threads: QuerySet[Thread], number: str | None) -> Page:
    """One page of threads, the articles with them. 2 queries."""
    paginator = Paginator(
        threads.select_related("article", "said_outcome", "answer_page"), THREADS_ON_A_PAGE
    )
    return reading.nearest_page(paginator, number)


def page_of_found(keys: list[int], number: str | None) -> Page:
    """One page of those that a search found. One query."""
    page = reading.nearest_page(Paginator(keys, THREADS_ON_A_PAGE), number)
    threads = Thread.objects.select_related("article", "said_outcome", "answer_page").in_bulk(
        page.object_list
    )
    page.object_list = [threads[key] for key in page.object_list if key in threads]
    return page


def cards(threads: list[Thread], coach, *, most: int = COMMENTS_ON_A_CARD) -> list[Card]:
    """The cards of these threads. 5 queries, and what the walks cost."""
    lines = reading.conversations(threads, for_coach=True, most=most)
    keys = [thread.pk for thread in threads]
    drafts = answering.drafts_of(coach, threads)
    others = answering.others_at_work(coach, keys)
    leaving: dict[int, list[ScheduledAnswer]] = {}
    for answer in ScheduledAnswer.objects.filter(reply_to__thread_id__in=keys).select_related(
        "reply_to", "coach__coach_profile"
    ):
        leaving.setdefault(answer.reply_to.thread_id, []).append(answer)
    walks = shared_walks(threads, coach)
    return [
        Card(
            thread,
            lines[thread.pk],
            answer_form(thread, lines[thread.pk], drafts.get(thread.pk)),
            days=days_since(thread.waiting_since),
            draft=drafts.get(thread.pk),
            other=others.get(thread.pk),
            leaving=leaving.get(thread.pk, []),
            walks=walks.get(thread.pk),
        )
        for thread in threads
    ]


def draw_red_line(cards: list[Card]) -> None:
    """Between those that wait too long and those that do not, where both stand on the page."""
    for before, card in pairwise(cards):
        card.red_line_above = before.is_late and not card.is_late


def answer_form(
    thread: Thread, lines: list[reading.Line], draft: AnswerDraft | None = None
) -> AnswerForm:
    """Answers the newest comment that waits, or another of those that do; filled with the draft."""
    waits = [line.comment for line in lines if line.waits]
    there = [line.comment for line in lines if not line.removed]
    others = [comment for comment in there if not comment.by_coach] or there
    initial: dict[str, Any] = {"seen": last_answer(lines), "revision": 0}
    if draft is not None:
        initial |= {"body": draft.body, "revision": draft.revision}
        known = {comment.pk for comment in waits or others}
        if draft.reply_to_id in known:
            initial["reply_to"] = draft.reply_to_id
    return AnswerForm(comments=waits or others, prefix=str(thread.pk), initial=initial)


def last_answer(lines: list[reading.Line]) -> int:
    """The key of the last answer by a coach among the lines; 0 where there is none."""
    return max((line.comment.pk for line in lines if line.comment.by_coach), default=0)


def days_since(moment: datetime | None) -> int | None:
    """Whole days, as a person counts them: by the date, not by 24 hours."""
    if moment is None:
        return None
    return (timezone.localdate() - timezone.localdate(moment)).days
