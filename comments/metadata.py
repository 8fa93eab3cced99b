"""What a conversation tells machines about itself (https://schema.org/Question and its kin).

Only what the page shows: names as they are shown, nothing that was removed, and `Answer` for the
coach's words alone. No query: it is made from the lines that the page is made from.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from articles.metadata import ESCAPES, absolute
from articles.models import Article

from .models import AnswerPage, Comment
from .reading import Conversation, Line

# Characters of one comment; who wants them all reads the page.
LONGEST_TEXT = 600
# Characters of the whole, before they are escaped: a fifth of a page of long threads.
MOST = 24_000


def of_article(article: Article, conversations: Iterable[Conversation]) -> SafeString:
    """The page's threads as comments of the `BlogPosting` that the article's own data describes.

    As many threads as MOST has room for, whole; "" where there is none.
    """
    threads: list[dict[str, Any]] = []
    room = MOST
    for shown in conversations:
        thread = _thread(shown.question, shown.replies)
        if thread is None:
            continue
        room -= len(json.dumps(thread, ensure_ascii=False))
        if room < 0:
            break
        threads.append(thread)
    if not threads:
        return SafeString("")
    address = absolute(article.get_absolute_url())
    return _dumped({"@type": "BlogPosting", "@id": address, "comment": threads})


def of_thread(lines: list[Line]) -> SafeString:
    """A page that is one thread: a `QAPage` where the coach has answered, else a posting.

    "" where the lines do not begin with the question (later pages), or it was removed.
    """
    if not lines or not lines[0].comment.is_question:
        return SafeString("")
    thread = _thread(lines[0], lines[1:])
    if thread is None:
        return SafeString("")
    if thread["@type"] == "Question":
        return _dumped({"@type": "QAPage", "mainEntity": thread})
    return _dumped({**thread, "@type": "DiscussionForumPosting"})


def of_answer_page(page: AnswerPage) -> SafeString:
    """A page that is one question with its accepted answer, as the coach edited them. No query
    after `with_thread`."""
    root = page.thread.root
    address = absolute(page.get_absolute_url())
    coach = getattr(page.made_by, "coach_profile", None)
    answer = {
        "@type": "Answer",
        "text": page.answer,
        "url": f"{address}#answer",
        "author": {"@type": "Person", "name": coach.name if coach else "The coach"},
    }
    if page.thread.answered_at:
        answer["datePublished"] = page.thread.answered_at.isoformat()
    question = {
        "@type": "Question",
        "name": page.title,
        "text": page.question,
        "url": address,
        "datePublished": root.submit_date.isoformat(),
        "author": {"@type": "Person", "name": root.author_name},
        "answerCount": 1,
        "acceptedAnswer": answer,
    }
    return _dumped({"@type": "QAPage", "mainEntity": question})


def _thread(question: Line, replies: list[Line]) -> dict[str, Any] | None:
    """A question with its answers and other replies, flat; each says what it replies to.

    A `Question` only where the coach answered a reader.
    """
    if question.removed:
        return None
    room = MOST // 2
    shown = []
    for line in replies:
        room -= len(line.comment.comment[:LONGEST_TEXT])
        if room < 0:
            break
        if not line.removed:
            shown.append(line)
    data = _comment(question)
    if not question.comment.by_coach and (answers := [x for x in shown if x.comment.by_coach]):
        data["@type"] = "Question"
        data["name"] = _cut(" ".join(question.comment.comment.split()), 110)
        data["answerCount"] = len(answers)
        data["suggestedAnswer"] = [{**_comment(line), "@type": "Answer"} for line in answers]
        shown = [line for line in shown if not line.comment.by_coach]
    if shown:
        data["comment"] = [_comment(line) for line in shown]
    return data


def _comment(line: Line) -> dict[str, Any]:
    comment: Comment = line.comment
    address = absolute(comment.get_absolute_url())
    data: dict[str, Any] = {
        "@type": "Comment",
        "@id": address,
        "url": address,
        "text": _cut(comment.comment, LONGEST_TEXT),
        "datePublished": comment.submit_date.isoformat(),
        "author": {"@type": "Person", "name": comment.author_name},
    }
    if line.answers is not None and line.answers.is_published:
        data["parentItem"] = {"@id": absolute(line.answers.get_absolute_url())}
    return data


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _dumped(data: dict[str, Any]) -> SafeString:
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))
