"""What the person wrote, out of a mail's text: without what it quotes, and without its signature.

`quotequail` finds where an unmarked quote begins (Outlook's header block, "On … wrote:", eight
languages). Compared on the shapes in the tests with `mail-parser-reply` and `email-reply-parser`:
those throw away what stands below a quote, take "Thanks," and lists for signatures, and need
seconds for some texts of 5,000 characters. Ours is what it misses: answers between the quoted
lines, the line above a quote in any language, and what phones sign with.

When in doubt, a line stays: a quote too many can be taken off the page, words too few are lost.
"""

import re
from collections.abc import Iterable
from itertools import takewhile

import inscriptis
import quotequail
from inscriptis.model.config import ParserConfig

from ..words import tidy
from .address import MARKER

# More is no reply, whatever it quotes; it bounds the work below.
LONGEST_TEXT = 200_000  # characters
MOST_LINES = 2_000
# Beginnings of quotes that turn out to be none, before the rest is taken as it is.
_MOST_FALSE_STARTS = 20

# What programs put around a quote or a signature in HTML.
_QUOTE, _SIGNATURE = "quote", "signature"
_IN_HTML = {
    "blockquote": [_QUOTE],
    "#class=gmail_attr": [_QUOTE],
    "#class=moz-cite-prefix": [_QUOTE],
    "#class=yahoo_quoted": [_QUOTE],
    "#class=protonmail_quote": [_QUOTE],
    "#class=gmail_signature": [_SIGNATURE],
    "#class=moz-signature": [_SIGNATURE],
    "#class=protonmail_signature_block": [_SIGNATURE],
    "#id=Signature": [_SIGNATURE],
    "#id=ms-outlook-mobile-signature": [_SIGNATURE],
}

_MARK = ">"
# Keeps the place of a quote while the rest is looked at; `tidy` has left no other in the text, and
# takes these away in the end.
_WAS_QUOTE = "\0"
# "Label: value", in any script.
_FIELD = re.compile(r"[*\s]*[^\W\d][\w .\-]{0,25}[*\s]*[:：][*\s]*\S")
_FIELDS_OF_A_HEADER = 3
_RULED = re.compile(r"[-_—–=]{5,}.{0,60}[-_—–=]{5,}|[-_—–=]{10,}")
_DASHES = re.compile(r"[-_—–\s]+")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# "Name <a@example.org> wrote:", whatever the language: ends in a colon, and names an address, a
# clock or a year.
_ADDRESS_OR_TIME = re.compile(r"@|\b\d{1,2}[:.]\d{2}\b|\b20\d\d\b")
_LONGEST_INTRODUCTION = 4  # lines
# What phones and programs sign with begins so, and names one of them.
_SENT_FROM = re.compile(
    r"sent (?:from|with|via|using) |get (?:outlook|bluemail|typeapp) |yahoo mail:|"
    r"von meinem |gesendet (?:von|mit|aus) |diese nachricht wurde |outlook für |"
    r"envoyé (?:de|depuis|à partir|avec|via) |télécharger |enviado (?:desde|do|da|a partir|con) |"
    r"obtener |obter |inviato d|scarica |verstuurd |verzonden |outlook voor |skickat |hämta |"
    r"sendt |hent |lähetetty |wysłan[eo] |pobierz |odesláno |отправлено |надіслано |"
    r"ارسلت |أرسلت |أُرسلت |נשלח |iphoneから|ipadから|从我的|从 |發自|傳送自|나의 ",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"iphone|ipad|ipod|\bios\b|android|samsung|galaxy|huawei|xiaomi|redmi|pixel|oneplus|motorola|"
    r"nokia|blackberry|windows|outlook|yahoo|\baol\b|\bgmx\b|web\.de|proton ?mail|bluemail|typeapp|"
    r"k-9|thunderbird|gmail|mail app|mobile (?:phone|device)|(?:cell|smart) ?phone|mobiltelefon|"
    r"mobilgerät|\bhandy\b|téléphone|teléfono|\bmóvil\b|telemóvel|celular|cellulare|mobieltje|"
    r"telefon[uy]?\b",
    re.IGNORECASE,
)
_LONGEST_SENT_FROM = 120  # characters; longer is no footer but a sentence


def written(text: str, ours: Iterable[str] = ()) -> str:
    """What the person wrote, in its order; "" where they wrote nothing.

    `ours` are the site's own mail addresses and the beginnings of its secret links: a line that
    holds one is never theirs.
    """
    lines = [line.rstrip() for line in tidy(text[:LONGEST_TEXT]).split("\n")[:MOST_LINES]]
    own = [address.lower() for address in ours]
    lines = _above_marker(lines)
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _is_marked(line):
            if kept and not _is_marked(lines[number - 1]):
                _drop_introduction(kept)
            if kept and kept[-1] != _WAS_QUOTE:
                kept.append(_WAS_QUOTE)
        else:
            kept.append(line)
    kept = _without_signatures(_above_unmarked_quote(kept, own))
    return tidy("\n".join(line for line in kept if not _holds(line, own)))


