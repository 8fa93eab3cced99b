"""A backup: one tar file with the database, the uploaded files, and a manifest of their hashes.

    database.sqlite3 or .sql   a snapshot of one moment, taken while the site serves
    media/…                    every uploaded picture; not the sizes that are made of them
    reports/…                  every report that readers get by a mailed link
    manifest.json              format, date, kind of database, applied migrations, each file's hash

The manifest comes last, so a file that was cut short has none. The secret key is not in it:
whoever gets hold of a backup can read what it holds, but cannot sign in to the running site.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from articles.library.renditions import FOLDER

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_AT_MOST = 64 * 1024 * 1024  # bytes: half a million pictures
PIECE = 1024 * 1024

Manifest = dict[str, Any]


class CannotDo(Exception):
    """Why a backup cannot be made or restored, in words for the keeper."""


# --- Writing --------------------------------------------------------------------------------


def write(destination: Path) -> Manifest:
    """Write a backup to `destination`, whole or not at all; returns its manifest.

    The database comes first, so that no picture it speaks of is missing, unless it was deleted in
    these seconds. Raises `OSError`, and `CannotDo` where PostgreSQL's tools do not help.
    """
    half = destination.with_name(f".{destination.name}.{os.getpid()}")
    snapshot = half.with_name(f"{half.name}.database")
    try:
        dump_database(snapshot)
        manifest: Manifest = {
            "format": FORMAT,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": connection.vendor,
            "migrations": applied_migrations(),
            "files": {},
        }
        with new_private_file(half) as file, tarfile.open(fileobj=file, mode="w") as tar:
            add(tar, snapshot, database_name(), manifest)
            for name, path in uploaded_files():
                add(tar, path, name, manifest)
            text = json.dumps(manifest, indent=1).encode()
            member = tarfile.TarInfo(MANIFEST)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
            tar.close()
            file.flush()
            os.fsync(file.fileno())
        half.replace(destination)
        return manifest
    finally:
        half.unlink(missing_ok=True)
        snapshot.unlink(missing_ok=True)


def new_private_file(path: Path) -> IO[bytes]:
    """A new file that only its owner may read: it holds what people say of their health."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def database_name() -> str:
    return "database.sql" if connection.vendor == "postgresql" else "database.sqlite3"


def dump_database(path: Path) -> None:
    new_private_file(path).close()
    if connection.vendor == "postgresql":
        run_postgresql("pg_dump", "--no-owner", "--no-privileges", "--file", str(path))
        return
    connection.ensure_connection()
    copy = sqlite3.connect(path)
    try:
        connection.connection.backup(copy)  # one moment's state; no writer has to wait
    finally:
        copy.close()


def applied_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def upload_folders() -> dict[str, Path]:
    """What people uploaded: the folders of a site by their names in a backup."""
    return {"media": settings.MEDIA_ROOT, "reports": settings.REPORTS_ROOT}


def uploaded_files() -> Iterator[tuple[str, Path]]:
    """Each with its name in a backup. The sizes of pictures are left out: they are made again."""
    made = settings.MEDIA_ROOT / FOLDER
    for name, folder in upload_folders().items():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and made not in path.parents:
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def add(tar: tarfile.TarFile, path: Path, name: str, manifest: Manifest) -> None:
    """Add one file, and its hash to the manifest; pass over one deleted meanwhile."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        member = tarfile.TarInfo(name)
        member.size = os.fstat(file.fileno()).st_size
        hashing = Hashing(file)
        tar.addfile(member, hashing)
    manifest["files"][name] = hashing.digest.hexdigest()


class Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]):
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.digest.update(piece)
        return piece


# --- Restoring ------------------------------------------------------------------------------


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into `folder`, each file checked against the manifest, which is returned.

    Raises `CannotDo` where anything in it is not as the manifest says, or belongs elsewhere.
    """
    found: dict[str, str] = {}
    manifest: Any = None
    try:
        with tarfile.open(source, mode="r:") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                if file is None or manifest is not None or member.name in found:
                    raise CannotDo(f"It holds {member.name!r}, which no backup of ours does.")
                if member.name == MANIFEST:
                    manifest = json.loads(file.read(MANIFEST_AT_MOST))
                    continue
                target = folder / safe_name(member.name)
                target.parent.mkdir(parents=True, exist_ok=True)
                hashing = Hashing(file)
                with new_private_file(target) as copy:
                    shutil.copyfileobj(hashing, copy, PIECE)
                found[member.name] = hashing.digest.hexdigest()
    except (tarfile.TarError, ValueError) as error:
        raise CannotDo(f"It is not a whole backup: {error}.") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise CannotDo("It has no list of its files at its end, so it was cut short.")
    if manifest.get("format") != FORMAT:
        raise CannotDo("It was made by another version of this command.")
    files = manifest["files"]
    wrong = sorted(n for n in found.keys() | files.keys() if found.get(n) != files.get(n))
    if wrong:
        raise CannotDo(
            f"{len(wrong)} of its files are not as they were; the first is {wrong[0]!r}."
        )
    if database_name() not in found:
        raise CannotDo(f"Its database is for {manifest.get('database')}, not {connection.vendor}.")
    return manifest


def safe_name(name: str) -> PurePosixPath:
    """Raises `CannotDo` for a name that leads anywhere but to a database or an upload."""
    path = PurePosixPath(name)
    is_upload = len(path.parts) > 1 and path.parts[0] in upload_folders()
    is_database = name in ("database.sqlite3", "database.sql")
    if not (is_upload or is_database) or ".." in path.parts or set(name) & set("\\\0:"):
        raise CannotDo(f"It holds {name!r}, which no backup of ours does.")
    return path


def put_in_place(folder: Path) -> None:
    """Make an unpacked backup the site: the database in one transaction, then the files."""
    load_database(folder / database_name())
    for name, root in upload_folders().items():
        fresh, before = folder / name, folder / f"{name}-before"
        fresh.mkdir(exist_ok=True)
        for path in fresh.rglob("*"):
            path.chmod(0o755 if path.is_dir() else settings.FILE_UPLOAD_PERMISSIONS)
        if root.exists():
            root.rename(before)
        fresh.rename(root)


def load_database(path: Path) -> None:
    if connection.vendor == "postgresql":
        connection.close()
        anew = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1"]
        run_postgresql("psql", *options, "--command", anew, "--file", str(path))
        return
    copy = sqlite3.connect(path)
    try:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise CannotDo("Its database is damaged.")
        connection.ensure_connection()
        copy.backup(connection.connection)
    finally:
        copy.close()


def run_postgresql(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools on the site's database; raises `CannotDo` with its words."""
    if shutil.which(tool) is None:
        raise CannotDo(
            f"{tool} is not on this machine. It comes with PostgreSQL's client programs; on Debian "
            "or Ubuntu: sudo apt install postgresql-client"
        )
    database = connection.settings_dict
    done = subprocess.run(
        [tool, *arguments],
        env={  # the environment, because every user may read a command line
            **os.environ,
            "PGDATABASE": str(database["NAME"]),
            "PGHOST": str(database["HOST"]),
            "PGPORT": str(database["PORT"]),
            "PGUSER": str(database["USER"]),
            "PGPASSWORD": str(database["PASSWORD"]),
            "PGOPTIONS": "--client-min-messages=warning",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise CannotDo(f"{tool} says: {done.stderr.strip()}")
