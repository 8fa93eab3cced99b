"""Passkeys: a way in without a password. The ceremony is allauth's (fido2), the script ours."""

from allauth.core.internal import ratelimit
from allauth.mfa.webauthn.internal import auth
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST


@never_cache
@require_POST
@ratelimit.decorator(app="allauth.mfa", action="webauthn_login")
def challenge(request: HttpRequest) -> HttpResponse:
    """What the browser must sign to prove that it holds a passkey; says nothing of whose."""
    return JsonResponse(auth.begin_authentication(user=None))
