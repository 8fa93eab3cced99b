"""Who is in the demo: the coach, two readers with logs, and guests, who have only a name."""

from dataclasses import dataclass
from pathlib import Path

PASSWORD = "walk-with-me"


@dataclass(frozen=True)
class Person:
    """Someone with an account. `units` is "km" or "mi"; `time_zone` an IANA name."""

    email: str
    name: str
    units: str = "km"
    time_zone: str = "Europe/London"


MARIT = Person("coach@example.com", "Marit")
ADA = Person("ada@example.com", "Ada")
BEN = Person("ben@example.com", "Ben", "mi", "America/New_York")
PEOPLE = [MARIT, ADA, BEN]

COACH_LINE = "Walking coach with two knees of my own. I read every question, and I answer by name."

# What Marit writes often, and an answer that she has begun.
PHRASES = {
    "See a doctor first": (
        "Please have this seen before the next walk: tell them what you told me, in these words. "
        "I would not wait with it."
    ),
    "Stairs": (
        "Going up, the good leg first; coming down, the sore leg first; and a hand on the rail."
    ),
    "Tell me in two weeks": (
        "Write it down for two weeks, good days and bad ones, and then tell me here. "
        "I answer every time."
    ),
}
DRAFT_FOR = "Bettina"
DRAFT = "Insoles are an honest question, Bettina. Before you spend anything on them, "

PORTRAIT = Path(__file__).parent / "pictures" / "marit.webp"


def email_of_guest(name: str) -> str:
    """example.com is kept free for examples (RFC 2606), so nobody is ever mailed by mistake."""
    return f"{name.lower()}@example.com"


# Questions whose answers have a page of their own: the article and who asked; title, body part.
PAGES = {
    ("osteoporosis-and-walking", "Katrin"): (
        "May I walk with osteoporosis, or could a walk break a bone?",
        "else",
    ),
    ("pain-behind-the-knee-after-ten-minutes", "Yusuf"): (
        "Both calves hurt at the same lamp post every time. What is that?",
        "back",
    ),
    ("keeping-a-knee-diary", "Samir"): (
        "My physio counts pain the other way round. What do I tell her?",
        "whole",
    ),
}

# Ada came to twenty minutes by herself, and is on this step of this plan for so many days.
ADAS_PLAN, ADAS_STEP, ADAS_STEP_SINCE = "six-weeks-gently", 3, 4

# What the log suggests to read: the article, the verdict, where it hurts, and one line.
ARTICLES_FOR_KNEES = [
    ("a-rest-week-belongs-to-the-plan", "rest", "", "Because a day or two of rest come first now."),
    ("the-next-morning-rule", "hold", "", "What the morning after has to say in it."),
    (
        "pain-behind-the-knee-after-ten-minutes",
        "",
        "back",
        "Because you named the back of the knee more than once.",
    ),
]
