"""What holds for every page's look, read from the templates and style sheets themselves."""

import re
from functools import cache

import pytest
from django.contrib.staticfiles import finders

from walkcoach.environment import BASE_DIR

TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if not {"mail", "email"} & set(path.parts)]
SHEETS = sorted((BASE_DIR / "static" / "css").glob("*.css"))
SCRIPTS = sorted((BASE_DIR / "static" / "js").rglob("*.js"))


def name(path):
    return path.relative_to(BASE_DIR).as_posix()


# --- Colours --------------------------------------------------------------------------------

TEXT = 7.0  # WCAG 2.2, 1.4.6, level AAA
SHAPE = 3.0  # WCAG 2.2, 1.4.11

NEUTRAL = ("paper", "card", "tint")
INKS = ("ink", "soft", "forest", "forest-deep", "clay", "sky", "green", "amber", "red")
PAIRS = [
    *((ink, ground, TEXT) for ink in INKS for ground in NEUTRAL),
    *(("ink", f"{light}-ground", TEXT) for light in ("green", "amber", "red")),
    *((light, f"{light}-ground", SHAPE) for light in ("green", "amber", "red")),
    *(("shape", ground, SHAPE) for ground in NEUTRAL),
    ("on-sun", "sun", TEXT),
    ("on-forest", "forest", TEXT),
    ("on-forest", "forest-deep", TEXT),
]


@cache
def tokens(scheme):
    light, _, dark = (
        (BASE_DIR / "static/css/tokens.css").read_text().partition("@media (prefers-color-scheme")
    )
    colour = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
    found = dict(colour.findall(light))
    return {**found, **dict(colour.findall(dark))} if scheme == "dark" else found


def contrast(one, other):
    """The contrast ratio of two colours, as WCAG 2.2 defines it: 1 to 21."""

    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
        ]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_counted_as_wcag_counts_it():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_and_shape_stands_out_from_its_ground(scheme):
    colours = tokens(scheme)
    faint = {
        f"{front} on {ground}: {contrast(colours[front], colours[ground]):.2f}, not {least}"
        for front, ground, least in PAIRS
        if contrast(colours[front], colours[ground]) < least
    }
    assert not faint


def test_colours_are_named_once_and_used_by_their_names():
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)")
    found = {
        f"{name(sheet)}: {colour}"
        for sheet in SHEETS
        if sheet.name != "tokens.css"
        for colour in literal.findall(_outside_print(sheet.read_text()))
    }
    assert not found


def _outside_print(css):
    """A style sheet without its print rules, where paper is white and ink is black."""
    return re.sub(r"@media print \{.*?\n\}", "", css, flags=re.DOTALL)


# --- Templates ------------------------------------------------------------------------------


def extended(path):
    """Our own template that this one extends, or None."""
    match = re.search(r'\{% extends "([^"]+)" %\}', path.read_text())
    parent = BASE_DIR / "templates" / match[1] if match else None
    return parent if parent and parent.exists() and parent != path else None


def test_no_page_is_more_than_three_templates_deep():
    deep = set()
    for page in TEMPLATES:
        depth, above = 1, page
        while above := extended(above):
            depth += 1
        if depth > 3:
            deep.add(name(page))
    assert TEMPLATES
    assert not deep


def test_partials_stand_alone_and_pages_stand_on_the_base():
    layouts = {"_layout.html"}
    partials = [p for p in PAGES if p.name.startswith("_") and p.name not in layouts]
    assert not {name(p) for p in partials if "{% extends" in p.read_text()}


INLINE = re.compile(
    r"""\sstyle\s*=\s*["'] | <style(?![^>]*\bnonce=) | \son[a-z]+\s*=\s*["'] | javascript: |
        <script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)[^>]*>""",
    re.VERBOSE | re.IGNORECASE,
)


def test_no_page_holds_a_style_a_script_or_a_handler_of_its_own():
    found = {f"{name(p)}: {m[0].strip()}" for p in PAGES for m in INLINE.finditer(p.read_text())}
    assert not found


def test_no_page_asks_anyone_else_for_anything():
    elsewhere = re.compile(
        r"""(?:\b(?:src|srcset|action|poster|data)\s*=\s*["']?|<link[^>]*\bhref\s*=\s*["']?
            |url\(\s*["']?|@import\s+["']?|\b(?:fetch|import)\(\s*["'])
            (?:https?:)?//[^\s"')]+""",
        re.VERBOSE | re.IGNORECASE,
    )
    found = {
        f"{name(path)}: {match[0]}"
        for path in (*PAGES, *SHEETS, *SCRIPTS)
        for match in elsewhere.finditer(path.read_text())
    }
    assert not found


def test_every_static_file_that_a_template_names_is_there():
    named = {
        (name(path), file)
        for path in TEMPLATES
        for file in re.findall(r"""\{% static ["']([^"']+)["']""", path.read_text())
    }
    assert named
    assert not {(page, file) for page, file in named if finders.find(file) is None}


def test_every_file_that_a_style_sheet_names_is_there():
    missing = {
        (name(sheet), file)
        for sheet in SHEETS
        for file in re.findall(r"""url\(["']?([^"')]+)["']?\)""", sheet.read_text())
        if not file.startswith(("data:", "#")) and not (sheet.parent / file).exists()
    }
    assert not missing


def test_every_module_that_a_script_imports_is_there():
    missing = {
        (name(script), file)
        for script in SCRIPTS
        for file in re.findall(r"""(?:from|import)\s+["'](\.[^"']+)["']""", script.read_text())
        if not (script.parent / file).exists()
    }
    assert not missing
