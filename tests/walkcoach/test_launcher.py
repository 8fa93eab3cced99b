"""`python3 -m walkcoach`: what it says and does on a stranger's computer."""

import ast
import errno
import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import tomllib
import urllib.request
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import walkcoach.__main__ as launcher
from walkcoach.environment import VARIABLES

CHECKOUT = launcher.CHECKOUT
SOURCE = Path(launcher.__file__).read_text()


# --- It can speak before anything is installed ----------------------------------------------


def test_the_launcher_reads_on_python_3_8_and_needs_the_standard_library_only():
    tree = ast.parse(SOURCE, feature_version=(3, 8))
    modules = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
    }
    assert modules <= sys.stdlib_module_names


def test_an_old_python_is_told_what_is_needed(monkeypatch):
    monkeypatch.setattr(launcher, "newer_python", lambda: None)
    with pytest.raises(launcher.Sorry) as sorry:
        launcher.check_python((3, 8, 18))
    assert "needs Python 3.11 or newer, and this is Python 3.8" in str(sorry.value)
    assert "python.org" in str(sorry.value)


def test_an_old_python_is_told_of_a_newer_one_on_the_same_computer(monkeypatch):
    monkeypatch.setattr(launcher, "newer_python", lambda: "python3.12")
    with pytest.raises(launcher.Sorry, match=r"Type: python3\.12 -m walkcoach demo"):
        launcher.check_python((3, 9))


def test_this_python_is_new_enough():
    assert launcher.check_python() is None


