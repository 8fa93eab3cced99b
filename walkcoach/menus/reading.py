"""The menus as one page shows them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import cached_property

from .models import BuiltIn, Menu, MenuEntry

# Entries of the top menu that a phone shows beside "Sign in"; the rest are behind "More".
SHOWN_ON_A_PHONE = 3


@dataclass(frozen=True)
class Line:
    """An entry of a menu. `current` is its aria-current: "page", "true" for a page within it."""

    words: str
    address: str
    current: str = ""


class Menus:
    """Both menus, read when the first is asked for: one query, none for a page without them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def _entries(self) -> list[MenuEntry]:
        entries = list(MenuEntry.objects.shown())
        if getattr(getattr(self.request, "user", None), "is_staff", False):
            return [entry for entry in entries if _is_for_staff(entry)]
        return entries

    def _lines(self, place: str) -> list[Line]:
        here = getattr(self.request, "path", "")
        entries = [
            entry
            for entry in self._entries
            if entry.menu.place == place and (entry.leads_to or entry.address)
        ]
        # One at the most is where the reader is: the page itself, else the nearest around it.
        nearest = max(entries, key=lambda entry: _nearness(entry, here), default=None)
        return [
            Line(
                entry.words,
                entry.get_absolute_url(),
                _current(entry, here) if entry is nearest else "",
            )
            for entry in entries
        ]

    @cached_property
    def header(self) -> list[Line]:
        return self._lines(Menu.Place.HEADER)

    @property
    def first(self) -> list[Line]:
        return self.header[:SHOWN_ON_A_PHONE]

    @property
    def more(self) -> list[Line]:
        return self.header[SHOWN_ON_A_PHONE:]

    @cached_property
    def footer(self) -> list[Line]:
        return self._lines(Menu.Place.FOOTER)


def _is_for_staff(entry: MenuEntry) -> bool:
    target = entry.leads_to
    return not isinstance(target, BuiltIn) or target.for_staff


def _nearness(entry: MenuEntry, here: str) -> int:
    """How much of a path an entry's address is: 0 for nothing of it."""
    address = entry.get_absolute_url()
    if address == here:
        return len(here) + 1
    if address == "/" or not address.endswith("/"):
        return 0
    if here.startswith(address):
        return len(address)
    return int(here.startswith(tuple(getattr(entry.leads_to, "within", ()))))


def _current(entry: MenuEntry, here: str) -> str:
    """Of the page itself "page", of what it is a part of "true" (WAI-ARIA 1.2, aria-current)."""
    if entry.get_absolute_url() == here:
        return "page"
    return "true" if _nearness(entry, here) else ""
