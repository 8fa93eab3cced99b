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


@pytest.fixture
def elsewhere(monkeypatch):
    """The other site, standing for each of those that readers can come from: all lead here."""
    from allauth.socialaccount.providers.facebook import flows
    from allauth.socialaccount.providers.facebook.views import FacebookOAuth2Adapter
    from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
    from allauth.socialaccount.providers.twitter_oauth2.views import TwitterOAuth2Adapter

    from accounts.wordpress_com.views import WordPressComAdapter

    from .fake_provider import running

    with running() as provider:
        for adapter, profile in (
            (WordPressComAdapter, "profile_url"),
            (GoogleOAuth2Adapter, "identity_url"),
            (TwitterOAuth2Adapter, "profile_url"),
            (FacebookOAuth2Adapter, None),
        ):
            monkeypatch.setattr(adapter, "authorize_url", f"{provider.address}/authorize")
            monkeypatch.setattr(adapter, "access_token_url", f"{provider.address}/token")
            if profile:
                monkeypatch.setattr(adapter, profile, f"{provider.address}/profile")
        monkeypatch.setattr(flows, "GRAPH_API_URL", provider.address)
        provider.profile = {
            "ID": 4711,
            "display_name": "Kari Nordmann",
            "email": "kari@example.com",
            "email_verified": True,
        }
        yield provider