# --- Installing -----------------------------------------------------------------------------


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A checkout with a lock file and nothing installed, whose pip is `bare.pip(script)`."""

    class Bare:
        python = tmp_path / ".venv" / "bin" / "python"
        calls = tmp_path / "pip-was-called"
        lock = tmp_path / "requirements.lock"

        def pip(self, script):
            """A Python that has pip 3.11, whose `pip install` runs this shell script."""
            self.python.parent.mkdir(parents=True, exist_ok=True)
            self.python.write_text(
                f'#!/bin/sh\n[ "$1" = -c ] && echo 3.11 && exit 0\necho >> {self.calls}\n{script}\n'
            )
            self.python.chmod(0o755)

        @property
        def installations(self):
            return len(self.calls.read_text()) if self.calls.exists() else 0

    monkeypatch.setattr(launcher, "CHECKOUT", tmp_path)
    monkeypatch.setattr(launcher, "VENV", tmp_path / ".venv")
    bare = Bare()
    bare.lock.write_text("six==1\n")
    return bare


def test_packages_are_installed_once_and_named_meanwhile(bare, capsys):
    bare.pip(
        'echo "Collecting django==5.2.19 (from -r requirements.lock (line 1))"\n'
        'echo "  Downloading django-5.2.19-py3-none-any.whl (8.3 MB)"\n'
        'echo "Installing collected packages: django, six"'
    )
    for _start in range(2):
        assert launcher.ready_python() == str(bare.python)
    assert bare.installations == 1
    said = capsys.readouterr().out
    assert "fetching django 5.2.19" in said
    assert "putting 2 packages in their place" in said
    assert "Downloading" not in said


def test_a_changed_lock_file_is_installed_anew(bare):
    bare.pip("exit 0")
    launcher.ready_python()
    bare.lock.write_text("six==2\n")
    launcher.ready_python()
    assert bare.installations == 2


def test_an_installation_that_was_cut_short_is_done_again(bare):
    bare.pip("exit 0")
    launcher.ready_python()
    bare.lock.write_text("six==2\n")
    bare.pip("kill -9 $$")
    with pytest.raises(launcher.Sorry):
        launcher.ready_python()
    bare.pip("exit 0")
    launcher.ready_python()
    assert bare.installations == 3


def test_a_venv_that_does_not_work_is_made_anew(bare, capsys):
    bare.python.parent.mkdir(parents=True)
    bare.python.symlink_to("/nowhere/python3")
    launcher.make_venv()
    assert "Making a fresh .venv" in capsys.readouterr().out
    assert launcher.version_of(bare.python) == "{}.{}".format(*sys.version_info[:2])


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: Could not install: [Errno 13] Permission denied: 'x'", "You may not write"),
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError(Failed to establish "
            "a new connection)'\nERROR: No matching distribution found for django==5.2.19",
            "The package index cannot be reached",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "not the one the lock file names",
        ),
        (
            "ERROR: No matching distribution found for pillow==13.0.0",
            "no ready-made package for this computer and Python",
        ),
        ("ERROR: something new at https://index.example/simple", "pip stopped before it was done"),
    ],
)
def test_what_stops_pip_is_said_in_words(bare, output, words):
    bare.pip(f"cat <<'END'\n{output}\nEND\nexit 1")
    with pytest.raises(launcher.Sorry) as sorry:
        launcher.ready_python()
    assert words in str(sorry.value)
    assert "index.example" not in str(sorry.value)
    assert not launcher.is_installed("requirements.lock")


def test_a_python_without_venv_is_told_what_to_install(bare, monkeypatch):
    there = importlib.util.find_spec
    monkeypatch.setattr(
        launcher.importlib.util,
        "find_spec",
        lambda name, *package: None if name == "ensurepip" else there(name, *package),
    )
    with pytest.raises(launcher.Sorry, match="apt install python3-venv"):
        launcher.make_venv()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EROFS, "You may not write to"),
        (errno.EIO, "The system says"),
    ],
)
def test_troubles_of_the_system_come_as_words(monkeypatch, capsys, number, words):
    def trouble(arguments):
        raise OSError(number, os.strerror(number), "/some/file")

    monkeypatch.setattr(launcher, "run", trouble)
    monkeypatch.setattr(launcher.signal, "signal", lambda *_: None)
    assert launcher.main(["demo"]) == 1
    assert words in capsys.readouterr().err


# --- The lock files -------------------------------------------------------------------------


def pins(name):
    """The packages of a lock file: {name: (version, marker)}; fails where one has no hash."""
    text = (CHECKOUT / name).read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        pin = Requirement(requirement)
        assert hashes, f"{requirement} has no hash"
        found[pin.name] = (str(pin.specifier).removeprefix("=="), str(pin.marker or ""))
    return found


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_files_hold_what_the_project_asks_for(lock):
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    if lock == "requirements-dev.lock":
        wanted += project["optional-dependencies"]["dev"]
    locked = pins(lock)
    for text in wanted:
        requirement = Requirement(text)
        version, _marker = locked[canonical(requirement.name)]
        assert requirement.specifier.contains(version), f"{text} is locked at {version}"


def test_the_dev_lock_holds_the_other_at_the_same_versions():
    dev = pins("requirements-dev.lock")
    for name, (version, _marker) in pins("requirements.lock").items():
        assert dev[name][0] == version


# --- Starting -------------------------------------------------------------------------------


def test_a_taken_port_is_named_with_one_that_is_free():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(launcher.Sorry) as sorry:
            launcher.check_port(f"127.0.0.1:{port}", "demo")
    assert f"Port {port} is taken" in str(sorry.value)
    free = int(re.search(r"--port (\d+)", str(sorry.value))[1])
    assert free != port


def test_the_launcher_reads_its_numbers_as_the_settings_do(monkeypatch):
    for name in ("WEB_WORKERS", "WEB_THREADS"):
        monkeypatch.delenv(name, raising=False)
    command = launcher.Site.web_command(
        type("Site", (), {"python": "python", "bind": "127.0.0.1:8000"})
    )
    defaults = {variable.name: variable.default for variable in VARIABLES}
    assert command[command.index("--workers") + 1] == str(defaults["WEB_WORKERS"])
    assert command[command.index("--threads") + 1] == str(defaults["WEB_THREADS"])
    monkeypatch.setenv("WEB_WORKERS", "many")
    with pytest.raises(launcher.Sorry, match="whole number"):
        launcher.number("WEB_WORKERS", 2)


def test_the_demo_takes_nothing_of_a_real_site_from_the_shell():
    harmless = {"SITE_NAME", "TIME_ZONE", "HOLD_GUEST_COMMENTS", "WEB_WORKERS", "WEB_THREADS"}
    harmless |= {"DATABASE_POOL_SIZE", "HOLD_FIRST_COMMENTS", "PROOF_OF_WORK", "PROMISED_DAYS"}
    set_by_the_demo = {"WALKCOACH_DATA", "WALKCOACH_DEMO"}
    names = {variable.name for variable in VARIABLES}
    assert names == harmless | set_by_the_demo | set(launcher.DEMO_DECIDES)


def test_the_secret_key_is_for_its_owner_only_and_made_once(tmp_path):
    assert launcher.make_secret_key(tmp_path)
    key = tmp_path / "secret_key"
    text = key.read_text()
    assert len(text.strip()) >= 50
    assert key.stat().st_mode & 0o777 == 0o600
    assert not launcher.make_secret_key(tmp_path)
    assert key.read_text() == text


@pytest.mark.parametrize("more", [[], ["--fresh"]])
def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(tmp_path, monkeypatch, more):
    monkeypatch.setattr(launcher, "ready_python", lambda *lock: sys.executable)
    (tmp_path / "letters.txt").write_text("Dear Ada")
    arguments = ["demo", "--port", str(launcher.free_port("127.0.0.1", 21000))]
    with pytest.raises(launcher.Sorry, match="leaves them alone"):
        launcher.run([*arguments, "--data", str(tmp_path), *more])
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_fresh_demo_empties_its_own_folder(tmp_path):
    (tmp_path / "media" / "pictures").mkdir(parents=True)
    (tmp_path / "db.sqlite3").touch()
    (tmp_path / launcher.DEMO_MARKER).touch()
    launcher.empty(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [launcher.DEMO_MARKER]


@pytest.fixture
def keepers_shell(tmp_path, monkeypatch):
    """The environment of a keeper whose site in tmp_path/site is still to be made."""
    monkeypatch.setattr(launcher, "ready_python", lambda *lock: sys.executable)
    for variable in VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setenv("WALKCOACH_DATA", str(tmp_path / "site"))
    return ["serve", "--port", str(launcher.free_port("127.0.0.1", 22000))]


def test_serve_asks_for_what_a_new_site_lacks_one_thing_at_a_time(keepers_shell, tmp_path):
    with pytest.raises(launcher.Sorry) as sorry:
        launcher.run(keepers_shell)
    assert str(sorry.value).startswith("SECRET_KEY is not set.")

    assert launcher.run(["serve", "--make-secret-key"]) == 0
    assert (tmp_path / "site" / "secret_key").exists()
    with pytest.raises(launcher.Sorry) as sorry:
        launcher.run(keepers_shell)
    assert str(sorry.value).startswith("The database waits for")
    assert "python3 -m walkcoach manage migrate" in str(sorry.value)


@pytest.mark.parametrize("bind", ["localhost", "0.0.0.0:", "a b:80", "1.2.3.4:http"])
def test_an_address_that_cannot_be_read_is_shown_with_one_that_can(bind):
    with pytest.raises(launcher.Sorry, match=r"as in 0\.0\.0\.0:8000"):
        launcher.run(["serve", "--bind", bind])


STARTED_IN = 180  # seconds at most, static files and the demo's data included
STOPPED_IN = 45


@pytest.fixture
def start_demo(tmp_path):
    """Start the demo with the packages of this Python; returns its process and its first words."""
    if os.name == "nt":
        pytest.skip("the demo's process groups are POSIX's")
    running = []
    skip_installing = (
        "import sys, walkcoach.__main__ as launcher\n"
        "launcher.ready_python = lambda *lock: sys.executable\n"
        "sys.exit(launcher.main(sys.argv[1:]))"
    )

    def start(*more):
        port = launcher.free_port("127.0.0.1", 20000 + os.getpid() % 20000)
        command = [sys.executable, "-c", skip_installing, "demo", "--port", str(port)]
        process = subprocess.Popen(
            [*command, "--data", str(tmp_path / "demo"), *more],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        too_long = threading.Timer(STARTED_IN, process.kill)
        too_long.start()
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        too_long.cancel()
        return process, port, "".join(said)

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def processes_of(folder):
    """The ids of this machine's processes whose site lives in `folder` (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            environment = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if f"WALKCOACH_DATA={folder}".encode() in environment:
            found.append(entry.parent.name)
    return found


