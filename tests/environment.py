"""What the settings read from the environment, set for the tests before Django reads it.

Loaded by pytest as a plugin (`-p tests.environment` in pyproject.toml), which happens before
pytest-django imports the settings. DATABASE_URL is left as it is: the same tests run on both.
"""

import os
import tempfile

os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 40
os.environ["WALKCOACH_DATA"] = tempfile.mkdtemp(prefix="walkcoach-tests-")
os.environ["BASE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["WALKCOACH_DEMO"] = "true"
for name in ("CACHE_URL", "EMAIL_URL", "DEBUG", "HOLD_GUEST_COMMENTS", "TIME_ZONE", "SITE_NAME"):
    os.environ.pop(name, None)
for name in ("HOLD_FIRST_COMMENTS", "PROOF_OF_WORK", "AKISMET_KEY"):
    os.environ.pop(name, None)
for name in ("REPLY_ADDRESS", "INBOUND_URL", "INBOUND_AUTHSERV_ID"):
    os.environ.pop(name, None)
# Every provider is switched on: what a test leads to is a fake one on this machine.
for provider in ("GOOGLE", "FACEBOOK", "X", "WORDPRESS_COM"):
    os.environ[f"{provider}_CLIENT_ID"] = f"{provider.lower()}-id"
    os.environ[f"{provider}_CLIENT_SECRET"] = f"{provider.lower()}-secret"
# Playwright keeps an event loop in the thread that the tests' database calls are made in.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
