"""Whether our own mail server says that a mail's sender is who it claims to be (RFC 8601).

A sender can write such a header, too. So only the topmost is read, and only where it is signed
with the name that the keeper gave (INBOUND_AUTHSERV_ID): a mail server puts its own on top, and
takes away those that came in under its name.
"""

import re

from django.conf import settings

from .parse import Headers

# A comment may hold comments; a quoted string is one word, whatever is in it.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[();]|[^\s"\\();]+|\s+')


def proves(headers: Headers, email: str) -> bool:
    """Whether the mail came from a server that may send for the address's own domain: by DMARC, or
    by DKIM or SPF for exactly that domain."""
    name = settings.INBOUND_AUTHSERV_ID.strip().lower()
    results = headers.all("authentication-results")
    if not name or not results:
        return False
    domain = email.rpartition("@")[2].lower()
    first, *methods = _clauses(results[0]) or [""]
    if first.split(" ")[0] != name:
        return False
    found = [_result(clause) for clause in methods]
    if any(method == "dmarc" and result == "fail" for method, result, _ in found):
        return False
    return any(result == "pass" and _is_of(domain, method, has) for method, result, has in found)


def _is_of(domain: str, method: str, has: dict[str, str]) -> bool:
    if method == "dmarc":
        return has.get("header.from") == domain
    if method == "dkim":
        return has.get("header.d") == domain
    if method == "spf":
        return has.get("smtp.mailfrom", "").rpartition("@")[2] == domain
    return False


def _clauses(value: str) -> list[str] | None:
    """What stands between the semicolons, in lower case, without comments; None where a comment or
    a quoted string has no end. A quoted word loses its spaces, so that it stays one word."""
    clauses, depth, at = [""], 0, 0
    while at < len(value):
        if (match := _TOKEN.match(value, at)) is None:
            return None
        token, at = match[0], match.end()
        if token == "(":
            depth += 1
        elif token == ")":
            depth -= 1
            if depth < 0:
                return None
        elif depth:
            continue
        elif token == ";":
            clauses.append("")
        elif token.startswith('"'):
            clauses[-1] += "".join(token.split())
        else:
            clauses[-1] += token.lower()
    return [" ".join(clause.split()) for clause in clauses] if depth == 0 else None


def _result(clause: str) -> tuple[str, str, dict[str, str]]:
    words = re.sub(r"\s*=\s*", "=", clause).split(" ")
    method, _, result = words[0].partition("=")
    properties: dict[str, str] = {}
    for word in words[1:]:
        name, _, value = word.partition("=")
        properties.setdefault(name, value)
    return method.partition("/")[0], result, properties
