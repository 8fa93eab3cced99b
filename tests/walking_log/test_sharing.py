"""A log is its reader's own. A coach sees what was granted, while it is, and every look is told."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from walking_log.models import Look, ShareGrant
from walking_log.sharing import grants

SHARING = "/log/sharing/"


@pytest.fixture
def as_ada(client, ada, coach):
    client.force_login(ada)
    return client


def share(client, coach, *scopes, days="42"):
    typed = {"coach": coach.coach_profile.pk, "scopes": scopes, "days": days}
    return client.post(SHARING, typed, follow=True)


def test_nothing_is_shared_and_nothing_ticked_to_begin_with(as_ada):
    page = as_ada.get(SHARING).content.decode()
    assert "Nobody sees your log but you." in page
    assert "Nobody has looked at your log." in page
    assert 'type="checkbox" checked' not in page.replace("checked ", "checked")


def test_a_reader_shares_parts_for_a_while_and_sees_what(as_ada, ada, coach):
    page = share(as_ada, coach, "walks", "comfort").content.decode()
    assert "Marit can see" in page
    grant = ada.share_grants.get()
    assert grant.scopes == ("walks", "comfort")
    assert grant.consent_version == grants.CONSENT_VERSION
    assert datetime.timedelta(days=41) < grant.until - timezone.now() <= datetime.timedelta(days=42)
    assert grants.seen_by(coach, [ada.pk]) == {ada.pk: grant}


def test_sharing_needs_something_to_share(as_ada, ada, coach):
    response = as_ada.post(SHARING, {"coach": coach.coach_profile.pk, "days": "14"})
    assert response.status_code == 422
    assert "Tick at least one thing to share." in response.content.decode()
    assert not ada.share_grants.exists()


def test_stopping_takes_effect_at_once(as_ada, ada, coach):
    share(as_ada, coach, "walks")
    grant = ada.share_grants.get()
    page = as_ada.post(f"{SHARING}{grant.pk}/stop/", follow=True).content.decode()
    assert "Nothing of your log can be seen any more." in page
    assert grants.seen_by(coach, [ada.pk]) == {}


def test_a_grant_ends_by_itself(as_ada, ada, coach, time_machine):
    share(as_ada, coach, "walks", days="14")
    time_machine.move_to(timezone.now() + datetime.timedelta(days=14, minutes=1))
    assert grants.seen_by(coach, [ada.pk]) == {}
    as_ada.force_login(ada)
    assert "Nobody sees your log but you." in as_ada.get(SHARING).content.decode()


def test_sharing_anew_replaces_what_the_coach_saw_and_remembers_it(as_ada, ada, coach):
    share(as_ada, coach, "walks", "notes")
    share(as_ada, coach, "spots")
    assert grants.seen_by(coach, [ada.pk])[ada.pk].scopes == ("spots",)
    assert [grant.scopes for grant in ada.share_grants.order_by("pk")] == [
        ("walks", "notes"),
        ("spots",),
    ]


def test_looks_are_told_to_the_reader_and_not_counted_by_the_minute(as_ada, ada, coach):
    share(as_ada, coach, "walks")
    seen = grants.seen_by(coach, [ada.pk])
    for _ in range(3):
        grants.note_looks(seen.values(), Look.Where.DESK)
    page = as_ada.get(SHARING).content.decode()
    assert page.count("Marit, beside your question") == 1


def test_a_stranger_neither_sees_nor_stops_anothers_sharing(as_ada, client, ada, ben, coach):
    share(as_ada, coach, "walks")
    grant = ada.share_grants.get()
    client.force_login(ben)
    assert client.post(f"{SHARING}{grant.pk}/stop/").status_code == 404
    assert "Marit can see" not in client.get(SHARING).content.decode()
    assert grants.seen_by(coach, [ben.pk]) == {}
    assert grants.seen_by(ben, [ada.pk]) == {}


def test_get_stops_nothing(as_ada, ada, coach):
    share(as_ada, coach, "walks")
    assert as_ada.get(f"{SHARING}{ada.share_grants.get().pk}/stop/").status_code == 405
    assert grants.seen_by(coach, [ada.pk])


def test_someone_who_is_no_coach_cannot_be_chosen(as_ada, ada, ben):
    response = as_ada.post(SHARING, {"coach": "999", "scopes": ["walks"], "days": "14"})
    assert response.status_code == 422
    assert not ada.share_grants.exists()


def test_the_database_knows_one_grant_for_each_coach_and_none_of_nothing(ada, coach):
    grant = grants.give(ada, coach, ["walks"], 14)
    same = {"owner": ada, "coach": coach, "until": grant.until, "consent_version": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareGrant.objects.create(**same, walks=True)
    grants.take_back(grant)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareGrant.objects.create(**same)


def test_sharing_asks_for_a_sign_in(client, db):
    assert client.get(SHARING).headers["Location"].startswith("/accounts/login/")


def test_an_erased_account_leaves_no_grant(as_ada, ada, coach):
    share(as_ada, coach, "walks")
    ada.delete()
    assert not ShareGrant.objects.exists()
