"""Two logs, as they might have been kept: ten weeks of Ada's, and Ben's first three walks.

With Ada's: where it hurt, what she answered to the red-flag questions after two sore walks, and
what she ticked of daily life each week.

Ada's knees do a little better in the end than in the beginning, with a garden, a wedding and a
rest week in between. Every day counts back from the day of loading, so the log is always fresh;
yesterday's walk has no mark for this morning yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MOMENTS = ("before", "worst", "after", "next_morning")

# Days ago, start, minutes, distance in the walker's own unit, minutes before a knee hurt, talk
# test; comfort (left/right, 10 is no pain or discomfort at all) before, at its worst, after, and
# the next morning; why they stopped, what they leaned on, whether they limped, and their note.
ADAS_WALKS = """
69 17:40  8 0.38     6 sentences 6/8 4/7 5/7 5/7 pain  -     no  Six houses. Left knee, at the back.
67 17:55  8 0.37     6 sentences 6/8 4/7 5/7 6/8 done  -     no  -
65 10:10  8 0.42     5 sentences 5/7 3/6 4/7 5/7 pain  -     yes Too fast. Missed the bus anyway.
62 18:00  8 0.38     7 sing      6/8 4/7 5/7 6/7 done  -     no  Turned at the bakery.
60 18:10  9 0.43     6 sentences 6/8 5/7 5/7 6/8 done  -     no  -
58 10:30  9 0.44     7 sentences 6/7 4/7 5/7 5/7 done  -     no  Rain. New shoes, old socks.
55 17:45 10 0.49     7 sentences 6/8 5/7 6/8 6/8 done  -     no  -
53 18:05 10 0.48     8 sentences 6/8 5/7 6/7 6/8 done  -     no  -
51 10:00 10 0.5      8 sentences 7/8 5/7 6/8 6/7 done  -     no  With Ruth, who talks even more.
49 17:50 11 0.54     8 sentences 6/8 5/7 6/8 7/8 done  -     no  -
46 18:00 11 0.54     8 sentences 6/8 5/7 6/8 6/8 done  -     no  -
44 17:30  9 0.39     5 sentences 5/7 3/6 4/6 3/6 pain  -     yes Dug the vegetable bed yesterday.
42 18:15  6 0.25     5 sing      4/7 3/6 4/7 5/7 pain  stick no  Six houses, with Dad's stick.
40 17:50  9 0.42     7 sentences 5/7 4/7 5/7 6/8 done  stick no  -
38 18:00 10 0.49     9 sentences 6/8 5/7 6/8 6/8 done  -     no  -
37 10:20 10 0.5      9 sentences 6/8 5/8 6/8 6/8 done  -     no  Short one before the market.
36 17:55 11 0.55    10 sentences 6/8 5/8 6/8 7/8 done  -     no  -
28 18:00 11 0.55     9 sentences 7/8 5/7 6/8 6/8 done  -     no  After the rest week. One step back.
26 17:40 12 0.6     10 sentences 6/8 5/7 6/8 7/8 done  -     no  -
24 10:15 12 0.62    11 sentences 7/8 6/8 7/8 7/8 done  -     no  Round the green. Geese.
21 18:05 13 0.68    11 sentences 6/8 5/7 6/8 6/8 done  -     no  -
19 17:45 14 0.75    12 sentences 7/8 6/8 7/8 7/9 done  -     no  -
17 10:30 14 0.74    11 sentences 7/8 5/7 6/8 6/8 done  -     no  Forgot to slow down on the hill.
15 18:20 10 0.47     8 sentences 5/7 4/6 5/7 5/7 pain  -     yes Danced at a wedding. Worth it.
13 17:50 13 0.69    11 sentences 6/8 5/7 6/8 7/8 done  -     no  -
11 10:05 15 0.82    13 sentences 7/8 6/8 7/8 7/8 done  -     no  -
 9 18:00 16 0.88    13 sentences 7/8 6/8 7/8 7/9 done  -     no  -
 6 18:10 17 0.95    14 sentences 7/9 6/8 7/8 8/9 done  -     no  Past the bakery without noticing!
 4 17:55 19 1.05    13 sentences 7/8 6/8 7/9 7/8 done  -     no  -
 1 18:05 20 1.12    14 sentences 8/9 6/8 7/9 -   done  -     no  Twenty! Flapjacks on the bench.
