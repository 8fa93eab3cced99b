"""Starts Walkcoach from a bare checkout: `python3 -m walkcoach demo`, `test`, `serve`, `manage`.

Uses the standard library only and imports no Django: it makes the environment that Django runs
in. Nothing here is newer than Python 3.8 understands, so that it can say kindly that a Python is
too old.
"""

import argparse
import contextlib
import errno
import hashlib
import http.client
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

OLDEST_PYTHON = (3, 11)
CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
WINDOWS = os.name == "nt"

# Pure Python, and on the package index as source alone.
PURE_SOURCES = ("quotequail",)
# What the demo decides itself. A keeper's shell may hold the settings of a real site, and the
# demo's logins have a public password.
DEMO_DECIDES = (
    "SECRET_KEY",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
    "REPLY_ADDRESS",
    "INBOUND_URL",
    "INBOUND_AUTHSERV_ID",
    "ADMINS",
    "TRUSTED_PROXIES",
    "AKISMET_KEY",
    "DEBUG",
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
    "FACEBOOK_CLIENT_ID",
    "FACEBOOK_CLIENT_SECRET",
    "X_CLIENT_ID",
    "X_CLIENT_SECRET",
    "WORDPRESS_COM_CLIENT_ID",
    "WORDPRESS_COM_CLIENT_SECRET",
)
DEMO_MARKER = ".walkcoach-demo"
DEMO_LOGINS = """\
  The coach       coach@example.com
  Two readers     ada@example.com, ben@example.com
  Their password  walk-with-me
"""

ANSWERS_WITHIN = 60  # seconds from starting the web processes to their first answer
STOPS_WITHIN = 40  # seconds; the worker may be in the middle of one mail, 30 s at most
RESTARTED_AFTER = 1, 30  # seconds before a worker that fell over is started again, first and most


class Sorry(Exception):
    """Something the person at the terminal can put right, in words for them."""


def say(words=""):
    with contextlib.suppress(OSError):  # whoever read along may have gone
        print(words, flush=True)


# --- Python and its packages ----------------------------------------------------------------


def check_python(version=sys.version_info):
    """Raises `Sorry` where this Python is older than the site needs."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return
    oldest = ".".join(map(str, OLDEST_PYTHON))
    this = ".".join(map(str, version[:2]))
    newer = newer_python()
    if newer:
        way_out = f"You have a newer one. Type: {newer} -m walkcoach demo"
    else:
        way_out = "Please install a newer one, for example from python.org."
    raise Sorry(
        f"Walkcoach needs Python {oldest} or newer, and this is Python {this} "
        f"({sys.executable}).\n{way_out}"
    )


def newer_python():
    """The name of a Python on this computer that is new enough, or None."""
    for minor in range(OLDEST_PYTHON[1] + 9, OLDEST_PYTHON[1] - 1, -1):
        name = f"python3.{minor}"
        if shutil.which(name) and version_of(name):
            return name
    return None


def venv_python():
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def version_of(python):
    """The version of a working Python that has pip, as in "3.11"; None where it does not work."""
    try:
        answer = subprocess.run(
            [str(python), "-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def stamp_path():
    return VENV / "walkcoach.json"


def wanted_stamp(lock):
    return hashlib.sha256((CHECKOUT / lock).read_bytes()).hexdigest()


def is_installed(lock):
    """Whether .venv holds what this lock file asks for, by the stamp that `install` left."""
    try:
        stamp = json.loads(stamp_path().read_text())
    except (OSError, ValueError):
        return False
    version = version_of(venv_python())
    return (
        version is not None
        and stamp.get("python") == version
        and stamp.get(lock) == wanted_stamp(lock)
    )


def ready_python(lock="requirements.lock"):
    """The path of .venv's Python, with every package of the lock file installed.

    Makes .venv, repairs it and installs only where something is missing. Raises `Sorry`.
    """
    if not is_installed(lock):
        with only_one(
            CHECKOUT / "var" / "install.lock",
            "Another start is installing; waiting for it to finish.",
        ):
            if not is_installed(lock):
                make_venv()
                install(lock)
    return str(venv_python())


def make_venv():
    """Make .venv where there is none that works."""
    if version_of(venv_python()):
        return
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise Sorry(
                f"This Python has no {module} module, which makes the folder the packages go to.\n"
                "On Debian or Ubuntu, type: sudo apt install python3-venv\n"
                "Then start again."
            )
    say("Making a fresh .venv: the one here does not work." if VENV.exists() else "Making .venv")
    if VENV.is_symlink():
        VENV.unlink()
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    with child(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as venv:
        output = venv.stdout.read()
        venv.wait()
    if venv.returncode:
        raise Sorry(why(output) or "Python could not make .venv:\n" + last_lines(output))


def install(lock):
    """Install what the lock file asks for, each file checked against its hash; says what comes."""
    say(f"Installing the packages of {lock}")
    forget_stamp()
    command = [str(venv_python()), "-m", "pip", "install", "--require-hashes"]
    # Ready-made packages only, so that no compiler is asked for.
    command += ["--only-binary", ":all:", "--no-binary", ",".join(PURE_SOURCES)]
    command += ["--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "--retries", "2", "--timeout", "20", "-r", lock]
    lines = []
    with child(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout:
            lines.append(line)
            words = progress(line)
            if words:
                say(words)
        pip.wait()
    if pip.returncode:
        output = "".join(lines)
        raise Sorry(why(output) or "pip stopped before it was done:\n" + last_lines(output))
    write_stamp(lock)


def progress(line):
    """What one line of pip's tells a person, or None."""
    fetching = re.match(r"Collecting ([\w.\[\]-]+)==([^\s;]+)", line)
    if fetching:
        return f"  fetching {fetching[1]} {fetching[2]}"
    if line.startswith("Installing collected packages:"):
        return f"  putting {line.count(',') + 1} packages in their place"
    return None


