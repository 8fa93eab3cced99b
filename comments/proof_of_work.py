"""A small sum for a guest's device, where the keeper asks for it (PROOF_OF_WORK): a second of one
reader's time, and too much of it for a program that writes under ten thousand articles.

ALTCHA's protocol, by its own library: we sign a challenge, the form's script (proof.js) solves it
while the guest writes, and the solution comes with the comment. It refuses nobody: what comes
without one, from a browser without JavaScript or from a program, waits for the coach.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

from . import limits

ALGORITHM = "PBKDF2/SHA-256"
# Rounds of the hash in each try; the library's own example. One try takes a server 2 ms.
ITERATIONS = 5_000
# Tries until the solution: about a second on a laptop, three on an old phone. Bounded on both
# sides, where a search for leading zeros could take a reader ten times as long as another.
FEWEST_TRIES, MOST_TRIES = 150, 300
# Long enough for a slow writer; what is solved is good for one comment within it.
VALID_FOR = timedelta(hours=1)
# Characters of a solution; ours have about 700.
LONGEST = 4_000


def challenge() -> dict[str, Any]:
    """A new one, signed for this site and for VALID_FOR. Costs one try, and stores nothing."""
    made = altcha.create_challenge(
        ALGORITHM,
        ITERATIONS,
        counter=FEWEST_TRIES + secrets.randbelow(MOST_TRIES - FEWEST_TRIES),
        expires_at=datetime.now(UTC) + VALID_FOR,
        hmac_secret=_secret(),
    )
    return made.to_dict()


def spend(solution: str) -> str:
    """Take a solution for one comment; returns what is wrong with it, in words for the coach, or
    "" where nothing is.

    Inside the transaction that stores the comment. Two queries for a good one, else none.
    """
    if not solution:
        return "none came with it"
    if len(solution) > LONGEST:
        return "not one of ours"
    result = altcha.verify_solution(solution, _secret())
    if not result.verified:
        return "too old" if result.expired else "not one of ours"
    try:
        limits.spend_solution(altcha.Payload.from_base64(solution).challenge.parameters.nonce)
    except limits.OverLimit:
        return "used before"
    return ""


def _secret() -> bytes:
    """Of the site's key and address, so that a solution for another site is worth nothing."""
    return salted_hmac("comments.proof_of_work", settings.BASE_URL, algorithm="sha256").digest()
