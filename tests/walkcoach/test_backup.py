"""Backups, taken and restored by the commands a keeper types, on a site of the tests' own."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
from contextlib import contextmanager

import pytest
from django.conf import settings as django_settings

from walkcoach import backups
from walkcoach.environment import BASE_DIR

PICTURE = "portraits/marit.jpg"

FILL = """
from django.contrib.auth import get_user_model
from django.utils import timezone
from articles.models import Article
coach = get_user_model().objects.create_user("coach@example.com", "x", display_name="Marit")
Article.objects.create(title="Six houses", slug="six-houses", standfirst="x", body="<p>y</p>",
                       author=coach, status="published", published_at=timezone.now())
"""
COUNT = """
from articles.models import Article
from articles.search import finding, query
print('articles', Article.objects.count())
print('found', len(finding.search(query.parse("house")).hits))
"""


@contextmanager
def sites_in(folder):
    """Make sites: each a function that runs one of manage.py's commands on it; empty ones, or
    one `like` another.

    On PostgreSQL each gets a database of its own on the tests' server.
    """
    databases = {}

    def new_site(name, like=None):
        own_folder = folder / name
        environment = {**os.environ, "WALKCOACH_DATA": str(own_folder)}
        if like is not None:
            shutil.copytree(like.folder, own_folder)
        if os.environ.get("DATABASE_URL", "").startswith("postgres"):
            if shutil.which("pg_dump") is None:
                pytest.skip("no pg_dump here")
            databases[name] = f"walkcoach_{name}_{os.getpid()}"
            template = f' TEMPLATE "{like.database}"' if like else ""
            psql(f'CREATE DATABASE "{databases[name]}"{template}')
            server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
            environment["DATABASE_URL"] = f"{server}/{databases[name]}"

        def manage(*command, words=None, fails=False):
            done = subprocess.run(
                [sys.executable, "manage.py", *map(str, command)],
                cwd=BASE_DIR,
                env=environment,
                input=words,
                capture_output=True,
                text=True,
            )
            assert bool(done.returncode) == fails, done.stdout + done.stderr
            assert "Traceback" not in done.stderr
            return done.stdout + done.stderr

        manage.folder, manage.database = own_folder, databases.get(name)
        return manage

    yield new_site
    for database in databases.values():
        psql(f'DROP DATABASE "{database}" WITH (FORCE)')


@pytest.fixture
def new_site(tmp_path):
    with sites_in(tmp_path) as new_site:
        yield new_site


def psql(statement):
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="module")
def model_site(tmp_path_factory):
    """A site with one article, one picture and one report, to be copied: migrating takes time."""
    with sites_in(tmp_path_factory.mktemp("model")) as new_site:
        site = new_site("model")
        site("migrate", "--verbosity=0")
        site("shell", words=FILL)
        picture = site.folder / "media" / PICTURE
        picture.parent.mkdir(parents=True)
        picture.write_bytes(b"a portrait")
        (site.folder / "reports").mkdir()
        (site.folder / "reports" / "six-weeks.pdf").write_bytes(b"a report")
        yield site


@pytest.fixture
def site(new_site, model_site):
    """A site with one article, one picture and one report."""
    return new_site("site", like=model_site)


def test_a_backup_makes_an_empty_folder_the_same_site(site, new_site, tmp_path):
    said = site("backup", tmp_path / "backup.tar")
    assert "The secret key is not in it" in said
    assert (tmp_path / "backup.tar").stat().st_mode & 0o777 == 0o600

    other = new_site("other")
    assert "Restored the database and 2 files" in other("restore", tmp_path / "backup.tar")
    there = other("shell", words=COUNT)
    assert "articles 1" in there and "found 1" in there
    assert (other.folder / "media" / PICTURE).read_bytes() == b"a portrait"
    assert (other.folder / "reports" / "six-weeks.pdf").read_bytes() == b"a report"
    other("migrate", "--check")
    # Only the site itself is there afterwards.
    assert not [path.name for path in other.folder.iterdir() if path.name.startswith(".restore")]


def test_a_site_that_holds_something_is_replaced_only_on_demand(site, tmp_path):
    site("backup", tmp_path / "backup.tar")
    site("shell", words="from articles.models import Article; Article.objects.all().delete()")
    (site.folder / "media" / "later.jpg").write_bytes(b"uploaded later")

    assert "add --replace" in site("restore", tmp_path / "backup.tar", fails=True)
    assert "articles 0" in site("shell", words=COUNT)

    site("restore", tmp_path / "backup.tar", "--replace")
    assert "articles 1" in site("shell", words=COUNT)
    assert not (site.folder / "media" / "later.jpg").exists()


def test_what_can_be_made_again_is_left_out(settings, tmp_path):
    settings.MEDIA_ROOT, settings.REPORTS_ROOT = tmp_path, tmp_path / "no reports"
    for name in ["articles/hill.jpg", "made/hill-400.avif"]:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"a picture")
    assert list(backups.uploaded_files()) == [
        ("media/articles/hill.jpg", tmp_path / "articles/hill.jpg")
    ]


def test_backups_do_not_replace_one_another(site, tmp_path):
    site("backup", tmp_path / "backup.tar")
    before = (tmp_path / "backup.tar").read_bytes()
    assert "is there already" in site("backup", tmp_path / "backup.tar", fails=True)
    assert (tmp_path / "backup.tar").read_bytes() == before
    (tmp_path / "kept").mkdir()
    site("backup", tmp_path / "kept")
    [named_by_date] = (tmp_path / "kept").iterdir()
    assert named_by_date.name.startswith("walkcoach-20")


@pytest.mark.skipif(
    "postgresql" in django_settings.DATABASES["default"]["ENGINE"], reason="writes to SQLite's file"
)
def test_a_backup_under_writes_misses_nothing_that_was_there_when_it_began(site, tmp_path):
    database = site.folder / "db.sqlite3"
    written, stop = [], threading.Event()

    def write():
        connection = sqlite3.connect(database, timeout=20, isolation_level=None)
        connection.execute("CREATE TABLE steps (n INTEGER PRIMARY KEY)")
        for n in range(1_000_000):
            connection.execute("INSERT INTO steps VALUES (?)", [n])
            written.append(n)
            if stop.is_set():
                break
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            before = len(written)
            site("backup", tmp_path / f"{number}.tar")
            copy = tmp_path / f"{number}.sqlite3"
            with tarfile.open(tmp_path / f"{number}.tar") as tar:
                copy.write_bytes(tar.extractfile("database.sqlite3").read())
            snapshot = sqlite3.connect(copy)
            kept = [n for (n,) in snapshot.execute("SELECT n FROM steps ORDER BY n")]
            assert snapshot.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            snapshot.close()
            assert kept == list(range(len(kept)))
            assert len(kept) >= before
    finally:
        stop.set()
        writer.join()


# --- Files that are no backup, or no longer -------------------------------------------------


def packed(path, members, manifest=None):
    """A tar file with these members, and a manifest that says what is in it unless given."""
    import hashlib

    if manifest is None:
        files = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
        manifest = {"format": backups.FORMAT, "migrations": [], "files": files}
    with tarfile.open(path, "w") as tar:
        for name, data in [*members.items(), (backups.MANIFEST, json.dumps(manifest).encode())]:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "media/../../evil",
        "/tmp/evil",
        "media\\..\\evil",
        "secret_key",
        "media",
        "db.sqlite3",
        "media/c:evil",
    ],
)
@pytest.mark.django_db
def test_a_backup_cannot_write_anywhere_but_among_the_pictures(tmp_path, name):
    source = packed(tmp_path / "evil.tar", {name: b"x"})
    (tmp_path / "in" / "here").mkdir(parents=True)
    with pytest.raises(backups.CannotDo, match="no backup of ours"):
        backups.unpack(source, tmp_path / "in" / "here")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [source]


@pytest.mark.django_db
def test_links_in_a_backup_are_refused(tmp_path):
    with tarfile.open(tmp_path / "link.tar", "w") as tar:
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    (tmp_path / "here").mkdir()
    with pytest.raises(backups.CannotDo):
        backups.unpack(tmp_path / "link.tar", tmp_path / "here")
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data[: len(data) // 2], "not a whole backup"),
        (lambda data: data.replace(b"a portrait", b"b portrait"), "not as they were"),
        (lambda data: b"GIF89a", "not a whole backup"),
        (lambda data: b"", "not a whole backup"),
    ],
)
@pytest.mark.django_db
def test_a_damaged_backup_is_refused_before_anything_is_touched(tmp_path, spoil, words):
    members = {backups.database_name(): b"d" * 20_000, "media/marit.jpg": b"a portrait"}
    source = packed(tmp_path / "backup.tar", members)
    (tmp_path / "whole").mkdir()
    assert backups.unpack(source, tmp_path / "whole")["files"].keys() == members.keys()

    source.write_bytes(spoil(source.read_bytes()))
    (tmp_path / "spoilt").mkdir()
    with pytest.raises(backups.CannotDo, match=words):
        backups.unpack(source, tmp_path / "spoilt")


@pytest.mark.django_db
def test_a_backup_of_a_newer_walkcoach_is_refused(tmp_path):
    from walkcoach.management.commands.restore import refuse_newer

    refuse_newer({"migrations": ["accounts.0001_initial"]})
    with pytest.raises(backups.CannotDo, match=r"accounts\.9999_from_the_future"):
        refuse_newer({"migrations": ["accounts.0001_initial", "accounts.9999_from_the_future"]})
