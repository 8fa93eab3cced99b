"""One page for the doctor: NRS, self-recorded, its reader's alone."""

import datetime
import re

import pytest

from walking_log.models import Plan
from walking_log.plans import runs

from .conftest import log_walks

PAGE, PDF = "/log/doctor/", "/log/doctor/walks.pdf"


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


def pages_of(response) -> int:
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    return len(re.findall(rb"/Type /Page\b", response.content))


def test_pain_is_told_as_clinicians_read_it_and_as_self_recorded(as_ada, ada, today):
    log_walks(ada, 3, until=today, comfort=7)
    page = as_ada.get(PAGE).content.decode()
    assert "Self-recorded by the walker on this site." in page
    assert '<td class="number">3.0</td>' in page.replace('">3<', '">3.0<')
    assert "Pain as NRS 0–10" in page


def test_notes_are_on_it_only_when_asked(as_ada, ada, today):
    log_walks(ada, 1, until=today)
    ada.walks.update(notes="Passed the geese.")
    assert "geese" not in as_ada.get(PAGE).content.decode()
    assert "Passed the geese." in as_ada.get(f"{PAGE}?notes=1").content.decode()


def test_a_full_log_is_one_page_still(as_ada, ada, today):
    walks = log_walks(ada, 42, until=today, comfort=3)
    for walk in walks:
        for knee in "LR":
            for spot in ("inner", "outer", "around", "behind", "below", "back", "moves"):
                walk.spots.create(owner=ada, local_date=walk.local_date, knee=knee, spot=spot)
    ada.walks.update(notes="A long and winding sentence about a walk. " * 40, pain_onset_s=480)
    runs.choose(ada, Plan.objects.get(slug="six-houses"), today, order=8)
    assert pages_of(as_ada.get(f"{PDF}?notes=1")) == 1


def test_an_empty_log_is_a_page_too(as_ada):
    assert "Nothing was written down." in as_ada.get(PAGE).content.decode()
    assert pages_of(as_ada.get(PDF)) == 1


@pytest.mark.parametrize("name", ["Ада", "愛", "A\N{ZERO WIDTH JOINER}da", "<b>Ada</b>", "A" * 50])
def test_a_name_in_any_letters_makes_a_page(as_ada, ada, today, name):
    log_walks(ada, 1, until=today)
    ada.display_name = name
    ada.save()
    assert pages_of(as_ada.get(PDF)) == 1
    assert "<b>Ada</b>" not in as_ada.get(PAGE).content.decode()


def test_a_file_is_named_after_the_day_and_kept_by_no_cache(as_ada, today):
    response = as_ada.get(PDF)
    assert f"walks-{today.isoformat()}.pdf" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


def test_what_is_older_than_six_weeks_is_not_on_it(as_ada, ada, today):
    log_walks(ada, 1, until=today - datetime.timedelta(days=60))
    assert "0, 0 minutes in all" in as_ada.get(PAGE).content.decode()


@pytest.mark.parametrize("address", [PAGE, PDF])
def test_it_asks_for_a_sign_in(client, db, address):
    assert client.get(address)["Location"].startswith("/accounts/login/")
