"""Pictures that people send: decoded within bounds, and written anew.

What is stored is never the file that came but a picture made from its pixels, so nothing else that
was in it (where it was taken, a second file hidden behind it, a script) reaches the site.
"""

import io
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 10 * 1024 * 1024
# Read from the header. Forty megapixels take 350 MB for a moment as a PNG with see-through parts,
# 150 MB as a JPEG; the decoder of WebP holds four copies, so it gets less (270 MB).
MAX_PIXELS = 40_000_000
MAX_PIXELS_WEBP = 16_000_000
# A taller picture is a screenshot of a whole page; it is shrunk until it fits.
MAX_HEIGHT_PER_WIDTH = 3
QUALITY = 85

# The EXIF tag that says how the camera was held, and its values for a camera on its side.
ORIENTATION = 0x0112
LYING = {5, 6, 7, 8}

# MPO is what Pillow calls the JPEG of a telephone that keeps a second picture (a depth map, a
# preview) behind the first. Only the first is read.
READ = ("JPEG", "PNG", "WEBP")
_STILL = {"JPEG", "MPO", "PNG", "WEBP"}
_SRGB = ImageCms.createProfile("sRGB")

# Pillow only warns of a picture that is far too large. Set once for the process, because
# `warnings.catch_warnings` is not safe with threads.
warnings.simplefilter("error", Image.DecompressionBombWarning)

ERRORS = {
    "picture_empty": "This file is empty. Choose another copy of the picture.",
    "picture_bytes": "This picture is larger than 10 MB. Save a smaller copy and choose that one.",
    "picture_pixels": (
        "This picture has too many pixels. Save a copy of at most 4000 pixels across, and choose "
        "that one."
    ),
    "picture_format": "Choose a picture saved as JPEG, PNG or WebP.",
    "picture_moves": "This picture moves. Choose one that stands still.",
    "picture_damaged": (
        "This picture is damaged or incomplete. Open it, save it again, and choose the new copy."
    ),
}


def _refusal(code: str) -> ValidationError:
    return ValidationError(ERRORS[code], code=code)


def reencode(
    upload: UploadedFile, *, max_width: int, square: bool = False, first_frame: bool = False
) -> ContentFile:
    """The picture in an upload, made anew: at most `max_width` pixels wide, under a random name.

    Turned the way the camera was held, in sRGB, without any metadata. With `square` the middle is
    cut out. JPEG, except that a PNG or WebP with see-through parts stays what it is. With
    `first_frame` that one is taken of a picture that moves, which may be a GIF then, and which is
    refused else.

    Raises `ValidationError` with words for the reader and one of the codes in `ERRORS`. Size is
    read from the header first, so what is too large is never decoded.
    """
    if not upload.size:
        raise _refusal("picture_empty")
    if upload.size > MAX_BYTES:
        raise _refusal("picture_bytes")
    upload.seek(0)
    formats = (*READ, "GIF") if first_frame else READ
    with _kindly(), Image.open(upload, formats=formats) as image:
        _refuse_by_header(image, may_move=first_frame)
        return _write(_prepare(image, max_width, square), str(image.format))


def decode(file: IO[bytes], *, max_width: int) -> Image.Image:
    """The pixels of a stored picture, upright and in sRGB, within the bounds of `reencode`.

    Raises `ValidationError` as that does.
    """
    with _kindly(), Image.open(file, formats=READ) as image:
        _refuse_by_header(image)
        return _prepare(image, max_width, square=False)


def measure(file: IO[bytes]) -> tuple[int, int, bool]:
    """Width and height in pixels, held upright, and whether it may have see-through parts.

    Reads the header only. Raises `ValidationError` as `reencode` does.
    """
    with _kindly(), Image.open(file, formats=READ) as image:
        _refuse_by_header(image)
        width, height = image.size
        if image.getexif().get(ORIENTATION, 1) in LYING:
            width, height = height, width
        return width, height, image.has_transparency_data


@contextmanager
def _kindly() -> Iterator[None]:
    """Whatever goes wrong with a picture becomes words for whoever sent it."""
    try:
        yield
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refusal("picture_pixels") from None
    except Image.UnidentifiedImageError:
        raise _refusal("picture_format") from None
    # Pillow's decoders raise whatever their file made them stumble over.
    except Exception:
        raise _refusal("picture_damaged") from None


class PictureField(forms.FileField):
    """A form's field for a picture, which comes out of it made anew (`reencode`)."""

    widget = forms.ClearableFileInput
    default_error_messages = {
        "required": "Choose a picture.",
        "empty": ERRORS["picture_empty"],
        "invalid": ERRORS["picture_format"],
        "missing": ERRORS["picture_format"],
        "contradiction": "Either choose a new picture or take the old one away, not both.",
    }

    def __init__(self, *, max_width: int, square: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.max_width, self.square = max_width, square

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "accept": "image/jpeg,image/png,image/webp"}

    def clean(self, data, initial=None):
        kept = super().clean(data, initial)
        if isinstance(kept, UploadedFile):
            return reencode(kept, max_width=self.max_width, square=self.square)
        return kept


def _refuse_by_header(image: Image.Image, may_move: bool = False) -> None:
    if image.format not in _STILL and not may_move:
        raise _refusal("picture_format")
    most = MAX_PIXELS_WEBP if image.format == "WEBP" else MAX_PIXELS
    if image.width * image.height > most:
        raise _refusal("picture_pixels")
    if not may_move and image.format != "MPO" and getattr(image, "is_animated", False):
        raise _refusal("picture_moves")


def _prepare(image: Image.Image, max_width: int, square: bool) -> Image.Image:
    """Decode, shrink, turn upright, and bring to sRGB in RGB or RGBA.

    Shrunk before anything else, so that only one copy of a large picture is held at a time.
    """
    profile = image.info.get("icc_profile")
    width, height = max_width, max_width if square else max_width * MAX_HEIGHT_PER_WIDTH
    if image.getexif().get(ORIENTATION, 1) in LYING:
        width, height = height, width
    if image.mode in ("P", "1") or "transparency" in image.info:  # these cannot be shrunk smoothly
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if square:
        side = min(*image.size, max_width)
        image.draft(None, (side, side))  # a JPEG is shrunk while it is read
        image = ImageOps.fit(image, (side, side))
    else:
        # No larger than what comes out: by this the decoder of a JPEG chooses what it skips.
        scale = min(width / image.width, height / image.height, 1)
        image.thumbnail((max(1, image.width * scale), max(1, image.height * scale)))
    ImageOps.exif_transpose(image, in_place=True)
    if profile:
        image = _in_srgb(image, profile)
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as they were meant, since the profile that says so is dropped.

    A profile that makes no sense is passed over: the picture is more than its shades.
    """
    mode = image.mode if image.mode in ("RGB", "RGBA") else "RGB"
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB, outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _write(image: Image.Image, source_format: str) -> ContentFile:
    see_through = image.mode == "RGBA" and any(image.getchannel("A").histogram()[:255])
    out = io.BytesIO()
    # A bare image carries no metadata that an encoder would write of its own accord.
    bare = Image.new(image.mode if see_through else "RGB", image.size)
    bare.paste(image if see_through else image.convert("RGB"))
    if see_through and source_format == "PNG":
        ending = "png"
        bare.save(out, "PNG", optimize=True)
    elif see_through:
        ending = "webp"
        bare.save(out, "WEBP", quality=QUALITY)
    else:
        ending = "jpg"
        bare.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return ContentFile(out.getvalue(), name=f"{secrets.token_hex(16)}.{ending}")
