from django.core.management.base import BaseCommand

from comments import conversation


class Command(BaseCommand):
    help = "Forget comments that were never confirmed and network addresses kept long enough."

    def handle(self, *args, **options):
        forgotten = conversation.prune()
        self.stdout.write(f"{forgotten} unconfirmed comment{'s'[: forgotten != 1]} forgotten.")
