"""People in the writing room: what a coach, a superuser and a reader can do there."""

import io
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import COACH_GROUP, CoachProfile, User
from tests.conftest import PASSWORD, signed_in

USERS = reverse("admin:accounts_user_changelist")
PROFILES = reverse("admin:accounts_coachprofile_changelist")
NEW_PROFILE = reverse("admin:accounts_coachprofile_add")


@pytest.fixture
def keeper(django_user_model, db):
    return django_user_model.objects.create_superuser(
        "keeper@example.com", PASSWORD, display_name="Keeper"
    )


@pytest.fixture
def as_keeper(keeper):
    return signed_in(Client, keeper)


@pytest.fixture
def berit(db, django_user_model):
    """Another coach."""
    user = django_user_model.objects.create_user(
        "berit@example.com", PASSWORD, display_name="Berit", is_staff=True
    )
    CoachProfile.objects.create(user=user, name="Berit", line="Coach too.")
    return user


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo(size=(900, 600), name="me.jpg"):
    exif = Image.Exif()
    exif[271] = "canary-camera"
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def profile_page(profile):
    return reverse("admin:accounts_coachprofile_change", args=[profile.pk])


def test_a_coach_is_led_to_their_own_profile(as_coach, coach, berit):
    assert as_coach.get(PROFILES)["Location"] == profile_page(coach.coach_profile)
    page = as_coach.get(profile_page(coach.coach_profile)).text
    assert "Signed under every answer." in page
    assert 'name="user"' not in page


def test_a_coach_changes_name_line_and_portrait(as_coach, coach):
    profile = coach.coach_profile
    response = as_coach.post(
        profile_page(profile), {"name": "Marit S.", "line": "Two knees.", "portrait": photo()}
    )
    assert response.status_code == 302
    profile.refresh_from_db()
    assert (profile.name, profile.line) == ("Marit S.", "Two knees.")
    stored = Path(profile.portrait.path)
    with Image.open(stored) as image:
        assert (image.format, image.size) == ("JPEG", (512, 512))
    assert b"canary" not in stored.read_bytes()
    assert "me" not in stored.stem


def test_a_new_portrait_takes_the_old_one_away(
    as_coach, coach, tmp_path, django_capture_on_commit_callbacks
):
    profile = coach.coach_profile
    words = {"name": "Marit", "line": "Two knees."}
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            as_coach.post(profile_page(profile), words | {"portrait": photo()})
    profile.refresh_from_db()
    assert [p.name for p in (tmp_path / "portraits").iterdir()] == [
        Path(profile.portrait.name).name
    ]
    with django_capture_on_commit_callbacks(execute=True):
        as_coach.post(profile_page(profile), words | {"portrait-clear": "on"})
    profile.refresh_from_db()
    assert not profile.portrait and not list((tmp_path / "portraits").iterdir())


def test_saving_without_a_new_portrait_keeps_the_old_one(as_coach, coach):
    profile = coach.coach_profile
    words = {"name": "Marit", "line": "Two knees."}
    as_coach.post(profile_page(profile), words | {"portrait": photo()})
    as_coach.post(profile_page(profile), words | {"line": "Three walks."})
    profile.refresh_from_db()
    assert profile.portrait.storage.exists(profile.portrait.name)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (SimpleUploadedFile("p.jpg", b"<html><script>alert(1)</script>"), "JPEG, PNG or WebP"),
        (SimpleUploadedFile("p.svg", b"<svg onload='alert(1)'/>"), "JPEG, PNG or WebP"),
        (SimpleUploadedFile("p.jpg", b""), "This file is empty."),
    ],
)
def test_a_file_that_is_no_picture_comes_back_with_kind_words(as_coach, coach, given, words):
    response = as_coach.post(
        profile_page(coach.coach_profile), {"name": "Marit", "line": "x", "portrait": given}
    )
    assert response.status_code == 200 and words in response.text
    coach.coach_profile.refresh_from_db()
    assert not coach.coach_profile.portrait


def test_a_coach_cannot_touch_anothers_profile(as_coach, coach, berit):
    theirs = profile_page(berit.coach_profile)
    assert as_coach.get(theirs).status_code == 302
    as_coach.post(theirs, {"name": "Hacked", "line": "x"})
    assert CoachProfile.objects.get(user=berit).name == "Berit"


def test_a_coach_cannot_give_the_profile_to_someone_else(as_coach, coach, ada):
    as_coach.post(profile_page(coach.coach_profile), {"name": "Marit", "line": "x", "user": ada.pk})
    assert CoachProfile.objects.get().user == coach


