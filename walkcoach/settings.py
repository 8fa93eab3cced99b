"""The site's settings, read top to bottom. Every variable is described in `environment.py`."""

import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from js_asset import static_lazy
from whitenoise.compress import Compressor

from .environment import (
    BASE_DIR,
    data_dir,
    mailbox,
    read,
    reply_address,
    secret_key,
    sign_in_with,
    time_zone,
)

# --- Where things are -----------------------------------------------------------------------

DATA_DIR = data_dir()
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
# What readers get by a mailed link only: no address leads into it.
REPORTS_ROOT = DATA_DIR / "reports"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- Safe by default ------------------------------------------------------------------------

SECRET_KEY = secret_key(DATA_DIR)
DEBUG = read("DEBUG")
DEMO = read("WALKCOACH_DEMO")

BASE_URL = read("BASE_URL").rstrip("/")
_address = urlsplit(BASE_URL)
ALLOWED_HOSTS = read("ALLOWED_HOSTS") or [_address.hostname or "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

HTTPS = _address.scheme == "https"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # probes ask over plain http, from the inside
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "walkcoach.views.stale_form"
TRUSTED_PROXIES = read("TRUSTED_PROXIES")
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Who else can say who someone is: appears where its keys are set.
_sign_in_with = sign_in_with()

# Only our own files; a nonce is added where a page asks for one (the admin's editor does).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        # A browser checks where a form leads, redirects included.
        "form-action": [SELF, *(host for p, _ in _sign_in_with.values() for host in p.hosts)],
        "frame-ancestors": [NONE],
    }
}

# The text of a comment, an import row or an article; pictures come as files, not as fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024

# --- The parts ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "walkcoach.apps.WalkcoachAdminConfig",  # django.contrib.admin with the coach's index
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.redirects",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.sites",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *(provider.app for provider, _ in _sign_in_with.values()),
    "csp",
    "django_prose_editor",
    "post_office",
    "django_comments",
    "django_comments_xtd",
    "accounts",
    "articles",
    "comments",  # after django_comments_xtd: it takes that app's signal handler away
    "walking_log",
    "walkcoach.apps.WalkcoachConfig",
]

MIDDLEWARE = [
    "walkcoach.middleware.only_what_browsers_send",
    "walkcoach.middleware.visitor_address",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "walkcoach.middleware.permissions_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.local_time",
    "articles.lifecycle.addresses.old_addresses",
    "walkcoach.middleware.BusyDatabase",
]

ROOT_URLCONF = "walkcoach.urls"
WSGI_APPLICATION = "walkcoach.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "walkcoach.context_processors.site",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------

# Writes are short explicit transactions. Never ATOMIC_REQUESTS: with IMMEDIATE every GET would
# take SQLite's one write lock.
DATABASE_URL = read("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}"
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that reads before it writes would otherwise be refused under load.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps them
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": read("DATABASE_POOL_SIZE"),
        "timeout": 10,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# "default" is shared by all processes: the limits on sign-in and on questions count there.
# "pages" may be each process's own: what it holds is named after the version of its article.
if CACHE_URL := read("CACHE_URL"):
    CACHES = {"default": environ.Env.cache_url_config(CACHE_URL)}
    CACHES["pages"] = CACHES["default"]
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "walkcoach_cache",
            # Past 300, Django's default, whoever writes many would push the counts of others out.
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        },
        "pages": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "pages",
            "OPTIONS": {"MAX_ENTRIES": 500},
        },
    }

# --- Files ----------------------------------------------------------------------------------

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "reports": {"BACKEND": "articles.subscribing.storage.ReportStorage"},
    "staticfiles": {"BACKEND": "walkcoach.static_files.ModuleStorage"},
}
# Source maps are for debuggers; to compress them takes longer than all the rest together.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
FILE_UPLOAD_PERMISSIONS = 0o644


def _build_id() -> str:
    """A short name of what pages are made of: code, templates, static files, the site's name, what
    guests are asked for.

    Part of every page's ETag, so that an upgrade leaves no browser with an old page; made of the
    files' contents, so that all hosts of a site agree on it.
    """
    asked = f"{read('PROOF_OF_WORK')} {bool(read('AKISMET_KEY'))}"
    parts = hashlib.sha256(f"{read('SITE_NAME')} {BASE_URL} {asked}".encode())
    packages = ("walkcoach", "accounts", "articles", "comments", "walking_log")
    sources = [path for package in packages for path in (BASE_DIR / package).rglob("*.py")]
    templates = [path for path in (BASE_DIR / "templates").rglob("*") if path.is_file()]
    for path in sorted(sources + templates):
        parts.update(path.read_bytes())
    manifest = STATIC_ROOT / "staticfiles.json"
    if manifest.exists():
        parts.update(manifest.read_bytes())
    return parts.hexdigest()[:12]


