"""What a worker killed with -9 at random moments loses and doubles.

    python -m bench.kill_the_worker [kills]

Queues mails in a database of its own, lets `manage.py worker` send them to a mail server on this
machine, kills it with SIGKILL again and again while mails are under way, and counts what arrived
by Message-ID. A mail whose server said "taken" just before the kill is sent again, with the same
Message-ID; so at most one can be doubled per kill, and none lost.
"""

import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAILS_A_ROUND = 30
SERVER_TAKES = 0.02  # seconds at most, so that kills fall into a mail and not only between two


class Sink:
    """Takes every mail, and its time over it; keeps the Message-IDs."""

    def __init__(self):
        self.taken: list[str] = []

    async def handle_DATA(self, server, session, envelope):
        import asyncio

        await asyncio.sleep(random.uniform(0, SERVER_TAKES))
        self.taken.append(message_from_bytes(envelope.content)["Message-ID"])
        await asyncio.sleep(random.uniform(0, SERVER_TAKES))
        return "250 taken"


def main(kills: int) -> None:
    from aiosmtpd.controller import Controller

    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=_free_port())
    controller.start()
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {
            "WALKCOACH_DATA": data,
            "SECRET_KEY": "x" * 50,
            "EMAIL_URL": f"smtp://127.0.0.1:{controller.port}",
            "DJANGO_SETTINGS_MODULE": "walkcoach.settings",
        }
        import django

        django.setup()
        from django.core.mail import send_mail
        from django.core.management import call_command
        from post_office.models import STATUS, Email

        logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's, which tells all

        call_command("migrate", verbosity=0)
        queued = 0
        for kill in range(kills):
            for _ in range(MAILS_A_ROUND):
                queued += 1
                send_mail(f"Mail {queued}", "Words.", None, [f"reader-{queued}@example.org"])
            before = len(sink.taken)
            worker = _start_worker()
            until = before + random.randint(1, MAILS_A_ROUND - 5)
            while len(sink.taken) < until and worker.poll() is None:
                time.sleep(0.002)
            time.sleep(random.uniform(0, 3 * SERVER_TAKES))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            print(f"kill {kill + 1}: {len(sink.taken)} taken of {queued}", flush=True)
        worker = _start_worker()
        while Email.objects.exclude(status=STATUS.sent).exists():
            time.sleep(0.2)
        worker.terminate()
        worker.wait()
        queued_ids = set(Email.objects.values_list("message_id", flat=True))
    controller.stop()
    counts = Counter(sink.taken)
    doubled = [n for n in counts.values() if n > 1]
    print(
        f"{kills} kills, {queued} mails queued: {len(queued_ids - counts.keys())} lost, "
        f"{len(doubled)} arrived twice, {sum(n > 2 for n in doubled)} more often"
    )


def _start_worker() -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