def forget_stamp():
    with contextlib.suppress(FileNotFoundError):
        stamp_path().unlink()


def write_stamp(lock):
    stamp = {"python": version_of(venv_python()), lock: wanted_stamp(lock)}
    if lock == "requirements-dev.lock":  # it holds the other's packages at the same versions
        stamp["requirements.lock"] = wanted_stamp("requirements.lock")
    stamp_path().write_text(json.dumps(stamp))


def why(output):
    """Words for the troubles of an installation that a person can put right, or None."""
    if re.search(r"Errno 28|No space left|Errno 122|Disk quota", output):
        return disk_full()
    if re.search(r"Errno 13|Errno 30|Permission denied|Read-only file system", output):
        return no_permission(VENV)
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "A package that arrived is not the one the lock file names, so nothing of it was "
            "used.\nPlease start again. If it happens again, do not install: ask where it comes "
            "from."
        )
    if re.search(
        r"Failed to establish a new connection|Temporary failure in name resolution"
        r"|NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|SSLError"
        r"|NameResolutionError|Connection reset|Connection aborted",
        output,
    ):
        return (
            "The package index cannot be reached, so the packages could not be fetched.\n"
            "Please check the network, or the proxy that pip uses, and start again."
        )
    if "No matching distribution found" in output:
        return (
            "The package index has no ready-made package for this computer and Python:\n"
            + last_lines(output)
        )
    return None


def last_lines(output, count=6):
    """The end of a program's output, with the addresses in it left out."""
    lines = [line for line in output.splitlines() if line.strip()][-count:]
    return "\n".join("  " + re.sub(r"\w+://\S+|host='[^']*'", "…", line) for line in lines)


def disk_full():
    return "The disk is full. Please make room (about 300 MB) and start again: nothing is lost."


def no_permission(where):
    return (
        f"You may not write to {where}.\nPlease start as the user who owns it, or give yourself "
        "permission."
    )


@contextlib.contextmanager
def only_one(path, words=None):
    """Hold a lock file; wait for it, saying so, or without words raise `BlockingIOError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if words is None:
                    raise
                say(words)
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- Processes ------------------------------------------------------------------------------


def die_with_parent():
    """Ask Linux to end this child when the launcher is killed; elsewhere it lives on."""
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


@contextlib.contextmanager
def child(command, **how):
    """A child process in a group of its own, which is gone when the block is left."""
    if not WINDOWS:
        how.update(start_new_session=True, preexec_fn=die_with_parent)
    how["env"] = {**how.get("env", os.environ), "PYTHONUNBUFFERED": "1"}
    how.setdefault("stdin", subprocess.DEVNULL)
    process = subprocess.Popen(command, cwd=str(CHECKOUT), **how)
    try:
        yield process
    finally:
        end(process)


def end(process):
    """Kill what is left of a child's group."""
    with contextlib.suppress(OSError):
        if WINDOWS:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in filter(None, (process.stdout, process.stderr)):
        pipe.close()


