"""Words on a detour: typed by a visitor who signs in before sending, and given back to them then.

Only a press of “Sign in first” begins a session for a visitor, and it ends within the hour.
"""

import time

from django.http import HttpRequest

from articles.models import Article

from .models import Comment
from .words import tidy

SESSION_KEY = "words_on_a_detour"
# Long enough to sign up and find the mail; it is a health note in a session of nobody yet.
KEPT_FOR_S = 3600
# Characters; four times what can be sent, so that nothing a person typed is cut.
MOST_KEPT = 20_000


def keep(request: HttpRequest, article: Article, reply_to: Comment | None) -> None:
    """Keep what a visitor typed into the form under an article."""
    request.session[SESSION_KEY] = {
        "article": article.pk,
        "reply_to": reply_to.pk if reply_to else None,
        "words": tidy(request.POST.get("comment", ""))[:MOST_KEPT],
        "at": int(time.time()),
    }
    request.session.set_expiry(KEPT_FOR_S)


def take(request: HttpRequest | None, article: Article, reply_to: Comment | None = None) -> str:
    """What this reader typed here before they signed in, if it was lately; else nothing. Once."""
    if request is None or not request.user.is_authenticated:
        return ""
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        return ""
    is_over = time.time() - kept["at"] > KEPT_FOR_S
    here = (article.pk, reply_to.pk if reply_to else None)
    is_from_here = (kept["article"], kept["reply_to"]) == here
    if is_over or is_from_here:
        del request.session[SESSION_KEY]
    return kept["words"] if is_from_here and not is_over else ""
