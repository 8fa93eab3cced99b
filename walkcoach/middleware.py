"""Small things done to every request."""

from django.conf import settings


def visitor_address(get_response):
    """Read the visitor's address past the keeper's own proxies.

    Each trusted proxy appends the address it saw to X-Forwarded-For, so the visitor's is the
    TRUSTED_PROXIES-th from the right; what a visitor wrote further left is never believed.
    """

    def middleware(request):
        if settings.TRUSTED_PROXIES:
            hops = [
                hop.strip()
                for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
                if hop.strip()
            ]
            if len(hops) >= settings.TRUSTED_PROXIES:
                request.META["REMOTE_ADDR"] = hops[-settings.TRUSTED_PROXIES]
        return get_response(request)

    return middleware


def permissions_policy(get_response):
    """Give away none of the browser's sensors; no page of ours asks for one."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response

    return middleware
