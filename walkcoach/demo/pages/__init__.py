"""The demo's pages, books, series and menus. The texts are beside this file."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from articles.models import Article, Book, Page, Part, Series

from ...menus.models import Menu, MenuEntry

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Written:
    """A page: its text is the file that its address names."""

    slug: str
    kind: Page.Kind
    title: str
    standfirst: str
    reviewed_days_ago: int | None = None

    @property
    def body(self) -> str:
        return (FOLDER / f"{self.slug}.html").read_text(encoding="utf-8")


PAGES = [
    Written(
        "about",
        Page.Kind.ABOUT,
        "About Marit",
        "A walking coach with two knees of her own.",
    ),
    Written(
        "books",
        Page.Kind.BOOKS,
        "Favourite books",
        "For evenings with the feet up: on walking, on pain, and on knees.",
    ),
    Written(
        "disclaimer",
        Page.Kind.DISCLAIMER,
        "Before you follow me",
        "What this site can do for you, and what it cannot.",
        reviewed_days_ago=12,
    ),
    Written(
        "contact",
        Page.Kind.CONTACT,
        "Write to me",
        "I read everything myself, and I answer by mail.",
    ),
]

# title, author, one line, heading
BOOKS = [
    (
        "Treat Your Own Knees",
        "Jim Johnson",
        "A physiotherapist’s exercises, plainly drawn; I began with two of them.",
        "For the knees",
    ),
    (
        "Explain Pain",
        "David Butler and Lorimer Moseley",
        "Why a thing can hurt that is not broken. It took the fear out of my stairs.",
        "For the knees",
    ),
    (
        "In Praise of Walking",
        "Shane O’Mara",
        "A brain scientist on what walking does above the knees.",
        "For the way",
    ),
    (
        "Wanderlust: A History of Walking",
        "Rebecca Solnit",
        "Everybody who ever went for a walk, and why. For long winters.",
        "For the way",
    ),
    (
        "The Living Mountain",
        "Nan Shepherd",
        "She did not care about summits. A short book that walks slowly.",
        "For the way",
    ),
    (
        "A Walk in the Woods",
        "Bill Bryson",
        "Two unfit men and two thousand miles. I laughed until the knee forgot.",
        "For the way",
    ),
]

SERIES = (
    "start-walking",
    "Start walking",
    "From “may I?” to your own rule for tomorrow: read one before each walk of your first week.",
)
# The last is still to come, so readers do not see it yet.
PARTS = [
    "should-a-sore-knee-walk-at-all",
    "start-with-six-houses",
    "what-talking-pace-means",
    "the-next-morning-rule",
    "keeping-a-knee-diary",
    "a-rest-week-belongs-to-the-plan",
]

# place: what is added to the menus that a new site has, by its address
ADDED = {
    Menu.Place.HEADER: ["start-walking", "about", "books"],
    Menu.Place.FOOTER: ["about", "books", "contact", "disclaimer"],
}


def lay() -> None:
    """Write the pages, the series and the menus; what is there already stays as it is."""
    pages = {written.slug: _write(written) for written in PAGES}
    books = pages["books"]
    if not books.books.exists():
        for number, (title, author, why, group) in enumerate(BOOKS, 1):
            Book.objects.create(
                page=books, title=title, author=author, why=why, group=group, order=number * 10
            )
    series = _lay_series()
    for place, slugs in ADDED.items():
        menu = Menu.objects.get(place=place)
        for number, slug in enumerate(slugs, 10):
            leads_to = {"series": series} if slug == series.slug else {"page": pages[slug]}
            MenuEntry.objects.get_or_create(
                menu=menu,
                **leads_to,
                defaults={"order": number * 10, "label": LABELS.get(slug, "")},
            )


# Where a title is too long for a menu.
LABELS = {"about": "About", "books": "Books", "contact": "Contact", "disclaimer": "Disclaimer"}


def _write(written: Written) -> Page:
    reviewed_on = None
    if written.reviewed_days_ago is not None:
        reviewed_on = timezone.localdate() - timedelta(days=written.reviewed_days_ago)
    return Page.objects.get_or_create(
        slug=written.slug,
        defaults={
            "kind": written.kind,
            "title": written.title,
            "standfirst": written.standfirst,
            "body": written.body,
            "status": Page.Status.PUBLISHED,
            "reviewed_on": reviewed_on,
        },
    )[0]


def _lay_series() -> Series:
    slug, title, description = SERIES
    series, is_new = Series.objects.get_or_create(
        slug=slug, defaults={"title": title, "description": description}
    )
    if is_new:
        articles = Article.objects.filter(part=None).in_bulk(PARTS, field_name="slug")
        for number, part in enumerate(PARTS, 1):
            if part in articles:
                Part.objects.create(series=series, article=articles[part], order=number * 10)
    return series
