"""What pictures cost: a reader's bytes, before and after, and the worker's time and memory.

    .venv/bin/python -m bench.pictures

Loads the demo into a temporary folder and serves it. A browser reads the home page, the list and
an article on a phone (390 pixels across, one and two dots for each) and on a laptop, to the end of
the page; what it fetched as pictures is counted from the bodies that came. "Before" is the same
page before the worker has made anything, each picture as it is stored; the home page's own picture
is in all sizes from the start. The picture that is largest on the first screen (most browsers' LCP
element) is told by itself. Then: the processor's time for each kind of file and for a picture, and
how much memory a worker takes for a stored picture of 40 megapixels. Read the ratios.

Needs Chromium and the packages of the tests.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

SCREENS = {"phone": (390, 844, 1), "phone, 2x": (390, 844, 2), "laptop": (1280, 900, 1)}
PAGES = {"home": "/", "list": "/articles/", "article": "/articles/start-with-six-houses/"}
LARGEST = """() => {
  const seen = [...document.images].filter(i => i.getBoundingClientRect().top < innerHeight);
  const area = i => i.clientWidth * i.clientHeight;
  return seen.length ? seen.reduce((a, b) => (area(a) >= area(b) ? a : b)).currentSrc : "";
}"""

# Run by a process of its own, so that nothing else has raised its peak. Not `getrusage`: to that
# the peak of the process that started this one counts too. Linux only.
PEAK = """
import re, sys
import django
django.setup()
from articles.library import making, open_graph
from articles.library.models import Picture
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) // 1024
rest = peak()
Picture.objects.register(sys.argv[1])
while making.make_next():
    pass
print(peak() - rest)
"""


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


class Threaded(WSGIServer):
    def process_request(self, request, address):
        threading.Thread(target=super().process_request, args=(request, address)).start()

    def process_request_thread(self, request, address):
        self.finish_request(request, address)
        self.shutdown_request(request)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = make_server("127.0.0.1", 0, None, WSGIServer, Quiet)
        prepare(folder, f"http://127.0.0.1:{server.server_port}")
        from django.core.wsgi import get_wsgi_application

        server.set_app(get_wsgi_application())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        before = read_all(server.server_port)
        took = time_of_files()
        after = read_all(server.server_port)
        server.shutdown()
        tell_of_bytes(before, after)
        tell_of_time(took)
        tell_of_memory(folder)


def prepare(folder: str, address: str) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="walkcoach.settings",
        WALKCOACH_DATA=folder,
        SECRET_KEY="only for the bench",
        BASE_URL=address,
        WALKCOACH_DEMO="true",
        DJANGO_ALLOW_ASYNC_UNSAFE="true",
    )
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_demo", verbosity=0)


def read_all(port: int) -> dict[tuple[str, str], tuple[int, int]]:
    """For each screen and page: bytes of all pictures, and of the largest on the first screen."""
    from playwright.sync_api import sync_playwright

    read = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for screen, (width, height, dots) in SCREENS.items():
            for page, path in PAGES.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height}, device_scale_factor=dots
                )
                read[screen, page] = read_one(context.new_page(), f"http://127.0.0.1:{port}{path}")
                context.close()
        browser.close()
    return read


def read_one(page, address: str) -> tuple[int, int]:
    came = []
    page.on("response", lambda r: r.request.resource_type == "image" and came.append(r))
    page.goto(address, wait_until="networkidle")
    largest = page.evaluate(LARGEST)
    for _ in range(40):  # to the end, so that what waits comes too
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(30)
    page.wait_for_load_state("networkidle")
    sizes = {one.url: len(one.body()) for one in came if one.url.startswith("http")}
    return sum(sizes.values()), sizes.get(largest, 0)


def time_of_files() -> dict[str, list[float]]:
    """Make every file of the demo; the processor's seconds for each, by format and width."""
    from articles.library import making, open_graph, renditions
    from articles.library.models import Picture

    took: dict[str, list[float]] = {}
    make = renditions.make

    def timed(image, rendition, focus):
        began = time.process_time()
        content = make(image, rendition, focus)
        key = f"{rendition.format} {rendition.width}"
        took.setdefault(key, []).append(time.process_time() - began)
        return content

    renditions.make = timed
    began = time.process_time()
    while making.make_next():
        pass
    took["all files of a picture"] = [(time.process_time() - began) / Picture.objects.count()]
    began, number = time.process_time(), 0
    while open_graph.draw_next():
        number += 1
    took["drawn for a shared link"] = [(time.process_time() - began) / max(number, 1)]
    return took


def tell_of_bytes(before, after) -> None:
    print(f"{'':<12}{'page':<10}{'before':>9}{'after':>9}{'':>7}   first screen's largest")
    for screen, page in before:
        all_before, one_before = before[screen, page]
        all_after, one_after = after[screen, page]
        everything = f"{all_before:>9,}{all_after:>9,}{ratio(all_after, all_before):>7}"
        largest = f"{one_before:>9,}{one_after:>9,}{ratio(one_after, one_before):>7}"
        print(f"{screen:<12}{page:<10}{everything}   {largest}")


def ratio(after: int, before: int) -> str:
    return f"{after / before:.0%}" if before else "–"


def tell_of_time(took: dict[str, list[float]]) -> None:
    print(f"\n{'file':<26}{'number':>7}{'ms':>7}{'longest':>9}")
    for name, seconds in took.items():
        mean = 1000 * sum(seconds) / len(seconds)
        print(f"{name:<26}{len(seconds):>7}{mean:>7.0f}{1000 * max(seconds):>9.0f}")


def tell_of_memory(folder: str) -> None:
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage
    from PIL import Image

    noise = Image.effect_noise((2000, 1250), 60).resize((8000, 5000)).convert("RGB")
    print()
    for format in ("JPEG", "PNG"):
        out = io.BytesIO()
        noise.save(out, format)
        name = default_storage.save(f"articles/large.{format.lower()}", ContentFile(out.getvalue()))
        done = subprocess.run(
            [sys.executable, "-c", PEAK, name], capture_output=True, text=True, check=True
        )
        print(
            f"Memory for the sizes of a stored {format} of 40 megapixels: "
            f"{done.stdout.strip()} MB more than the worker at rest"
        )


if __name__ == "__main__":
    main()
