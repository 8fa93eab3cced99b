"""Five hundred guests at once, through the site as it is served.

    python -m bench.storm [guests]
    DATABASE_URL=postgres://… python -m bench.storm      # a server that may create databases

Serves a site of its own on this machine (gunicorn, two processes of four threads, a database made
for it and thrown away), and speaks to 127.0.0.1 and nothing else. All guests are let go together:
each reads the article, sends a reply to one of two comments, and sends it a second time as one does
who sees no answer. Then all press the link of their mail at once. Every guest comes from a network
of its own, as a proxy would say (`X-Forwarded-For`, TRUSTED_PROXIES=1), for the site's limits count
by network; a second, smaller storm comes from one network and meets them.

It says what was stored, lost and doubled, which statuses came, how long requests took, and whether
the tree is right by a walk over the bare rows. It ends by itself, within DEADLINE.
"""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).parent.parent
HERE = "127.0.0.1"
FROM_ONE_NETWORK = 50
DEADLINE = 300  # seconds for all of it
PATIENCE = 120  # seconds that a guest waits for one answer
FORM = "application/x-www-form-urlencoded"


def main(guests: int) -> None:
    began = time.monotonic()
    threading.Thread(target=_give_up_at, args=(began + DEADLINE,), daemon=True).start()
    with tempfile.TemporaryDirectory() as data:
        port = _free_port()
        os.environ |= {
            "WALKCOACH_DATA": data,
            "SECRET_KEY": "x" * 50,
            "BASE_URL": f"http://{HERE}:{port}",
            "ALLOWED_HOSTS": HERE,
            "TRUSTED_PROXIES": "1",
            "DJANGO_SETTINGS_MODULE": "walkcoach.settings",
            "WALKCOACH_DEMO": "true",  # that the tests' people may be made
        }
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection, connections

        throw_away = None
        if connection.vendor == "postgresql":
            throw_away = settings.DATABASES["default"]["NAME"]
            name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
            address = urlsplit(os.environ["DATABASE_URL"])
            os.environ["DATABASE_URL"] = address._replace(path=f"/{name}").geturl()
        else:
            call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        try:
            storm = Storm(port, guests)
            storm.prepare()
            print(f"{connection.vendor}: {guests} guests at once", flush=True)
            server = _serve(port)
            try:
                _wait_for(port)
                storm.run()
            finally:
                server.terminate()
                server.wait(60)
            storm.report()
        finally:
            connections.close_all()
            if throw_away:
                connection.creation.destroy_test_db(throw_away, verbosity=0)
    print(f"{time.monotonic() - began:.0f} s in all")


