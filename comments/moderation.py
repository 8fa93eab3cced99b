"""Whether a comment may appear, waits for the coach, or is spam: decided here, without asking
anybody else on the net, unless the keeper wants Akismet asked (akismet.py).

`judge` is asked at the moment a comment would become public: a member's post, a guest's confirmed
comment, a changed one. It refuses nobody and deletes nothing: what it holds stands on the desk with
the reason, one press from the page. The reason is for the coach alone. A spammer who learned it
would write around it.
"""

import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from . import akismet, limits, spam_filter
from .models import Comment, ListEntry
from .words import folded_words, words_key

if TYPE_CHECKING:
    from .conversation import Writer

Because = Comment.HeldBecause
State = Comment.State

# Links that pass unread: WordPress's `comment_max_links`. People with sore knees cite a study or
# two; what sells something seldom stops there.
MAX_LINKS = 2
REPEATED_WITHIN = timedelta(days=30)
# Comments of one network (limits.network_of) in an hour that pass unread. Guests cannot reach it:
# their mails run out first. It is for many accounts made in one place.
MOST_OF_A_NETWORK = 10
FLOOD_WITHIN = timedelta(hours=1)
# So many rows are looked at for it, whatever pours in.
MOST_LOOKED_AT = 500

# The names that `urlize` makes links of without "http" or "www" before them.
_BARE_LINK = re.compile(r"\.(?:com|edu|gov|int|mil|net|org)(?![^\W_])")


@dataclass(frozen=True)
class Judgement:
    """What becomes of a comment, and why; `because` and `detail` are for the coach alone."""

    state: State = State.PUBLISHED
    because: str = ""
    detail: str = ""

    @property
    def publishes(self) -> bool:
        return self.state == State.PUBLISHED


def judge(body: str, writer: "Writer", *, own: Comment | None = None) -> Judgement:
    """What should become of these words by this writer. The coach's own always appear.

    `own` is the comment itself, where it is stored already. The first rule that minds decides:
    the coach's lists, then what the words are like, then the settings. At most 6 queries, and
    one more where Akismet is asked.
    """
    if writer.is_coach:
        return Judgement()
    reasons = (
        on_a_list(body, writer),
        many_links(body),
        repeated(body, writer, own),
        flood(writer.ip_address, own),
        looks_like_spam(body),
        without_proof(own),
        akismet_says(own),
        held_by_setting(writer),
    )
    return next((reason for reason in reasons if reason), Judgement())


def judge_again(comment: Comment) -> Judgement:
    """As `judge`, of a stored comment by its writer as it says who that was."""
    from .conversation import Writer

    writer = Writer(
        comment.user_name, comment.user_email, comment.user_id, comment.by_coach, comment.ip_address
    )
    return judge(comment.comment, writer, own=comment)


# --- The rules ------------------------------------------------------------------------------


def on_a_list(body: str, writer: "Writer") -> Judgement | None:
    """What the coach's lists say; "spam at once" goes before "hold". One query."""
    matches = _matcher(body, writer)
    found = [entry for entry in ListEntry.objects.all() if matches(entry)]
    if not found:
        return None
    entry = min(found, key=lambda entry: (entry.act != ListEntry.Act.REFUSE, entry.pk))
    because = Because.WORD if entry.kind == ListEntry.Kind.WORD else Because.SENDER
    if entry.act == ListEntry.Act.REFUSE:
        return Judgement(State.SPAM, because, entry.text)
    return _hold(because, entry.text)


def _matcher(body: str, writer: "Writer"):
    words = phrase(f"{writer.name}\n{body}")
    matches = {
        ListEntry.Kind.WORD: lambda text: phrase(text).strip() and phrase(text) in words,
        ListEntry.Kind.SENDER: lambda text: is_sender(writer.email, text),
        ListEntry.Kind.NETWORK: lambda text: is_within(writer.ip_address, text),
    }
    return lambda entry: matches[ListEntry.Kind(entry.kind)](entry.text)


def many_links(body: str) -> Judgement | None:
    count = count_links(body)
    return _hold(Because.LINKS, f"{count} links") if count > MAX_LINKS else None


