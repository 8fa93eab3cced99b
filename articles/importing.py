"""Articles from a WordPress export: what is brought, what it becomes, and a report of both.

Each article is known by where it came from (`source_key`), so a second import finds it and leaves
it alone, whatever the coach has changed since. Nothing is fetched from the network.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from accounts.names import validate_name

from .lifecycle import addresses, revisions
from .models import Article, Topic
from .wordpress_html import to_body, to_text
from .wxr import Author, Blog, Item, Term

# Notes that are kept to be printed. The counts go on.
MOST_NOTES = 200

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Never written to be read: WordPress's bin, and what it saves while somebody types.
_THROWN_AWAY = {"trash", "auto-draft", "inherit"}
# The shelf of what was put on none.
_NO_TOPIC = "uncategorized"
_SHELVES = {"category", "post_tag", "tag"}

Note = Callable[[str], None]

_CHANGES = {
    "picture": "pictures made links to where they are",
    "film": "films or frames made links",
    "table": "tables made a line for each row",
    "tangled": "bodies whose markup made no sense, brought without it",
}


@dataclass
class Report:
    """What an import did, or would do: counts, and notes about single items."""

    counts: Counter[str] = field(default_factory=Counter)
    not_imported: Counter[str] = field(default_factory=Counter)  # by WordPress's type of item
    topics: dict[str, str] = field(default_factory=dict)  # new ones: name in small letters, name
    # Given out in this import. A dry run has taken its rows back by the time the next item comes.
    slugs: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)  # made for authors who had none
    notes: list[str] = field(default_factory=list)
    notes_left_out: int = 0

    def note(self, line: int, title: str, words: str) -> None:
        """Say something about an item, or a comment, and where in the file it stands."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(f"line {line}, {shorten(title, 60) or 'untitled'}: {words}")
        else:
            self.notes_left_out += 1


def import_article(item: Item, blog: Blog, coach: User | None, report: Report) -> Article | None:
    """Bring a post as an article; the one already here, untouched, if it was brought before.

    It is by `coach`; where the site has none yet, by an account of its author's (`account_for`).

    None for what is no article: pages and other kinds, and what was thrown away. About 12
    queries, and 3 for each topic; call it in a transaction.
    """
    if item.type not in ("post", ""):
        report.not_imported[item.type] += 1
        return None
    if item.status in _THROWN_AWAY:
        report.counts["articles thrown away"] += 1
        return None
    key = blog.source_key("post", item.id)
    if here := Article.objects.filter(source_key=key).first():
        report.counts["articles here"] += 1
        _lead_here(here, item)
        return here
    article = _article(item, blog, report)
    article.author = coach or account_for(item, blog, report)
    article.source_key = key
    article.save()
    article.topics.set(_topics(item.terms, report))
    revisions.keep(article)
    _lead_here(article, item)
    report.counts["articles"] += 1
    if article.is_scheduled:
        report.counts["articles scheduled"] += 1
    else:
        report.counts[f"articles {article.status}"] += 1
    return article


def _lead_here(article: Article, item: Item) -> None:
    """Let the address that the post had there lead here, and its short one, `/?p=12`."""
    if item.status in ("publish", "future"):
        addresses.lead_here(
            article.get_absolute_url(), [addresses.path_of(item.link), f"/?p={item.id}"]
        )


def account_for(item: Item, blog: Blog, report: Report) -> User:
    """The account that signs an item where the site has no coach; made where there is none.

    It has no password and no rights: whoever reads mail at its address can set a password, and is
    a reader like any other. Raises `LookupError` where the export names nobody with an address,
    which `has_somebody_to_sign` tells beforehand.
    """
    creator = blog.author(item.creator)
    for author in filter(None, [creator, *blog.authors]):
        if _is_address(author.email):
            email = User.objects.normalize_email(author.email)
            account = User.objects.filter(email__iexact=email).first()
            if account is None:
                account = User.objects.create_user(email, display_name=_display_name(author))
                report.accounts.add(email)
            return account
    raise LookupError("No author in this export has an e-mail address.")


def has_somebody_to_sign(blog: Blog) -> bool:
    """Whether `account_for` will find or make an account for every item."""
    return any(_is_address(author.email) for author in blog.authors)