BUILD_ID = _build_id()

# --- People ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/log/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.ChangeEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
}
ACCOUNT_CHANGE_EMAIL = True  # one address; a new one takes its place once it is confirmed
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners follow links
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {
    # Wrong tries. Fewer from one place than for one account, so that no stranger alone can lock
    # a reader out.
    "login_failed": "10/10m/ip,20/10m/key",
    "signup": "30/h/ip",  # a walking group in one library
    # Mails to one address, asked for by whomever.
    "confirm_email": "1/m/key,5/h/key",
    "reset_password": "20/h/ip,5/h/key",
    "request_login_code": "20/h/ip,5/h/key",
}
# A mailed code: long enough to find the mail on another device, and too few tries to guess.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _address.scheme
SOCIALACCOUNT_PROVIDERS = {name: options for name, (_, options) in _sign_in_with.items()}
SOCIALACCOUNT_ADAPTER = "accounts.social.SocialAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.SocialSignupForm"}
SOCIALACCOUNT_LOGIN_ON_GET = False  # a link alone must not sign anyone in, or up
# What others see of a reader is for the reader to say, not for the site they come from.
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # by addresses that were verified there; see the adapter
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "accounts.forms.AddPasskeyForm"}
# Nobody is in without a confirmed address; a new one that waits is no reason to refuse a passkey.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# --- Writing --------------------------------------------------------------------------------

# The parts of the editor that are ours. What an article may hold is said in articles/fields.py
# alone, so none of them has rules of its own.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy("js/writing/extensions.js")],
        "extensions": dict.fromkeys(
            (
                "Callout",
                "Caption",
                "CleanPaste",
                "Link",
                "PastedVideo",
                "Picture",
                "Quote",
                "QuoteText",
                "SeeSomeone",
                "SeeSomeoneTitle",
                "Toolbar",
                "Upload",
                "Video",
            ),
            "articles.fields.no_rules_of_its_own",
        ),
    }
]

# --- Conversation ---------------------------------------------------------------------------

SITE_ID = 1
COMMENTS_APP = "django_comments_xtd"
COMMENTS_XTD_MODEL = "comments.models.Comment"
COMMENTS_XTD_THREADED_EMAILS = False
COMMENTS_XTD_SALT = SECRET_KEY.encode()
# The signed form must outlive every page that a reader may have kept open or a cache may serve.
COMMENTS_TIMEOUT = 60 * 24 * 3600
HOLD_GUEST_COMMENTS = read("HOLD_GUEST_COMMENTS")
HOLD_FIRST_COMMENTS = read("HOLD_FIRST_COMMENTS")
PROMISED_DAYS = read("PROMISED_DAYS")
PROOF_OF_WORK = read("PROOF_OF_WORK")
AKISMET_KEY = read("AKISMET_KEY")

# --- Mail -----------------------------------------------------------------------------------

# Every mail is a row first, written in the transaction of what it tells of; `manage.py worker`
# sends the rows. So a request never waits for a mail server, and a crash loses none.
EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"
_mail = environ.Env.email_url_config(read("EMAIL_URL") or "filemail://")
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read("DEFAULT_FROM_EMAIL")
ADMINS = [("", address) for address in read("ADMINS")]
POST_OFFICE: dict[str, Any] = {
    "BACKENDS": {"default": _mail["EMAIL_BACKEND"]},
    "DEFAULT_PRIORITY": "medium",
    # One mail, then its row: a crash can repeat the one mail under way, not a batch of them.
    "BATCH_SIZE": 1,
    "MESSAGE_ID_ENABLED": True,
    "MESSAGE_ID_FQDN": _address.hostname or "localhost",
    # What somebody waits for before what many get, each the oldest first.
    "SENDING_ORDER": ["-priority", "pk"],
    "MAX_RETRIES": 12,
    # For what a mail server refuses; while it is away, the worker waits and spends no try.
    "RETRY_INTERVAL": timedelta(minutes=10),
    "LOG_LEVEL": 1,
}

# Answers by mail come in by `manage.py receive_mail`, or out of a mailbox that the worker reads.
REPLY_ADDRESS = reply_address()
INBOUND_MAILBOX = mailbox()
INBOUND_AUTHSERV_ID = read("INBOUND_AUTHSERV_ID")

# --- Words and time -------------------------------------------------------------------------

SITE_NAME = read("SITE_NAME")
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = time_zone()

# --- Log ------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "mail_admins": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {
            "handlers": ["console", "mail_admins"],
            "level": "ERROR",
            "propagate": False,
        },
        "post_office": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Tells of every letter that a PDF takes along.
        "fontTools": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}

if DEBUG:
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