def get(url):
    with urllib.request.urlopen(url, timeout=20) as response:
        return response.status, response.headers, response.read()


@pytest.mark.skipif(
    os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="the demo lives in SQLite, whatever the tests do; seen there",
)
def test_the_demo_starts_answers_and_stops_and_ends_when_its_web_server_dies(start_demo, tmp_path):
    folder = tmp_path / "demo"
    process, port, said = start_demo()
    address = f"http://127.0.0.1:{port}/"
    assert address in said, said
    for login in ("coach@example.com", "ada@example.com", "ben@example.com", "walk-with-me"):
        assert login in said
    assert get(address + "healthz")[0] == 200

    status, _headers, page = get(address)
    assert status == 200
    style = re.search(rb'href="/(static/css/tokens\.[0-9a-f]+\.css)"', page)
    assert style, "the style sheet's name carries its hash"
    request = urllib.request.Request(
        address + style[1].decode(), headers={"Accept-Encoding": "br, gzip"}
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        assert response.headers["Content-Encoding"] == "br"
        assert "immutable" in response.headers["Cache-Control"]
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
    assert not Path("/proc/self").exists() or len(processes_of(folder)) >= 3

    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=STOPPED_IN)
    assert process.returncode == 0, rest
    assert processes_of(folder) == []

    # The second start finds the data as it was; Ctrl-C stops it as well.
    key = (folder / "secret_key").read_text()
    process, port, said = start_demo()
    assert f"http://127.0.0.1:{port}/" in said, said
    assert "Loading the demo" not in said
    assert (folder / "secret_key").read_text() == key
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=STOPPED_IN)
    assert process.returncode == 0
    assert processes_of(folder) == []

    # When the web server dies, the demo ends and says so.
    process, _port, said = start_demo()
    assert "Walkcoach is at" in said, said
    children = [
        pid
        for pid in processes_of(folder)
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1] == str(process.pid)
    ]
    web = next(pid for pid in children if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(int(web), signal.SIGKILL)
    rest, _ = process.communicate(timeout=STOPPED_IN)
    assert process.returncode != 0
    assert "The web server stopped by itself" in rest
    assert processes_of(folder) == []