def text_of_html(html: str) -> str:
    """The text of an HTML mail, with the quotes in it marked as plain text marks them."""
    config = ParserConfig(annotation_rules=_IN_HTML)
    found = inscriptis.get_annotated_text(html[:LONGEST_TEXT], config)
    if not found:
        return ""
    text = found["text"]
    marks = bytearray(len(text) + 1)  # 1 where a quote is, 2 in a signature
    for start, end, label in found["label"]:
        value = 1 if label == _QUOTE else 2
        marks[start:end] = bytes([value]) * len(marks[start:end])
    lines, at = [], 0
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        mark = marks[at + indent] if line.strip() else 0
        if mark == 1:
            lines.append(f"{_MARK} {line.strip()}")
        elif mark == 0:
            lines.append(line.strip())
        at += len(line) + 1
    return "\n".join(lines)


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Undo format=flowed (RFC 3676): a line that ends in a space goes on in the next."""
    out: list[str] = []
    goes_on_at: int | None = None  # the depth of quoting of a line that goes on
    for line in text.replace("\r\n", "\n").split("\n"):
        body = line.lstrip(_MARK)
        depth = len(line) - len(body)
        body = body.removeprefix(" ")
        flows = body.endswith(" ") and body != "-- "
        if flows and delete_space:
            body = body[:-1]
        if goes_on_at == depth and body != "-- ":
            out[-1] += body
        else:
            out.append(f"{_MARK * depth} {body}" if depth else body)
        goes_on_at = depth if flows else None
    return "\n".join(out)


def _above_marker(lines: list[str]) -> list[str]:
    """Our own mark, where a program marks no quotes; a marked one is a quote like others."""
    words = _bare(MARKER)
    for number, line in enumerate(lines):
        if not _is_marked(line) and _bare(line) == words:
            above = lines[:number]
            _drop_introduction(above)
            return above
    return lines


def _bare(line: str) -> str:
    return _DASHES.sub(" ", line).strip().strip("*").strip().casefold()


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith(_MARK)


def _drop_introduction(kept: list[str]) -> None:
    """Take the line above a quote off the end: up to four lines that read as one."""
    while kept and not kept[-1].strip() and kept[-1] != _WAS_QUOTE:
        kept.pop()
    for count in range(1, min(_LONGEST_INTRODUCTION, len(kept)) + 1):
        block = [_seen(line) for line in kept[-count:]]
        if not all(block) or _WAS_QUOTE in block:
            return
        if _introduces(" ".join(block)) and _begins_there(kept, count):
            del kept[-count:]
            return


def _begins_there(kept: list[str], count: int) -> bool:
    """Whether an introduction of so many lines is whole. Some are wrapped after the address, with
    the date on the line before."""
    if count == len(kept) or kept[-count - 1].strip() in ("", _WAS_QUOTE):
        return True
    return bool(_ADDRESS_OR_TIME.search(kept[-count])) and len(kept[-count - 1]) < 60


def _introduces(text: str) -> bool:
    return text.endswith((":", "：")) and bool(_ADDRESS_OR_TIME.search(text))


def _seen(line: str) -> str:
    return _UNSEEN.sub("", line).strip()


def _above_unmarked_quote(lines: list[str], ours: list[str]) -> list[str]:
    """What stands above a quote that no mark tells from the words themselves."""
    for number, line in enumerate(lines):
        if (_holds(line, ours) and _seen(line).endswith(":")) or _is_header(lines, number):
            lines = _without_rule(lines[:number])
            break
    kept: list[str] = []
    rest = "\n".join(lines)
    for _ in range(_MOST_FALSE_STARTS):
        if (found := quotequail.unwrap(rest)) is None:
            break
        top = found.get("text_top", "")
        below = rest[rest.index(top) + len(top) :].lstrip("\n")
        kept += rest[: len(rest) - len(below)].split("\n")[:-1]
        if _is_quote(found, below):
            return kept
        first, _, rest = below.partition("\n")
        kept.append(first)
    return [*kept, *rest.split("\n")]


def _is_header(lines: list[str], at: int) -> bool:
    """Whether the block of fields with which Outlook begins a quote begins there, in whatever
    language: three or more, an address among them."""
    if not _FIELD.match(lines[at]):
        return False
    block = list(takewhile(_FIELD.match, lines[at : at + 8]))
    return len(block) >= _FIELDS_OF_A_HEADER and any("@" in line for line in block)


def _without_rule(lines: list[str]) -> list[str]:
    """Without the line that is drawn above a quote, "---- Original message ----" or the like."""
    while lines and (not lines[-1].strip() or _RULED.fullmatch(lines[-1].strip())):
        lines = lines[:-1]
    return lines


def _is_quote(found: dict[str, str], below: str) -> bool:
    """Whether it is one, and not a person's own "Date: … To: …" or "On Monday she wrote:"."""
    if found["type"] == "reply":
        return any(c.isdigit() for c in below[:300].partition("\n\n")[0])
    first = below.partition("\n")[0]
    return "subject" in found or not first.partition(":")[2].strip()


def _without_signatures(lines: list[str]) -> list[str]:
    """A signature begins with "-- " and ends with the text, or where a quote stood."""
    kept, is_signature = [], False
    for line in lines:
        is_signature = line != _WAS_QUOTE and (is_signature or line.strip() == "--")
        if not is_signature and not _is_sent_from(line):
            kept.append(line)
    return kept


def _is_sent_from(line: str) -> bool:
    line = _seen(line)
    is_short = len(line) <= _LONGEST_SENT_FROM
    return is_short and bool(_SENT_FROM.match(line) and _DEVICE.search(line))


def _holds(line: str, ours: list[str]) -> bool:
    line = line.lower()
    return any(own in line for own in ours)
