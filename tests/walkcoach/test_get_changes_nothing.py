"""Looking is harmless: a GET of any address, by anybody, leaves every row of every table as it was.

Programs that scan mail, fetch ahead or archive pages follow every link there is. The addresses are
read off the site's own list of them, so one that is added tomorrow is looked at as well.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import product

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from articles.models import (
    Article,
    Page,
    PreviewLink,
    Report,
    ReportRequest,
    Series,
    Subscriber,
    Topic,
    WorkingCopy,
)
from articles.subscribing import subscriptions
from articles.subscribing import tokens as of_mail
from comments import conversation, tokens
from comments.models import Comment, Correspondent, Follower, Thread
from tests.conftest import signed_in
from walking_log.models import Walk

State = Comment.State
pytestmark = pytest.mark.django_db

# What a look may write, and why: who is signed in, how often somebody has tried, and that a coach
# looked at a log, which its reader is told.
MAY_BE_WRITTEN = {"django_session", "walkcoach_cache", "walking_log_look"}
# The secret part of a mailed link, in an address.
SECRET = re.compile(r"/[\w:-]{30,}/")
# Addresses whose GET does more than show, by design.
ACTS_ON_GET: set[str] = set()


def patterns(resolver, namespaces=(), outer=()) -> Iterator[tuple[str | None, list[str]]]:
    """The name of each address with the names of its parts."""
    for entry in resolver.url_patterns:
        parts = [*outer, *entry.pattern.converters, *entry.pattern.regex.groupindex]
        parts = list(dict.fromkeys(parts))
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from patterns(entry, inner, parts)
        elif isinstance(entry, URLPattern):
            yield (":".join([*namespaces, entry.name]) if entry.name else None), parts


@pytest.fixture
def populated(db, settings):
    """A site full of everything, with a comment in every state."""
    settings.PROOF_OF_WORK = True
    call_command("load_demo", verbosity=0)
    article = Article.objects.published().first()
    ada = User.objects.get(email="ada@example.com")
    guest = conversation.Writer("Rewa", "rewa@example.org", ip_address="198.51.100.7")

    def say(words, writer=guest, **more):
        return conversation.post(article, words, writer, **more)[0]

    published = say("May I walk after a fall?", state=State.PUBLISHED)
    say("May I walk tomorrow?", conversation.Writer.of(ada), state=State.PUBLISHED)
    say("May I ask this?", state=State.UNCONFIRMED)
    say("May I ask that?", state=State.HELD)
    say("My secret knee", state=State.HELD, is_private=True)
    say("My other knee", conversation.Writer.of(ada), state=State.HELD, is_private=True)
    conversation.remove(say("Buy my cream", state=State.PUBLISHED), as_spam=True)
    conversation.remove(say("Rude words", state=State.PUBLISHED))
    conversation.withdraw(say("On second thoughts", state=State.PUBLISHED))
    Correspondent.objects.get_or_create(email="rewa@example.org")
    coach = User.objects.get(email="coach@example.com")
    WorkingCopy.objects.create(coach=coach, article=article, fields={"title": ["Half a tit"]})
    draft = Article.objects.create(title="Soon", slug="soon", body="<p>Soon.</p>", author=coach)
    PreviewLink.objects.create(article=draft, made_by=coach)
    subscriptions.ask("rewa@example.org", "198.51.100.7")
    return published


def links(published: Comment) -> list[str]:
    """The secret part of every kind of mailed link."""
    theirs = [Comment.objects.filter(state=state).latest("pk") for state in State.values]
    withdrawn = Comment.objects.get(state=State.WITHDRAWN)
    private = Thread.objects.filter(is_private=True)
    return [
        *(make(comment) for make in (tokens.to_confirm, tokens.to_manage) for comment in theirs),
        tokens.to_undo(published, withdrawn),
        tokens.to_own("rewa@example.org"),
        *map(tokens.to_private, private),
        *map(tokens.to_unsubscribe, Follower.objects.all()[:3]),
        *map(tokens.to_preferences, Correspondent.objects.all()[:3]),
        tokens.of_browser("rewa@example.org"),
        *(
            make(subscriber)
            for make in (of_mail.to_confirm, of_mail.to_preferences, of_mail.to_stop)
            for subscriber in Subscriber.objects.order_by("-pk")[:2]
        ),
        *map(of_mail.to_report, ReportRequest.objects.order_by("-pk")[:2]),
    ]


def addresses(published: Comment) -> Iterator[str]:
    """Every address that leads somewhere, made of real numbers and real links."""
    ada = User.objects.get(email="ada@example.com")
    comments = [Comment.objects.filter(state=state).latest("pk").pk for state in State.values]
    threads = list(Thread.objects.filter(pk__in=comments).values_list("pk", flat=True))
    numbers = [*comments, *threads, *Walk.objects.values_list("pk", flat=True)[:3]]
    numbers += Article.objects.values_list("pk", flat=True)[:2]
    numbers += User.objects.values_list("pk", flat=True)
    email = EmailAddress.objects.create(user=ada, email="new@example.com")
    values = {
        "token": links(published),
        "slug": [
            *Article.objects.values_list("slug", flat=True)[:2],
            *Topic.objects.values_list("slug", flat=True)[:2],
            *Page.objects.values_list("slug", flat=True),
            *Series.objects.values_list("slug", flat=True),
            *Report.objects.values_list("slug", flat=True),
        ],
        "section": ["pages", "nothing"],
        "act": ["approve", "spam", "remove", "put-back", "fine", "call-back", "send-now"],
        "path": ["x.webp", "articles/x.jpg"],
        "url": ["nothing/here/"],
        "content_id": ["0" * 32],
        "copy": WorkingCopy.objects.values_list("key", flat=True),
        "secret": PreviewLink.objects.values_list("secret", flat=True),
        "app_label": ["comments", "articles", "accounts", "post_office"],
        "uidb36": [user_pk_to_url_str(ada)],
        "key": [EmailConfirmationHMAC(email).key, default_token_generator.make_token(ada)],
        "content_type_id": [ContentType.objects.get_for_model(Article).pk],
    }
    models = {f"{m._meta.app_label}_{m._meta.model_name}": m for m in admin.site._registry}
    for name, parts in patterns(get_resolver()):
        if name is None:
            continue  # the writing room's own "there is no such page"
        choices = []
        of_model = models.get(name.removeprefix("admin:").rpartition("_")[0])
        for part in parts:
            if part in values:
                choices.append(values[part])
            elif of_model is not None:
                choices.append([*of_model._default_manager.values_list("pk", flat=True)[:2], 0])
            elif part in ("pk", "id", "object_id", "user_id") or part.endswith(("_id", "_pk")):
                choices.append(sorted(set(numbers)))
            else:
                pytest.fail(f"Say above what “{part}” of the address “{name}” may be.")
        for made_of in product(*choices):
            try:
                yield name, reverse(name, kwargs=dict(zip(parts, made_of, strict=True)))
            except NoReverseMatch:  # an act of another address
                assert "act" in parts


def checksums() -> dict[str, str]:
    """Of every table, however its rows are ordered."""
    sums = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(repr(row) for row in cursor.fetchall())
            sums[table] = f"{len(rows)} rows, {hashlib.sha256(repr(rows).encode()).hexdigest()}"
    return sums


def is_write(sql: str) -> bool:
    verb = sql.lstrip("( \n").partition(" ")[0].upper()
    if verb in ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "EXPLAIN", "BEGIN"):
        return False
    return not any(table in sql for table in MAY_BE_WRITTEN)


def test_a_look_at_any_address_by_anybody_changes_no_row(populated):
    everywhere = list(addresses(populated))
    assert len(everywhere) > 300
    people = {
        "a visitor": Client(),
        "a reader": signed_in(Client, User.objects.get(email="ada@example.com")),
        "the coach": signed_in(Client, User.objects.get(email="coach@example.com")),
    }
    for client in people.values():  # so that their sessions are there
        client.get("/")
    before = checksums()
    written, stumbled = [], []
    nobodys = set()  # a link of another kind is nobody's, so it is not tried by everybody

    for who, client in people.items():
        for name, address in everywhere:
            if address in nobodys:
                continue

            def watch(execute, sql, params, many, context, seen=(who, name, address)):
                if is_write(sql) and seen[1] not in ACTS_ON_GET:
                    written.append((*seen, sql[:200]))
                return execute(sql, params, many, context)

            with connection.execute_wrapper(watch):
                answer = client.get(address)
            if answer.status_code >= 500:
                stumbled.append((who, address))
            if answer.status_code == 404 and SECRET.search(address):
                nobodys.add(address)
            b"".join(answer.streaming_content) if answer.streaming else answer.content

    assert written == []
    assert stumbled == []
    after = checksums()
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= MAY_BE_WRITTEN
    for who in ("a reader", "the coach"):
        assert people[who].get(reverse("accounts:settings")).status_code == 200


def test_the_watch_itself_sees_a_change(populated):
    """What the test above would say of a page that writes."""
    before = checksums()
    Comment.objects.filter(pk=populated.pk).update(user_name="Somebody else")

    assert {t for t, s in checksums().items() if s != before[t]} == {"django_comments"}
    assert is_write("UPDATE django_comments SET user_name = 'x'")
    assert is_write("INSERT INTO x VALUES (1)")
    assert is_write("DELETE FROM x")
    assert not is_write("SELECT 1")
