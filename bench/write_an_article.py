"""An article from a blank page to published, written in a real browser at a phone's width.

    .venv/bin/python -m bench.write_an_article [FOLDER]   # pictures go to var/an_article otherwise

Serves the demo in a temporary folder, as `python3 -m walkcoach demo` does, worker included, and
does what its coach would: begin, drop a picture, paste from Word, look at the advice, publish. On
the way the browser is killed (SIGKILL), later every process of the web server; both times the
words must be there again. Then a visitor reads the article, the search and the feed know it, and
the worker has made its pictures and mailed it. It says what it saw, step by step, pictures each
one at 390 px in the light and the dark, and stops at the first thing that is not so.
"""

import base64
import contextlib
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
PHONE = {"width": 390, "height": 844}
TITLE = "Downstairs without tears"
SLUG = "downstairs-without-tears"
# A word that nothing else in the demo holds, so that what finds it has found this article.
RARE = "banisterial"
PASTED = (
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
    "<span style='mso-list:Ignore'>· </span>Sore foot first</p>"
    "<p class=MsoNormal style='margin:0'><b>Then</b> the other.<o:p></o:p></p>"
)
PATIENCE = 120  # seconds for the worker, which makes pictures after it has sent mail
DROP = """(text, { name, type, content }) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const { left, top } = text.getBoundingClientRect();
  text.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true,
    cancelable: true, clientX: left + 20, clientY: top + 20 }));
}"""
PASTE = """(text, html) => {
  const carried = new DataTransfer();
  carried.setData("text/html", html);
  text.dispatchEvent(new ClipboardEvent("paste",
    { clipboardData: carried, bubbles: true, cancelable: true }));
}"""


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "var/an_article")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        demo = Demo(free_port(), Path(scratch))
        try:
            demo.start()
            write(demo, folder)
        finally:
            demo.stop()


class Demo:
    """The demo, as the launcher serves it."""

    def __init__(self, port: int, data: Path):
        self.port, self.data = port, data
        self.address = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        where = ["--port", str(self.port), "--data", str(self.data)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "walkcoach", "demo", *where],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(lambda: answers(f"{self.address}/healthz"), "the demo serves")

    def die(self) -> None:
        """Every process of the web server is killed, whereupon the launcher ends the rest."""
        killed = kill(lambda command: "gunicorn" in command, within=str(self.data))
        self.process.wait(60)
        tell(f"killed the web server ({killed} processes)")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)


