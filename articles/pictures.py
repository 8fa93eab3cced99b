"""Pictures within a text: their sizes, so that no line jumps while one of them loads."""

import html
import re

from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

# Safe on sanitised text only, in which no attribute holds a bare ">".
_PICTURE = re.compile(r"<img\b[^>]*>")
_ADDRESS = re.compile(r'\bsrc="([^"]*)"')


def with_sizes(body: str) -> str:
    """A sanitised body whose pictures say how wide and high they are. Reads each file's header."""
    return _PICTURE.sub(_with_size, body)


def _with_size(match: re.Match[str]) -> str:
    tag = match[0]
    address = _ADDRESS.search(tag)
    if address is None or " width=" in tag:
        return tag
    name = html.unescape(address[1]).removeprefix(settings.MEDIA_URL)
    try:
        with default_storage.open(name) as file, Image.open(file) as picture:
            width, height = picture.size
    # A file that is gone, or not a picture: the text is kept as it was written.
    except (OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return tag
    return f'{tag[:-1]} width="{width}" height="{height}">'
