"""What every page may say of the site."""

from django.conf import settings


def site(request):
    """The site's name and public address, under `site`; no queries."""
    return {
        "site": {
            "name": settings.SITE_NAME,
            "base_url": settings.BASE_URL,
            "demo": settings.DEMO,
            "debug": settings.DEBUG,
        }
    }
