"""A reader's first six weeks, walked by a real browser, with a picture of the log each Sunday.

    .venv/bin/python -m bench.six_weeks [FOLDER]        # pictures go to var/six_weeks otherwise

Serves the site from a database in a temporary folder, moves the clock from day to day, and does
what Ada would: sign in, log three walks a week by the form, say on each next morning how the knees
are, note a rest day. For each week, and for the day before the first walk, the dashboard is
pictured at 390 and 1280 px; what the first screen says is printed, so that a person can read along.
"""

import datetime
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

WIDTHS = {390: 844, 1280: 900}
PASSWORD = "walk-with-me"
# Weekday (Monday is 0), minutes, minutes before pain or None for never, comfort left and right just
# after, and the next morning; the place in the left knee.
WEEKS = [
    [(0, 8, 5, 5, 7, 5, 7, "back"), (2, 8, 6, 5, 7, 5, 7, "back"), (5, 8, 5, 4, 7, 4, 7, "back")],
    [(0, 8, 6, 5, 7, 6, 7, "back"), (2, 9, 7, 6, 8, 6, 7, "back"), (5, 9, 7, 6, 8, 6, 8, "back")],
    [(0, 9, 7, 6, 8, 7, 8, "back"), (2, 11, 7, 5, 7, 4, 7, "inner"), (5, 8, 7, 6, 8, 6, 8, "")],
    # Flu: a week of rest.
    [],
    [(0, 9, 8, 6, 8, 6, 8, "inner"), (2, 9, 9, 7, 8, 7, 8, ""), (5, 10, None, 7, 8, 7, 8, "")],
    [(0, 10, 9, 7, 8, 7, 9, "inner"), (2, 12, 11, 7, 9, 7, 9, ""), (5, 12, None, 8, 9, 8, 9, "")],
]


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "var/six_weeks")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        server = serve(data)
        try:
            walk(f"http://127.0.0.1:{server.server_port}", folder)
        finally:
            server.shutdown()


def serve(data: str) -> WSGIServer:
    """The site on a free port, with Ada in it and nothing else."""
    server = make_server("127.0.0.1", 0, None, server_class=Threaded, handler_class=Quiet)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="walkcoach.settings",
        WALKCOACH_DATA=data,
        SECRET_KEY="only for the bench",
        BASE_URL=f"http://127.0.0.1:{server.server_port}",
        ALLOWED_HOSTS="127.0.0.1",
    )
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from allauth.account.models import EmailAddress
    from django.core.management import call_command

    from accounts.models import User
    from walkcoach.wsgi import application

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    ada = User.objects.create_user("ada@example.com", PASSWORD, display_name="Ada")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    server.set_app(application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def walk(address: str, folder: Path) -> None:
    import time_machine
    from playwright.sync_api import sync_playwright

    # A browser keeps its own clock, which stays behind: cookies of the future last.
    monday = datetime.date.today() + datetime.timedelta(days=7 - datetime.date.today().weekday())

    def at(week: int, weekday: int, hour: int) -> datetime.datetime:
        day = monday + datetime.timedelta(weeks=week, days=weekday)
        return datetime.datetime.combine(day, datetime.time(hour), datetime.UTC)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(base_url=address, viewport={"width": 390, "height": 844})
        with time_machine.travel(at(0, 0, 7), tick=True) as clock:
            sign_in(page)
            picture(page, folder, 0)
            for number, week in enumerate(WEEKS):
                for weekday, *said in week:
                    clock.move_to(at(number, weekday, 18))
                    log_a_walk(page, *said)
                    clock.move_to(at(number, weekday + 1, 8))
                    say_the_morning(page, *said)
                if not week:
                    clock.move_to(at(number, 3, 9))
                    note_a_rest_day(page)
                clock.move_to(at(number, 6, 20))
                sign_in(page)
                picture(page, folder, number + 1)
        browser.close()


def sign_in(page) -> None:
    page.goto("/log/")
    if "/login/" in page.url:
        page.fill("[name=login]", "ada@example.com")
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.goto("/log/")


def log_a_walk(page, minutes, hurt_after, left, right, _left_later, _right_later, spot) -> None:
    sign_in(page)
    page.goto("/log/walks/new/")
    page.fill("[name=duration]", str(minutes))
    page.fill("[name=distance]", f"{minutes * 0.05:.2f}")
    page.locator(f"[name=after_left][value='{left}']").check(force=True)
    page.locator(f"[name=after_right][value='{right}']").check(force=True)
    if hurt_after is None:
        page.fill("[name=pain_onset]", "")
        page.locator("[name=never_hurt]").check(force=True)
    else:
        page.locator("[name=never_hurt]").uncheck(force=True)
        page.fill("[name=pain_onset]", str(hurt_after))
    if spot:
        page.get_by_text("Where it hurt", exact=True).click()
        page.locator(f"fieldset.left [value={spot}]").check()
    page.get_by_role("button", name="Save the walk").click()
    saved = page.get_by_role("status")
    assert "Saved" in saved.inner_text(), page.locator("main").inner_text()


def say_the_morning(page, _minutes, _after, _left, _right, left, right, _spot) -> None:
    sign_in(page)
    page.get_by_role("link", name="How are they this morning?").click()
    page.locator(f"[name=morning_left][value='{left}']").check(force=True)
    page.locator(f"[name=morning_right][value='{right}']").check(force=True)
    page.get_by_role("button", name="Save").click()


def note_a_rest_day(page) -> None:
    sign_in(page)
    page.get_by_role("link", name="A day without a walk").click()
    for knee, comfort in (("left", 6), ("right", 8)):
        page.locator(f"input[type=radio][name$={knee}][value='{comfort}']").first.check(force=True)
    page.get_by_role("button", name="Save").click()


def picture(page, folder: Path, week: int) -> None:
    page.goto("/log/")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=folder / f"week_{week}_{width}.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    print(f"\nWeek {week}")
    for part in (".lede .standfirst", ".verdict .says", ".headline", ".claims", "#together ~ p"):
        for found in page.locator(part).all():
            print("   ", " ".join(found.inner_text().split()))


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_) -> None:
        pass


if __name__ == "__main__":
    main()
