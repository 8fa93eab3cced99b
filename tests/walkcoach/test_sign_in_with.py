"""A provider appears when its two keys are set, and only then."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from walkcoach import environment
from walkcoach.environment import BASE_DIR

ASK = """
import django; django.setup()
from django.conf import settings
from django.urls import get_resolver
names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
print(sorted(name for name in names if name.endswith("_callback")))
print(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"])
"""


def answer(tmp_path, **keys) -> list[str]:
    """What a site whose environment has these keys answers."""
    clean = {
        k: v for k, v in os.environ.items() if not k.endswith(("_CLIENT_ID", "_CLIENT_SECRET"))
    }
    return subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=BASE_DIR,
        env={
            **clean,
            "WALKCOACH_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "walkcoach.settings",
            **keys,
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()


def test_without_keys_there_is_no_address_and_forms_stay_here(tmp_path):
    assert answer(tmp_path) == ["[]", """["'self'"]"""]


def test_with_its_keys_one_provider_appears_and_no_other(tmp_path):
    found = answer(tmp_path, GOOGLE_CLIENT_ID="a", GOOGLE_CLIENT_SECRET="b")
    assert found == ["['google_callback']", """["'self'", 'https://accounts.google.com']"""]


def test_half_of_the_keys_names_the_other(monkeypatch):
    monkeypatch.delenv("WORDPRESS_COM_CLIENT_SECRET")
    with pytest.raises(ImproperlyConfigured, match="WORDPRESS_COM_CLIENT_SECRET is not set"):
        environment.sign_in_with()
