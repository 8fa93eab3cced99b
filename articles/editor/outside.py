"""Trying a link to another site: whether it answers, without being led anywhere private.

The address comes out of a text, so it may name anything. Only http and https are asked, at their
own ports; the name is looked up once, every address it has must be public, and the connection goes
to the one that was looked at, so no second look-up can lead elsewhere. A redirect is a new address
and is looked at in the same way. Nothing is sent but the request, no cookie is kept, and no page is
read: the first lines of an answer say enough. Each try ends in SECONDS, however slowly it drips,
and all of them in ALL_SECONDS.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from urllib.parse import quote, urljoin, urlsplit

from articles.checklist import Lead

SECONDS = 6.0  # for one link with all its redirects, but for the looking up of names
ALL_SECONDS = 20.0
MOST_REDIRECTS = 4
AT_ONCE = 8
PORTS = {"http": 80, "https": 443}
# An honest name, so that a site can see who asks and refuse it.
USER_AGENT = "Walkcoach link check"

# Networks that `ipaddress` calls global, and that carry an IPv4 address to somewhere else: NAT64
# (RFC 6052) and 6to4 (RFC 3056).
_CARRIERS = [ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16")]

LATE = "was not answered in time. Try it again later."
GONE = "leads to a page that is not there any more."
UNCLEAR = "leads to a site that keeps programs out; open it yourself to see."


class Refused(Exception):
    """The address is none that is tried; the message completes "The link …"."""


def try_all(addresses: Iterable[str]) -> dict[str, Lead]:
    """What became of each address. AT_ONCE at a time; takes ALL_SECONDS at most."""
    pool = ThreadPoolExecutor(AT_ONCE)
    tries = {address: pool.submit(try_link, address) for address in dict.fromkeys(addresses)}
    done, _ = wait(tries.values(), timeout=ALL_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    late = Lead(False, LATE)
    return {address: one.result() if one in done else late for address, one in tries.items()}


def try_link(address: str) -> Lead:
    """Whether an address answers. Never raises."""
    try:
        return _follow(address)
    except Refused as refused:
        return Lead(False, str(refused))
    except ssl.SSLError:
        return Lead(False, "leads to a site whose certificate is not in order.")
    except TimeoutError:
        return Lead(False, LATE)
    except (OSError, http.client.HTTPException, ValueError):
        return Lead(False, "leads to a site that does not answer. Look for a slip in the address.")


def _follow(address: str) -> Lead:
    until = time.monotonic() + SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        status, moved_to = _ask("HEAD", address, until)
        if status in (403, 404, 405, 429, 501):  # some sites answer only to those who read
            status, moved_to = _ask("GET", address, until)
        if status in (301, 302, 303, 307, 308) and moved_to:
            address = urljoin(address, moved_to)
            continue
        if 200 <= status < 400:
            return Lead(True, "answers.")
        if status in (404, 410):
            return Lead(False, GONE)
        if status >= 500:
            return Lead(False, "leads to a site that has a trouble of its own. Try it again later.")
        return Lead(None, UNCLEAR)
    return Lead(False, "is sent on from address to address without end.")


def _ask(method: str, address: str, until: float) -> tuple[int, str]:
    """The status of an answer, and where it sends on to. Raises `Refused` or what sockets raise."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    parts = urlsplit(address)
    host, port = parts.hostname, parts.port
    if parts.scheme not in PORTS or not host:
        raise Refused("has an address that no browser can open.")
    if port not in (None, PORTS[parts.scheme]) or parts.username is not None:
        raise Refused("has an address with a port or a name in it, which is not tried.")
    where = public_address(host, PORTS[parts.scheme])
    connection = _Pinned(parts.scheme, host, where, seconds)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
    ends = threading.Timer(seconds, connection.end)
    ends.daemon = True
    ends.start()
    try:
        connection.request(
            method,
            f"{path}?{query}" if query else path,
            headers={"User-Agent": USER_AGENT, "Accept": "text/html, */*;q=0.5"},
        )
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location", "")
    except (OSError, http.client.HTTPException, ValueError):
        if connection.ended:
            raise TimeoutError from None
        raise
    finally:
        ends.cancel()
        connection.close()


def public_address(host: str, port: int) -> str:
    """The address behind a name. Raises `Refused` unless all that the name has are public."""
    try:
        name = host.encode("idna").decode() if not host.isascii() else host
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused("leads to a site that there is not. Look for a slip in its name.") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(map(is_public, addresses)):
        raise Refused("leads into a private network, where no reader can follow.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet's."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in carrier for carrier in _CARRIERS):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, under the name it was looked up by."""

    def __init__(self, scheme: str, host: str, where: str, seconds: float):
        super().__init__(host, PORTS[scheme], timeout=seconds)
        self._secure, self._where = scheme == "https", where
        self.ended = False

    def connect(self) -> None:
        self.sock = socket.create_connection((self._where, self.port), self.timeout)
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def end(self) -> None:
        """Cut it off. From another thread, while this one waits for an answer."""
        self.ended = True
        if self.sock:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
