"""The picture beside a shared link (https://ogp.me): an article's title, drawn with its picture.

1200 × 630, the size that every network shows whole. Its colours are the site's own.
"""

import hashlib
import io
import logging
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.utils import timezone
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from accounts.pictures import decode

from ..models import Article
from .models import MOST_TRIES, TRIED_AGAIN_AFTER, OpenGraphPicture, Picture, put_in_place
from .renditions import FOLDER, cut
from .shown import row_of_file

Line = list[tuple[float, float]]

WIDTH, HEIGHT = 1200, 630
# Raised when what is drawn would look different.
DESIGN = 1

# Twice the size while it is drawn, so that round things are round.
SCALE = 2
MARGIN = 64
COLUMN = 640  # where the picture begins
LARGEST, SMALLEST = 92, 44
TITLE_TOP, TITLE_BOTTOM = 60, 470
LINE = 1.12
WEIGHT = 560  # as the headings of pages
TO_THE_PICTURE: Line = [(0, 556), (180, 500), (330, 560), (COLUMN, 520)]
TO_THE_SUN: Line = [(0, 556), (180, 500), (330, 560), (620, 524), (860, 468), (1008, 420)]
QUALITY = 85

log = logging.getLogger("walkcoach.pictures")


# --- What has to be drawn -------------------------------------------------------------------


def design() -> str:
    """What all of them have in common."""
    return f"{DESIGN} {settings.SITE_NAME}"[:64]


def key(article: Article, picture: Picture | None) -> str:
    """What this one is drawn from."""
    parts = [design(), article.title, article.picture.name or ""]
    if picture:
        parts += [picture.digest, str(picture.focal_x), str(picture.focal_y)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def draw_next() -> bool:
    """Draw the picture of one published article whose page has changed since; where it would be
    the same again, only note that. False where there is none. One query then, else 4 statements."""
    now = timezone.now()
    ours = "open_graph_picture"
    article = (
        Article.objects.filter(status=Article.Status.PUBLISHED)
        .filter(
            Q(**{ours: None})
            | ~Q(**{f"{ours}__version": F("version")})
            | ~Q(**{f"{ours}__design": design()})
        )
        .filter(
            Q(**{f"{ours}__tried_at": None})
            | Q(**{f"{ours}__tried_at__lt": now - TRIED_AGAIN_AFTER})
        )
        .select_related(ours)
        .order_by("-published_at")
        .first()
    )
    if article is None:
        return False
    row = getattr(article, ours, None)
    if row is None:
        row = OpenGraphPicture.objects.get_or_create(article=article)[0]
    picture = row_of_file(article.picture)
    wanted = key(article, picture)
    seen = {"version": article.version, "design": design(), "tries": 0, "tried_at": None}
    this = OpenGraphPicture.objects.filter(pk=row.pk)
    if (row.key == wanted and row.name) or row.tries >= MOST_TRIES:
        this.update(**seen)
        return True
    this.spend_a_try(now)
    try:
        content = draw(article.title, picture)
    except Exception as error:
        last = row.tries + 1 >= MOST_TRIES
        if last:
            this.update(**seen)
        log.warning("No shared picture could be drawn for %s: %r", article.slug, error)
        return True
    name = f"{FOLDER}og-{hashlib.sha256(content).hexdigest()[:24]}.jpg"
    try:
        put_in_place(name, content)
    except OSError:
        this.update(tries=F("tries") - 1, tried_at=None)
        raise
    this.update(name=name, key=wanted, **seen)
    if name != row.name:
        Article.objects.filter(pk=article.pk).touch()
    return True


def forget(articles: list[int]) -> None:
    """Their drawn pictures are gone: have them drawn again."""
    if articles:
        OpenGraphPicture.objects.filter(article__in=articles).delete()
        Article.objects.filter(pk__in=articles).touch()


# --- Drawing --------------------------------------------------------------------------------


def draw(title: str, picture: Picture | None) -> bytes:
    """The picture as JPEG. 0.1 to 0.3 s. Raises what the picture's decoder does."""
    canvas = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), colour("paper"))
    pen = ImageDraw.Draw(canvas)
    if picture:
        _paste(canvas, picture)
        across = COLUMN - MARGIN - 40
    else:
        _landscape(canvas, pen)
        across = WIDTH - 2 * MARGIN
    words, name = drawable(title), drawable(settings.SITE_NAME)
    _write(pen, words or name, across)
    _trail(pen, TO_THE_PICTURE if picture else TO_THE_SUN)
    if words:
        Typeface("text", 30).write(pen, (MARGIN, 574), name, colour("forest"))
    out = io.BytesIO()
    canvas.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(
        out, "JPEG", quality=QUALITY, optimize=True, progressive=True
    )
    return out.getvalue()


