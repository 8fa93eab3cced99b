"""A mail's bytes, read with care: anybody on the net may have made them.

No more than `MOST_READ` bytes are read, no more than `MOST_PARTS` parts looked at; no charset is
trusted to exist, no part to end. What is nested beyond all measure still raises `RecursionError`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses

from . import quotes

# Bytes. The words stand before the files in a mail; what is cut off of a longer one are files.
MOST_READ = 1024 * 1024
MOST_OF_HEADERS = 128 * 1024
MOST_PARTS = 200
# A picture of no more bytes is what a signature is decorated with.
SMALLEST_FILE = 20_000

_CHARSETS = re.compile(
    r"(?:us-ascii|ascii|utf-?8|utf-?16(?:le|be)?|utf-?7|iso[-_]?8859[-_]?\d{1,2}|latin-?\d|"
    r"windows-?\d{3,4}|cp\d{3,4}|koi8-[rtu]|gb2312|gbk|gb18030|big5(?:-?hkscs)?|"
    r"iso-2022-(?:jp|kr)[\w-]*|shift[-_]?jis|euc-(?:jp|kr|cn)|ks_c_5601-1987|mac(?:intosh|-?roman))"
)
# What mail programs add that nobody sent as a file.
_NO_FILES = {
    "application/pgp-signature",
    "application/pgp-keys",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "message/delivery-status",
    "text/rfc822-headers",
}
_SPACE = re.compile(r"\s+")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_ADDRESS = re.compile(r"[^\s@<>,;:\"]{1,64}@[^\s@<>,;:\"]{1,255}")


class Headers:
    """The outermost headers as text, each on one line; all of them their sender's claim."""

    def __init__(self, message: Message):
        self._all: dict[str, list[str]] = {}
        for name, value in message.items():
            self._all.setdefault(str(name).lower(), []).append(_one_line(value))

    def all(self, name: str) -> list[str]:
        """The values of a header, topmost first."""
        return self._all.get(name, [])

    def first(self, name: str) -> str:
        """The topmost value of a header, or ""."""
        return next(iter(self.all(name)), "")

    def decoded(self, name: str) -> str:
        """The topmost value as its reader sees it, encoded words decoded."""
        value = self.first(name)[:1000]  # a long subject's four lines
        try:
            return str(make_header(decode_header(value)))
        except (LookupError, ValueError):
            return value

    @property
    def sender(self) -> str | None:
        """The one address it says it is from, in lower case; None for none or several."""
        senders = self.all("from")
        addresses = [a for _, a in getaddresses(senders) if a] if len(senders) == 1 else []
        if len(addresses) != 1 or not _ADDRESS.fullmatch(addresses[0]):
            return None
        return addresses[0].lower()

    @property
    def recipients(self) -> list[str]:
        """Every address it may have come to, the envelope's first, in lower case."""
        found: list[str] = []
        for name in ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc"):
            for value in self.all(name):
                found += (address.lower() for address in _ADDRESS.findall(value[:10_000]))
        return list(dict.fromkeys(found))[:50]


@dataclass(frozen=True)
class Content:
    """What a mail holds."""

    text: str  # plain, quotes marked by ">"
    has_files: bool


def read_headers(raw: bytes) -> Headers:
    """The headers alone: enough to tell most of what comes from what a person sent."""
    return Headers(BytesHeaderParser(policy=compat32).parsebytes(raw[:MOST_OF_HEADERS]))


def read_content(raw: bytes) -> Content:
    """The rest, out of a mail's first `MOST_READ` bytes or all of them."""
    is_cut = len(raw) > MOST_READ
    message = message_from_bytes(raw[:MOST_READ], policy=compat32)
    plain: list[str] = []
    html: list[str] = []
    has_files = is_cut
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not _is_attached(part):
            (plain if kind == "text/plain" else html).append(_text(part))
        else:
            has_files = has_files or _is_file(part, kind)
    text = "\n".join(plain)
    if not text.strip():
        text = "\n".join(quotes.text_of_html(each) for each in html)
    return Content(text, has_files)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; a mail within the mail is one of them."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop()
        seen += 1
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting += (p for p in reversed(inside[:MOST_PARTS]) if isinstance(p, Message))
        else:
            yield part


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _is_file(part: Message, kind: str) -> bool:
    """Whether its sender would miss it: not a logo, not a signature made by a program."""
    if kind in _NO_FILES or (kind.startswith("text/") and not _is_attached(part)):
        return False
    is_decoration = "content-id" in part and kind.startswith("image/")
    return not (is_decoration and len(str(part.get_payload())) < SMALLEST_FILE)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    text = _decoded(raw, _parameter(part, "charset"))
    if part.get_content_type() == "text/plain" and _parameter(part, "format") == "flowed":
        text = quotes.unflow(text, delete_space=_parameter(part, "delsp") == "yes")
    return text


def _parameter(part: Message, name: str) -> str:
    value = part.get_param(name)
    return value.strip().lower() if isinstance(value, str) else ""


def _decoded(raw: bytes, charset: str) -> str:
    """By the charset it names, if that is one of mail's; else as most mails are."""
    if not _CHARSETS.fullmatch(charset):
        charset = "utf-8"
    if charset in ("iso-8859-1", "us-ascii", "ascii", "latin1"):
        charset = "utf-8" if _is_utf8(raw) else "windows-1252"
    try:
        return raw.decode(charset)
    except (LookupError, ValueError):
        return raw.decode("utf-8" if _is_utf8(raw) else "windows-1252", "replace")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _one_line(value: object) -> str:
    return _SPACE.sub(" ", _NO_TEXT.sub("?", str(value))).strip()
