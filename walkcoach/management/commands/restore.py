import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from articles.models import Article
from walkcoach import backups


class Command(BaseCommand):
    """Make the site what a backup holds. Nothing is touched before all of it has been checked."""

    help = "Make the site what a backup holds."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("src", type=Path, help="a file that `backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="even though this site holds something"
        )

    def handle(self, *args, src: Path, replace: bool, **options):
        if not replace and holds_something():
            raise CommandError(
                f"The site in {settings.DATA_DIR} holds something already, and it would be gone. "
                "Make a backup of it, then add --replace."
            )
        # Beside the site's own files: moving a folder within a disk takes one moment.
        folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings.DATA_DIR))
        try:
            manifest = backups.unpack(src, folder)
            refuse_newer(manifest)
            backups.put_in_place(folder)
        except (backups.CannotDo, OSError) as error:
            raise CommandError(f"{src} was not restored. {error}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.stdout.write(
            f"Restored the database and {len(manifest['files']) - 1} files as of "
            f"{manifest.get('made')}.\nNow type: python3 -m walkcoach manage migrate\n"
            "and restart the site, so that no process shows a page from before. The worker then "
            "makes the pictures' smaller sizes again."
        )


def holds_something() -> bool:
    """Whether this site has people, articles or pictures. Two queries."""
    tables = connection.introspection.table_names()
    return any(
        model._meta.db_table in tables and model.objects.exists()
        for model in (get_user_model(), Article)
    ) or any(backups.uploaded_files())


def refuse_newer(manifest: backups.Manifest) -> None:
    """Raises `CannotDo` where the backup's tables are of a Walkcoach that is newer than this."""
    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.get("migrations", [])) - ours)
    if unknown:
        raise backups.CannotDo(
            f"It was made by a newer Walkcoach, which knows {unknown[0]}. Upgrade this one first."
        )
