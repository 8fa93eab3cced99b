"""Every environment variable the site reads: its type, its default, what it is for.

The one source for `settings.py` and for the table in README.md; a test holds them equal.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

from accounts.sign_in_with import PROVIDERS, Provider

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Variable:
    """One setting of the keeper's.

    `kind` names the method of `environ.Env` that reads it; `shown_default` is what the README
    says where the default is computed.
    """

    name: str
    kind: str
    default: Any
    what: str
    shown_default: str | None = None


VARIABLES = [
    Variable(
        "WALKCOACH_DATA",
        "str",
        "",
        "Folder of this site's data: database, pictures, mail files, secret key.",
        "`var/site` in the checkout",
    ),
    Variable(
        "SECRET_KEY",
        "str",
        "",
        "Signs sessions and links. If unset, the file `secret_key` in `WALKCOACH_DATA` is read; "
        "with neither, the site refuses to start.",
        "the file",
    ),
    Variable(
        "BASE_URL",
        "str",
        "http://127.0.0.1:8000",
        "The site's public address. `https://…` switches on secure cookies, HSTS and the "
        "redirect from http.",
    ),
    Variable(
        "ALLOWED_HOSTS",
        "list",
        [],
        "Comma-separated host names the site answers to.",
        "the host of `BASE_URL`",
    ),
    Variable(
        "DATABASE_URL",
        "str",
        "",
        "`postgres://user:password@host/name`, or `sqlite:////absolute/path`.",
        "SQLite file in `WALKCOACH_DATA`",
    ),
    Variable(
        "DATABASE_POOL_SIZE",
        "int",
        4,
        "PostgreSQL connections each web process may hold.",
    ),
    Variable(
        "CACHE_URL",
        "str",
        "",
        "`redis://host:6379/0` where several machines share a cache.",
        "a table in the database",
    ),
    Variable(
        "EMAIL_URL",
        "str",
        "",
        "`smtp+tls://user:password@host:587`, `smtp://…`, or `filemail://` for files in "
        "`WALKCOACH_DATA/mail`.",
        "files in `WALKCOACH_DATA/mail`",
    ),
    Variable(
        "DEFAULT_FROM_EMAIL",
        "str",
        "Walkcoach <walkcoach@localhost>",
        "The sender of the site's mail.",
    ),
    Variable(
        "ADMINS",
        "list",
        [],
        "Comma-separated addresses that are told about errors.",
        "nobody",
    ),
    Variable("SITE_NAME", "str", "Walkcoach", "The site's name, in titles, feeds and mail."),
    Variable("TIME_ZONE", "str", "UTC", "Time zone of the site: article dates, the coach's desk."),
    Variable(
        "HOLD_GUEST_COMMENTS",
        "bool",
        False,
        "`true`: a guest's confirmed comment waits for the coach before it appears.",
    ),
    Variable(
        "HOLD_FIRST_COMMENTS",
        "bool",
        False,
        "`true`: whoever has nothing published yet, guest or member, waits for the coach once. "
        "Off, because a guest has proved an address by mail, and a question that is seen shows the "
        "next reader that they are not alone.",
    ),
    Variable(
        "PROMISED_DAYS",
        "int",
        3,
        "Within how many days the coach means to answer. On the desk, threads that wait longer "
        "stand above a red line.",
    ),
    Variable(
        "TRUSTED_PROXIES",
        "int",
        0,
        "How many proxies of yours stand before the site. With 1 or more, the visitor's address "
        "and https are read from `X-Forwarded-For` and `X-Forwarded-Proto`.",
    ),
    *(
        Variable(f"{provider.keys}_{key}", "str", "", what, "none")
        for provider in PROVIDERS
        for key, what in (
            (
                "CLIENT_ID",
                f"With the next, lets readers sign in with {provider.name}. Its callback address "
                f"is `BASE_URL` and `/accounts/{provider.id}/login/callback/`.",
            ),
            ("CLIENT_SECRET", f"The secret that {provider.name} gave you with it."),
        )
    ),
    Variable("WEB_WORKERS", "int", 2, "gunicorn processes."),
    Variable("WEB_THREADS", "int", 4, "Threads in each of them."),
    Variable("DEBUG", "bool", False, "Django's debug pages. Never in public."),
    Variable(
        "WALKCOACH_DEMO",
        "bool",
        False,
        "Allows `load_demo`, whose logins have a public password. Never in public.",
    ),
]

_BY_NAME = {variable.name: variable for variable in VARIABLES}
_env = environ.Env()


def read(name: str) -> Any:
    """The value of one variable, in its type.

    Raises `ImproperlyConfigured`, naming the variable, where its text cannot be read as that type.
    """
    variable = _BY_NAME[name]
    try:
        return getattr(_env, variable.kind)(name, default=variable.default)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} could not be read as {variable.kind}: {error}"
        ) from error


def data_dir() -> Path:
    """The folder of this site's data, made where it is missing."""
    folder = Path(read("WALKCOACH_DATA") or BASE_DIR / "var" / "site").expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """SECRET_KEY, else the file `secret_key` in the data folder.

    Raises `ImproperlyConfigured`, saying what to set, where there is neither.
    """
    if key := read("SECRET_KEY"):
        return key
    try:
        return (folder / "secret_key").read_text().strip()
    except FileNotFoundError:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it in the environment, or write 50 random characters "
            f"to {folder / 'secret_key'} "
            "(`python3 -m walkcoach serve --make-secret-key` does it for you)."
        ) from None


def sign_in_with() -> dict[str, tuple[Provider, dict[str, Any]]]:
    """The providers whose keys are set, each with its settings, by allauth's names for them.

    Raises `ImproperlyConfigured`, naming the other, where one key of the two is missing.
    """
    enabled = {}
    for provider in PROVIDERS:
        keys = {name: read(f"{provider.keys}_{name}") for name in ("CLIENT_ID", "CLIENT_SECRET")}
        missing = [f"{provider.keys}_{name}" for name, value in keys.items() if not value]
        if len(missing) == 1:
            raise ImproperlyConfigured(
                f"{missing[0]} is not set. Signing in with {provider.name} takes both its keys."
            )
        if not missing:
            settings = provider.settings(keys["CLIENT_ID"], keys["CLIENT_SECRET"])
            enabled[provider.id] = (provider, settings)
    return enabled


def time_zone() -> str:
    """TIME_ZONE. Raises `ImproperlyConfigured` where no time zone is called that."""
    name = read("TIME_ZONE")
    if name not in available_timezones():
        raise ImproperlyConfigured(
            f"TIME_ZONE is {name!r}, which no time zone is called. "
            "Use a name such as Europe/Oslo or America/New_York."
        )
    return name


def as_markdown() -> str:
    """The README's configuration table."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for variable in VARIABLES:
        default = variable.shown_default
        if default is None:
            value = variable.default
            default = f"`{str(value).lower() if isinstance(value, bool) else value}`"
        rows.append(f"| `{variable.name}` | {default} | {variable.what} |")
    return "\n".join(rows)
