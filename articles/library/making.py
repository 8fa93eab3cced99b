"""What the worker does for pictures: makes their files, one at a time, and tidies up.

A file is made between two short statements and noted once it is stored, so a worker that is killed
has lost one file's work. What pages show changes when a picture has all its files.
"""

import io
import logging
import time
from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.pictures import decode

from . import open_graph, renditions, use
from .models import KEPT_UNUSED, MOST_TRIES, OpenGraphPicture, Picture, put_in_place

# Seconds after which mail has its turn again. A file that was begun is finished: at most 1 s more.
A_TURN = 1.0

log = logging.getLogger("walkcoach.pictures")


def work(seconds: float = A_TURN) -> bool:
    """Make files for so many seconds. Whether there is more to do; two queries where there is not.

    Raises `OSError` where the disk is full or the storage is away.
    """
    until = time.monotonic() + seconds
    while make_next() or open_graph.draw_next():
        if time.monotonic() >= until:
            return True
    return False


def finish() -> None:
    """Make all that is missing now."""
    while work():
        pass


def make_next() -> bool:
    """Make one file of one picture. False where no picture lacks any. 3 short statements."""
    now = timezone.now()
    picture = Picture.objects.to_be_made(now).first()
    if picture is None:
        return False
    # Counted before, since a picture may bring the whole process down.
    claim = Picture.objects.filter(pk=picture.pk, tried_at=picture.tried_at)
    if not claim.update(tries=F("tries") + 1, tried_at=now):
        return True  # another worker has it
    planned = renditions.plan(picture)
    missing = [r for r in planned if r.name not in {*picture.unfinished, picture.name}]
    try:
        if missing:
            _make(picture, missing[0])
    except (_Unmakeable, FileNotFoundError) as error:
        _tell(picture, error)
        return True
    except OSError:  # the storage is full or away, which is no fault of the picture's
        Picture.objects.filter(pk=picture.pk).update(tries=F("tries") - 1, tried_at=None)
        raise
    if _note(picture, planned, missing[:1]):
        use.touch([picture.name])
    return True


class _Unmakeable(Exception):
    """Why a picture has no sizes."""


def _make(picture: Picture, rendition: renditions.Rendition) -> None:
    with default_storage.open(picture.name) as file:
        stored = file.read()
    try:
        image = decode(io.BytesIO(stored), max_width=renditions.WIDTHS["whole"][-1])
        made = renditions.make(image, rendition, picture.focus)
    except ValidationError as error:
        raise _Unmakeable("; ".join(error.messages)) from error
    except Exception as error:  # an encoder raises whatever it stumbles over
        raise _Unmakeable(repr(error)) from error
    put_in_place(rendition.name, made)


@transaction.atomic
def _note(
    picture: Picture,
    planned: list[renditions.Rendition],
    made: list[renditions.Rendition],
) -> bool:
    """Write down what is ready; with the last file, show them all. Whether that was the last."""
    now = Picture.objects.select_for_update().filter(pk=picture.pk).first()
    if now is None or renditions.plan(now) != planned:
        return False  # thrown away, or looked at from elsewhere, in the meantime
    ready = [*now.unfinished, *(r.name for r in made)]
    now.tries, now.tried_at, now.unfinished = 0, None, ready
    whole = {r.name for r in planned} <= {*ready, now.name}
    if whole:
        now.renditions, now.unfinished, now.recipe = planned, [], renditions.RECIPE
    now.save(update_fields=["renditions", "recipe", "unfinished", "tries", "tried_at"])
    return whole


def _tell(picture: Picture, error: Exception) -> None:
    last = " It is shown as it is." if picture.tries + 1 >= MOST_TRIES else ""
    log.warning("No sizes could be made of %s: %s%s", picture.name, error, last)


# --- Keeping house --------------------------------------------------------------------------


def keep_house() -> None:
    """Describe what came in by another way, and throw away what nothing has shown for long.

    A query for each source, one for all rows, and a listing of the folder of made files.
    """
    used = use.everything()
    known = set(Picture.objects.values_list("name", flat=True))
    for name in sorted(used.keys() - known):
        Picture.objects.register(name, words=used[name])
    _look_for_uses(set(used))
    _look_for_files()


def _look_for_uses(used: set[str]) -> None:
    now = timezone.now()
    wanted_again, unused = [], []
    for pk, name, since in Picture.objects.values_list("pk", "name", "unused_since"):
        if name in used and since:
            wanted_again.append(pk)
        elif name not in used and since is None:
            unused.append(pk)
    Picture.objects.filter(pk__in=wanted_again).update(unused_since=None)
    Picture.objects.filter(pk__in=unused).update(unused_since=now)
    for picture in Picture.objects.filter(unused_since__lt=now - KEPT_UNUSED):
        throw_away(picture)


def throw_away(picture: Picture) -> bool:
    """Delete a picture and all that was made of it, unless something uses it. Whether it is gone.

    The files go once the row is committed, so no row ever names a file that is gone.
    """
    with transaction.atomic():
        locked = Picture.objects.select_for_update().filter(pk=picture.pk).first()
        if locked is None or use.in_use([locked.name]):
            return False
        files = {locked.name, *locked.unfinished, *(row[4] for row in locked.renditions)}
        locked.delete()
        for name in files:
            transaction.on_commit(partial(default_storage.delete, name))
    return True


def _look_for_files() -> None:
    """Have made again what is gone, as after a restore; delete what no row has named for long.

    Rows first, files second: so every file that a row names has been there to be seen.
    """
    pictures = {
        name: {file for file in (*(row[4] for row in made), *begun) if file != name}
        for name, made, begun in Picture.objects.values_list("name", "renditions", "unfinished")
    }
    drawn = dict(OpenGraphPicture.objects.exclude(name="").values_list("name", "article"))
    there = _files()
    lacking = [name for name, files in pictures.items() if not files <= there]
    if lacking:
        found = Picture.objects.filter(name__in=lacking)
        found.update(renditions=[], unfinished=[], recipe=0, tries=0, tried_at=None)
        use.touch(lacking)
    open_graph.forget([article for name, article in drawn.items() if name not in there])
    before = timezone.now() - KEPT_UNUSED
    for name in there - set().union(drawn, *pictures.values()):
        if default_storage.get_modified_time(name) < before:
            default_storage.delete(name)


def _files() -> set[str]:
    try:
        return {f"{renditions.FOLDER}{name}" for name in default_storage.listdir("made")[1]}
    except FileNotFoundError:
        return set()
