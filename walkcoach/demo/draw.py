"""Makes the demo's pictures from their drawings: `python -m walkcoach.demo.draw [name …]`.

Each drawing in `pictures/` is an SVG whose torn edges and brush marks are SVG filters, so it takes
a browser to paint it. Chromium does that once, at twice the size; what the site serves is the
picture made of it. Needs the dev extras and a Chromium (CHROMIUM names another one).
"""

import io
import os
import re
import sys
from base64 import b64encode
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from articles.library.renditions import ENCODERS

PICTURES = Path(__file__).parent / "pictures"
STATIC = Path(__file__).resolve().parents[2] / "static"
# Those that are part of the site itself, not of its demo content.
ON_EVERY_SITE = {"home-hero": STATIC / "img/home-hero.webp", "og": STATIC / "img/og.png"}
HERO_WIDTHS = (400, 720, 1080, 1600)
MAX_BYTES = {".webp": 90_000, ".png": 150_000}


def main(names: list[str]) -> None:
    drawings = [PICTURES / f"{name}.svg" for name in names] or sorted(PICTURES.glob("*.svg"))
    fraunces = b64encode((STATIC / "fonts/fraunces-latin.woff2").read_bytes()).decode()
    style = (
        "<style>body { margin: 0 } @font-face { font-family: Fraunces; font-weight: 100 900;"
        f" src: url(data:font/woff2;base64,{fraunces}) }}</style>"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for drawing in drawings:
            svg = drawing.read_text()
            width, height = map(int, re.findall(r'(?:width|height)="(\d+)"', svg)[:2])
            page = browser.new_page(
                viewport={"width": width, "height": height}, device_scale_factor=2
            )
            page.set_content(style + svg)
            page.evaluate("document.fonts.ready")
            painted = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            page.close()
            target = ON_EVERY_SITE.get(drawing.stem, drawing.with_suffix(".webp"))
            data = smallest(
                painted.resize((width, height), Image.Resampling.LANCZOS), target.suffix
            )
            target.write_bytes(data)
            print(f"{target.name}: {width} × {height}, {len(data) // 1000} kB")
            if drawing.stem == "home-hero":
                write_smaller(painted, target)
        browser.close()


def write_smaller(picture: Image.Image, beside: Path) -> None:
    """The sizes that home.html offers: the largest as AVIF, the smaller ones in both formats."""
    for width in HERO_WIDTHS:
        piece = picture.resize(
            (width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
        )
        for ending in ("avif", "webp"):
            if (width, ending) != (1600, "webp"):  # that one is there
                target = beside.with_stem(f"{beside.stem}-{width}").with_suffix(f".{ending}")
                piece.save(target, ending.upper(), **ENCODERS[ending])


def smallest(picture: Image.Image, suffix: str) -> bytes:
    """The best quality that keeps within MAX_BYTES."""
    for step in range(12):
        out = io.BytesIO()
        if suffix == ".png":
            picture.quantize(256 - step * 20, dither=Image.Dither.NONE).save(
                out, "PNG", optimize=True
            )
        else:
            picture.save(out, "WEBP", quality=82 - step * 4, method=6)
        if out.tell() <= MAX_BYTES[suffix]:
            break
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
