"""Whether an uploaded file is a PDF that does nothing but be read."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

# Bytes. A booklet with pictures; what a phone on a slow network still fetches in a minute.
LARGEST = 10 * 1024 * 1024
# Objects looked at. A long book has some ten thousand.
MOST_OBJECTS = 200_000

NO_PDF = "This is not a PDF that can be read. Export it again as PDF, and choose that file."
ENCRYPTED = "This PDF asks for a password. Export it again without one."
ACTIVE = (
    "This PDF can do things by itself (%(what)s), which readers’ devices may warn about. Export it "
    "again as a plain PDF: printing it “to PDF” does that."
)

# PDF 32000-1, 12.6.4: actions that run, open or send something when a page is only looked at; a
# link to a page or an address (GoTo, URI) is none of them.
_ACTIVE_ACTIONS = {
    "/JavaScript": "a script",
    "/Launch": "starting a program",
    "/ImportData": "fetching data",
    "/SubmitForm": "sending a form",
    "/GoToE": "opening a file inside it",
    "/Rendition": "playing media",
    "/RichMediaExecute": "playing media",
}
_ACTIVE_KEYS = {
    "/JS": "a script",
    "/JavaScript": "a script",
    "/EmbeddedFiles": "a file inside it",
    "/EF": "a file inside it",
    "/RichMedia": "media",
    "/XFA": "a form with scripts",
}


def check(file: File) -> int:
    """Returns the number of pages. Raises `ValidationError`, saying what to do.

    Its size, its beginning and its end are looked at, then every object that can be reached from
    it, for what acts by itself. Whether the words in it are true is not.
    """
    if file.size is None or file.size > LARGEST:
        raise ValidationError(
            f"Keep it under {filesizeformat(LARGEST)}; smaller pictures help most.",
            code="too_large",
        )
    file.seek(0)
    raw = file.read()
    file.seek(0)
    if not raw.startswith(b"%PDF-") or b"%%EOF" not in raw[-2048:]:
        raise ValidationError(NO_PDF, code="no_pdf")
    try:
        reader = PdfReader(BytesIO(raw), strict=False)
        if reader.is_encrypted:
            raise ValidationError(ENCRYPTED, code="encrypted")
        pages = len(reader.pages)
        what = _what_acts(reader.trailer)
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValidationError(NO_PDF, code="no_pdf") from error
    if not pages:
        raise ValidationError(NO_PDF, code="no_pdf")
    if what:
        raise ValidationError(ACTIVE, code="active", params={"what": what})
    return pages


def _what_acts(trailer: DictionaryObject) -> str:
    """What in it does something by itself, in words; "" for nothing."""
    waiting: list[Any] = [trailer]
    seen: set[tuple[int, int]] = set()
    looked_at = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            name = (one.idnum, one.generation)
            if name in seen:
                continue
            seen.add(name)
            one = one.get_object()
        looked_at += 1
        if looked_at > MOST_OBJECTS:
            raise ValueError("more objects than any report has")
        if isinstance(one, (DictionaryObject, StreamObject)):
            if action := _ACTIVE_ACTIONS.get(str(one.get("/S", ""))):
                return action
            for key in one:
                if str(key) in _ACTIVE_KEYS:
                    return _ACTIVE_KEYS[str(key)]
            # Raw, so that what it names is looked up here, once.
            waiting += (one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            waiting += list.__iter__(one)
    return ""
