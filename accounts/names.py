"""Names that people show beside their words."""

import unicodedata

from django.core.exceptions import ValidationError

# Kept although they are invisible: Persian and Indic names and joined emoji need them.
_JOINERS = "\u200c\u200d"
_UNSHOWABLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def validate_name(name: str) -> None:
    """Refuse a name that could disturb the page around it, or that shows nothing.

    Raises `ValidationError`: control characters and those that turn the direction of writing
    (Unicode categories Cc, Cf, Cs, Co, Zl, Zp), or nothing to see.
    """
    if any(unicodedata.category(c) in _UNSHOWABLE and c not in _JOINERS for c in name):
        raise ValidationError(
            "Write the name in letters; it holds a sign that cannot be shown.", code="name_signs"
        )
    if not any(unicodedata.category(c)[0] in "LNS" for c in name):
        raise ValidationError("Write a name with at least one letter.", code="name_empty")


def fold(name: str) -> str:
    """What two names that a reader would take for the same have in common."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")
