"""A site whose accounts open one here, as the tests need it: OAuth 2 on this machine's loopback."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

PAGE = """<!doctype html><html lang="en"><title>The other site</title>
<link rel="icon" href="data:,"><h1>The other site</h1>
<p><a href="{allow}">Allow</a> <a href="{deny}">Deny</a></p></html>"""


class FakeProvider:
    """What it was asked, and the profile it answers with; `broken` makes its token page fail."""

    def __init__(self, address: str):
        self.address = address
        self.profile: dict = {}
        self.codes: dict[str, dict] = {}
        self.asked: list[dict] = []
        self.broken = False

    def authorize(self, query: dict) -> str:
        self.asked.append(query)
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        back = query["redirect_uri"]
        return PAGE.format(
            allow=f"{back}?{urlencode({'code': code, 'state': query['state']})}",
            deny=f"{back}?{urlencode({'error': 'access_denied', 'state': query['state']})}",
        ).replace("&state", "&amp;state")

    def token(self, fields: dict) -> tuple[int, dict]:
        code = self.codes.pop(fields.get("code", ""), None)
        if self.broken or code is None or code["redirect_uri"] != fields["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "the-token", "token_type": "bearer"}


@contextmanager
def running():
    """A `FakeProvider`, served until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            if url.path == "/authorize":
                self.reply(200, provider.authorize(query), "text/html; charset=utf-8")
            elif url.path == "/token":
                self.reply_json(*provider.token(query))
            elif "the-token" in (
                self.headers.get("Authorization") or query.get("access_token", "")
            ):
                self.reply_json(200, provider.profile)
            else:
                self.reply_json(401, {})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {name: values[0] for name, values in parse_qs(body).items()}
            self.reply_json(*provider.token(fields))

        def reply_json(self, status, value):
            self.reply(status, json.dumps(value), "application/json")

        def reply(self, status, text, kind):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = FakeProvider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
