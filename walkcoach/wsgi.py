"""What gunicorn serves."""

import os
import re

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "walkcoach.settings")

_django = get_wsgi_application()


def application(environ, start_response):
    """Django, told nothing of other charsets than ours.

    Our pages are UTF-8 and so are their forms. Django would believe the header, and stumble
    before any of its middleware over a codec that does not read text.
    """
    kind = environ.get("CONTENT_TYPE", "")
    environ["CONTENT_TYPE"] = re.sub(r";\s*charset=[^;]*", "", kind, flags=re.IGNORECASE)
    return _django(environ, start_response)
