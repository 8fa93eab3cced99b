"""The sizes, crops and formats that a picture comes in, and how one of them is made. Pure."""

import hashlib
import io
from typing import Any, NamedTuple, Protocol

from PIL import Image

# Raised when what is made would look different: every picture is then made anew.
RECIPE = 1

# The shapes that our layouts cut, width by height. Google asks for an article's picture in 16:9,
# 4:3 and 1:1 (https://developers.google.com/search/docs/appearance/structured-data/article).
CROPS = {"whole": None, "card": (16, 9), "standard": (4, 3), "square": (1, 1)}
# Pixels across, from a phone's column at one dot for each pixel to a tablet's or a laptop's at two:
# a card is 350 to 630 wide, an article's column 350 to 816, and 984 on a tablet held sideways.
WIDTHS = {
    "whole": (400, 720, 840, 1080, 1600),
    "card": (360, 540, 720, 1080),
    "standard": (1080,),
    "square": (1080,),
}
# Shown to machines alone, of which not all read more than JPEG.
FOR_MACHINES = {"standard", "square"}

# An encoder's wishes. AVIF at speed 8 takes 0.3 to 0.5 s at 1600 pixels, for 5 % more bytes than
# at speed 6, which takes four times as long; on one thread, so that visitors keep the other core
# (`python -m bench.pictures`).
ENCODERS: dict[str, dict[str, Any]] = {
    "avif": {"quality": 55, "speed": 8, "max_threads": 1},
    "webp": {"quality": 76, "method": 4},
    "jpg": {"quality": 80, "optimize": True, "progressive": True},
    "png": {"optimize": True},
}
TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}

FOLDER = "made/"  # below the media folder: all that can be made again


class Rendition(NamedTuple):
    """One file of a picture. Width and height in pixels."""

    crop: str
    format: str
    width: int
    height: int
    name: str


class HasPixels(Protocol):
    """What a plan is made from: a `Picture`."""

    name: str
    digest: str
    width: int
    height: int
    focal_x: float
    focal_y: float
    see_through: bool


def plan(picture: HasPixels) -> list[Rendition]:
    """Every file that this picture should have, none of them larger than the picture itself.

    Its name says all that a file is made from, so the file behind a name never changes. Where the
    stored file is just what is wanted, it is that, since to encode it twice would only lose.
    """
    plain = "png" if picture.see_through else "jpg"
    stored = picture.name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    planned = []
    for crop in CROPS:
        across, down = largest(picture, crop)
        most = WIDTHS[crop][-1]
        widths = sorted({min(width, across) for width in WIDTHS[crop]})
        formats = (plain,) if crop in FOR_MACHINES else ("avif", "webp", plain)
        for format in formats:
            for width in widths:
                height = max(1, round(down * width / across))
                if crop == "whole" and format == stored and width == picture.width <= most:
                    name = picture.name
                else:
                    name = _name(picture, crop, format, width)
                planned.append(Rendition(crop, format, width, height, name))
    return planned


def largest(picture: HasPixels, crop: str) -> tuple[int, int]:
    """Width and height of the largest piece of this shape that the picture holds."""
    shape = CROPS[crop]
    if shape is None:
        return picture.width, picture.height
    across, down = shape
    width = min(picture.width, picture.height * across // down)
    return max(1, width), max(1, min(picture.height, width * down // across))


def cut(
    size: tuple[int, int], shape: tuple[int, int], focus: tuple[float, float]
) -> tuple[float, float, float, float]:
    """The box, in pixels, of the largest piece of this shape that keeps the focal point in view.

    The point lies as far across the piece as across the picture, which is how CSS's
    `object-position` and Pillow's `centering` do it: it is always inside.
    """
    width, height = size
    scale = min(width / shape[0], height / shape[1])
    across, down = shape[0] * scale, shape[1] * scale
    left, top = (width - across) * focus[0], (height - down) * focus[1]
    # A rounding error outside is an error to Pillow.
    return max(left, 0), max(top, 0), min(left + across, width), min(top + down, height)


def make(image: Image.Image, rendition: Rendition, focus: tuple[float, float]) -> bytes:
    """The file of a rendition, from the picture decoded (`accounts.pictures.decode`).

    Nothing but pixels goes into it. 0.01 to 0.5 s, for AVIF up to 1 s on a slow machine.
    """
    size = (rendition.width, rendition.height)
    box = cut(image.size, size, focus)
    piece = image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    if rendition.format == "jpg":
        piece = piece.convert("RGB")
    out = io.BytesIO()
    name = {"jpg": "JPEG"}.get(rendition.format, rendition.format.upper())
    piece.info.clear()
    piece.save(out, name, **ENCODERS[rendition.format])
    return out.getvalue()


def _name(picture: HasPixels, crop: str, format: str, width: int) -> str:
    parts = [picture.name, picture.digest, crop, format, width, RECIPE]
    if CROPS[crop]:
        parts += [picture.focal_x, picture.focal_y]
    key = hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:20]
    return f"{FOLDER}{key}-{width}.{format}"