def test_a_coach_sees_nothing_of_accounts(as_coach, coach, ada):
    assert "Users" not in as_coach.get("/admin/").text
    for address in (
        USERS,
        reverse("admin:accounts_user_add"),
        reverse("admin:accounts_user_change", args=[ada.pk]),
        reverse("admin:auth_user_password_change", args=[ada.pk]),
        NEW_PROFILE,
        reverse("admin:accounts_coachprofile_delete", args=[coach.coach_profile.pk]),
    ):
        response = as_coach.get(address)
        assert response.status_code == 403, address
        assert "ada@example.com" not in response.text


def test_no_permission_opens_accounts_to_anyone_but_a_superuser(as_coach, coach, ada):
    from django.contrib.auth.models import Permission

    coach.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    assert as_coach.get(USERS).status_code == 403
    assert (
        as_coach.post(
            reverse("admin:accounts_user_change", args=[coach.pk]), {"is_superuser": "on"}
        ).status_code
        == 403
    )


def test_a_reader_and_a_visitor_find_the_door_shut(client, as_ada):
    assert client.get(USERS)["Location"].startswith("/admin/login/")
    assert as_ada.get(USERS, follow=True).status_code == 403


def test_a_superuser_makes_an_account(as_keeper):
    response = as_keeper.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "Berit@Example.com",
            "display_name": "Berit",
            "usable_password": "true",
            "password1": "six-houses-a-day",
            "password2": "six-houses-a-day",
        },
    )
    assert response.status_code == 302
    berit = User.objects.get(email="berit@example.com")
    visitor = Client()
    visitor.post("/accounts/login/", {"login": berit.email, "password": "six-houses-a-day"})
    assert visitor.get("/accounts/settings/").status_code == 200  # no letter needed


def test_a_superuser_finds_and_changes_an_account(as_keeper, ada):
    assert "ada@example.com" in as_keeper.get(USERS, {"q": "ada"}).text
    page = reverse("admin:accounts_user_change", args=[ada.pk])
    assert "username" not in as_keeper.get(page).text
    as_keeper.post(
        page,
        {
            "email": "ada@example.net",
            "display_name": "Ada",
            "units": "mi",
            "time_zone": "Europe/Oslo",
            "is_active": "on",
        },
    )
    ada.refresh_from_db()
    assert (ada.email, ada.units) == ("ada@example.net", "mi")
    (address,) = EmailAddress.objects.filter(user=ada)
    assert (address.email, address.verified, address.primary) == ("ada@example.net", True, True)


def test_a_superuser_makes_a_reader_a_coach(as_keeper, ada):
    response = as_keeper.post(
        NEW_PROFILE,
        {"user": ada.pk, "name": "Ada", "line": "Walks in the rain.", "portrait": photo()},
    )
    assert response.status_code == 302
    ada = User.objects.get(pk=ada.pk)
    assert ada.is_coach and ada.is_staff and not ada.is_superuser
    assert [group.name for group in ada.groups.all()] == [COACH_GROUP]
    assert ada.has_perm("comments.change_thread") and not ada.has_perm("accounts.change_user")
    assert signed_in(Client, ada).get("/admin/").status_code == 200


@pytest.mark.parametrize("by", ["page", "list"])
def test_and_a_coach_a_reader_again(as_keeper, coach, by):
    profile = coach.coach_profile
    if by == "page":
        as_keeper.post(
            reverse("admin:accounts_coachprofile_delete", args=[profile.pk]), {"post": "yes"}
        )
    else:
        as_keeper.post(
            PROFILES,
            {"action": "delete_selected", "_selected_action": [profile.pk], "post": "yes"},
        )
    coach = User.objects.get(pk=coach.pk)
    assert not coach.is_coach and not coach.is_staff and not coach.groups.exists()


def test_a_name_with_signs_that_cannot_be_shown_comes_back(as_coach, coach):
    response = as_coach.post(
        profile_page(coach.coach_profile), {"name": "Ma\u202erit", "line": "x"}
    )
    assert "Write the name in letters" in response.text


def test_the_face_is_a_photo_or_a_letter(as_coach, coach):
    assert '<span class="face large" aria-hidden="true">M</span>' in (
        as_coach.get("/accounts/settings/").text
    )
    profile = coach.coach_profile
    as_coach.post(profile_page(profile), {"name": "Marit", "line": "x", "portrait": photo()})
    profile.refresh_from_db()
    assert f'class="face large" src="{profile.portrait.url}" alt=""' in (
        as_coach.get("/accounts/settings/").text
    )
