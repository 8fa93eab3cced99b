"""What is said beside the form: counts, how it reads, and the checklist with its links tried."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.urls import Resolver404, resolve

from articles.checklist import Draft, Lead, Point, checklist
from articles.lifecycle import addresses as old_addresses
from articles.models import Article, Page, Topic
from articles.outline import outline
from articles.text import count_words, plain_text

from .outside import try_all
from .parts import parts_of
from .reading import Reading, reading

# As many links are tried at one press.
MOST_LINKS = 40
# How long it is remembered what became of a link; a press asks anew whatever is remembered.
REMEMBERED_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Advice:
    """All that is said of a draft."""

    words: int
    minutes: int
    reading: Reading
    points: list[Point]
    has_links_to_try: bool

    @property
    def to_mend(self) -> list[Point]:
        """What wants a look; what nobody knows yet last."""
        wanting = [point for point in self.points if not point.fine]
        return sorted(wanting, key=lambda point: point.fine is None)

    @property
    def in_order(self) -> list[Point]:
        return [point for point in self.points if point.fine]


def advise(draft: Draft) -> Advice:
    """Everything that is said of a draft. At most 3 queries, by what its links name."""
    parts = parts_of(draft.body)
    addresses = [link.address for link in parts.links]
    outside = [address for address in addresses if is_outside(address)]
    words = count_words(plain_text(draft.body))
    leads = {**own_leads(addresses, draft.body), **_remembered(outside)}
    return Advice(
        words,
        Article(word_count=words).reading_minutes if words else 0,
        reading(parts.text),
        checklist(draft, leads),
        bool(outside),
    )


# Links within the site


def is_outside(address: str) -> bool:
    """Whether a link leads to another site."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.netloc != urlsplit(settings.BASE_URL).netloc


def own_leads(addresses: Iterable[str], body: str = "") -> dict[str, Lead]:
    """Where links within the site lead, found out without asking it: at most 4 queries.

    Links to mail, and to other sites, are passed over; the former are taken to be fine.
    """
    leads: dict[str, Lead] = {}
    named: dict[str, tuple[str, str]] = {}  # address: kind of page, its slug
    for address in addresses:
        if is_outside(address):
            continue
        parts = urlsplit(address)
        if parts.scheme == "mailto":
            leads[address] = Lead(True, "writes a mail.")
        elif not parts.path:
            leads[address] = _place(parts.fragment, body)
        else:
            page, slug = _page(unquote(parts.path))
            leads[address] = Lead(bool(page), "" if page else "leads to no page of this site.")
            if slug:
                named[address] = page, slug
    leads.update(_articles({a: slug for a, (page, slug) in named.items() if page == "article"}))
    leads.update(_topics({a: slug for a, (page, slug) in named.items() if page == "topic"}))
    leads.update(_pages({a: slug for a, (page, slug) in named.items() if page == "page"}))
    return {**leads, **_moved(address for address, lead in leads.items() if not lead.fine)}


def _page(path: str) -> tuple[str, str]:
    """The name of the page at a path and the slug that it is asked for; "" for none."""
    for attempt in (path, f"{path}/"):  # the second is where the site itself sends on to
        try:
            found = resolve(attempt)
        except Resolver404:
            continue
        ours = found.app_names == ["articles"] or found.view_name == "page"
        slug = found.kwargs.get("slug", "") if ours else ""
        return found.url_name or "page", slug
    return "", ""


def _place(fragment: str, body: str) -> Lead:
    _, headings = outline(body)
    if fragment in {heading.anchor for heading in headings} | {"comments", "top"}:
        return Lead(True, "")
    return Lead(False, "leads to no heading of this text.")


def _articles(slugs: dict[str, str]) -> dict[str, Lead]:
    if not slugs:
        return {}
    found = {
        article.slug: article
        for article in Article.objects.filter(slug__in=slugs.values()).defer("body", "search_text")
    }
    leads = {}
    for address, slug in slugs.items():
        article = found.get(slug)
        if article is None:
            leads[address] = Lead(False, "leads to no article of yours.")
        elif not article.is_live:
            leads[address] = Lead(
                False, f"leads to “{article.title}”, which readers cannot see yet."
            )
        else:
            leads[address] = Lead(True, "")
    return leads


def _topics(slugs: dict[str, str]) -> dict[str, Lead]:
    if not slugs:
        return {}
    found = set(Topic.objects.filter(slug__in=slugs.values()).values_list("slug", flat=True))
    return {
        address: Lead(slug in found, "" if slug in found else "leads to no topic of yours.")
        for address, slug in slugs.items()
    }


def _pages(slugs: dict[str, str]) -> dict[str, Lead]:
    """Pages stand at addresses that any word would make, so each is looked up."""
    if not slugs:
        return {}
    pages = Page.objects.published().filter(slug__in=slugs.values())
    found = set(pages.values_list("slug", flat=True))
    return {
        address: Lead(slug in found, "" if slug in found else "leads to no page of this site.")
        for address, slug in slugs.items()
    }


def _moved(addresses: Iterable[str]) -> dict[str, Lead]:
    """Those that stand nowhere any more, but lead on."""
    paths = {address: f"{unquote(urlsplit(address).path).rstrip('/')}/" for address in addresses}
    known = old_addresses.known(paths.values()) if paths else set()
    return {address: Lead(True, "") for address, path in paths.items() if path in known}


# Links to other sites


def try_links(body: str) -> int:
    """Try the links of a body that lead to other sites, and remember how; returns how many.

    Asks other sites: takes as long as the slowest, see `outside`. MOST_LINKS at one press.
    """
    addresses = [link.address for link in parts_of(body).links if is_outside(link.address)]
    leads = try_all(list(dict.fromkeys(addresses))[:MOST_LINKS])
    told = {_key(address): (lead.fine, lead.says) for address, lead in leads.items()}
    cache.set_many(told, REMEMBERED_SECONDS)
    return len(leads)


def _remembered(addresses: Iterable[str]) -> dict[str, Lead]:
    keys = {_key(address): address for address in addresses}
    if not keys:
        return {}
    return {keys[key]: Lead(*told) for key, told in cache.get_many(keys).items()}


def _key(address: str) -> str:
    return f"link:{hashlib.sha256(address.encode()).hexdigest()}"
