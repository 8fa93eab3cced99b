"""The desk's pages: the lists, a thread's own page, answering, drafts, and who is at it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from articles.metadata import absolute
from articles.models import Article
from articles.text import MAX_QUERY_CHARACTERS
from articles.text import search_words as article_words
from comments import answering, conversation, history, reading
from comments.models import Act, Comment, ScheduledAnswer, Snippet, Thread

from . import lists
from .acts import can_be_undone
from .forms import AnswerForm, ByMailForm
from .guards import (
    back,
    coach_of,
    for_coaches,
    place,
    query_of,
    thread_or_404,
    wants_json,
)

# So many articles are offered for a link.
MOST_ARTICLES = 8


@for_coaches
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """A heap of threads, or what a search finds. A constant number of queries, whatever waits."""
    answering.publish_due()
    return _show_list(request, request.GET)


@for_coaches
@require_safe
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """One thread with its history. A constant number of queries, whatever its length."""
    answering.publish_due()
    return _show_thread(request, thread_or_404(thread_id))


# --- Answering ------------------------------------------------------------------------------


@for_coaches
@require_POST
def answer(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Send an answer to a comment of the thread, which approves it too. It can be called back for
    a while. What was typed is never lost."""
    answering.publish_due()
    coach = coach_of(request)
    thread = thread_or_404(thread_id)
    form = _form(request, thread)
    if not coach.is_coach:
        form.add_error(None, "Answers are signed, so make your coach profile first.")
    if not form.is_valid():
        return _show_again(request, thread, form)
    seen = None if form.cleaned_data["anyway"] else form.cleaned_data["seen"]
    try:
        answering.schedule(
            form.cleaned_data["reply_to"], form.cleaned_data["body"], coach, seen=seen
        )
    except answering.AnsweredMeanwhile as meanwhile:
        again = form.rewritten(anyway=True)
        return _show_again(request, thread, again, status=409, answered_by=meanwhile.by)
    except conversation.CannotReply:
        form.add_error(None, "The comment you answered has been taken down meanwhile.")
        return _show_again(request, thread, form)
    return back(request)


