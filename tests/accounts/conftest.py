import re

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_has_tried_before(db):
    """The limits are counted in the cache, which a flush after a browser test leaves alone."""
    cache.clear()


@pytest.fixture
def link_in(site_root):
    """The first link in a mail that leads to an address: `link_in(mail, "confirm-email")`."""

    def find(mail, part):
        link = re.search(rf"^{site_root}(/\S*{part}\S*)$", mail.body, re.MULTILINE)
        assert link, mail.body
        return link[1]

    return find


@pytest.fixture
def site_root(settings):
    return re.escape(settings.BASE_URL)


@pytest.fixture
def hashes(monkeypatch):
    """The passwords that were hashed, which is nearly all the time that signing in takes."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt, *args, **kwargs):
        hashed.append(password)
        return encode(self, password, salt, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return hashed