def shorten(text: str, most: int) -> str:
    """The text on one line, cut at a word where it has more than so many characters."""
    text = " ".join(_CONTROLS.sub(" ", text).split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    if " " in cut and not text[most - 1].isspace():
        cut = cut.rpartition(" ")[0]
    return f"{cut.rstrip(' ,;:.–—-')}…"


def _article(item: Item, blog: Blog, report: Report) -> Article:
    """The article that a post becomes, not saved yet. One query."""
    moment = item.moment(timezone.get_default_timezone())
    plain_title = shorten(to_text(item.title), 1000)
    title = plain_title or _untitled(item)

    def note(words: str) -> None:
        report.note(item.line, title, words)

    if len(title) > 150:
        title = shorten(title, 150)
        note("its title was longer than 150 characters and is cut")
    body, changes = to_body(item.content, item.link or blog.url)
    _tell_of_changes(changes, note)
    status, published_at = _status(item, moment, note)
    return Article(
        title=title,
        slug=_free_slug(item, plain_title, report.slugs, note),
        standfirst=shorten(to_text(item.excerpt), 300),
        body=body,
        status=status,
        published_at=published_at,
        # Its readers have read it: no mail shall tell them of it as of something new.
        became_public_at=published_at if published_at and published_at <= timezone.now() else None,
        comments_open=item.comments_open,
        # What readers could read elsewhere already is no news; what is still to come is.
        mail_subscribers=status != Article.Status.PUBLISHED
        or (published_at is not None and published_at > timezone.now()),
    )


def _untitled(item: Item) -> str:
    # The blog's own day, as its readers saw it.
    day = item.local or item.gmt
    return f"Untitled, from {day.day} {day:%B %Y}" if day else "Untitled"


def _status(item: Item, moment: datetime | None, note: Note) -> tuple[str, datetime | None]:
    """Where an article stands here, and its date; a draft keeps the date it once had in public."""
    draft, published = Article.Status.DRAFT, Article.Status.PUBLISHED
    if item.status not in ("publish", "future", "private"):
        if item.status not in ("draft", "pending", ""):
            note(f"its status “{item.status[:20]}” is not known here, so it is a draft")
        return draft, None
    if moment is None:
        note("it has no date, so it is a draft")
        return draft, None
    if item.password:
        note("only those with a password could read it, so it is a draft")
        return draft, moment
    if item.status == "private":
        note("it was private, so it is a draft")
        return draft, moment
    if item.status == "future" and moment <= timezone.now():
        note("the day it was planned for has passed, so it is published")
    return published, moment


def _free_slug(item: Item, title: str, given_out: set[str], note: Note) -> str:
    """The post's own slug where it can be had, in the letters that addresses here are made of."""
    wanted = slugify(item.slug)[:140] or slugify(title)[:140] or f"article-{item.id.strip('~')}"
    taken = set(Article.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    taken |= given_out
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    given_out.add(slug)
    if item.slug and slug != item.slug:
        note(f"its address ends in “{slug}” now, not in “{item.slug[:150]}”")
    return slug


def _tell_of_changes(changes: Counter[str], note: Note) -> None:
    codes = [change for change in changes if change.startswith("[")]
    for change, words in _CHANGES.items():
        if changes[change]:
            note(f"{words}: {changes[change]}")
    if codes:
        note(f"kept as text: {', '.join(codes[:10])}")


def _topics(terms: tuple[Term, ...], report: Report) -> list[Topic]:
    """The topics of an item, made where they are missing; by slug, else by name."""
    topics: dict[int, Topic] = {}
    for term in terms:
        if term.domain not in _SHELVES or not term.name or term.slug == _NO_TOPIC:
            continue
        name = shorten(term.name, 60)
        slug = slugify(term.slug)[:60] or slugify(name)[:60]
        if not slug:  # no letter of it can stand in an address
            slug = f"topic-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        topic = (
            Topic.objects.filter(slug=slug).first()
            or Topic.objects.filter(name__iexact=name).first()
        )
        if topic is None:
            topic = Topic.objects.create(slug=slug, name=name)
            shelf = "category" if term.domain == "category" else "tag"
            old = addresses.path_of(f"/{shelf}/{term.slug}/")
            addresses.lead_here(topic.get_absolute_url(), [old])
            report.topics.setdefault(name.casefold(), name)
        topics[topic.pk] = topic
    return list(topics.values())


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= 254


def _display_name(author: Author) -> str:
    name = shorten(author.name, 50)
    try:
        validate_name(name)
    except ValidationError:
        return settings.SITE_NAME[:50]
    return name
