"""What Marit has written. The bodies are in `articles/`, the pictures in `pictures/`."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent

# slug: (name, one sentence)
TOPICS = {
    "sore-knees": ("Sore knees", "When a knee complains: what to notice, what to ask."),
    "getting-started": ("Getting started", "The first houses, and how to add the next ones."),
    "bones-and-balance": ("Bones and balance", "Thin bones, steady feet, and good questions."),
    "gear-and-ground": ("Gear and ground", "Shoes, sticks, slopes and what is under them."),
}


@dataclass(frozen=True)
class Article:
    """One article. `days_ago` counts from the day of loading: below 0 it is scheduled, None makes
    it a draft. `focus` is the point of its picture that crops keep in view."""

    slug: str
    title: str
    standfirst: str
    picture_alt: str
    topics: tuple[str, ...]
    days_ago: int | None
    reviewed_days_ago: int | None = None
    focus: tuple[float, float] = (0.5, 0.5)

    @property
    def body(self) -> str:
        return (FOLDER / "articles" / f"{self.slug}.html").read_text(encoding="utf-8")

    @property
    def picture(self) -> Path:
        return FOLDER / "pictures" / f"{self.slug}.webp"


ARTICLES = [
    Article(
        "shoes-sticks-and-hills",
        "Shoes, sticks and hills",
        "No shoe mends a knee. But a stick in the right hand and a hill in the right place can "
        "change how a walk feels.",
        "Boots, a stick and two poles by an open door. A dog sits on the step and looks at a "
        "path of dots that climbs a small green hill.",
        ("gear-and-ground",),
        days_ago=140,
        reviewed_days_ago=33,
    ),
    Article(
        "osteoporosis-and-walking",
        "Osteoporosis and walking: what to ask",
        "Whether walking is right for your bones is a question for someone who knows your bones. "
        "Here is how to get an answer that you can use.",
        "A woman with two walking poles crosses an old stone bridge with two arches, in evening "
        "light, behind her dog.",
        ("bones-and-balance",),
        days_ago=124,
        reviewed_days_ago=20,
    ),
    Article(
        "pain-behind-the-knee-after-ten-minutes",
        "Pain behind the knee after ten minutes",
        "Nobody can tell you from afar what it is. But you can find out when it comes, where it "
        "sits and what it cares about.",
        "Ten stepping stones across a quiet river. A woman with a stick stands on the tenth and "
        "looks back; her dog waits two stones behind.",
        ("sore-knees",),
        days_ago=108,
        reviewed_days_ago=45,
        focus=(0.7, 0.5),
    ),
    Article(
        "should-a-sore-knee-walk-at-all",
        "Should a sore knee walk at all?",
        "Sometimes yes, sometimes not today, and sometimes see someone first. A way to tell which.",
        "A woman rests on a bench under a golden tree. Her dog sits before her with the lead in "
        "its mouth; the path goes on behind it.",
        ("sore-knees", "getting-started"),
        days_ago=92,
        reviewed_days_ago=45,
        focus=(0.4, 0.6),
    ),
    Article(
        "start-with-six-houses",
        "Start with six houses",
        "If a walk feels like too much to begin with, choose a turning point that you can see "
        "from your front door.",
        "Six small houses in six colours along a green hill. At the last one a woman and her dog "
        "have turned round to walk home.",
        ("getting-started",),
        days_ago=76,
        reviewed_days_ago=12,
        focus=(0.85, 0.6),
    ),
    Article(
        "what-talking-pace-means",
        "What “talking pace” means",
        "You need no watch to find the right speed. You need one sentence, with a full stop at "
        "the end.",
        "Two friends chat as they walk over a hilltop behind a dog. The clouds above them look "
        "like speech bubbles.",
        ("getting-started",),
        days_ago=58,
        reviewed_days_ago=58,
    ),
    Article(
        "the-next-morning-rule",
        "The next-morning rule",
        "A knee can be loud on the way and quiet by breakfast, or the other way round. Trust "
        "breakfast.",
        "Sunrise through a bedroom window. Under a patchwork quilt two knees make two small "
        "hills, and a cat sleeps on one of them.",
        ("getting-started", "sore-knees"),
        days_ago=40,
        reviewed_days_ago=40,
    ),
    Article(
        "keeping-a-knee-diary",
        "Keeping a knee diary without fooling yourself",
        "Knees have good weeks and bad weeks, and memory has opinions. Five traps, and how to "
        "step round them.",
        "A notebook with a chart of dots, a cup of tea, reading glasses and a pencil. A cat’s "
        "paw reaches for the page.",
        ("getting-started",),
        days_ago=19,
        reviewed_days_ago=19,
    ),
    Article(
        "a-rest-week-belongs-to-the-plan",
        "A rest week belongs to the plan",
        "So many of you write to me after a week without walks and begin with “I am sorry”. Here "
        "is why you need not be.",
        "A rainy evening indoors. A woman reads with her feet up, the dog sleeps on the rug and "
        "the boots stand by the stove.",
        ("getting-started", "sore-knees"),
        days_ago=-400,
    ),
    Article(
        "walking-when-it-is-icy",
        "Walking when it is icy",
        "For the first frost. To be finished.",
        "Six houses with lit windows in the snow. A woman with a stick and her dog walk home "
        "under the moon.",
        ("gear-and-ground", "bones-and-balance"),
        days_ago=None,
    ),
]