def repeated(body: str, writer: "Writer", own: Comment | None = None) -> Judgement | None:
    """The same words, however written, from another address not long ago. One query, by index."""
    if (key := words_key(body)) is None:
        return None
    others = Comment.objects.filter(
        words_key=key, by_coach=False, submit_date__gte=timezone.now() - REPEATED_WITHIN
    ).exclude(user_email__iexact=writer.email)
    if own is not None:
        others = others.exclude(pk=own.pk)
    return _hold(Because.REPEATED) if others.exists() else None


def flood(ip_address: str | None, own: Comment | None = None) -> Judgement | None:
    """More comments of one network within the hour than a group of people writes. One query."""
    if limits.parse_address(ip_address) is None:
        return None
    recent = Comment.objects.filter(
        submit_date__gte=timezone.now() - FLOOD_WITHIN, ip_address__isnull=False, by_coach=False
    )
    if own is not None:
        recent = recent.exclude(pk=own.pk)
    addresses = recent.order_by("-submit_date").values_list("ip_address", flat=True)
    network = limits.network_of(ip_address)
    count = sum(limits.network_of(address) == network for address in addresses[:MOST_LOOKED_AT])
    if count < MOST_OF_A_NETWORK:
        return None
    return _hold(Because.FLOOD, f"{count} from {network} within the hour before")


def looks_like_spam(body: str) -> Judgement | None:
    """What the coach's own judgement of earlier comments says. One or two queries."""
    if (score := spam_filter.score(body)) is None or score.value < spam_filter.HOLD_FROM:
        return None
    telling = ", ".join(score.telling)
    return _hold(Because.LOOKS_LIKE_SPAM, f"{score.value:.0%} like it: {telling}")


def without_proof(own: Comment | None) -> Judgement | None:
    """Whether it came without the sum that a guest's device should do (proof_of_work.py)."""
    if own is None or own.held_because != Because.NO_PROOF:
        return None
    return _hold(Because.NO_PROOF, own.held_detail)


def akismet_says(own: Comment | None) -> Judgement | None:
    """What Akismet has said of it by now; nobody waits for that. One query where it is asked."""
    if own is None or not akismet.takes_for_spam(own):
        return None
    return _hold(Because.AKISMET)


def held_by_setting(writer: "Writer") -> Judgement | None:
    """Guests' comments (HOLD_GUEST_COMMENTS), or everybody's first (HOLD_FIRST_COMMENTS).

    A first is one by an account or address of which nothing is published. One query, and only
    where the second is set.
    """
    if settings.HOLD_GUEST_COMMENTS and writer.user_id is None:
        return _hold(Because.ALL_ARE)
    if settings.HOLD_FIRST_COMMENTS and is_first(writer):
        return _hold(Because.FIRST)
    return None


def is_first(writer: "Writer") -> bool:
    theirs = Q(user_email__iexact=writer.email)
    if writer.user_id is not None:
        theirs |= Q(user_id=writer.user_id)
    return not Comment.objects.published().filter(theirs).exists()


def _hold(because: str, detail: str = "") -> Judgement:
    longest = Comment._meta.get_field("held_detail").max_length
    return Judgement(State.HELD, because, detail[:longest])


# --- What they compare ----------------------------------------------------------------------


def phrase(text: str) -> str:
    """The words between single spaces: one phrase is in another exactly if its words are."""
    return f" {' '.join(folded_words(text))} "


def count_links(text: str) -> int:
    """As many as the page would show, or more. Linear time."""
    count = 0
    for token in text.casefold().split():
        if "://" in token:
            count += token.count("://")
        elif "www." in token or _BARE_LINK.search(token):
            count += 1
    return count


def is_sender(email: str, entry: str) -> bool:
    """Whether an address is the one on the list, or under the domain on it."""
    email, entry = email.strip().casefold(), entry.strip().casefold()
    local, at, domain = entry.rpartition("@")
    if at and local:
        return email == entry
    senders_domain = email.rpartition("@")[2]
    return bool(domain) and (senders_domain == domain or senders_domain.endswith(f".{domain}"))


def is_within(ip_address: str | None, entry: str) -> bool:
    """Whether an address is in the network on the list. IPv4 within IPv6 counts as IPv4."""
    address = limits.parse_address(ip_address)
    try:
        network = ipaddress.ip_network(entry.strip(), strict=False)
    except ValueError:
        return False
    return address is not None and address in network
