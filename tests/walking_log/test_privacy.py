"""A log is its reader's: a stranger, the coach and a visitor get nothing of it."""

import pytest
from django.contrib import admin
from django.urls import reverse

from walking_log.models import KneeReading, Walk

from .conftest import log_walks, typed

OF_A_WALK = ["walk", "walk_edit", "walk_delete", "walk_restore", "morning"]
ACTS = {"walk_delete", "walk_restore"}


def ask(client, name, pk, **more):
    address = reverse(f"walking_log:{name}", args=[pk])
    return client.post(address, more) if name in ACTS else client.get(address)


@pytest.mark.parametrize("name", OF_A_WALK)
@pytest.mark.parametrize("who", ["as_ben", "as_coach"])
def test_anothers_walk_is_not_found(request, walk, who, name):
    client = request.getfixturevalue(who)
    assert ask(client, name, walk.pk).status_code == 404
    if name in ("walk_edit", "morning"):
        address = reverse(f"walking_log:{name}", args=[walk.pk])
        said = typed(duration="11", morning_left="1")
        assert client.post(address, said).status_code == 404
    walk.refresh_from_db()
    assert (walk.duration_s, walk.deleted_at) == (1800, None)
    assert walk.readings.count() == 1


@pytest.mark.parametrize("name", OF_A_WALK)
def test_a_visitor_is_asked_to_sign_in(client, walk, name):
    response = ask(client, name, walk.pk)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/?next=/log/")
    walk.refresh_from_db()
    assert walk.deleted_at is None


@pytest.mark.parametrize("name", ["dashboard", "walks", "walk_new", "export"])
def test_every_page_of_the_log_asks_a_visitor_to_sign_in(client, db, name):
    address = reverse(f"walking_log:{name}")
    response = client.get(address)
    assert response.status_code == 302
    assert response.url == f"/accounts/login/?next={address}"


def test_no_page_of_one_reader_shows_the_other(as_ben, ada, walk, today):
    Walk.objects.filter(pk=walk.pk).update(notes="Behind the mill.", duration_s=3 * 3600)
    for page in ("/log/", "/log/?range=all", f"/log/?saved={walk.pk}", "/log/walks/"):
        said = as_ben.get(page).content.decode()
        assert "Behind the mill." not in said
        assert "3\N{NO-BREAK SPACE}h" not in said
    exported = b"".join(as_ben.get("/log/export/").streaming_content).decode()
    assert "Behind the mill." not in exported
    assert len(exported.splitlines()) == 1


@pytest.mark.parametrize("name", OF_A_WALK)
def test_a_number_no_walk_has_is_not_found(as_ada, name):
    for number in ("0", "9", "9" * 18, "9" * 30, "9" * 400):
        assert ask(as_ada, name, number).status_code == 404


@pytest.mark.parametrize("name", ["walk", "walk_edit", "walk_delete", "morning"])
def test_a_walk_taken_out_is_not_found(as_ada, walk, name):
    walk.delete_softly()
    assert ask(as_ada, name, walk.pk).status_code == 404


@pytest.mark.parametrize("name", sorted(ACTS))
def test_nothing_changes_by_following_a_link(as_ada, walk, name):
    assert as_ada.get(reverse(f"walking_log:{name}", args=[walk.pk])).status_code == 405


def test_readings_of_a_walk_taken_out_never_count(as_ada, ada, today):
    kept, gone = log_walks(ada, 2, until=today)
    gone.delete_softly()
    counted = KneeReading.objects.that_count()
    assert set(counted.values_list("walk", flat=True)) == {kept.pk}
    page = as_ada.get("/log/?range=all")
    days = {row[0] for row in page.context["over_time"].comfort.table.rows}
    assert f"{kept.local_date.day} {kept.local_date:%b %Y}" in days
    assert f"{gone.local_date.day} {gone.local_date:%b %Y}" not in days
    exported = b"".join(as_ada.get("/log/export/").streaming_content).decode()
    assert gone.local_date.isoformat() not in exported


def test_a_day_without_a_walk_counts(ada, today):
    KneeReading.objects.create(owner=ada, local_date=today, knee="L", moment="rest_day", comfort=7)
    assert ada.knee_readings.that_count().count() == 1


def test_nothing_of_the_log_is_in_the_admin():
    assert Walk not in admin.site._registry
    assert KneeReading not in admin.site._registry


def test_no_cache_keeps_a_page_of_the_log(as_ada, walk):
    for page in ("/log/", "/log/walks/", walk.get_absolute_url(), "/log/export/"):
        assert "no-store" in as_ada.get(page)["Cache-Control"]
    # A browser that goes Back to the form must find what was typed in it.
    form = as_ada.get("/log/walks/new/")["Cache-Control"]
    assert "private" in form
    assert "no-store" not in form


def test_erasing_an_account_erases_walks_that_were_taken_out_too(ada, walk):
    walk.delete_softly()
    ada.delete()
    assert not Walk.with_deleted.exists()
    assert not KneeReading.objects.exists()


def test_a_form_without_a_token_is_refused_and_given_back(ada):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/log/walks/new/", typed()).status_code == 403
    assert not ada.walks.exists()
