"""End-to-end tests: a real Chromium walks the site as it is served.

    @pytest.mark.browser
    def test_a_guest_asks(browser_page, article):
        page = browser_page()                      # a phone with JavaScript, in daylight
        page.goto(article.get_absolute_url())      # addresses are the site's own

`browser_page(javascript=False, viewport=(1280, 900), color_scheme="dark")` opens a page in a
fresh context: nothing of another test's cookies or drafts. `sign_in(page, ada)` spares a test
the sign-in form. `also_to="127.0.0.1:8001"` names another host that the test itself serves.
`axe_faults(page)` is what axe finds wrong on a page.

After the test every page must have been quiet: an error in the console, a resource that did not
load, or one request to another host makes it red.

Tests that use these fixtures see rows as the server's own connections see them, so their data is
committed and flushed afterwards; what `migrate` lays (the coach's group, the site) is laid again
by the flush itself, which ends with `post_migrate`.
"""

import os
import shutil
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

PHONE = (390, 844)
DESKTOP = (1280, 900)

# No sandbox inside a container; nothing that calls home.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    """The browser, started once. Skips where there is none, except in CI, which must have it."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        words = "There is no Chromium here (Debian: apt install chromium)."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site_address(live_server, settings) -> str:
    """Where the site is served; its mails and canonical links say so too."""
    settings.BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def browser_page(chromium, site_address) -> Callable:
    """Open a page in a fresh browser context; fails the test if a page was not quiet."""
    faults: list[str] = []
    contexts = []
    host = urlsplit(site_address).netloc

    def open_page(
        *,
        javascript: bool = True,
        viewport: tuple[int, int] = PHONE,
        color_scheme: str = "light",
        also_to: str = "",
        **more,
    ):
        context = chromium.new_context(
            base_url=site_address,
            java_script_enabled=javascript,
            viewport={"width": viewport[0], "height": viewport[1]},
            color_scheme=color_scheme,
            locale="en-GB",
            **more,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        _listen(page, {host, also_to}, faults)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "The browser complained:\n" + "\n".join(faults)


def _listen(page, hosts: set[str], faults: list[str]) -> None:
    def on_console(message):
        # A form that comes back is a page with status 422; Chromium logs it as a resource that
        # did not load. Resources are looked at below, pages by the test itself.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(f"console: {message.text}")

    def on_request(request):
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc not in hosts:
            faults.append(f"request to another host: {request.url}")

    def on_response(response):
        # A form that a script sent may come back, as one without scripts does; so may "later".
        asked_by_script = response.request.resource_type in ("fetch", "xhr")
        told = asked_by_script and response.status in (409, 422, 429)
        is_page = response.request.resource_type == "document"
        if response.status >= 400 and not is_page and not told:
            faults.append(f"{response.status}: {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)


def axe_faults(page, part: str | None = None, **options) -> list[str]:
    """What axe finds wrong on the page as it stands, or on the part that a selector names, a line
    each; `options` are axe's own.

    A page in the dark is built as it is in daylight, where it is looked at too: only its colours
    are looked at. With forced colours it is the browser that picks them, and axe reads ours.
    """
    from axe_playwright_python.sync_playwright import Axe

    def matches(query: str) -> bool:
        return page.evaluate("query => matchMedia(query).matches", query)

    if matches("(forced-colors: active)"):
        options["rules"] = {"color-contrast": {"enabled": False}}
    elif matches("(prefers-color-scheme: dark)"):
        options["runOnly"] = ["color-contrast-enhanced"]
    # Else axe describes every node that it found right: most of its time on a large page.
    options = {"resultTypes": ["violations"], **options}
    found = Axe().run(page, context=part, options=options).response
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture
def sign_in(site_address) -> Callable:
    """Sign someone in on a page's context, without the form: `sign_in(page, ada)`."""
    from django.conf import settings
    from django.test import Client

    def signed_in(page, user) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": session.key, "value": session.value, "url": site_address}]
        )

    return signed_in