@for_coaches
@require_POST
def preview(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Show the answer as readers will see it, and the words in the box again."""
    thread = thread_or_404(thread_id)
    form = _form(request, thread)
    if not form.is_valid():
        return _show_again(request, thread, form)
    words = form.cleaned_data["body"]
    return _show_again(request, thread, form.rewritten(), status=200, preview=words)


@for_coaches
@require_POST
def insert(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Put a phrase, or a link to an article, at the end of the words; or look for an article.

    With scripts it goes where the cursor is, and this is not asked.
    """
    thread = thread_or_404(thread_id)
    form = _form(request, thread)
    body = str(form["body"].value() or "")
    more: dict[str, Any] = {}
    if link_to := request.POST.get("article", ""):
        found = Article.objects.published().filter(pk=link_to) if link_to.isdecimal() else []
        body = _with(body, *(link_words(article) for article in found))
    elif "find" in request.POST:
        more["searched"] = request.POST.get("article_words", "")[:MAX_QUERY_CHARACTERS]
        more["articles"] = found_articles(more["searched"])
    else:
        snippets = Snippet.objects.filter(coach=coach_of(request))
        chosen = request.POST.get("snippet", "")
        body = _with(body, *(one.body for one in snippets if str(one.pk) == chosen))
    more.setdefault("articles", [] if "find" in request.POST else None)
    again = form.rewritten(body=body)
    return _show_again(request, thread, again, status=200, inserted=True, **more)


def found_articles(words: str) -> list[Article]:
    """Published articles with these words in their title first, then anywhere. One query."""
    wanted = article_words(words)
    if not wanted:
        return []
    articles = Article.objects.published().with_words(wanted).defer("body")
    found = list(articles.newest_first()[: 10 * MOST_ARTICLES])
    found.sort(key=lambda one: not all(word in one.title.casefold() for word in wanted))
    return found[:MOST_ARTICLES]


def link_words(article: Article) -> str:
    """An article's title and address, as they stand in an answer."""
    return f"{article.title}: {absolute(article.get_absolute_url())}"


def _with(body: str, *more: str) -> str:
    return "\n\n".join(filter(None, [body.rstrip(), *more]))


@for_coaches
@require_safe
def insertable(request: HttpRequest) -> HttpResponse:
    """The coach's phrases, and articles with the words in `q`, for the page's script."""
    words = request.GET.get("q", "")[:MAX_QUERY_CHARACTERS]
    folded = lists.search_words(words)
    snippets = [
        {"title": one.title, "words": one.body}
        for one in Snippet.objects.filter(coach=coach_of(request))
        if all(word in " ".join(lists.search_words(f"{one.title} {one.body}")) for word in folded)
    ]
    articles = [{"title": one.title, "words": link_words(one)} for one in found_articles(words)]
    return JsonResponse({"snippets": snippets, "articles": articles})


@for_coaches
@require_POST
def leaving(request: HttpRequest, answer_id: int, act: str) -> HttpResponse:
    """Call an answer back, or have it leave at once."""
    found = ScheduledAnswer.objects.filter(pk=answer_id, coach=coach_of(request))
    answer = found.select_related("reply_to").first()
    if answer is None:
        messages.info(request, "Your answer has left already.")
        return back(request)
    if act == "send-now":
        if answering.publish(answer):
            messages.success(request, f"{answer.reply_to.author_name} has your answer.")
        return back(request)
    draft = answering.call_back(answer)
    if draft is None:
        messages.info(request, "Your answer has left already.")
        return back(request)
    messages.success(request, "Called back. Your words are in the box again.")
    return back(request)


# --- Drafts, and who is at it ---------------------------------------------------------------


@for_coaches
@require_POST
def draft(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Keep what is in the box; it also tells the other coaches that somebody is at it."""
    thread = thread_or_404(thread_id)
    form = _form(request, thread)
    body = str(form["body"].value() or "")
    chosen = str(form["reply_to"].value() or "")
    revision = str(form["revision"].value() or "")
    try:
        saved = answering.save_draft(
            thread,
            coach_of(request),
            body,
            reply_to=thread.comments.filter(pk=chosen).first() if chosen.isdecimal() else None,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else None,
        )
    except answering.StaleDraft as stale:
        if wants_json(request):
            other = stale.draft
            return JsonResponse(
                {"body": other.body, "revision": other.revision, "at": _clock(other.saved_at)},
                status=409,
            )
        # Without scripts: both stand in the box, and the coach takes out what is too much.
        saved = answering.save_draft(
            thread,
            coach_of(request),
            f"{stale.draft.body}\n\n{body}".strip(),
            reply_to=stale.draft.reply_to,
        )
    if wants_json(request):
        return JsonResponse({"revision": saved.revision, "at": _clock(saved.saved_at)})
    messages.success(request, f"Saved {_clock(saved.saved_at)}. You find it under Drafts.")
    return back(request)


@for_coaches
@require_safe
def presence(request: HttpRequest) -> HttpResponse:
    """Who else is at which of the threads in `threads`, and what was last said there; for the
    page's script, which asks now and then. 3 queries."""
    answering.publish_due()
    asked = [key for key in request.GET.get("threads", "").split(",") if key.isdecimal()]
    keys = [int(key) for key in asked[: lists.THREADS_ON_A_PAGE + 1] if len(key) < 10]
    others = answering.others_at_work(coach_of(request), keys)
    answered = Comment.objects.published().filter(by_coach=True, thread_id__in=keys)
    last: dict[int, int] = {}
    for thread_id, pk in answered.order_by("pk").values_list("thread_id", "pk"):
        last[thread_id] = pk
    return JsonResponse(
        {
            "threads": {
                key: {
                    "other": answering.at_work_words(others[key]) if key in others else "",
                    "seen": last.get(key, 0),
                }
                for key in keys
            }
        }
    )


def _clock(moment) -> str:
    return time_format(localtime(moment), "H:i")


# --- Showing --------------------------------------------------------------------------------


def _form(request: HttpRequest, thread: Thread) -> AnswerForm:
    comments = thread.comments.answerable().in_order()
    return AnswerForm(request.POST, comments=comments, prefix=str(thread.pk))


def _show_list(
    request: HttpRequest,
    query: QueryDict,
    came_back: tuple[Thread, AnswerForm, dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    coach = coach_of(request)
    chosen = lists.FILTERS.get(query.get("show", ""), lists.FILTERS["waiting"])
    searched = query.get("q", "")[:MAX_QUERY_CHARACTERS].strip()
    words = lists.search_words(searched)
    if words:
        found = lists.find(words)
        page = lists.page_of_found(found[: lists.MOST_FOUND], query.get("page"))
        more_found = len(found) > lists.MOST_FOUND
    else:
        page, more_found = lists.page_of(chosen.threads(coach), query.get("page")), False
    threads = list(page.object_list)
    if came_back and came_back[0] not in threads:
        threads.insert(0, came_back[0])
    cards = lists.cards(threads, coach)
    if chosen.name == "waiting" and not words:
        lists.draw_red_line(cards)
    counts = lists.counts(coach)
    return _show(
        request,
        "desk/desk.html",
        cards,
        came_back,
        status,
        page=page,
        counts=counts,
        waiting_count=counts[0][1],
        chosen=chosen,
        searched=searched,
        words=words,
        more_found=more_found,
        most_found=lists.MOST_FOUND,
        mailed=lists.mailed(coach),
        page_query=_page_query(chosen, searched if words else ""),
    )


def _page_query(chosen: lists.Filter, searched: str) -> str:
    query = QueryDict(mutable=True)
    if searched:
        query["q"] = searched
    elif chosen.name != "waiting":
        query["show"] = chosen.name
    return f"{query.urlencode()}&" if query else ""


def _show_thread(
    request: HttpRequest,
    thread: Thread,
    came_back: tuple[Thread, AnswerForm, dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    coach = coach_of(request)
    cards = lists.cards([thread], coach, most=reading.COACH_PREVIEW)
    acts = list(history.of_thread(thread)[:MOST_ACTS])
    return _show(
        request,
        "desk/thread.html",
        cards,
        came_back,
        status,
        card=cards[0],
        acts=[
            (act, answering.name_of(act.coach) if act.coach else "A former coach") for act in acts
        ],
        undoable=[act for act in acts if can_be_undone(act)],
        most_acts=MOST_ACTS,
        by_mail=ByMailForm(),
        page_query="",
    )


# Of a thread's history, the newest.
MOST_ACTS = 100


def _show(
    request: HttpRequest,
    template: str,
    cards: list[lists.Card],
    came_back: tuple[Thread, AnswerForm, dict[str, Any]] | None,
    status: int,
    **context: Any,
) -> HttpResponse:
    coach = coach_of(request)
    for card in cards:
        if came_back and card.thread == came_back[0]:
            card.form = came_back[1]
            for name, value in came_back[2].items():
                setattr(card, name, value)
    return render(
        request,
        template,
        {
            "section": "desk",
            "cards": cards,
            "back": place(request) if request.method == "POST" else _without_undo(request),
            "undo": _undo(request),
            "leaving": answering.leaving_of(coach),
            "snippets": list(Snippet.objects.filter(coach=coach)),
            "promised_days": settings.PROMISED_DAYS,
            "came_back": came_back[1] if came_back and came_back[1].errors else None,
            **context,
        },
        status=status,
    )


def _show_again(
    request: HttpRequest, thread: Thread, form: AnswerForm, *, status: int = 422, **on_card: Any
) -> HttpResponse:
    """The page that the form stood on, with the form as it is now, and its thread in any case."""
    address = place(request)
    came_back = (thread, form, on_card)
    if address.startswith(reverse("desk_thread", args=[thread.pk])):
        return _show_thread(request, thread, came_back, status)
    return _show_list(request, query_of(address), came_back, status)


def _without_undo(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("undo", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _undo(request: HttpRequest) -> Act | None:
    """The act that the address says was just done, while it can be undone by who did it."""
    pk = request.GET.get("undo", "")
    if not pk.isdecimal() or len(pk) > 9:
        return None
    acts = Act.objects.filter(pk=pk, coach=coach_of(request)).select_related("comment")
    act = acts.first()
    return act if act and can_be_undone(act) else None
