"""How well the learning filter tells made-up spam from made-up questions, by what it has learned.

    .venv/bin/python -m bench.spam_filter

Sentences are put together by chance from fixed parts, half of the parts for learning and all of
them for the test, so that a test comment is new and some of its words are too. Prints, for so many
comments learned of each kind: precision (of what it held, how much was spam), recall (of the spam,
how much it held) and the questions held in error, out of 500 of each. Real spam is more varied:
read it as a check that the filter works, not as a promise.
"""

import os
import random
import tempfile

SIZES = (5, 10, 20, 50, 200)
TESTED = 500

QUESTIONS = [
    [
        "My left knee",
        "My right knee",
        "The inner side of my knee",
        "My hip",
        "My kneecap",
        "The joint",
        "My ankle",
        "The back of my knee",
    ],
    ["hurts", "clicks", "is stiff", "swells", "feels weak", "aches", "gives way", "burns"],
    [
        "when I walk downhill",
        "on the stairs",
        "after six houses",
        "in the morning",
        "after sitting",
        "on the second day",
        "with new shoes",
        "at night",
    ],
    [
        "Should I rest?",
        "May I walk on?",
        "Do poles help?",
        "Is that normal?",
        "How long before it settles?",
        "Would a brace help?",
        "Does tai chi do the same?",
        "Which shoes would you choose?",
    ],
]
SPAM = [
    [
        "Great post!",
        "Hello dear friends,",
        "Amazing offer:",
        "Nice blog,",
        "Attention!",
        "Good day,",
        "Congratulations,",
        "Dear sir,",
    ],
    [
        "buy cheap pills",
        "win at our casino",
        "get a fast loan",
        "rank your website first",
        "invest in bitcoin",
        "order replica watches",
        "knee pain miracle cure",
        "meet singles",
    ],
    [
        "at https://best-deals.example",
        "with 70% discount",
        "no prescription",
        "guaranteed",
        "click www.offer.example",
        "limited time",
        "free shipping",
        "without risk",
    ],
    [
        "Visit my site now!",
        "Contact me on WhatsApp.",
        "Sign up today!",
        "Order here!",
        "Make money from home!",
        "Trusted by thousands!",
        "Earn more now!",
        "Best price!",
    ],
]


def made_up(parts: list[list[str]], count: int, chance: random.Random, share: float) -> list[str]:
    """So many texts of one part of each list; of its first `share` only."""
    chosen = [part[: max(1, int(len(part) * share))] for part in parts]
    return [" ".join(chance.choice(part) for part in chosen) for _ in range(count)]


def measured(size: int) -> tuple[int, int]:
    """Of TESTED each: spam held, questions held; after `size` of each kind were learned."""
    from comments import spam_filter

    chance = random.Random(size)
    learn(made_up(SPAM, size, chance, 0.5), is_spam=True)
    learn(made_up(QUESTIONS, size, chance, 0.5), is_spam=False)

    def held(parts):
        scores = [spam_filter.score(text) for text in made_up(parts, TESTED, chance, 1)]
        return sum(s is not None and s.value >= spam_filter.HOLD_FROM for s in scores)

    return held(SPAM), held(QUESTIONS)


def learn(texts: list[str], *, is_spam: bool) -> None:
    from comments import spam_filter
    from comments.models import Comment

    for text in texts:
        spam_filter.learn_words(Comment(comment=text), is_spam=is_spam)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="walkcoach.settings",
            WALKCOACH_DATA=folder,
            SECRET_KEY="only for the bench",
        )
        import django

        django.setup()
        from django.core.management import call_command

        from comments.models import TrainedWord

        call_command("migrate", verbosity=0)
        print(f"{'learned of each':>15}{'precision':>11}{'recall':>8}{'held in error':>15}")
        for size in SIZES:
            TrainedWord.objects.all().delete()
            spam, ham = measured(size)
            precision = f"{spam / (spam + ham):.3f}" if spam + ham else "-"
            print(f"{size:>15}{precision:>11}{spam / TESTED:>8.3f}{ham:>9} of {TESTED}")


if __name__ == "__main__":
    main()
