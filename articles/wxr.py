"""Reading a WordPress export (WXR: RSS 2.0 with WordPress's own elements) as a stream.

Pure: no database, no network, nothing written. Memory holds one item with its comments at a time,
however long the file. The names of the namespaces are matched by pattern, since exports carry
http and https, 1.0 to 1.2; elements of foreign namespaces are passed over.
"""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import BinaryIO
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ErrorString

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

CHUNK = 64 * 1024  # bytes read at a time

# WordPress nests six deep: rss, channel, item, wp:comment, wp:commentmeta, wp:meta_key.
DEEPEST = 20
# Characters in one element. A long book is a tenth of it.
LONGEST_TEXT = 10_000_000
# Bytes of one tag with its attributes, or of one remark: the parser keeps those whole.
LONGEST_TAG = 1_000_000

_PREFIXES = {
    "wp": re.compile(r"https?://wordpress\.org/export/1\.\d+/?"),
    "excerpt": re.compile(r"https?://wordpress\.org/export/1\.\d+/excerpt/?"),
    "content": re.compile(r"https?://purl\.org/rss/1\.0/modules/content/?"),
    "dc": re.compile(r"https?://purl\.org/dc/elements/1\.1/?"),
}
_VERSION = re.compile(r"1\.\d{1,3}")

# Which elements hold others that are read, and which of those: (element it stands in, itself).
_READ = {
    ("", "rss"): set(),
    ("rss", "channel"): {
        "title",
        "link",
        "wp:wxr_version",
        "wp:base_site_url",
        "wp:base_blog_url",
    },
    ("channel", "wp:author"): {
        "wp:author_id",
        "wp:author_login",
        "wp:author_email",
        "wp:author_display_name",
    },
    ("channel", "item"): {
        "title",
        "link",
        "guid",
        "category",
        "content:encoded",
        "excerpt:encoded",
        "dc:creator",
        "wp:post_id",
        "wp:post_date",
        "wp:post_date_gmt",
        "wp:post_name",
        "wp:status",
        "wp:post_type",
        "wp:post_password",
        "wp:comment_status",
    },
    ("item", "wp:comment"): {
        "wp:comment_id",
        "wp:comment_author",
        "wp:comment_author_email",
        "wp:comment_date",
        "wp:comment_date_gmt",
        "wp:comment_content",
        "wp:comment_approved",
        "wp:comment_type",
        "wp:comment_parent",
        "wp:comment_user_id",
    },
}


