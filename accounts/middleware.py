"""Times on a page are the reader's own, where they have an account."""

from django.utils import timezone


def local_time(get_response):
    """Activate the time zone of whoever is signed in; visitors see the site's."""

    def middleware(request):
        # Only those who bring a session are looked up, so a visitor's page depends on no cookie.
        user = request.user if request.session.session_key else None
        if user is not None and user.is_authenticated:
            timezone.activate(user.zone)
        else:
            timezone.deactivate()
        return get_response(request)

    return middleware
