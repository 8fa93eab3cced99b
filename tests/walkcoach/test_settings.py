"""The settings as a keeper meets them: each test starts Django anew with its own environment."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from walkcoach import environment
from walkcoach.environment import BASE_DIR, VARIABLES

PRODUCTION = {
    "SECRET_KEY": "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEF",
    "BASE_URL": "https://walk.example",
    "EMAIL_URL": "smtp+tls://walk:secret@mail.example:587",
    "DEFAULT_FROM_EMAIL": "Walkcoach <coach@walk.example>",
    "TRUSTED_PROXIES": "1",
}


@pytest.fixture
def ask(tmp_path):
    """Run Python with the settings that an environment makes; returns the finished process."""

    def ask(question, **variables):
        not_a_keepers = {v.name for v in VARIABLES} | {"DJANGO_ALLOW_ASYNC_UNSAFE"}
        clean = {k: v for k, v in os.environ.items() if k not in not_a_keepers}
        return subprocess.run(
            [sys.executable, *question],
            cwd=BASE_DIR,
            env={
                **clean,
                "WALKCOACH_DATA": str(tmp_path),
                "DJANGO_SETTINGS_MODULE": "walkcoach.settings",
                **variables,
            },
            capture_output=True,
            text=True,
        )

    return ask


def value(name):
    return ["-c", f"from django.conf import settings; print({name})"]


def test_a_missing_secret_key_names_itself_and_says_what_to_do(ask):
    answer = ask(value("settings.SECRET_KEY"))
    assert answer.returncode != 0
    assert "SECRET_KEY is not set" in answer.stderr
    assert "--make-secret-key" in answer.stderr


def test_the_secret_key_is_read_from_the_sites_folder(ask, tmp_path):
    (tmp_path / "secret_key").write_text("from-the-file\n")
    assert ask(value("settings.SECRET_KEY")).stdout == "from-the-file\n"


def test_nothing_is_unsafe_unless_asked_for(ask):
    names = "settings.DEBUG, settings.DEMO, settings.ALLOWED_HOSTS, settings.TRUSTED_PROXIES"
    answer = ask(value(names), SECRET_KEY="x")
    assert answer.stdout == "False False ['127.0.0.1'] 0\n"


def test_the_database_is_a_file_in_the_sites_folder_that_writers_queue_for(ask, tmp_path):
    answer = ask(value("settings.DATABASES['default']"), SECRET_KEY="x")
    assert f"'{tmp_path}/db.sqlite3'" in answer.stdout
    assert "'transaction_mode': 'IMMEDIATE'" in answer.stdout
    assert "journal_mode=WAL" in answer.stdout
    assert "'timeout': 20" in answer.stdout
    assert "ATOMIC_REQUESTS': True" not in answer.stdout


def test_database_url_means_postgresql_with_a_pool_of_connections(ask):
    answer = ask(
        value("settings.DATABASES['default']"),
        SECRET_KEY="x",
        DATABASE_URL="postgres://walk:s3cret@db.example:6543/walk",
        DATABASE_POOL_SIZE="7",
    )
    for part in ("postgresql", "'db.example'", "6543", "'max_size': 7", "'CONN_MAX_AGE': 0"):
        assert part in answer.stdout


@pytest.mark.parametrize(
    ("name", "text"), [("TRUSTED_PROXIES", "one"), ("DATABASE_POOL_SIZE", "4.5")]
)
def test_a_value_that_cannot_be_read_names_its_variable(monkeypatch, name, text):
    monkeypatch.setenv(name, text)
    with pytest.raises(ImproperlyConfigured, match=name):
        environment.read(name)


def test_https_switches_on_what_https_needs(ask):
    names = "SECURE_SSL_REDIRECT SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS"
    question = value(", ".join(f"settings.{name}" for name in names.split()))
    assert ask(question, **PRODUCTION).stdout == "True True True 31536000\n"
    plain = {**PRODUCTION, "BASE_URL": "http://walk.example"}
    assert ask(question, **plain).stdout == "False False False 0\n"


def test_a_site_set_up_for_the_public_has_nothing_to_be_warned_of(ask):
    answer = ask(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], **PRODUCTION)
    assert answer.returncode == 0, answer.stderr
    assert "no issues (0 silenced)" in answer.stdout


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"WALKCOACH_DEMO": "true"}, "whose password is public"),
        ({"EMAIL_URL": ""}, "nobody receives their answers"),
        ({"TIME_ZONE": "Middle-earth/Shire"}, "Use a name such as Europe/Oslo"),
    ],
)
def test_what_a_keeper_forgot_is_said_before_the_public_comes(ask, variables, words):
    answer = ask(
        ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        **{**PRODUCTION, **variables},
    )
    assert answer.returncode != 0
    assert words in answer.stderr


@pytest.mark.parametrize(
    "address", ["reply@walk.example", "reply+TOKEN", "TOKEN+TOKEN@x.example", "reply@TOKEN.example"]
)
def test_a_reply_address_without_its_place_says_how_to_write_it(ask, address):
    answer = ask(value("settings.REPLY_ADDRESS"), SECRET_KEY="x", REPLY_ADDRESS=address)
    assert answer.returncode != 0
    assert "reply+TOKEN@walk.example" in answer.stderr


def test_a_reply_address_that_would_grow_too_long_is_refused(ask):
    long = "a" * 25 + "TOKEN@walk.example"
    answer = ask(value("settings.REPLY_ADDRESS"), SECRET_KEY="x", REPLY_ADDRESS=long)
    assert "longer than mail allows" in answer.stderr


def test_a_mailbox_is_read_from_its_address(ask):
    answer = ask(
        value("settings.INBOUND_MAILBOX"),
        SECRET_KEY="x",
        INBOUND_URL="imaps://reply%40walk.example:s%2Fcret%21@imap.example:1993/INBOX%2FWalk",
    )
    assert eval(answer.stdout) == {
        "host": "imap.example",
        "port": 1993,
        "user": "reply@walk.example",
        "password": "s/cret!",
        "security": "tls",
        "folder": "INBOX/Walk",
    }


@pytest.mark.parametrize("url", ["pop3://a:s3cret@b", "imaps://", "imaps://a:s3cret@b:port/"])
def test_a_mailbox_that_cannot_be_read_tells_no_password(ask, url):
    answer = ask(value("settings.INBOUND_MAILBOX"), SECRET_KEY="x", INBOUND_URL=url)
    assert "INBOUND_URL could not be read" in answer.stderr
    assert "s3cret" not in answer.stderr


@pytest.mark.parametrize(
    ("url", "warns"), [("imap://a:b@imap.example", True), ("imap://a:b@localhost", False)]
)
def test_a_password_sent_in_clear_is_warned_of(ask, url, warns):
    answer = ask(["manage.py", "check", "--deploy"], **PRODUCTION, INBOUND_URL=url)
    assert ("walkcoach.W004" in answer.stderr) == warns
    assert "walkcoach.W003" in answer.stderr  # and that no mail asks for answers