"""

# Marks of the rest week: days ago, left, right.
ADAS_REST_DAYS = [(34, 6, 8), (32, 7, 8), (30, 7, 9)]

# Where it hurt: the days ago of the walk, or of the rest day, and knee:place. From the back and the
# inner side of the left knee to its inner side alone; the right one around its kneecap on hills.
ADAS_SPOTS = """
69 L:back L:inner
67 L:back L:inner R:around
65 L:back L:inner R:around
62 L:back
60 L:inner L:back
58 L:inner R:around
55 L:inner
51 L:inner L:moves
46 L:inner
44 L:all_over L:back R:around
42 L:all_over
40 L:inner
34 L:inner
28 L:inner
24 R:around
21 L:inner
17 L:inner R:around
15 L:inner L:behind
13 L:inner
6 L:inner
1 L:inner
"""

# Days ago on which she answered the red-flag questions: none of them, each time.
ADAS_ANSWERS = [69, 65, 60, 58, 44, 41]

# Weeks ago (1 is the last whole one): chair, stairs, floor, back, energy; 3 is the easiest, - left
# out. The weekly questions came in her third week.
ADAS_WEEKS = """
8 1 1 0 2 1
7 1 1 0 2 2
6 1 0 0 1 1
5 2 1 1 2 2
4 2 1 - 2 2
3 2 2 1 2 2
2 2 2 1 3 2
1 2 2 1 2 3
"""

BENS_WALKS = """
10 15:10 10 0.4      8 sentences 7/6 6/5 7/6 7/6 done  -     no  Two hydrants.
 6 15:30 12 0.5     10 sentences 7/6 6/5 7/6 -   tired -     no  After a double shift.
 2 15:05 12 0.5  never sing      7/7 7/6 8/7 7/7 done  -     no  Third hydrant.
"""


@dataclass(frozen=True)
class Walked:
    """One row of a table. `marks` holds (left, right) by moment; a moment not noted is left out."""

    days_ago: int
    start: str
    minutes: int
    distance: str
    hurt_after_minutes: int | None
    talk_test: str
    marks: dict[str, tuple[int, int]]
    stop_reason: str
    aid: str
    limped: bool
    notes: str


def read(table: str) -> Iterator[Walked]:
    """The rows of a table above, oldest first."""
    for row in table.strip().splitlines():
        days, start, minutes, distance, hurt, talk, *marks, stop, aid, limped, notes = row.split(
            maxsplit=13
        )
        yield Walked(
            days_ago=int(days),
            start=start,
            minutes=int(minutes),
            distance=distance,
            hurt_after_minutes=None if hurt == "never" else int(hurt),
            talk_test=talk,
            marks={
                moment: (int(pair[0]), int(pair[2]))
                for moment, pair in zip(MOMENTS, marks, strict=True)
                if pair != "-"
            },
            stop_reason=stop,
            aid="none" if aid == "-" else aid,
            limped=limped == "yes",
            notes="" if notes == "-" else notes,
        )


def spots() -> Iterator[tuple[int, str, str]]:
    """Days ago, knee and place of ADAS_SPOTS."""
    for row in ADAS_SPOTS.strip().splitlines():
        days, *places = row.split()
        for knee, _, place in (place.partition(":") for place in places):
            yield int(days), knee, place


def weeks() -> Iterator[tuple[int, list[int | None]]]:
    """Weeks ago, and the five answers, of ADAS_WEEKS."""
    for row in ADAS_WEEKS.strip().splitlines():
        ago, *answers = row.split()
        yield int(ago), [None if answer == "-" else int(answer) for answer in answers]
