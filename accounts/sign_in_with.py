"""Who else can say who someone is: the sites whose accounts open one here.

Read by the settings before Django is set up, so it imports nothing of it.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Provider:
    """One of them.

    `id` is allauth's name for it and `app` the package; `keys` begins the names of its two
    environment variables. `hosts` are those that its sign-in page leads over before anyone has
    pressed anything there: a browser checks each against the policy of the page it set out from.
    """

    id: str
    app: str
    keys: str
    name: str
    hosts: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)

    def settings(self, client_id: str, secret: str) -> dict[str, Any]:
        """Its part of allauth's SOCIALACCOUNT_PROVIDERS."""
        return {**self.options, "APPS": [{"client_id": client_id, "secret": secret}]}


PROVIDERS = [
    Provider(
        "google",
        "allauth.socialaccount.providers.google",
        "GOOGLE",
        "Google",
        ("https://accounts.google.com",),
        {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True},
    ),
    Provider(
        "facebook",
        "allauth.socialaccount.providers.facebook",
        "FACEBOOK",
        "Facebook",
        ("https://www.facebook.com", "https://m.facebook.com"),
        # Facebook does not say whether it has checked an address, so it counts as unchecked.
        {"SCOPE": ["public_profile", "email"], "FIELDS": ["id", "name", "email"]},
    ),
    Provider(
        "twitter_oauth2",
        "allauth.socialaccount.providers.twitter_oauth2",
        "X",
        "X",
        ("https://x.com", "https://twitter.com"),
        {"FIELDS": ["id", "name", "username"]},
    ),
    Provider(
        "wordpress_com",
        "accounts.wordpress_com",
        "WORDPRESS_COM",
        "WordPress.com",
        ("https://public-api.wordpress.com", "https://wordpress.com"),
    ),
]
