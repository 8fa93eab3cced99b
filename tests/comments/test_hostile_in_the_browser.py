"""What others have used to break sites, in every field, opened in a real Chromium: nothing runs.

The browser is told to leave the Content-Security-Policy aside, so that what keeps the strings from
running is that they are text, and not the second wall behind it.
"""

import html
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import feedparser
import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from comments import conversation, mail, tokens
from comments.models import Comment, Correspondent, Follower, ListEntry, Notice, Thread
from comments.words import one_line, tidy

from .many import plant
from .test_hostile import hostile, xss_strings  # noqa: F401  hostile is a fixture

State = Comment.State
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("outbox")]

REPLIES = 29  # with its question, as many as the article shows of one thread

HOOK = """
for (const name of ["alert", "confirm", "prompt"]) {
  window[name] = (...words) => {
    top.fires = (top.fires ?? 0) + 1;
    window.itFired(`${name}: ${words.join()}`);
  };
}
"""

# What the strings would have left behind on a page, whether or not it has run yet.
LEFT_BEHIND = """
() => [...document.querySelectorAll("*")].flatMap((element) =>
  [...element.attributes]
    .filter(({ name, value }) =>
      name.startsWith("on") || name === "style" || name === "srcdoc" ||
      (["href", "src", "action", "formaction", "data", "xlink:href"].includes(name) &&
        /^[^a-z#/]*(javascript|vbscript|data:text)/i.test(value)))
    .map(({ name, value }) => `${element.localName} ${name}=${value}`)
    .concat(["base", "embed", "object", "iframe", "math", "frame"].includes(element.localName)
      ? [element.localName] : []))
"""


@pytest.fixture
def hooked(chromium, site_address) -> Callable:
    """A page without a policy on which alert, confirm and prompt are hooked; and what they said.

    It reaches this site alone; what it asks of others is noted and refused.
    """
    contexts = []

    def open_page():
        context = chromium.new_context(base_url=site_address, bypass_csp=True)
        contexts.append(context)
        fired: list[str] = []
        abroad: list[str] = []
        context.expose_function("itFired", lambda words: fired.append(words))
        context.add_init_script(HOOK)

        def refuse(route):
            abroad.append(route.request.url)
            route.abort()

        here = re.escape(urlsplit(site_address).netloc)
        context.route(re.compile(rf"https?://(?!{here}(?:[/?#]|$))"), refuse)
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page, fired, abroad

    yield open_page
    for context in contexts:
        context.close()


def stir(page) -> None:
    """Do with every element what a reader might: a pointer over it, the focus on it."""
    page.evaluate("""() => {
      for (const element of document.body.querySelectorAll("main *")) {
        element.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
        element.dispatchEvent(new Event("error"));
        if (!element.closest("form")) element.focus?.();
      }
    }""")


def in_a_frame_each(strings) -> str:
    """Each string as the whole page that a browser would make of it."""
    return "".join(f'<iframe srcdoc="{html.escape(string)}"></iframe>' for string in strings)


def test_the_hook_sees_what_runs(hooked, hostile):  # noqa: F811
    """The control: the same strings, on pages that do not escape them."""
    page, fired, _ = hooked()
    strings = xss_strings(hostile)
    page.set_content(in_a_frame_each(strings[:200]), wait_until="commit")
    page.wait_for_function("() => window.fires > 20")
    page.set_content("<a href=javascript:alert(1)>x</a><img src=x onerror=prompt('last')>")
    page.wait_for_function("() => document.images[0].complete")

    assert "prompt: last" in fired
    assert page.evaluate(LEFT_BEHIND) == [
        "a href=javascript:alert(1)",
        "img onerror=prompt('last')",
    ]


@pytest.fixture
def planted(hostile, article):  # noqa: F811
    """Each string as the words and the name of a comment, in threads that the article shows."""
    strings = list(dict.fromkeys(tidy(string) for string in xss_strings(hostile)))
    strings = [string for string in strings if string]
    shape: list[int | None] = []
    for i in range(len(strings)):
        shape.append(None if i % (REPLIES + 1) == 0 else i - i % (REPLIES + 1))
    rows = list(Comment.objects.filter(pk__in=plant(article, shape)).order_by("pk"))
    for comment, string in zip(rows, strings, strict=True):
        comment.comment = string
        comment.user_name = one_line(string)[:50]
        comment.user_email = "".join(string.split())[:254]
        comment.save()
    return strings


def assert_inert(page, fired, abroad):
    stir(page)
    assert fired == []
    assert page.evaluate(LEFT_BEHIND) == []
    assert abroad == []


