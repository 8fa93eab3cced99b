"""Fill the site with examples, to look at and to try."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from walkcoach.demo import loading, people


class Command(BaseCommand):
    help = "Load the demo site: articles, threads, two logs, and logins with a public password."

    def handle(self, *args, verbosity: int, **options):
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError(
                "The demo's logins have a password that everybody knows, so it is only loaded "
                "where WALKCOACH_DEMO=true says that this is no real site."
            )
        made = loading.load()
        if verbosity == 0:
            return
        if made is None:
            self.stdout.write("The demo is here already. Nothing was changed.")
            return
        self.stdout.write(
            f"{made['articles']} articles, {made['scheduled']} scheduled, {made['drafts']} draft\n"
            f"{made['comments']} comments in {made['threads']} threads, "
            f"{made['waiting']} of them waiting for the coach\n"
            f"{made['walks']} walks\n"
            f"Sign in with the password {people.PASSWORD} as\n"
            + "\n".join(f"  {person.email} ({person.name})" for person in people.PEOPLE)
        )
