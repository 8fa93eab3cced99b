"""Trying links to other sites: what is private is never asked, whatever a text names."""

import http.server
import threading

import pytest

from articles.editor import outside


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # where clouds keep their keys
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "not an address",
    ],
)
def test_private_addresses_are_known(address):
    assert not outside.is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::6810:84e5", "::ffff:8.8.8.8"])
def test_public_addresses_are_known(address):
    assert outside.is_public(address)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://127.0.0.1/", "private network"),
        ("http://[::1]/", "private network"),
        ("http://2130706433/", "private network"),
        ("http://0x7f.1/", "private network"),
        ("http://localhost/", "private network"),
        ("http://127.0.0.1:8031/", "port"),
        ("http://coach:secret@example.com/", "name in it"),
        ("file:///etc/passwd", "no browser"),
        ("gopher://example.com/", "no browser"),
        ("http://", "no browser"),
        ("http://[", "slip"),
        ("http://a..b.example/", "not"),
    ],
)
def test_what_leads_into_a_private_network_is_never_asked(monkeypatch, address, says):
    def connect(*args, **kwargs):
        raise AssertionError(f"asked {args}")

    monkeypatch.setattr(outside.socket, "create_connection", connect)
    lead = outside.try_link(address)
    assert lead.fine is False
    assert says in lead.says


def test_a_name_with_one_private_address_among_public_ones_is_not_asked(monkeypatch):
    both = [(2, 1, 6, "", ("93.184.215.14", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(outside.Refused, match="private network"):
        outside.public_address("rebind.example", 80)


@pytest.fixture
def site(monkeypatch):
    """A site called site.example, that answers by its paths. Gives what it was asked."""
    asked = []

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.command, self.path, dict(self.headers)))
            if self.path == "/drip":
                release.wait(10)  # nothing is said; the one who asks hangs up
                return
            if self.path.startswith("/to"):
                self.send_response(302)
                self.send_header("Location", targets[self.path])
            else:
                wanted = 405 if self.path == "/only-get" and self.command == "HEAD" else 200
                self.send_response(int(self.path[1:]) if self.path[1:].isdigit() else wanted)
            self.send_header("Set-Cookie", "spy=1")
            self.end_headers()

        do_HEAD = do_GET

        def log_message(self, *args):
            pass

    targets = {
        "/to-home": "/200",
        "/to-private": "http://127.0.0.1/",
        "/to-file": "file:///etc/passwd",
        "/to-itself": "/to-itself",
    }
    release = threading.Event()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    look_up = outside.public_address
    monkeypatch.setitem(outside.PORTS, "http", server.server_port)
    monkeypatch.setattr(
        outside,
        "public_address",
        lambda host, port: "127.0.0.1" if host == "site.example" else look_up(host, port),
    )
    yield asked
    release.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "fine", "says"),
    [
        ("200", True, "answers"),
        ("only-get", True, "answers"),
        ("404", False, "not there any more"),
        ("410", False, "not there any more"),
        ("403", None, "keeps programs out"),
        ("500", False, "trouble of its own"),
        ("to-home", True, "answers"),
        ("to-itself", False, "without end"),
        ("to-private", False, "private network"),
        ("to-file", False, "no browser"),
    ],
)
def test_what_a_site_answers_is_said_in_plain_words(site, path, fine, says):
    lead = outside.try_link(f"http://site.example/{path}")
    assert (lead.fine, says in lead.says) == (fine, True)


def test_a_site_is_asked_under_its_name_and_learns_nothing_else(site):
    outside.try_all(["http://site.example/to-home", "http://site.example/to-home"])
    assert [path for _, path, _ in site] == ["/to-home", "/200"]
    for _, _, headers in site:
        assert headers["Host"].partition(":")[0] == "site.example"
        assert not {"Cookie", "Referer", "Authorization"} & headers.keys()


def test_a_site_that_says_nothing_is_left(site, monkeypatch):
    monkeypatch.setattr(outside, "SECONDS", 0.2)
    assert outside.try_link("http://site.example/drip").says.startswith("was not answered in time")
