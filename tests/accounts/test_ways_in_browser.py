"""The ways in without a password, in a real Chromium under the site's own policy."""

import copy
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "How do I come down stairs?"


@pytest.fixture
def let_through(settings, elsewhere):
    """The policy of a site whose provider is the tests' own."""
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"].append(elsewhere.address)
    settings.CONTENT_SECURITY_POLICY = policy


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_visitor_comes_by_another_site_and_finds_the_words_typed(
    browser_page, article, elsewhere, let_through, javascript
):
    page = browser_page(javascript=javascript, also_to=urlsplit(elsewhere.address).netloc)
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.get_by_role("button", name="Sign in first").click()
    page.get_by_role("button", name="Go on with WordPress.com").click()
    page.get_by_role("link", name="Allow").click()
    expect(page.get_by_role("heading", name="One last step")).to_be_visible()
    page.get_by_label("Name to show").fill("Kari")
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_text("Posting as Kari")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value(WORDS)
    assert page.url.endswith(f"{article.get_absolute_url()}#ask")
    assert User.objects.get(email="kari@example.com").display_name == "Kari"


def test_the_policy_lets_forms_lead_to_the_providers_and_nowhere_else(client, db):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    form_action = policy.partition("form-action ")[2].partition(";")[0]
    assert form_action.split() == [
        "'self'",
        "https://accounts.google.com",
        "https://www.facebook.com",
        "https://m.facebook.com",
        "https://x.com",
        "https://twitter.com",
        "https://public-api.wordpress.com",
        "https://wordpress.com",
    ]


def test_a_passkey_is_made_and_opens_the_account(browser_page, sign_in, ada, site_address):
    page = browser_page()
    # A passkey belongs to a name, and the name of this machine is localhost.
    site = site_address.replace("127.0.0.1", "localhost")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(f"{site}/accounts/passkeys/add/")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill("walk-with-me")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    if page.get_by_role("heading", name="Is it you?").count():
        page.get_by_label("Password").fill("walk-with-me")
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("A name for it").fill("My phone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="My phone")).to_be_visible()

    page.goto(f"{site}/accounts/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/accounts/login/?next=/accounts/settings/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    assert page.url == f"{site}/accounts/settings/"


def test_without_javascript_no_passkey_is_offered(browser_page, db):
    page = browser_page(javascript=False)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    expect(page.get_by_role("link", name="Mail me a code")).to_be_visible()
