"""Loading the demo into a database that is not its own."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from articles.models import Article
from walking_log.models import Walk


def test_a_real_site_never_gets_the_logins_with_the_public_password(db, settings):
    settings.DEMO = settings.DEBUG = False
    with pytest.raises(CommandError, match="WALKCOACH_DEMO=true"):
        call_command("load_demo")
    assert not User.objects.exists()
    assert not Article.objects.exists()


def test_an_account_that_is_there_already_keeps_its_password_and_its_walks(ada):
    ada.set_password("my own words, thank you")
    ada.save()
    walk = Walk.objects.create(owner=ada, local_date=timezone.localdate(), duration_s=600)
    call_command("load_demo", verbosity=0)
    ada.refresh_from_db()
    assert ada.check_password("my own words, thank you")
    assert list(ada.walks.all()) == [walk]


def test_mail_that_waited_before_still_waits(db, settings):
    settings.EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"
    waiting = Email.objects.create(from_email="a@example.com", to=["guest@example.com"])
    call_command("load_demo", verbosity=0)
    assert list(Email.objects.all()) == [waiting]
