"""How often one person, address or network may do something in an hour, and in a day.

Counted in the database, where every process counts together and a restart forgets nothing. Each
counter is one row, locked while it is spent from, so ten requests at once cannot spend it twice.
What may be spent is for each app to say, in a table of its own.
"""

import ipaddress
import time
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

HOUR = 3600  # seconds
DAY = 24 * HOUR


class OverLimit(Exception):
    """Too many within the hour or the day. `wait` is the seconds until there is room again."""

    def __init__(self, wait: int):
        super().__init__(wait)
        self.wait = wait


class AbstractAllowance(models.Model):
    """What someone has spent of a limit within the hour or the day."""

    key = models.CharField(max_length=64, primary_key=True)
    spent_at = models.JSONField(default=list)  # seconds since 1970, oldest first
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.key

    @classmethod
    def spend(cls, kind: str, whom: str, most: int, *, a_day: int | None = None) -> None:
        """Count one. Inside a transaction, which `OverLimit` should undo.

        Raises `OverLimit`. 2 queries.
        """
        # Keyed, so that the table tells nobody who asked.
        salt = f"{cls._meta.app_label}.limits.{kind}"
        key = salted_hmac(salt, whom, algorithm="sha256").hexdigest()
        allowance, _ = cls._default_manager.select_for_update().get_or_create(key=key)
        now = int(time.time())
        today = [moment for moment in allowance.spent_at if moment > now - DAY]
        recent = [moment for moment in today if moment > now - HOUR]
        if a_day is not None and len(today) >= a_day:
            raise OverLimit(wait=today[-a_day] + DAY - now)
        if len(recent) >= most:
            raise OverLimit(wait=recent[-most] + HOUR - now)
        allowance.spent_at = [*(recent if a_day is None else today), now]
        allowance.save()

    @classmethod
    def prune(cls) -> None:
        """Forget counters that have been full again for a day."""
        a_day_ago = timezone.now() - timedelta(days=1)
        cls._default_manager.filter(changed_at__lt=a_day_ago).delete()


def network_of(ip_address: str | None) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one: what one household can choose from.

    Visitors whose address is unknown share one network.
    """
    address = parse_address(ip_address)
    if address is None:
        return "unknown"
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


def parse_address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An IP address from a header or a socket; None where it is none. IPv4 in IPv6 is unwrapped."""
    try:
        address = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