def manage(python, *arguments, **how):
    """Run one command of Django's; its words go to the terminal. Raises `Sorry` where it stops."""
    with child([python, "manage.py", *arguments], stderr=subprocess.PIPE, text=True, **how) as run:
        complaint = run.stderr.read().rstrip()
        run.wait()
    if run.returncode:  # the words behind these, without the way there
        raise Sorry(re.split("(?m)^.*ImproperlyConfigured: |^CommandError: ", complaint)[-1])
    if complaint:
        print(complaint, file=sys.stderr, flush=True)


def stop_together(signum, frame):
    raise KeyboardInterrupt


class Site:
    """The web processes and the worker: started together, stopped together."""

    def __init__(self, python, bind, environment, reloads=False):
        self.python, self.bind, self.environment = python, bind, environment
        self.stop_asked = 0
        self.reload_asked = False
        self.listen_for_signals(reloads)

    def listen_for_signals(self, reloads):
        def stop(signum, frame):
            self.stop_asked += 1

        def reload(signum, frame):
            self.reload_asked = True

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        if not WINDOWS and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, reload if reloads else stop)

    def run(self, announce):
        """Serve until stopped. Calls `announce` once the site answers; returns an exit code."""
        with contextlib.ExitStack() as stack:
            web = stack.enter_context(child(self.web_command(), env=self.environment))
            worker = stack.enter_context(Worker(self.python, self.environment))
            if self.wait_for_answer(web):
                announce()
            while not self.stop_asked and web.poll() is None:
                if self.reload_asked:
                    say("Reloading.")
                    self.reload_asked = False
                    web.send_signal(signal.SIGHUP)
                    worker.reload()
                worker.look_after()
                time.sleep(0.1)
            return self.stop(web, worker.process)

    def stop(self, web, worker):
        web_died = web.poll()
        if web_died is None:
            say("\nStopping.")
        else:
            say(f"The web server stopped by itself (code {web_died}); its words are above.")
        asked_before = self.stop_asked
        for process in (web, worker):
            with contextlib.suppress(OSError):
                process.terminate()
        until = time.monotonic() + STOPS_WITHIN
        while any(process.poll() is None for process in (web, worker)):
            if time.monotonic() > until or self.stop_asked > asked_before:
                break  # leaving the block kills what is left
            time.sleep(0.05)
        if web_died is None:
            return 0
        return web_died if web_died > 0 else 1

    def web_command(self):
        workers, threads = number("WEB_WORKERS", 2), number("WEB_THREADS", 4)
        if WINDOWS:  # gunicorn does not run there
            command = [self.python, "-m", "waitress", "--listen", self.bind]
            return [*command, "--threads", str(workers * threads), "walkcoach.wsgi:application"]
        command = [self.python, "-m", "gunicorn", "walkcoach.wsgi:application"]
        command += ["--bind", self.bind, "--worker-class", "gthread"]
        command += ["--workers", str(workers), "--threads", str(threads)]
        command += ["--no-control-socket", "--log-level", "warning"]
        if os.access("/dev/shm", os.W_OK):  # a heartbeat that never waits for a disk
            command += ["--worker-tmp-dir", "/dev/shm"]
        return command

    def wait_for_answer(self, web):
        """Whether /healthz answers before the web server falls over or somebody stops us."""
        until = time.monotonic() + ANSWERS_WITHIN
        while not self.stop_asked and web.poll() is None:
            if answers(self.bind, self.environment["BASE_URL"]):
                return True
            if time.monotonic() > until:
                say(f"The site has not answered for {ANSWERS_WITHIN} s. Still waiting.")
                until = time.monotonic() + ANSWERS_WITHIN
            time.sleep(0.05)
        return False


