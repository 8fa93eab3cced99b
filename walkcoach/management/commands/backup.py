from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from walkcoach import backups


class Command(BaseCommand):
    """Write the site's database and uploaded files to one tar file, while it serves."""

    help = "Write the database and the uploaded files to one file, while the site serves."

    def add_arguments(self, parser):
        parser.add_argument("dest", type=Path, help="the file to write, or a folder for it")

    def handle(self, *args, dest: Path, **options):
        if dest.is_dir():
            dest /= f"walkcoach-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.tar"
        if dest.exists():
            raise CommandError(f"{dest} is there already, and backups do not replace one another.")
        try:
            manifest = backups.write(dest.absolute())
        except (backups.CannotDo, OSError) as error:
            raise CommandError(f"No backup was written. {error}") from error
        self.stdout.write(
            f"{dest}: the database and {len(manifest['files']) - 1} files, "
            f"{dest.stat().st_size:,} bytes.\n"
            "It holds what people say of their health: keep it where only you can read it.\n"
            f"The secret key is not in it. Keep {settings.DATA_DIR / 'secret_key'} "
            "(or SECRET_KEY) somewhere else."
        )
