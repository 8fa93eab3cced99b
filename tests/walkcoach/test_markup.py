"""Every kind of page of the demo: its HTML, its address, and what it tells machines."""

import re
from urllib.parse import urljoin

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from accounts.models import User
from tests import markup
from tests.articles.html import all_json_ld, attribute, elements
from tests.conftest import signed_in
from tests.schema_org import checking

pytestmark = pytest.mark.django_db

# Of each kind of address so many are looked at by a visitor, and one by others, who see the same.
OF_A_KIND = 2
OUTSIDE = ["/", "/search/?q=knee", "/search/?q=zzz", "/nothing/"]
# What a look would change or send, or what is looked at for somebody else.
LEFT_OUT = re.compile(r"^/(static|media|admin/(?!desk)|accounts/logout)|/(feed|export)/?$|\.\w+$")


def _kind(address: str) -> str:
    path = re.sub(r"\d+", "0", address.partition("?")[0])
    return re.sub(r"^/(articles|topics|answers|comments/\w+|log/\w+)/[^/]+/", r"/\1/x/", path)


def _walk(client: Client, start: list[str], of_a_kind: int = 1) -> dict[str, str]:
    """The pages that links lead to, by their addresses."""
    found: dict[str, str] = {}
    kinds: dict[str, int] = {}
    to_do, seen = list(start), set()
    while to_do:
        address = to_do.pop(0)
        kind = _kind(address)
        if address in seen or kinds.get(kind, 0) >= of_a_kind or LEFT_OUT.search(address):
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code not in (200, 404) or "html" not in answer.headers["Content-Type"]:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        found[address] = answer.text
        links = (
            attributes.get("href") or "" for tag, attributes in elements(answer.text) if tag == "a"
        )
        to_do += [
            urljoin(address, link).partition("#")[0]
            for link in links
            if not re.match(r"[a-z]+:|//", link)
        ]
    return found


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """What a visitor, a reader and the coach see of the demo, read once and undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        ada, marit = (User.objects.get(email=f"{name}@example.com") for name in ("ada", "coach"))
        walked = {
            "visitor": _walk(Client(), OUTSIDE, OF_A_KIND),
            "ada": _walk(signed_in(Client, ada), ["/log/", "/accounts/settings/", "/contact/"]),
            "coach": _walk(signed_in(Client, marit), ["/admin/desk/"]),
        }
        transaction.set_rollback(True)
    return walked


def test_a_bad_page_would_be_seen():
    """What the check itself is worth."""
    bad = """<!doctype html><html><head><title></title></head><body>
        <h1>One</h1><h1>Two</h1><p id="a" id="b"><p id="c"></p><i id="c"></i>
        <span><div>x</div></span><ul><p>x</p></ul><a href="/"><button>x</button></a>
        <img src="x.png"><input name="q"><label for="none">x</label><p aria-describedby="gone">x</p>
        <a href="#gone">x</a><a href="/empty/"></a><table><div>x</div></table></body></html>"""
    found = "\n".join(markup.faults(bad))
    for sign in [
        *("duplicate-attribute", "2 headings", "“c” twice", "<div> within <span>"),
        *("<p> as a child of <ul>", "<button> within <a>", "without alt", "without a label"),
        *("“none”", "“gone”", "“#gone”", "<a> without a word", "<title> without a word", "table"),
    ]:
        assert sign in found, sign


def test_every_page_is_good_html(pages):
    found = {
        f"{who} {address}: {fault}"
        for who, seen in pages.items()
        for address, html in seen.items()
        for fault in markup.faults(html)
    }
    assert not found
    assert all(len(seen) > 20 for seen in pages.values())


def test_every_public_page_has_one_address_of_its_own(pages):
    """A canonical address by BASE_URL, without what a visitor or an advertiser put into it."""
    for address, html in pages["visitor"].items():
        if 'content="noindex' in html or re.match("/(accounts|log|comments|nothing)/", address):
            continue
        canonical = attribute(html, "link", "href", rel="canonical")
        # A form whose boxes are ticked by its address is the same form.
        own = address.partition("?")[0] if address.startswith("/subscribe/") else address
        assert canonical == f"http://testserver{own}", address
        assert attribute(html, "meta", "content", name="description"), address


def test_what_pages_tell_machines_is_by_the_schema(pages):
    told = {address: all_json_ld(html) for address, html in pages["visitor"].items()}
    found = {
        f"{address}: {fault}"
        for address, things in told.items()
        for thing in things
        for fault in checking.faults(thing)
    }
    assert not found
    kinds = {thing["@type"] for things in told.values() for thing in things}
    assert kinds >= {
        *("WebSite", "BlogPosting", "BreadcrumbList", "CreativeWorkSeries", "QAPage"),
        *("AboutPage", "ContactPage", "CollectionPage", "WebPage"),
    }


@pytest.mark.parametrize(
    ("thing", "fault"),
    [
        ({"@type": "BlogPost"}, "no type BlogPost"),
        ({"@type": "Book", "writer": "Ada"}, "no property writer"),
        ({"@type": "Book", "author": {"@type": "BreadcrumbList"}}, "holds no BreadcrumbList"),
        ({"@type": "WebPage", "lastReviewed": "last week"}, "may not be 'last week'"),
        ({"@type": "WebPage", "name": ""}, "may not be ''"),
        ({"@type": "DiscussionForumPosting", "text": "x"}, "Google needs datePublished"),
        ({"@type": "Question", "name": "x", "answerCount": 0}, "Google needs an answer"),
        ({"@type": "BreadcrumbList", "itemListElement": []}, "two steps or more"),
    ],
)
def test_data_that_breaks_the_schema_would_be_seen(thing, fault):
    assert any(fault in one for one in checking.faults(thing))
