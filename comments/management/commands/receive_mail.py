"""One answer by mail, from a mail server's pipe."""

import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from comments.inbound import parse
from comments.inbound.receive import in_short, receive

# sysexits.h. A mail server that is told so tries again later, for days, and bounces nothing.
TRY_AGAIN = getattr(os, "EX_TEMPFAIL", 75)


class Command(BaseCommand):
    """Read one mail from standard input and deal with it.

    Ends with 0 whatever the mail was, so that no stranger gets a bounce; with 75 where the site is
    not able to take it just now.
    """

    help = "Take one answer by mail from standard input."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--sender", help="the envelope's sender; empty for a bounce")
        parser.add_argument("--recipient", help="the envelope's recipient")

    def handle(self, *args, sender: str | None, recipient: str | None, **options):
        try:
            raw = sys.stdin.buffer.read(parse.MOST_READ + 1)
            while sys.stdin.buffer.read(parse.MOST_READ):
                pass  # the mail server wants to be rid of all of it
            if not settings.REPLY_ADDRESS:
                raise RuntimeError
            receive(raw, envelope_sender=sender, envelope_recipient=recipient)
        except Exception as error:
            reason = "REPLY_ADDRESS is not set" if not settings.REPLY_ADDRESS else in_short(error)
            self.stderr.write(f"The mail cannot be taken just now: {reason}.")
            sys.exit(TRY_AGAIN)