def write(demo: Demo, folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        chromium = playwright.chromium
        coach = Coach(chromium, demo.address, profile, folder)
        coach.begin()
        coach.die()
        coach.come_back()
        coach.go_on()
        demo.die()
        coach.write_without_a_server()
        demo.start()
        coach.publish()
        coach.leave()
        read(chromium, demo, folder)


class Coach:
    """Marit with her phone."""

    def __init__(self, chromium, address: str, profile: str, folder: Path):
        self.chromium, self.address = chromium, address
        self.profile, self.folder = profile, folder
        self.shown = 0
        self.open()

    def open(self) -> None:
        self.context = self.chromium.launch_persistent_context(
            self.profile,
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"],
            viewport=PHONE,
            base_url=self.address,
        )
        self.context.set_default_timeout(30_000)
        self.page = self.context.new_page()

    def sign_in(self, to: str) -> None:
        self.page.goto(to)
        if "/login/" in self.page.url:
            self.page.fill("[name=login]", "coach@example.com")
            self.page.fill("[name=password]", "walk-with-me")
            self.page.get_by_role("button", name="Sign in", exact=True).click()
            self.page.wait_for_url(f"**{to}")

    def begin(self) -> None:
        self.sign_in("/admin/articles/article/add/")
        self.see("blank")
        self.page.get_by_label("Title:").fill(TITLE)
        self.type("Every stair has two edges, and one of them is kinder. ")
        with self.saving(RARE):
            self.type(f"I call it the {RARE} one.")
        self.page.get_by_text("for you alone").first.wait_for()
        self.see("begun")
        tell("typed a title and two sentences; the form says they are saved")

    def die(self) -> None:
        """The phone's browser is killed: nobody is asked whether to leave."""
        killed = kill(lambda command: self.profile in command)
        tell(f"killed the browser ({killed} processes)")
        with contextlib.suppress(Exception):  # it is gone, as it should be
            self.context.close()

    def come_back(self) -> None:
        for lock in Path(self.profile).glob("Singleton*"):  # what a killed browser leaves
            lock.unlink()
        self.open()
        self.sign_in("/admin/articles/article/add/")
        self.page.get_by_text(f"You began “{TITLE}” and did not save it").wait_for()
        self.see("offered")
        self.page.get_by_role("link", name="Go on with it").click()
        assert self.page.get_by_label("Title:").input_value() == TITLE
        assert f"I call it the {RARE} one." in self.body()
        tell("opened it again: the form offers the words, all of them")

    def go_on(self) -> None:
        self.page.get_by_label("Standfirst:").fill("Which foot goes first, and where to look.")
        self.page.keyboard.press("Tab")
        self.end()
        self.page.keyboard.press("Enter")
        self.page.locator(".prose-editor .tiptap").evaluate(PASTE, PASTED)
        assert "<li><p>Sore foot first</p></li>" in self.body(), self.body()
        assert "<strong>Then</strong> the other." in self.body(), self.body()
        tell("pasted from Word: a list and a bold word, and nothing else")

        sent = {"name": "stairs.png", "type": "image/png", "content": drawn()}
        self.page.locator(".prose-editor .tiptap").evaluate(DROP, sent)
        self.page.get_by_label("What it shows, in words").fill("A stair with a handrail.")
        with self.saving("handrail"):
            self.page.get_by_role("button", name="Keep").click()
        self.page.get_by_text("In words: A stair with a handrail.").wait_for()
        self.see("picture")
        tell("dropped a picture and said what it shows")

    def write_without_a_server(self) -> None:
        self.end()
        self.page.keyboard.type(" And never carry the washing.")
        self.page.get_by_text("Kept on this device").first.wait_for()
        self.see("server-gone")
        tell("typed on; the form says that it is kept on this device")

    def publish(self) -> None:
        self.sign_in("/admin/articles/article/add/")
        self.page.get_by_text(f"You began “{TITLE}” and did not save it").first.wait_for()
        self.page.get_by_role("link", name="Go on with it").first.click()
        assert "And never carry the washing." in self.body(), self.body()
        tell("the sentence that was typed while the server was gone is there")
        self.page.locator("#advice").scroll_into_view_if_needed()
        self.see("advice")
        self.page.get_by_role("button", name="Publish now").first.click()
        self.page.get_by_text("Published: readers see it now.").wait_for()
        self.see("published")
        tell("published")

    def leave(self) -> None:
        self.context.close()

    def type(self, words: str) -> None:
        self.end()
        self.page.keyboard.type(words)

    def end(self) -> None:
        self.page.locator(".prose-editor .tiptap").click()
        self.page.keyboard.press("Control+End")

    def body(self) -> str:
        return self.page.locator("#id_body").input_value()

    def saving(self, word: str):
        """Until the server has said that it keeps this word."""
        return self.page.expect_response(
            lambda answer: "/autosave/" in answer.url and word in (answer.request.post_data or "")
        )

    def see(self, name: str) -> None:
        self.shown += 1
        both(self.page, self.folder, f"{self.shown:02}-{name}")


def read(chromium, demo: Demo, folder: Path) -> None:
    """What became of it, for readers."""
    address = demo.address
    with chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox"]
    ) as browser:
        page = browser.new_page(base_url=address, viewport=PHONE)
        page.goto(f"/articles/{SLUG}/")
        assert page.get_by_role("heading", level=1).inner_text() == TITLE
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.goto(f"/search/?q={RARE}")
        assert page.get_by_role("link", name=TITLE).count() == 1
        both(page, folder, "10-found")
        assert TITLE in fetched(f"{address}/feed/") and TITLE in fetched(f"{address}/articles/")
        assert f"/articles/{SLUG}/" in fetched(f"{address}/sitemap.xml")
        tell("a visitor reads it; search, feed, list and sitemap know it")
        wait_for(
            lambda: "image/avif" in fetched(f"{address}/articles/{SLUG}/"), "its pictures are made"
        )
        wait_for(
            lambda: any(TITLE in mail.read_text() for mail in (demo.data / "mail").iterdir()),
            "subscribers are mailed",
        )
        page.goto(f"/articles/{SLUG}/")
        both(page, folder, "11-read")


def both(page, folder: Path, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=folder / f"{name}-{scheme}.png")
    page.emulate_media(color_scheme="light")


def kill(is_it, within: str = "") -> int:
    """SIGKILL every process of ours with such a command and environment; how many there were."""
    killed = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if is_it(command) and within.encode() in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
                killed += 1
        except (OSError, UnicodeDecodeError):
            continue
    assert killed, "There was nothing to kill."
    return killed


def drawn() -> str:
    """A picture of 1600 by 1000, in base 64."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (1600, 1000), "#dfe9df")
    pen = ImageDraw.Draw(picture)
    for step in range(8):
        pen.rectangle((step * 200, 880 - step * 110, 1600, 1000 - step * 110), fill="#8a3816")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def answers(address: str) -> bool:
    try:
        return bool(fetched(address))
    except OSError:
        return False


def wait_for(is_so, what: str) -> None:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < PATIENCE, f"Not so: {what}."
        time.sleep(0.5)
    tell(f"{what} (after {time.monotonic() - began:.0f} s)")


def tell(what: str) -> None:
    print(f"- {what}", flush=True)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


if __name__ == "__main__":
    main()