@cache
def _tokens() -> dict[str, str]:
    """The colours by day, as the site's own style sheet names them."""
    sheet = Path(str(finders.find("css/tokens.css"))).read_text(encoding="utf-8")
    by_day = sheet.partition("@media")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", by_day))


def colour(name: str) -> str:
    return _tokens()[name]


def _paste(canvas: Image.Image, picture: Picture) -> None:
    with default_storage.open(picture.name) as file:
        image = decode(file, max_width=1600)
    size = ((WIDTH - COLUMN) * SCALE, HEIGHT * SCALE)
    piece = image.resize(size, Image.Resampling.LANCZOS, box=cut(image.size, size, picture.focus))
    canvas.paste(piece, (COLUMN * SCALE, 0), piece if piece.mode == "RGBA" else None)


def _landscape(canvas: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    """Two hills under a sun, as stands where an article has no picture."""

    def hill(name: str, points: Line) -> None:
        line = _curve(points)
        corners = [(WIDTH, HEIGHT), (0, HEIGHT)]
        pen.polygon([_at(*p) for p in (*line, *corners)], fill=colour(name))

    pen.ellipse((*_at(960, 330), *_at(1060, 430)), fill=colour("sun"))
    hill("tint", [(0, 520), (260, 470), (560, 560), (860, 440), (1200, 400)])
    hill("green-ground", [(0, 600), (300, 560), (640, 610), (900, 540), (1200, 560)])


def _trail(pen: ImageDraw.ImageDraw, points: Line) -> None:
    """The dotted path, one round step after the other."""
    line = _curve(points, pieces=400)
    walked, before = 0.0, line[0]
    for x, y in line:
        walked += ((x - before[0]) ** 2 + (y - before[1]) ** 2) ** 0.5
        before = (x, y)
        if walked >= 15:
            walked = 0
            pen.ellipse((*_at(x - 3, y - 3), *_at(x + 3, y + 3)), fill=colour("clay"))


def _at(x: float, y: float) -> tuple[float, float]:
    return x * SCALE, y * SCALE


def _curve(points: Line, pieces: int = 60) -> Line:
    """A smooth line through the points (Catmull and Rom's)."""
    ends = [points[0], *points, points[-1]]
    line = []
    for four in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        across, down = zip(*four, strict=True)
        line += [
            (_between(*across, n / pieces), _between(*down, n / pieces)) for n in range(pieces)
        ]
    return [*line, points[-1]]


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    """Where the line is on its way from `b` to `c`, `t` of which is behind it."""
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )


# --- Words ----------------------------------------------------------------------------------

_HERE = Path(__file__).parent / "fonts"


@dataclass(frozen=True)
class _File:
    path: Path
    weight: int
    letters: frozenset[int]


@cache
def _files(name: str) -> tuple[_File, ...]:
    """The files of a typeface, the first that has a letter first: what the site serves, then what
    other alphabets need."""
    by_name = {
        "heading": [
            (Path(str(finders.find("fonts/fraunces-latin.woff2"))), WEIGHT),
            (_HERE / "fraunces-latin-ext.woff2", WEIGHT),
            (_HERE / "source-serif-4-cyrillic.woff2", WEIGHT),
            (_HERE / "source-serif-4-greek.woff2", WEIGHT),
        ],
        "text": [
            (Path(str(finders.find("fonts/atkinson-hyperlegible-next-latin.woff2"))), 650),
        ],
    }
    if name == "text":
        by_name[name] += by_name["heading"]
    return tuple(_File(path, weight, _letters(path)) for path, weight in by_name[name])