def test_nothing_runs_on_the_articles_page_or_in_its_feed(
    hooked, planted, article, client, monkeypatch
):
    page, fired, abroad = hooked()
    last = -(-len(planted) // (REPLIES + 1) // 20)
    shown = 0
    for number in range(1, last + 1):
        page.goto(f"{article.get_absolute_url()}?page={number}")
        shown += page.locator(".comment .body").count()
        assert_inert(page, fired, abroad)
    assert shown == len(planted)

    monkeypatch.setattr("comments.feeds.COMMENTS_IN_FEED", 10_000)
    feed = client.get(reverse("comments_feed", args=[article.slug])).content.decode()
    assert "<script" not in feed
    entries = feedparser.parse(feed, sanitize_html=False).entries
    assert len(entries) == len(planted)
    # As the most trusting of feed readers would: the words as HTML, the titles as text.
    page.set_content("".join(f"<main>{entry.summary}</main>" for entry in entries))
    assert_inert(page, fired, abroad)


def test_nothing_runs_on_the_desk_or_in_the_writing_room(
    hooked, planted, coach, sign_in, monkeypatch
):
    page, fired, abroad = hooked()
    sign_in(page, coach)
    held = list(Comment.objects.order_by("pk"))
    for comment in held:
        comment.state, comment.held_because = State.HELD, Comment.HeldBecause.WORD
        comment.held_detail = comment.comment[:200]
        comment.save()
    for thread in Thread.objects.all():
        conversation.refresh(thread)
    shown = 0
    for number in range(1, -(-Thread.objects.count() // 10) + 1):
        page.goto(f"{reverse('desk')}?page={number}")
        assert_inert(page, fired, abroad)
    for thread in Thread.objects.all():  # a card shows the newest few, the thread's page all
        page.goto(reverse("desk_thread", args=[thread.pk]))
        shown += page.locator(".comment .body").count()
        assert_inert(page, fired, abroad)
    assert shown == len(planted)

    ListEntry.objects.bulk_create(
        ListEntry(kind=ListEntry.Kind.WORD, text=string)
        for string in {string[:200] for string in planted}
    )
    for model, name in ((Comment, "comments_comment"), (ListEntry, "comments_listentry")):
        monkeypatch.setattr(admin.site._registry[model], "list_per_page", 5_000)
        page.goto(reverse(f"admin:{name}_changelist"))
        assert page.locator("#result_list tbody tr").count() == model.objects.count()
        # The writing room's own templates hold no such attribute either.
        assert_inert(page, fired, abroad)
    for comment in held[:: len(held) // 4]:
        page.goto(reverse("admin:comments_comment_change", args=[comment.pk]))
        assert_inert(page, fired, abroad)


def test_nothing_runs_in_the_mails(hooked, planted, article, coach):
    page, fired, abroad = hooked()
    comments = list(Comment.objects.order_by("pk"))
    thread = Thread.objects.select_related("article").first()
    thread.article.title = "</title><script>alert(1)</script>"
    reader = Correspondent(pk=1, email="rewa@example.org")
    follower = Follower(pk=1, thread=thread, email=reader.email)
    told = []
    for comment in comments:  # the coach's words are the only ones that mails hold
        comment.by_coach = True
        told.append((Notice(kind=Notice.Kind.ANSWER, comment=comment), thread, follower))

    def as_html(message) -> str:
        return message.alternatives[0].content

    page.set_content(as_html(mail.digest(reader, told, more=0)))
    assert fired == abroad == []
    running = [comment for comment in comments if "alert" in comment.comment][::12]
    assert len(running) > 10
    for comment in running:
        for kind in Notice.Kind:
            if kind == Notice.Kind.ASKED:
                message = mail.question(comment, thread, coach, reader)
            else:
                message = mail.notice(kind, comment, thread, follower, reader)
            page.set_content(as_html(message))
            assert fired == abroad == []
            assert "\n" not in message.subject
    left = [thing for thing in page.evaluate(LEFT_BEHIND) if " style=" not in thing]
    assert left == []  # mail programs want styles where they are used


def test_nothing_runs_of_an_articles_own_words_or_a_readers(
    hooked, planted, article, coach, ada, sign_in
):
    """Titles, topics, the coach's line, an account's name; on lists, in data for search engines."""
    page, fired, abroad = hooked()
    running = [string for string in planted if "alert" in string]
    running = running[:: len(running) // 15]
    articles = Article.objects.bulk_create(
        Article(
            title=string[: Article._meta.get_field("title").max_length],
            slug=f"hostile-{i}",
            standfirst=string[:200],
            body="<p>Words.</p>",
            author=coach,
            status=Article.Status.PUBLISHED,
            published_at=timezone.now(),
        )
        for i, string in enumerate(running)
    )
    coach.coach_profile.line = running[0][:140]
    coach.coach_profile.save()
    addresses = ["/", *(f"/articles/?page={n}" for n in range(1, -(-len(articles) // 12) + 1))]
    addresses += [a.get_absolute_url() for a in articles] + ["/search/?q=<script>alert(1)</script>"]
    for address in addresses:
        page.goto(address)
        assert_inert(page, fired, abroad)

    sign_in(page, ada)
    for string in running[:3]:
        ada.display_name = one_line(string)[:50]
        ada.save()
        for address in (articles[0].get_absolute_url(), reverse("accounts:settings"), "/log/"):
            page.goto(address)
            assert fired == abroad == []


def test_nothing_runs_on_the_pages_behind_mailed_links(hooked, planted, article):
    page, fired, abroad = hooked()
    Comment.objects.update(user_email="rewa@example.org", user=None)
    page.goto(reverse("comments:mine_by_link", args=[tokens.to_own("rewa@example.org")]))
    assert_inert(page, fired, abroad)
    running = Comment.objects.filter(comment__contains="alert")[:200:40]
    for comment in running:
        comment.state = State.UNCONFIRMED
        comment.save()
        for name, token in (
            ("confirm", tokens.to_confirm(comment)),
            ("change_by_link", tokens.to_manage(comment)),
            ("withdraw_by_link", tokens.to_manage(comment)),
        ):
            page.goto(reverse(f"comments:{name}", args=[token]))
            assert_inert(page, fired, abroad)
