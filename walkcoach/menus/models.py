"""A menu, and where each of its entries leads."""

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from articles.freshness import touch_every_page
from articles.models import Article, Page, Series, Topic
from articles.ordering import STEP


@dataclass(frozen=True)
class BuiltIn:
    """A page that every site has."""

    label: str
    url_name: str
    fragment: str = ""
    # What stands elsewhere and is a part of it all the same.
    within: tuple[str, ...] = ()
    # Whether it means something to the coach too: nobody asks themselves.
    for_staff: bool = True

    def get_absolute_url(self) -> str:
        return reverse(self.url_name) + self.fragment


BUILT_IN = {
    "home": BuiltIn("Home", "home"),
    "articles": BuiltIn(
        "Articles", "articles:list", within=("/topics/", "/series/", "/search/", "/comments/")
    ),
    "answers": BuiltIn("Answers", "comments_answers:list"),
    "ask": BuiltIn("Ask", "home", "#ask", for_staff=False),
    "log": BuiltIn("My log", "walking_log:dashboard"),
    "search": BuiltIn("Search", "articles:search"),
    "by_mail": BuiltIn("By mail", "subscribing:subscribe"),
    "feeds": BuiltIn("Feeds", "articles:feeds"),
}

# A path of ours, or another site's address; nothing that runs.
_ADDRESS = re.compile(r"(?:/(?!/)|https?://)[^\s\\]*", re.IGNORECASE)


def validate_address(address: str) -> None:
    """Raises `ValidationError` for what is neither a path of the site nor a web address."""
    if not _ADDRESS.fullmatch(address):
        raise ValidationError(
            "Begin with “https://”, or with “/” for a page of this site.", code="address"
        )


class Menu(models.Model):
    """One of the two menus. Both are laid with the database and can be changed, not removed."""

    class Place(models.TextChoices):
        HEADER = "header", "On top of every page"
        FOOTER = "footer", "At the foot of every page"

    place = models.CharField(max_length=6, choices=Place, unique=True, editable=False)

    class Meta:
        ordering = ["-place"]

    def __str__(self):
        return self.get_place_display()


class MenuEntryQuerySet(models.QuerySet):
    def shown(self):
        """Those that lead somewhere the public may go, with what is needed to link them."""
        return (
            self.filter(
                Q(page=None) | Q(page__in=Page.objects.published()),
                Q(article=None) | Q(article__in=Article.objects.published()),
                Q(series=None) | Q(series__in=Series.objects.in_use().values("pk").order_by()),
            )
            .select_related("menu", "page", "article", "topic", "series")
            .only(
                *("label", "built_in", "address", "menu__place", "page__title", "page__slug"),
                *("article__title", "article__slug", "topic__name", "topic__slug"),
                *("series__title", "series__slug"),
            )
        )


# Words or a row, one of which each entry has.
TARGETS = {
    "built_in": "",
    "page": None,
    "article": None,
    "topic": None,
    "series": None,
    "address": "",
}


def _leads_only_to(name: str) -> Q:
    """That this target is there, and none of the others."""
    others = {other: empty for other, empty in TARGETS.items() if other != name}
    return Q(**others) & ~Q(**{name: TARGETS[name]})


class MenuEntry(models.Model):
    """A line of a menu. It leads to exactly one thing."""

    menu = models.ForeignKey(Menu, on_delete=models.CASCADE, related_name="entries")
    label = models.CharField(
        "words",
        max_length=40,
        blank=True,
        help_text="Empty: the title of what it leads to.",
    )
    built_in = models.CharField(max_length=10, blank=True, editable=False)
    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    topic = models.ForeignKey(
        Topic, on_delete=models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    address = models.CharField(
        "or an address",
        max_length=300,
        blank=True,
        validators=[validate_address],
        help_text="For what is not in the list: https://…",
    )
    order = models.PositiveSmallIntegerField(default=0)

    objects = MenuEntryQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name_plural = "menu entries"
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, map(_leads_only_to, TARGETS)),
                name="menu_entry_leads_to_one_thing",
                violation_error_message="Choose one thing that it leads to.",
            ),
        ]

    def __str__(self):
        return self.words

    def save(self, *args, **kwargs):
        """Keep, and say that every page has changed."""
        super().save(*args, **kwargs)
        touch_every_page()

    def get_absolute_url(self) -> str:
        target = self.leads_to
        return target.get_absolute_url() if target else self.address

    @property
    def leads_to(self) -> BuiltIn | Page | Article | Topic | Series | None:
        """What it leads to; None for an address."""
        if self.built_in:
            return BUILT_IN.get(self.built_in)
        return self.page or self.article or self.topic or self.series

    @property
    def words(self) -> str:
        """What the entry says."""
        target = self.leads_to
        named = target.label if isinstance(target, BuiltIn) else str(target or self.address)
        return self.label or named


# What a new site's menus say: place, built-in page, and words where they are not its own.
DEFAULTS: dict[str, list[tuple[str, str]]] = {
    Menu.Place.HEADER: [("articles", ""), ("ask", ""), ("log", "")],
    Menu.Place.FOOTER: [
        ("articles", "All articles"),
        ("answers", ""),
        ("by_mail", ""),
        ("feeds", "Feed"),
    ],
}


def lay_defaults(using: str) -> None:
    """Make the menus that are not there yet. What the coach took out of one stays out."""
    for place, entries in DEFAULTS.items():
        menu, is_new = Menu.objects.using(using).get_or_create(place=place)
        if is_new:
            MenuEntry.objects.using(using).bulk_create(
                MenuEntry(menu=menu, built_in=name, label=label, order=number * STEP)
                for number, (name, label) in enumerate(entries, 1)
            )