class Worker:
    """The process that sends mail and keeps house: started again whenever it falls over."""

    def __init__(self, python, environment):
        self.command, self.environment = [python, "manage.py", "worker"], environment
        self.wait = RESTARTED_AFTER[0]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stack.close()

    def start(self):
        self.stack = contextlib.ExitStack()
        self.process = self.stack.enter_context(child(self.command, env=self.environment))
        self.began, self.due = time.monotonic(), None

    def look_after(self):
        """Start it again where it has stopped, later each time that it stops at once."""
        now = time.monotonic()
        if self.due is None and self.process.poll() is not None:
            self.stack.close()
            first, most = RESTARTED_AFTER
            self.wait = first if now - self.began > most else min(self.wait * 2, most)
            self.due = now + self.wait
            say(f"The worker stopped (code {self.process.returncode}); again in {self.wait} s.")
        if self.due is not None and now >= self.due:
            self.start()

    def reload(self):
        """Let it finish the mail in its hands, and start it with the code as it is now."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOPS_WITHIN)
        self.stack.close()
        self.start()


def answers(bind, base_url):
    """Whether the site at this address says that it is well."""
    host, _, port = bind.rpartition(":")
    connection = http.client.HTTPConnection(reachable(host), int(port), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": urlsplit(base_url).netloc})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reachable(host):
    return {"0.0.0.0": "127.0.0.1", "[::]": "::1", "": "127.0.0.1"}.get(host, host.strip("[]"))


def number(name, default):
    """A setting of the launcher's own. Raises `Sorry` where it is not a whole number above 0."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise Sorry(f"{name} is {text!r}. Please make it a whole number, 1 or more.")
    return int(text)