class WxrError(Exception):
    """The file cannot be read as a WordPress export; says in words what is wrong, in which line."""

    def __init__(self, line: int, words: str):
        super().__init__(f"Line {line}: {words}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Author:
    """An account of the blog that has written something."""

    id: str
    login: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Term:
    """A category ("category") or tag ("post_tag"; "tag" in exports of version 1.0) of an item."""

    domain: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, pingback or trackback. `content` is HTML in which line ends count."""

    line: int
    id: str
    author: str
    email: str
    user_id: str  # "" for a guest
    content: str
    approved: str  # 1, 0, trash, post-trashed, spam
    type: str  # "", comment, pingback, trackback, or a plugin's own
    parent: str  # "" for one that answers none
    gmt: datetime | None
    local: datetime | None

    def moment(self, zone: tzinfo) -> datetime | None:
        """When it was written; `zone` is the blog's, used where the export gives no GMT."""
        return _moment(self.gmt, self.local, zone)


@dataclass(frozen=True, slots=True)
class Item:
    """A post, page, attachment or anything else that the blog keeps. `title` is HTML."""

    line: int
    id: str
    type: str
    status: str
    title: str
    link: str
    slug: str
    creator: str  # login of its author
    content: str
    excerpt: str
    password: str
    comments_open: bool
    terms: tuple[Term, ...]
    comments: tuple[Comment, ...]
    gmt: datetime | None
    local: datetime | None

    def moment(self, zone: tzinfo) -> datetime | None:
        """When it was published; `zone` is the blog's, used where the export gives no GMT."""
        return _moment(self.gmt, self.local, zone)


@dataclass(frozen=True, slots=True)
class Blog:
    """What an export says of the blog it came from."""

    version: str
    title: str
    url: str
    authors: tuple[Author, ...]
    item_count: int

    @property
    def key(self) -> str:
        """Names the blog, so that the ids in its exports stay apart from another blog's.

        The address without its scheme: blogs move to https, and are the same blog.
        """
        _, _, address = self.url.rpartition("://")
        host, slash, path = address.partition("/")
        key = f"{host.lower()}{slash}{path}".rstrip("/") or self.title
        # Room is left for the rest of a source_key (200 characters).
        return key if len(key) <= 120 else hashlib.sha256(key.encode()).hexdigest()

    def source_key(self, kind: str, wordpress_id: str) -> str:
        """Where a row came from: what makes a second import of it do nothing."""
        return f"wordpress:{self.key}:{kind}:{wordpress_id}"

    def author(self, login: str) -> Author | None:
        """The author with this login, as `dc:creator` names them."""
        return next((author for author in self.authors if author.login == login), None)

    def is_by_author(self, comment: Comment) -> bool:
        """Whether a comment was written by someone who also writes the blog.

        By the account's id or the mail address, since an export may lack the author's id, or the
        author; by the name where it was an account's. Account 1 is who set the blog up.
        """
        if comment.user_id and (
            comment.user_id == "1" or comment.user_id in {author.id for author in self.authors}
        ):
            return True
        email, name = comment.email.casefold(), comment.author.casefold()
        return any(
            (email and email == author.email.casefold())
            or (
                comment.user_id
                and name
                and name in (author.login.casefold(), author.name.casefold())
            )
            for author in self.authors
        )


def survey(file: BinaryIO) -> Blog:
    """Read a whole export and say what blog it is of. Raises `WxrError`.

    Done before the first row is written, so that a file that is broken anywhere changes nothing.
    """
    target = _Target()
    item_count = sum(1 for _ in _read(file, target))
    return Blog(
        version=target.version,
        title=_name(target.channel.get("title", "")),
        url=(
            target.channel.get("wp:base_blog_url")
            or target.channel.get("wp:base_site_url")
            or target.channel.get("link", "")
        ).strip(),
        authors=tuple(target.authors),
        item_count=item_count,
    )


def items(file: BinaryIO) -> Iterator[Item]:
    """The items of an export, in its order, each as soon as it was read. Raises `WxrError`."""
    return _read(file, _Target())


def _read(file: BinaryIO, target: "_Target") -> Iterator[Item]:
    file.seek(0)
    _refuse_other_kinds(file.read(4))
    file.seek(0)
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    target.expat = parser.parser
    fed = 0
    try:
        while chunk := file.read(CHUNK):
            parser.feed(chunk)
            fed += len(chunk)
            if fed - parser.parser.CurrentByteIndex > LONGEST_TAG:
                raise WxrError(target.line, "a tag is too long to be WordPress's.")
            yield from target.finished()
        parser.close()
    except ParseError as error:
        line = error.position[0]
        raise WxrError(line, f"the XML is broken here ({ErrorString(error.code)}).") from None
    except DefusedXmlException:
        raise WxrError(
            target.line,
            "the file declares a document type or entities, which WordPress never does.",
        ) from None
    except (LookupError, ValueError) as error:
        raise WxrError(
            target.line, f"the file's character set is not known here ({error})."
        ) from None
    yield from target.finished()
    if not target.version:
        raise WxrError(1, "this is no WordPress export: it names no version (wp:wxr_version).")


def _refuse_other_kinds(head: bytes) -> None:
    if not head:
        raise WxrError(1, "the file is empty.")
    if head.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        raise WxrError(1, "the file is compressed. Unpack it, then import the .xml file in it.")


class _Target:
    """What the parser tells of each tag and text; puts together items from it."""

    def __init__(self) -> None:
        self.expat = None
        self.version = ""
        self.channel: dict[str, str] = {}
        self.authors: list[Author] = []
        self._open: list[str] = []  # the elements around; "" for one that is passed over
        self._records: list[dict] = []  # what the open ones that are read hold so far
        self._leaf = ""  # the element whose text is being read
        self._text: list[str] = []
        self._length = 0
        self._finished: list[Item] = []

    @property
    def line(self) -> int:
        return self.expat.CurrentLineNumber if self.expat else 1

    def finished(self) -> Iterator[Item]:
        """The items put together since the last call."""
        done, self._finished = self._finished, []
        yield from done

    # What the parser calls.

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _short(tag)
        around = self._open[-1] if self._open else ""
        if not self._open and name != "rss":
            raise WxrError(self.line, "this is no WordPress export: it does not begin with <rss>.")
        if len(self._open) >= DEEPEST:
            raise WxrError(self.line, "tags stand inside each other too deep to be WordPress's.")
        if (around, name) in _READ and not self._leaf:
            if name == "item" and not self.version:
                raise WxrError(
                    self.line,
                    "this is no WordPress export: no version (wp:wxr_version) stands before this.",
                )
            self._open.append(name)
            self._records.append({"line": self.line})
            return
        if around and not self._leaf and name in _READ[self._kind()]:
            self._leaf, self._text, self._length = name, [], 0
            if name == "category":
                self._records[-1]["term"] = attributes
        self._open.append("")

    def data(self, text: str) -> None:
        # Text of elements within the one being read is not its own.
        if self._leaf and len(self._open) == len(self._records) + 1:
            self._length += len(text)
            if self._length > LONGEST_TEXT:
                raise WxrError(self.line, f"<{self._leaf}> is too long to be imported.")
            self._text.append(text)

    def end(self, tag: str) -> None:
        name = self._open.pop()
        if name:
            self._end_record(name, self._records.pop())
        elif self._leaf and len(self._open) == len(self._records):
            self._end_leaf(self._leaf, "".join(self._text))
            self._leaf, self._text = "", []

    def close(self) -> None:
        pass

    # What is made of it.

    def _kind(self) -> tuple[str, str]:
        return (self._open[-2] if len(self._open) > 1 else "", self._open[-1])

    def _end_leaf(self, name: str, text: str) -> None:
        record = self._records[-1]
        if name == "category":
            record.setdefault("terms", []).append(_term(record.pop("term"), text))
        else:
            record.setdefault(name, text)
        if name == "wp:wxr_version":
            if not _VERSION.fullmatch(text.strip()):
                raise WxrError(
                    self.line, f"WordPress export version “{text.strip()[:20]}” is not known here."
                )
            self.version = text.strip()

    def _end_record(self, name: str, record: dict) -> None:
        if name == "channel":
            self.channel = self.channel or record
        elif name == "wp:author":
            self.authors.append(_author(record))
        elif name == "wp:comment":
            self._records[-1].setdefault("comments", []).append(_comment(record))
        elif name == "item":
            self._finished.append(_item(record))


@lru_cache(maxsize=512)
def _short(tag: str) -> str:
    """ "{http://wordpress.org/export/1.2/}post_id" as "wp:post_id"; "" for a foreign element."""
    if not tag.startswith("{"):
        return tag
    namespace, _, name = tag[1:].partition("}")
    for prefix, pattern in _PREFIXES.items():
        if pattern.fullmatch(namespace):
            return f"{prefix}:{name}"
    return ""


def _author(record: dict) -> Author:
    login = record.get("wp:author_login", "").strip()
    return Author(
        id=_id(record.get("wp:author_id", "")),
        login=login,
        email=record.get("wp:author_email", "").strip(),
        name=_name(record.get("wp:author_display_name", "")) or login,
    )


def _term(attributes: dict[str, str], text: str) -> Term:
    return Term(
        domain=attributes.get("domain", "").strip(),
        slug=unquote(attributes.get("nicename", "").strip()),
        name=_name(text),
    )


def _comment(record: dict) -> Comment:
    content = record.get("wp:comment_content", "")
    return Comment(
        line=record["line"],
        id=_id(record.get("wp:comment_id", ""))
        or _stand_in(
            record.get("wp:comment_author", ""), record.get("wp:comment_date", ""), content
        ),
        author=_name(record.get("wp:comment_author", "")),
        email=record.get("wp:comment_author_email", "").strip(),
        user_id=_id(record.get("wp:comment_user_id", "")),
        content=content,
        approved=record.get("wp:comment_approved", "").strip(),
        type=record.get("wp:comment_type", "").strip(),
        parent=_id(record.get("wp:comment_parent", "")),
        gmt=_date(record.get("wp:comment_date_gmt", "")),
        local=_date(record.get("wp:comment_date", "")),
    )


def _item(record: dict) -> Item:
    title, link = record.get("title", "").strip(), record.get("link", "").strip()
    return Item(
        line=record["line"],
        id=_id(record.get("wp:post_id", "")) or _stand_in(record.get("guid", ""), link, title),
        type=record.get("wp:post_type", "").strip(),
        status=record.get("wp:status", "").strip(),
        title=title,
        link=link,
        slug=unquote(record.get("wp:post_name", "").strip()),
        creator=record.get("dc:creator", "").strip(),
        content=record.get("content:encoded", ""),
        excerpt=record.get("excerpt:encoded", ""),
        password=record.get("wp:post_password", "").strip(),
        comments_open=record.get("wp:comment_status", "open").strip() != "closed",
        terms=tuple(record.get("terms", ())),
        comments=tuple(record.get("comments", ())),
        gmt=_date(record.get("wp:post_date_gmt", "")),
        local=_date(record.get("wp:post_date", "")),
    )


def _id(text: str) -> str:
    """A WordPress id without leading zeros; "" for none, which WordPress writes as 0."""
    text = text.strip()
    return text.lstrip("0") if text.isascii() and text.isdigit() and len(text) <= 20 else ""


def _stand_in(*parts: str) -> str:
    """An id for what has none, the same at every import."""
    return "~" + hashlib.sha256("\x1f".join(parts).encode(errors="replace")).hexdigest()[:20]


def _name(text: str) -> str:
    """A name as it is read: WordPress keeps names with HTML's entities in them."""
    return " ".join(html.unescape(text).split())


def _date(text: str) -> datetime | None:
    """WordPress's "2012-05-14 09:00:00", without a zone; None for its "0000-00-00 00:00:00"."""
    try:
        date = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    # Nearer to the ends of the calendar, a change of zone would fall off it.
    return date if 1 < date.year < 9999 else None


def _moment(gmt: datetime | None, local: datetime | None, zone: tzinfo) -> datetime | None:
    if gmt:
        return gmt.replace(tzinfo=UTC)
    return local.replace(tzinfo=zone).astimezone(UTC) if local else None
