"""WordPress.com's OAuth 2, as https://developer.wordpress.com/docs/oauth2/ has it."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2Adapter,
    OAuth2CallbackView,
    OAuth2LoginView,
)


class WordPressComAdapter(OAuth2Adapter):
    provider_id = "wordpress_com"
    authorize_url = "https://public-api.wordpress.com/oauth2/authorize"
    access_token_url = "https://public-api.wordpress.com/oauth2/token"
    profile_url = "https://public-api.wordpress.com/rest/v1.1/me"

    def complete_login(self, request, app, token, **kwargs):
        """Raises `ProviderException` where the answer names nobody."""
        with get_adapter().get_requests_session() as session:
            response = session.get(
                self.profile_url, headers={"Authorization": f"Bearer {token.token}"}
            )
            response.raise_for_status()
            profile = response.json()
        if not isinstance(profile, dict) or not profile.get("ID"):
            raise ProviderException("WordPress.com named nobody.")
        return self.get_provider().sociallogin_from_response(request, profile)


oauth2_login = OAuth2LoginView.adapter_view(WordPressComAdapter)
oauth2_callback = OAuth2CallbackView.adapter_view(WordPressComAdapter)