def check_port(bind, command):
    """Raises `Sorry`, with what to type, where another program listens at this address."""
    host, _, port = bind.rpartition(":")
    try:
        listen_once(host, int(port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Sorry(
                f"Port {port} is taken: another program, or another Walkcoach, listens there.\n"
                f"Type: python3 -m walkcoach {command} --port {free_port(host, int(port))}"
            ) from None
        if error.errno == errno.EACCES:
            raise Sorry(
                "Ports below 1024 are for the system's own services. Choose a higher one, such as "
                "--port 8000, and let a proxy stand before it."
            ) from None
        raise Sorry(f"Cannot listen on {bind}: {error.strerror or error}.") from None


def free_port(host, taken):
    for port in range(taken + 1, min(taken + 100, 65536)):
        with contextlib.suppress(OSError):
            listen_once(host, port)
            return port
    return 0


def listen_once(host, port):
    host = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if not WINDOWS:  # there it would share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


# --- The commands ---------------------------------------------------------------------------


def demo(options):
    """Serve the demo site from `options.data`, made and filled where it is new."""
    began = time.monotonic()
    bind = f"127.0.0.1:{options.port}"
    check_port(bind, "demo")
    python = ready_python()
    data = Path(options.data).expanduser().resolve()
    data.mkdir(parents=True, exist_ok=True)
    marker = data / DEMO_MARKER
    if not marker.exists() and any(data.iterdir()):
        raise Sorry(
            f"{data} holds files that the demo did not make, and the demo leaves them alone.\n"
            "Type: python3 -m walkcoach demo --data another/folder"
        )
    try:
        with only_one(marker):
            if options.fresh:
                empty(data)
            make_secret_key(data)
            environment = {k: v for k, v in os.environ.items() if k not in DEMO_DECIDES}
            environment["WALKCOACH_DATA"] = str(data)
            environment["WALKCOACH_DEMO"] = "true"
            environment["BASE_URL"] = "http://" + bind
            check_port(bind, "demo")  # an installation may have taken a while
            manage(python, "prepare", "--demo", env=environment)

            def announce():
                say(f"\nWalkcoach is at http://{bind}/ ({time.monotonic() - began:.1f} s)\n")
                say(DEMO_LOGINS)
                say(f"Mail goes to files in {data / 'mail'}")
                say("Ctrl-C stops it; the next start finds everything as you leave it.")

            return Site(python, bind, environment).run(announce)
    except BlockingIOError:
        raise Sorry(
            f"The demo in {data} is running already. Stop it first, or give this one a folder of "
            f"its own:\npython3 -m walkcoach demo --port {free_port('127.0.0.1', options.port)} "
            "--data another/folder"
        ) from None


def empty(folder):
    """Delete all that a folder of the demo's holds, except its marker."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(str(path))
        elif path.name != DEMO_MARKER:
            path.unlink()


def serve(options):
    """Serve the site that the environment describes. Migrating is the keeper's own step."""
    data = Path(os.environ.get("WALKCOACH_DATA") or CHECKOUT / "var" / "site").expanduser()
    if options.make_secret_key:
        data.mkdir(parents=True, exist_ok=True)
        made = make_secret_key(data)
        say(f"{'Wrote' if made else 'There is one already:'} {data / 'secret_key'}")
        return 0
    bind = options.bind or f"127.0.0.1:{options.port}"
    if not re.match(r"(\[[0-9a-fA-F:]+\]|[\w.-]*):\d{1,5}$", bind):
        raise Sorry(f"--bind is {bind!r}. Please write it as address:port, as in 0.0.0.0:8000.")
    check_port(bind, "serve")
    environment = {**os.environ}
    environment.setdefault("BASE_URL", "http://" + bind)
    python = ready_python()
    manage(python, "prepare", env=environment)
    return Site(python, bind, environment, reloads=True).run(
        lambda: say(f"Walkcoach serves {environment['BASE_URL']} at {bind}.")
    )


def make_secret_key(folder):
    """Write a new secret key that only its owner may read; returns whether there was none."""
    path = folder / "secret_key"
    if path.exists() and path.stat().st_size:
        return False
    half = folder / f"secret_key.{os.getpid()}"
    with os.fdopen(os.open(str(half), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50) + "\n")
    half.replace(path)
    return True


def become(command):
    """Go on as another program, so that its signals and exit code are its own."""
    os.chdir(str(CHECKOUT))
    if WINDOWS:
        return subprocess.call(command)
    sys.stdout.flush()
    return os.execv(command[0], command)


def parser():
    parser = argparse.ArgumentParser(
        prog="python3 -m walkcoach", description="Start, test and serve Walkcoach."
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    for name, what in (
        ("demo", "serve a site full of examples on this computer"),
        ("serve", "serve the site that the environment describes"),
        ("test", "run the tests; what follows is pytest's"),
        ("manage", "run one of Django's commands; what follows is manage.py's"),
    ):
        command = commands.add_parser(name, help=what, description=what.capitalize() + ".")
        if name in ("demo", "serve"):
            command.add_argument("--port", type=port, default=8000, help="default: 8000")
    demo = commands.choices["demo"]
    demo.add_argument("--data", default=str(CHECKOUT / "var" / "demo"), help="default: var/demo")
    demo.add_argument("--fresh", action="store_true", help="begin again with new data")
    serve = commands.choices["serve"]
    serve.add_argument("--bind", help="address:port, instead of 127.0.0.1 and --port")
    serve.add_argument(
        "--make-secret-key", action="store_true", help="write WALKCOACH_DATA/secret_key and stop"
    )
    return parser


def port(text):
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; choose 1024 to 65535")
    return int(text)


def run(arguments):
    check_python()
    if arguments[:1] == ["test"]:
        return become([ready_python("requirements-dev.lock"), "-m", "pytest", *arguments[1:]])
    if arguments[:1] == ["manage"]:
        return become([ready_python(), "manage.py", *arguments[1:]])
    options = parser().parse_args(arguments)
    if options.command is None:
        parser().print_help()
        return 2
    return {"demo": demo, "serve": serve}[options.command](options)


def main(arguments):
    """Run a command; returns its exit code. Troubles come as words, never as a traceback."""
    signal.signal(signal.SIGINT, stop_together)  # a shell may start us in the background
    signal.signal(signal.SIGTERM, stop_together)
    try:
        return run(arguments)
    except KeyboardInterrupt:
        say("\nStopped. Start again whenever you like: it goes on from here.")
        return 130
    except Sorry as sorry:
        words = str(sorry)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            words = disk_full()
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            words = no_permission(error.filename or CHECKOUT)
        else:
            words = f"The system says: {error}"
    if words:
        print("\n" + words, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
