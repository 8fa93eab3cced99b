"""An account is erased: what goes, what stays, and that nobody finds the person again."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts.models import User
from accounts.signals import account_will_be_erased
from articles.models import Article
from comments import conversation
from comments.models import Comment, Follower
from tests.conftest import PASSWORD, signed_in
from walking_log.models import KneeReading, Walk

DELETE = "/accounts/delete/"
PUBLISHED = Comment.State.PUBLISHED


def erase(client, password=PASSWORD):
    return client.post(DELETE, {"password": password}, follow=True)


@pytest.fixture
def walk(ada):
    walk = Walk.objects.create(
        owner=ada, local_date=date(2026, 11, 2), duration_s=900, notes="canary-note"
    )
    KneeReading.objects.create(
        owner=ada, walk=walk, local_date=walk.local_date, knee="L", moment="before", comfort=6
    )
    return walk


def test_the_page_says_what_goes_and_what_stays(as_ada):
    page = as_ada.get(DELETE).text
    assert "This cannot be taken back." in page
    assert "A former reader" in page


def test_a_reader_erases_the_account_and_its_walks(as_ada, ada, walk):
    page = erase(as_ada)
    assert page.redirect_chain[-1][0] == "/"
    assert "Your account and your walks are gone. Walk well." in page.text
    assert not User.objects.exists() and not EmailAddress.objects.exists()
    assert not Walk.with_deleted.exists() and not KneeReading.objects.exists()
    assert as_ada.get("/accounts/settings/").status_code == 302


def test_every_session_of_the_account_is_dead(as_ada, ada):
    elsewhere = signed_in(Client, ada)
    erase(as_ada)
    assert elsewhere.get("/accounts/settings/").status_code == 302


def test_the_wrong_password_erases_nothing(as_ada, ada, walk):
    for password, words in (("", "Write your password."), ("no", "This is not your password.")):
        page = erase(as_ada, password)
        assert page.status_code == 422
        assert words in page.text
    assert User.objects.filter(pk=ada.pk).exists() and Walk.objects.exists()


def test_guessing_the_password_is_stopped(as_ada, ada):
    for _ in range(10):
        erase(as_ada, "guess")
    assert erase(as_ada).status_code == 429
    assert User.objects.filter(pk=ada.pk).exists()


def test_looking_at_the_page_erases_nothing(as_ada, ada):
    as_ada.get(DELETE, {"password": PASSWORD})
    assert User.objects.filter(pk=ada.pk).exists()


def test_a_form_from_another_site_erases_nothing(ada):
    careful = signed_in(lambda: Client(enforce_csrf_checks=True), ada)
    assert careful.post(DELETE, {"password": PASSWORD}).status_code == 403
    assert User.objects.filter(pk=ada.pk).exists()


def test_the_words_stay_without_the_person(as_ada, ada, article, coach, ben):
    question, _ = conversation.post(
        article,
        "How far is far?",
        conversation.Writer.of(ada, "203.0.113.7"),
        state=PUBLISHED,
    )
    reply, _ = conversation.post(
        article, "I wonder too.", conversation.Writer.of(ben), state=PUBLISHED, reply_to=question
    )
    version = Article.objects.get().version
    erase(as_ada)
    question, reply = Comment.objects.in_order()
    assert question.comment == "How far is far?" and question.state == PUBLISHED
    assert (question.author_name, question.user_email) == ("A former reader", "")
    assert question.user_id is None and question.ip_address is None
    assert (reply.author_name, reply.user_id) == ("Ben", ben.pk)
    assert [f.email for f in Follower.objects.all()] == ["ben@example.com"]
    assert Article.objects.get().version > version  # so that no cache shows her name


def test_what_she_wrote_as_a_guest_before_is_hers_too(as_ada, ada, article):
    guest = conversation.Writer("Ada", "ADA@example.com", ip_address="203.0.113.7")
    conversation.post(article, "Before I had an account", guest, state=PUBLISHED)
    erase(as_ada)
    comment = Comment.objects.get()
    assert (comment.author_name, comment.user_email) == ("A former reader", "")
    assert comment.ip_address is None


def test_her_address_is_nowhere_in_the_database_afterwards(as_ada, ada, walk, article):
    conversation.post(article, "How far?", conversation.Writer.of(ada), state=PUBLISHED)
    Email.objects.create(from_email="walk@example.com", to=["ada@example.com"], message="Hello")
    Email.objects.create(from_email="walk@example.com", to=["ben@example.com"], message="Hello")
    erase(as_ada)
    assert _found("ada@example.com") == [] == _found("canary-note")
    assert Email.objects.count() == 1


def _found(text: str) -> list[str]:
    """Where a text stands in any text column of any table."""
    places = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, (models.CharField, models.TextField)) and (
                model._base_manager.filter(**{f"{field.attname}__icontains": text}).exists()
            ):
                places.append(f"{model.__name__}.{field.attname}")
    return places


def test_if_one_part_cannot_forget_nothing_is_erased(as_ada, ada, walk, article):
    conversation.post(article, "How far?", conversation.Writer.of(ada), state=PUBLISHED)

    def cannot(sender, **kwargs):
        raise RuntimeError("the disk is full")

    account_will_be_erased.connect(cannot)
    try:
        with pytest.raises(RuntimeError):
            erase(as_ada)
    finally:
        account_will_be_erased.disconnect(cannot)
    assert User.objects.filter(pk=ada.pk).exists() and Walk.objects.exists()
    assert Comment.objects.get().author_name == "Ada"


def test_a_coach_is_asked_to_hand_over_first(as_coach, coach):
    page = erase(as_coach)
    assert page.status_code == 422
    assert "Ask the keeper of this site to take over your part first" in page.text
    assert User.objects.filter(pk=coach.pk).exists()


def test_so_is_whoever_has_written_articles(as_ben, ben, article):
    article.author = ben
    article.save()
    assert erase(as_ben).status_code == 422
    assert User.objects.filter(pk=ben.pk).exists()


def test_the_last_keeper_cannot_lock_everyone_out(django_user_model, db):
    keeper = django_user_model.objects.create_superuser(
        "keeper@example.com", PASSWORD, display_name="Keeper"
    )
    assert erase(signed_in(Client, keeper)).status_code == 422
    assert User.objects.filter(pk=keeper.pk).exists()


@pytest.mark.parametrize("by", ["page", "list"])
def test_a_superuser_erases_an_account_just_as_completely(
    by, ada, walk, article, django_user_model
):
    keeper = django_user_model.objects.create_superuser(
        "keeper@example.com", PASSWORD, display_name="Keeper"
    )
    conversation.post(article, "How far?", conversation.Writer.of(ada), state=PUBLISHED)
    as_keeper = signed_in(Client, keeper)
    if by == "page":
        as_keeper.post(reverse("admin:accounts_user_delete", args=[ada.pk]), {"post": "yes"})
    else:
        as_keeper.post(
            reverse("admin:accounts_user_changelist"),
            {"action": "delete_selected", "_selected_action": [ada.pk], "post": "yes"},
        )
    assert not User.objects.filter(pk=ada.pk).exists() and not Walk.objects.exists()
    assert Comment.objects.get().author_name == "A former reader"
    assert "ada@example.com" not in Comment.objects.get().user_email


def test_the_address_is_free_again(as_ada, ada, client):
    erase(as_ada)
    assert User.objects.create_user("ada@example.com", "x", display_name="Ada").pk
