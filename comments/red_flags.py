"""Words that mean "see someone today": shown to whoever types them, before they post.

A fixed list, so that everybody can read what it does. It knows nothing of who writes; it stores
nothing, logs nothing and blocks nothing. It takes no notice of "no" and "not": "it does not lock"
is warned of like a locking knee, since one warning too many costs a press, and one too few may
cost a leg.

Sources: the NHS's advice on deep vein thrombosis (sudden breathlessness and chest pain: call 999;
a throbbing, warm, swollen calf: ask the same day) and on knee pain (not bearing weight, locking,
giving way, bad swelling, heat with redness or fever: the same day), both read second-hand. A
clinician has not reviewed the wording yet; change it only together with `VERSION`.
"""

import re
import unicodedata

VERSION = "2026-11"

EMERGENCY = "999"
SAME_DAY = "same_day"

_SUDDEN = ("sudden", "suddenly")
_BREATHLESS = (
    "breathless",
    "breathlessness",
    "short of breath",
    "shortness of breath",
    "out of breath",
    "cant breathe",
    "cannot breathe",
    "hard to breathe",
    "struggling to breathe",
)
_KNEE = ("knee", "knees", "joint", "leg")

# A flag is up when, within one sentence, each of its groups has one of its phrases.
FLAGS: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    (EMERGENCY, (_SUDDEN, _BREATHLESS)),
    (EMERGENCY, (("cant breathe", "cannot breathe", "struggling to breathe"),)),
    (
        EMERGENCY,
        (("chest pain", "chest pains", "pain in my chest", "tight chest", "chest hurts"),),
    ),
    (
        SAME_DAY,
        (
            (
                "cant bear weight",
                "cannot bear weight",
                "cant put weight",
                "cannot put weight",
                "cant put any weight",
                "cannot put any weight",
                "unable to bear weight",
                "cant stand on it",
                "cannot stand on it",
                "cant move it",
                "cannot move it",
                "changed shape",
            ),
        ),
    ),
    (SAME_DAY, (_KNEE, ("locked", "locks", "locking", "gets stuck", "is stuck"))),
    (SAME_DAY, (_KNEE, ("gives way", "gave way", "giving way", "gives out", "gave out"))),
    (SAME_DAY, (_KNEE, ("hot",), ("red", "fever", "swollen"))),
    (
        SAME_DAY,
        (("badly swollen", "very swollen", "hugely swollen", "swollen up", "like a balloon"),),
    ),
    (
        SAME_DAY,
        (
            ("calf", "calves", "back of my knee", "back of the knee"),
            ("swollen", "swelling", "throbbing", "throbs", "warm", "hot"),
        ),
    ),
)

_SENTENCE = re.compile(r"[.!?;\n]")
_APOSTROPHE = re.compile("['’]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def found_in(text: str) -> str | None:
    """The highest level that `text` names: EMERGENCY, SAME_DAY or None. Linear in its length."""
    levels = set()
    text = _APOSTROPHE.sub("", unicodedata.normalize("NFKC", text).lower())
    for sentence in _SENTENCE.split(text):
        padded = f" {_BETWEEN_WORDS.sub(' ', sentence).strip()} "
        for level, groups in FLAGS:
            if all(any(f" {phrase} " in padded for phrase in group) for group in groups):
                levels.add(level)
                if level == EMERGENCY:
                    return EMERGENCY
    return SAME_DAY if levels else None
