import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.names import fold

SETTINGS = "/accounts/settings/"
ADAS = {"display_name": "Ada", "units": "km", "time_zone": "UTC"}


def test_a_reader_changes_name_units_and_time_zone(as_ada, ada):
    response = as_ada.post(
        SETTINGS,
        {"display_name": " Ada L. ", "units": "mi", "time_zone": "Europe/Oslo"},
        follow=True,
    )
    assert "Your settings are saved." in response.text
    ada.refresh_from_db()
    assert (ada.display_name, ada.units, ada.time_zone) == ("Ada L.", "mi", "Europe/Oslo")


def test_the_page_shows_what_is_kept_and_leads_on(as_ada):
    page = as_ada.get(SETTINGS).text
    assert 'value="Ada"' in page and "ada@example.com" in page
    for address in ("/accounts/email/", "/accounts/password/change/", "/accounts/delete/"):
        assert f'href="{address}"' in page
    assert 'action="/accounts/logout/"' in page
    assert "Edit my public profile" not in page


@time_machine.travel("2026-07-01 12:05:00+00:00", tick=False)
def test_the_time_there_now_is_said_in_words(as_ada, ada):
    User.objects.filter(pk=ada.pk).update(time_zone="Europe/Oslo")
    assert "It is 14:05 on Wednesday 1 July there now." in as_ada.get(SETTINGS).text


def test_a_zone_of_an_old_name_is_kept_until_another_is_chosen(as_ada, ada, settings):
    settings.TIME_ZONE = "Europe/London"
    User.objects.filter(pk=ada.pk).update(time_zone="Mars/Olympus_Mons")
    page = as_ada.get(SETTINGS)
    assert page.status_code == 200
    assert '<option value="Europe/London" selected>' in page.text


def test_what_is_not_right_comes_back_and_changes_nothing(as_ada, ada):
    response = as_ada.post(
        SETTINGS, {"display_name": "\u202eada", "units": "x", "time_zone": "x" * 100_000}
    )
    assert response.status_code == 422
    assert "<title>Error: Settings" in response.text
    for words in ("Write the name in letters", "Choose kilometres or miles.", "Choose a place"):
        assert words in response.text
    ada.refresh_from_db()
    assert (ada.display_name, ada.units, ada.time_zone) == ("Ada", "km", "UTC")


def test_an_empty_form_comes_back(as_ada):
    assert as_ada.post(SETTINGS, {}).status_code == 422


def test_nobody_takes_the_coachs_name(as_ada, ada, coach):
    response = as_ada.post(SETTINGS, ADAS | {"display_name": "ma rit"})
    assert response.status_code == 422
    assert "Readers would take this name for the coach’s." in response.text


def test_the_coach_may_have_it(as_coach, coach):
    for name in ("Marit", "Coach Marit"):
        assert as_coach.post(SETTINGS, ADAS | {"display_name": name}).status_code == 302


def test_the_coach_finds_the_public_profile(as_coach, coach):
    page = as_coach.get(SETTINGS).text
    assert f'href="/admin/accounts/coachprofile/{coach.coach_profile.pk}/change/"' in page
    assert "Walking coach, two knees of my own." in page


def test_only_the_own_settings_change(as_ada, ben):
    as_ada.post(SETTINGS, ADAS | {"id": ben.pk, "email": "evil@example.com", "is_staff": "on"})
    ben.refresh_from_db()
    assert ben.display_name == "Ben"
    assert not User.objects.filter(email="evil@example.com").exists()
    assert not User.objects.filter(is_staff=True).exists()


def test_names_that_look_alike_are_alike():
    assert fold("Marit") == fold(" MARIT ") == fold("Ｍａｒｉｔ") == fold("Ma\u200drit")
    assert fold("Marit") != fold("Berit")


def test_times_are_the_readers_own_and_a_visitors_are_the_sites(as_ada, ada, settings, client):
    from accounts.middleware import local_time

    User.objects.filter(pk=ada.pk).update(time_zone="Asia/Tokyo")
    assert _zone_seen_by(local_time, as_ada) == "Asia/Tokyo"
    assert _zone_seen_by(local_time, client) == settings.TIME_ZONE


def test_a_time_zone_nobody_knows_is_no_reason_to_stumble(as_ada, ada, settings):
    from accounts.middleware import local_time

    for unknown in ("Mars/Olympus_Mons", "../../etc/passwd", "Europe", ""):
        User.objects.filter(pk=ada.pk).update(time_zone=unknown)
        assert _zone_seen_by(local_time, as_ada) == settings.TIME_ZONE
        assert as_ada.get(SETTINGS).status_code == 200


def _zone_seen_by(middleware, client) -> str:
    """The zone that is active while a request of the client's is answered."""
    from django.contrib.auth import get_user
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.utils.functional import SimpleLazyObject

    seen = []
    request = RequestFactory().get("/")
    cookie = client.cookies.get("sessionid")
    request.session = SessionStore(cookie.value if cookie else None)
    request.user = SimpleLazyObject(lambda: get_user(request))

    def look(request):
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    try:
        middleware(look)(request)
    finally:
        timezone.deactivate()
    return seen[0]


def test_a_visitors_page_depends_on_no_cookie(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = Client().get("/robots.txt")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
