"""The README's pictures of the site, taken from the demo as it is served.

    python3 -m walkcoach demo                            # in another terminal
    .venv/bin/python -m walkcoach.demo.screenshots       # writes walkcoach/demo/screens/

Needs Chromium and the packages of the tests.
"""

import argparse
import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

SCREENS = Path(__file__).parent / "screens"
WIDTH, HEIGHT = 1280, 900


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    address = options.parse_args().address
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(base_url=address, viewport={"width": WIDTH, "height": HEIGHT})
        page.goto("/articles/start-with-six-houses/")
        save(page, "article")
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").fill("ada@example.com")
        page.locator("[name=password]").fill("walk-with-me")
        page.get_by_role("button", name="Sign in").click()
        page.goto("/log/")
        save(page, "log")
        browser.close()


def save(page: Page, name: str) -> None:
    """As WebP, light enough for a clone."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    SCREENS.mkdir(exist_ok=True)
    picture.convert("RGB").save(SCREENS / f"{name}.webp", quality=80, method=6)
    print(SCREENS / f"{name}.webp")


if __name__ == "__main__":
    main()
