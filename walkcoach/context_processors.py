"""What every page may say of the site."""

from django.conf import settings

from .menus.reading import Menus


def site(request):
    """The site's name and public address, under `site`; its `menus`, asked for when shown."""
    return {
        "menus": Menus(request),
        "site": {
            "name": settings.SITE_NAME,
            "base_url": settings.BASE_URL,
            "demo": settings.DEMO,
            "debug": settings.DEBUG,
        },
    }
