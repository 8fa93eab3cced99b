"""Signing in with an account at WordPress.com, where many readers of blogs have one."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider

from .views import WordPressComAdapter


class WordPressComAccount(ProviderAccount):
    pass


class WordPressComProvider(OAuth2Provider):
    id = "wordpress_com"
    name = "WordPress.com"
    account_class = WordPressComAccount
    oauth2_adapter_class = WordPressComAdapter

    def get_default_scope(self) -> list[str]:
        """Who they are, and nothing of their blogs."""
        return ["auth"]

    def extract_uid(self, data) -> str:
        return str(data["ID"])

    def extract_common_fields(self, data) -> dict[str, str | None]:
        return {"name": data.get("display_name"), "email": data.get("email")}

    def extract_email_addresses(self, data) -> list[EmailAddress]:
        if not data.get("email"):
            return []
        # Whether WordPress.com has had a letter of its own confirmed; true, and nothing like it.
        verified = data.get("email_verified") is True
        return [EmailAddress(email=data["email"], verified=verified, primary=True)]


provider_classes = [WordPressComProvider]
