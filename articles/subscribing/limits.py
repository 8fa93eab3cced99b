"""How many mails a stranger's word alone can have the site send."""

from accounts.allowances import OverLimit, network_of

from .models import Allowance

__all__ = ["OverLimit", "prune", "spend_mail"]

# A person asks once, and again when no mail comes; the second try of the next day is the last
# that somebody else can use to pester them.
MAILS_PER_ADDRESS = 3
MAILS_PER_ADDRESS_A_DAY = 4
# A household or a clinic's waiting room shares a network. A program that feeds us a list of
# addresses ("list bombing") gets no further than this.
MAILS_PER_NETWORK = 10
MAILS_PER_NETWORK_A_DAY = 30


def spend_mail(email: str, ip_address: str | None) -> None:
    """Count one mail that somebody asked for. Inside a transaction, which `OverLimit` should undo.

    Raises `OverLimit`. 4 queries at the most.
    """
    Allowance.spend("address", mailbox_of(email), MAILS_PER_ADDRESS, a_day=MAILS_PER_ADDRESS_A_DAY)
    network = network_of(ip_address)
    Allowance.spend("network", network, MAILS_PER_NETWORK, a_day=MAILS_PER_NETWORK_A_DAY)


def mailbox_of(email: str) -> str:
    """The mailbox that an address most likely reaches: `ada+walks@…` is Ada's (RFC 5233)."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def prune() -> None:
    """Forget counters that have been full again for a day."""
    Allowance.prune()
