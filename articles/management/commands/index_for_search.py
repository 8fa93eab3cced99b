from django.core.management.base import BaseCommand

from articles.search import vocabulary


class Command(BaseCommand):
    """Make the search's index anew, while the site serves.

    The worker does so by itself where it has to. A second run changes nothing.
    """

    help = "Make the search's index anew from all that is written. Harmless at any time."

    def handle(self, *args, **options):
        made = vocabulary.rebuild()
        self.stdout.write(f"{made:,} articles, answers and comments are in the search.")
