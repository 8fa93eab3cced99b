"""The cast, and what every test stands on."""

import pytest
from django.conf import settings as django_settings

pytest_plugins = ["tests.browser"]


def pytest_configure(config):
    # Hashed static names need a collectstatic first, and good password hashes take their time;
    # neither is what these tests are about.
    django_settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    django_settings.WHITENOISE_AUTOREFRESH = True
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A file, not memory: so a server under test and the threads of a storm have connections of
    # their own, with the locks and the settings that production has.
    database = django_settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database.setdefault("TEST", {})["NAME"] = str(django_settings.DATA_DIR / "tests.sqlite3")


@pytest.fixture(autouse=True)
def nothing_cached_by_another_test(request):
    """No rollback reaches the pages kept in memory, and no flush the table of the other cache."""
    from django.core.cache import caches

    caches["pages"].clear()
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        caches["default"].clear()


PASSWORD = "walk-with-me"


def _person(django_user_model, email, name, **extra):
    from allauth.account.models import EmailAddress

    user = django_user_model.objects.create_user(
        email=email, password=PASSWORD, display_name=name, **extra
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def coach(db, django_user_model):
    """Marit, who writes and answers."""
    from django.contrib.auth.models import Group

    from accounts.models import CoachProfile
    from walkcoach.setup import COACH_GROUP

    user = _person(django_user_model, "coach@example.com", "Marit", is_staff=True)
    user.groups.add(Group.objects.get(name=COACH_GROUP))
    CoachProfile.objects.create(user=user, name="Marit", line="Walking coach, two knees of my own.")
    return user


@pytest.fixture
def ada(db, django_user_model):
    """A reader with sore knees and an account."""
    return _person(django_user_model, "ada@example.com", "Ada")


@pytest.fixture
def ben(db, django_user_model):
    """Another reader: a stranger to Ada's log."""
    return _person(django_user_model, "ben@example.com", "Ben")


def signed_in(client_class, user):
    client = client_class()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_coach(coach):
    from django.test import Client

    return signed_in(Client, coach)


@pytest.fixture
def as_ada(ada):
    from django.test import Client

    return signed_in(Client, ada)


@pytest.fixture
def as_ben(ben):
    from django.test import Client

    return signed_in(Client, ben)


@pytest.fixture
def article(coach):
    """A published article that readers can ask under."""
    from django.utils import timezone

    from articles.models import Article

    return Article.objects.create(
        title="Start with six houses",
        slug="start-with-six-houses",
        standfirst="A front door, and a turning point you can see.",
        body="<p>Walk to the sixth house and turn round.</p>",
        author=coach,
        status=Article.Status.PUBLISHED,
        published_at=timezone.now(),
    )


@pytest.fixture
def connection_queries():
    """How many queries a call makes: `connection_queries(lambda: client.get("/"))`."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(call):
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count