class Storm:
    """One storm: what is asked under, who asks, and what came back."""

    def __init__(self, port: int, guests: int):
        self.port, self.guests = port, guests
        self.statuses: dict[str, Counter] = {}
        self.took: dict[str, list[float]] = {}
        self.lock = threading.Lock()

    def prepare(self) -> None:
        """An article with a question and an answer, by whom the tests know."""
        from django.utils import timezone

        from accounts.models import CoachProfile, User
        from articles.models import Article
        from comments import conversation
        from comments.models import Comment

        coach = User.objects.create_user(email="coach@example.com", display_name="Marit")
        CoachProfile.objects.create(user=coach, name="Marit", line="Coach.")
        self.article = Article.objects.create(
            title="A storm",
            slug="a-storm",
            body="<p>Words.</p>",
            author=coach,
            status=Article.Status.PUBLISHED,
            published_at=timezone.now(),
        )
        asker = conversation.Writer("Rewa", "rewa@example.org")
        published = Comment.State.PUBLISHED
        question, _ = conversation.post(self.article, "May I?", asker, state=published)
        answer, _ = conversation.answer(question, "You may.", conversation.Writer.of(coach))
        self.targets = [question.pk, answer.pk]

    def run(self) -> None:
        forms: dict[int, str] = {}
        form_of: dict[int, dict[str, str]] = {}

        def read(i):
            status, page = self.ask("GET", self.article.get_absolute_url(), i)
            form_of[i] = _hidden_fields(page) if status == 200 else {}
            return status

        def send(i):
            forms[i] = urlencode(
                {
                    **form_of[i],
                    "comment": f"Reply number {i} is like no other.",
                    "name": f"Reader {i}",
                    "email": f"reader-{i}@example.org",
                    "reply_to": self.targets[i % 2],
                }
            )
            return self.ask("POST", f"/comments/post/{self.article.pk}/", i, forms[i])[0]

        def send_again(i):
            return self.ask("POST", f"/comments/post/{self.article.pk}/", i, forms[i])[0]

        links = {}

        def press(i):
            return self.ask("POST", links[i], i, "")[0] if i in links else 0

        everybody = list(range(self.guests))
        self.all_at_once("read the article", read, everybody)
        self.all_at_once("send a reply", send, everybody)
        self.all_at_once("send it again", send_again, everybody)
        links.update(self.mailed_links())
        self.all_at_once("press the link", press, everybody)

        def from_one_network(i):
            form_of[i] = form_of[0]
            values = {
                **form_of[0],
                "comment": f"Reply {i} from one place.",
                "name": f"Reader {i}",
                "email": f"reader-{i}@example.org",
                "reply_to": self.targets[0],
            }
            address = f"/comments/post/{self.article.pk}/"
            return self.ask("POST", address, i, urlencode(values), visitor="203.0.113.9")[0]

        more = range(self.guests, self.guests + FROM_ONE_NETWORK)
        self.all_at_once("from one network", from_one_network, list(more))

    def mailed_links(self) -> dict[int, str]:
        from django.urls import reverse

        from comments import tokens
        from comments.models import Comment

        waiting = Comment.objects.filter(state=Comment.State.UNCONFIRMED)
        return {
            int(comment.user_name.split()[1]): reverse(
                "comments:confirm", args=[tokens.to_confirm(comment)]
            )
            for comment in waiting
        }

    def all_at_once(self, what: str, act, guests: list[int]) -> None:
        barrier = threading.Barrier(len(guests))
        self.statuses[what], self.took[what] = Counter(), []

        def run(i):
            barrier.wait()
            began = time.monotonic()
            try:
                status = str(act(i))
            except (OSError, http.client.HTTPException) as error:
                status = type(error).__name__
            with self.lock:
                self.statuses[what][status] += 1
                self.took[what].append(time.monotonic() - began)

        threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in guests]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = sorted(self.took[what])
        print(
            f"  {what}: {dict(self.statuses[what])}, "
            f"median {took[len(took) // 2]:.1f} s, slowest {took[-1]:.1f} s",
            flush=True,
        )

    def ask(self, method, address, i, body=None, *, visitor=None) -> tuple[int, str]:
        visitor = visitor or f"10.{i // 250}.{i % 250}.7"
        headers = {"X-Forwarded-For": visitor, "Host": f"{HERE}:{self.port}"}
        if body is not None:
            headers |= {"Content-Type": FORM, "Origin": f"http://{HERE}:{self.port}"}
        connection = http.client.HTTPConnection(HERE, self.port, timeout=PATIENCE)
        try:
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def report(self) -> None:
        """What is in the database, by a walk over the bare rows of the package's tables."""
        from django.db import connection
        from post_office.models import Email

        from comments.models import Comment, Thread

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.id, c.comment, x.parent_id, x.thread_id FROM django_comments c "
                "LEFT JOIN django_comments_xtd_xtdcomment x ON x.comment_ptr_id = c.id"
            )
            rows = cursor.fetchall()
        question = self.targets[0]
        sent = {
            f"Reply number {i} is like no other.": self.targets[i % 2] for i in range(self.guests)
        }
        words = Counter(text for _, text, _, _ in rows if text in sent)
        under = {pk: parent for pk, _, parent, _ in rows}

        def root_of(pk):
            seen = set()
            while under.get(pk) not in (None, pk) and pk not in seen:
                seen.add(pk)
                pk = under[pk]
            return pk

        wrong_place = sum(1 for _, text, parent, _ in rows if text in sent and parent != sent[text])
        lost_roots = sum(root_of(pk) != question for pk, *_ in rows)
        phantoms = sum(thread != question for *_, thread in rows)
        self.article.refresh_from_db()
        thread = Thread.objects.get()
        published = Comment.objects.published().count()
        confirming = Email.objects.filter(message__contains="/comments/confirm/")
        mails = Counter(address for mail in confirming for address in mail.to)
        print(
            f"  stored {sum(words.values())} of {self.guests}, lost {len(sent) - len(words)}, "
            f"doubled {sum(n - 1 for n in words.values())}\n"
            f"  tree: {wrong_place} under another comment, {lost_roots} not under the question, "
            f"{phantoms} without its thread\n"
            f"  published {published} = thread says {thread.comment_count} = article says "
            f"{self.article.comment_count}; followers {thread.followers.count()}\n"
            f"  mails to confirm queued: {sum(mails.values())} to {len(mails)} addresses"
        )


def _hidden_fields(page: str) -> dict[str, str]:
    from tests.comments.forms_on_pages import fields_of

    return fields_of(page, "ask")


def _serve(port: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "gunicorn", "walkcoach.wsgi:application"]
    command += ["--bind", f"{HERE}:{port}", "--worker-class", "gthread", "--workers", "2"]
    command += ["--threads", "4", "--no-control-socket", "--log-level", "warning"]
    return subprocess.Popen(command, cwd=ROOT)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection(HERE, port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The site did not start.")


def _give_up_at(moment: float) -> None:
    time.sleep(max(0, moment - time.monotonic()))
    print("Given up: it took too long.", flush=True)
    os.kill(os.getpid(), signal.SIGINT)  # so that what was started is ended, too


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind((HERE, 0))
        return listener.getsockname()[1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
