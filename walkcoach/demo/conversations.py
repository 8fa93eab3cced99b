"""What is asked and answered under the articles: one file for each in `threads/`.

A comment begins with a line such as `** Marit, 74 days ago, 11:40`. One star opens a thread, two
reply to it, three to that reply, and so on. The days count back from the day of loading, and the
time is the site's. After it may stand "pinned", "private" or "no answer needed", for the whole
thread, or what its asker says of the answer for all to see ("it helped", "a little", "not yet");
and "held", "unconfirmed", "removed", "helped 12" or "reported unsafe", for this comment. Its words
follow, up to the next such line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "threads"
_HEAD = re.compile(
    r"^(?P<stars>\*+) (?P<by>\w+), (?P<days>\d+) days? ago, (?P<clock>\d\d:\d\d)"
    r"(?P<marks>(?:, .+)?)$"
)


@dataclass(eq=False)
class Said:
    """One comment. `reply_to` is None for a question; `article` is a slug."""

    article: str
    by: str
    days_ago: int
    clock: str
    marks: frozenset[str]
    reply_to: "Said | None"
    lines: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Paragraphs, each on one line: the line ends in the file are its editor's."""
        paragraphs = "\n".join(self.lines).strip().split("\n\n")
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)

    @property
    def state(self) -> str:
        return next(iter(self.marks & {"held", "unconfirmed", "removed"}), "published")

    @property
    def helped(self) -> int:
        """How many found it helpful."""
        return int(self._after("helped ") or 0)

    @property
    def reported(self) -> str:
        """The reason for which somebody reported it, or nothing."""
        return self._after("reported ")

    def _after(self, word: str) -> str:
        return next((mark.removeprefix(word) for mark in self.marks if mark.startswith(word)), "")


def everything_said() -> list[Said]:
    """All comments under all articles, in the order they were made."""
    said = [comment for path in FOLDER.glob("*.txt") for comment in _read(path)]
    return sorted(said, key=lambda comment: (-comment.days_ago, comment.clock))


def _read(path: Path) -> Iterator[Said]:
    way_up: list[Said] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if head := _HEAD.match(line):
            del way_up[len(head["stars"]) - 1 :]
            comment = Said(
                article=path.stem,
                by=head["by"],
                days_ago=int(head["days"]),
                clock=head["clock"],
                marks=frozenset(filter(None, head["marks"].split(", "))),
                reply_to=way_up[-1] if way_up else None,
            )
            way_up.append(comment)
            yield comment
        else:
            way_up[-1].lines.append(line)