def _letters(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


class Typeface:
    """A typeface in one size, whose letters may come from several files."""

    def __init__(self, name: str, size: int):
        self.files = _files(name)
        self.fonts: dict[Path, ImageFont.FreeTypeFont] = {}
        self.size = size

    def runs(self, text: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        """The text in pieces, each with the file that has its letters."""
        runs: list[tuple[_File, str]] = []
        for letter in text:
            file = next((f for f in self.files if ord(letter) in f.letters), self.files[0])
            if runs and (file == runs[-1][0] or letter == " "):
                runs[-1] = (runs[-1][0], runs[-1][1] + letter)
            else:
                runs.append((file, letter))
        return [(self._font(file), piece) for file, piece in runs]

    def width(self, text: str) -> float:
        return sum(font.getlength(piece) for font, piece in self.runs(text)) / SCALE

    def write(self, pen, at: tuple[float, float], text: str, fill: str) -> None:
        """`at` is where the line begins and the top of its small letters' box."""
        x, baseline = _at(at[0], at[1] + self.size * 0.8)
        for font, piece in self.runs(text):
            pen.text((x, baseline), piece, font=font, fill=fill, anchor="ls")
            x += font.getlength(piece)

    def _font(self, file: _File) -> ImageFont.FreeTypeFont:
        if file.path not in self.fonts:
            font = ImageFont.truetype(file.path, self.size * SCALE)
            font.set_variation_by_axes([file.weight])
            self.fonts[file.path] = font
        return self.fonts[file.path]


def drawable(text: str) -> str:
    """The text as it can be drawn: without signs that no file of ours has, such as an emoji.

    Empty where a letter or a number is missing, since a title with holes is worse than none.
    """
    letters = frozenset().union(*(file.letters for file in _files("heading")))
    kept = []
    for letter in unicodedata.normalize("NFC", " ".join(text.split())):
        if ord(letter) in letters:
            kept.append(letter)
        elif unicodedata.category(letter)[0] in "LN":
            return ""
    return " ".join("".join(kept).split())


def _write(pen: ImageDraw.ImageDraw, title: str, across: float) -> None:
    """The title, as large as it fits: words whole if that can be, else broken; one that never fits
    is cut."""
    size, lines = _fit(title, across, TITLE_BOTTOM - TITLE_TOP)
    face = Typeface("heading", size)
    for number, line in enumerate(lines):
        face.write(pen, (MARGIN, TITLE_TOP + number * size * LINE), line, colour("ink"))


def _fit(title: str, across: float, down: float) -> tuple[int, list[str]]:
    """The largest size, and the lines that it makes."""
    for breaking in (False, True):
        for size in range(LARGEST, SMALLEST - 1, -4):
            face = Typeface("heading", size)
            lines = _wrap(face, title, across, breaking)
            fits = all(face.width(line) <= across for line in lines)
            if fits and len(lines) * size * LINE <= down:
                return size, lines
    most = int(down / (size * LINE))
    last = lines[most - 1].rstrip()
    while face.width(f"{last}…") > across:
        last = last[:-1].rstrip()
    return size, [*lines[: most - 1], f"{last}…"]


def _wrap(face: Typeface, text: str, across: float, breaking: bool) -> list[str]:
    """The text in lines. Words that are too long for one are broken where that is allowed."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and face.width(longer) > across:
            lines.append(word)
        else:
            lines[-1] = longer
        while breaking and face.width(lines[-1]) > across:
            at = next(
                n for n in range(len(lines[-1]), 0, -1) if face.width(lines[-1][:n]) <= across
            )
            lines[-1:] = [lines[-1][:at], lines[-1][at:]]
    return lines
