"""All that must be done before the site is served, in one process, and only what is missing."""

import hashlib
import json
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from walkcoach.setup import after_migrate

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class Command(BaseCommand):
    """Prepare the site for serving: static files, the site's own rows, and for the demo the rest.

    A real site is never migrated here; with migrations waiting it is refused. What stands already
    costs some twenty queries and a look at each static file's date.
    """

    help = "Do what is missing before the site can be served."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--demo", action="store_true", help="migrate too, and load the demo into new data"
        )

    def handle(self, *args, demo: bool, **options):
        if demo and not settings.DEMO:
            raise CommandError("The demo is for WALKCOACH_DEMO=true only.")
        try:
            self.collect_static()
            self.migrate(demo)
            if demo:
                self.load_demo()
        except (DatabaseError, OSError) as error:
            raise CommandError(kind_words(error)) from error
        if not demo:
            call_command("check", deploy=True, fail_level="ERROR", stdout=self.stderr)

    def collect_static(self) -> None:
        if settings.DEBUG:
            return  # each file is served from where it is written
        with _alone(settings.STATIC_ROOT.with_suffix(".lock")):
            stamp = settings.STATIC_ROOT / "collected.txt"
            wanted = _static_sources()
            if stamp.exists() and stamp.read_text() == wanted:
                return
            self.stdout.write("Collecting and compressing the static files")
            stamp.unlink(missing_ok=True)
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(wanted)

    def migrate(self, demo: bool) -> None:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not waiting:
            after_migrate(sender=None, using=DEFAULT_DB_ALIAS)  # BASE_URL may be another by now
            return
        if not demo:
            raise CommandError(
                f"The database waits for {len(waiting)} migrations. Make a backup if it holds "
                "anything, type\npython3 -m walkcoach manage migrate\nand start again."
            )
        self.stdout.write("Laying out the database")
        call_command("migrate", interactive=False, verbosity=0)

    def load_demo(self) -> None:
        loaded = settings.DATA_DIR / "demo-loaded.json"
        if loaded.exists():
            return
        self.stdout.write("Loading the demo: articles, threads and walks")
        call_command("load_demo", verbosity=0)
        loaded.write_text(json.dumps({"loaded": True}))


def _static_sources() -> str:
    """A short name of every static file's place, size and date, and of how they are stored."""
    parts = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            status = Path(storage.path(name)).stat()
            parts.update(f"{storage.path(name)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return parts.hexdigest()


@contextmanager
def _alone(path: Path):
    """Hold the lock file `path`, so that two starts do not write the same files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def kind_words(error: Exception) -> str:
    """What to do about a trouble with the disk or the database."""
    text = str(error).strip()
    if "disk is full" in text or getattr(error, "errno", None) in (28, 122):
        return f"The disk is full ({text}). Please make room and start again: nothing is lost."
    if isinstance(error, PermissionError) or "readonly" in text or "unable to open" in text:
        return (
            f"You may not write to a file of the site's ({text}).\nPlease start as the user who "
            f"owns {settings.DATA_DIR} and {settings.STATIC_ROOT}."
        )
    if isinstance(error, DatabaseError):
        return f"The database does not do what it is asked: {text}\nPlease check DATABASE_URL."
    return text
