"""What may be said of a reader's knees over time: better, worse, or no clear change yet."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from accounts.models import User

from . import rules
from .models import KneeReading

Moment = KneeReading.Moment
# Two kinds of moment, each judged by itself: a line through both would fall for whoever begins to
# answer more of the one where knees are sorer. Mornings and rest days tell how a knee is by itself.
KINDS = {
    "mornings": (Moment.NEXT_MORNING, Moment.REST_DAY),
    "walks": (Moment.AFTER,),
}
BY = {
    "mornings": "by its mornings and rest days",
    "walks": "by how it was just after walks",
}


@dataclass(frozen=True)
class Claim:
    """One knee's trend, and the kind of moment it is judged by: a key of KINDS."""

    knee: str
    kind: str
    trend: rules.Trend

    @property
    def in_words(self) -> str:
        """One sentence, of direction and never of cause."""
        knee = f"{rules.KNEE_NAMES[self.knee]} knee"
        said, by = self.trend, BY[self.kind]
        if said.direction is rules.Direction.NOT_ENOUGH:
            more = "one more reading" if said.more == 1 else f"{said.more} more readings"
            return f"Not enough yet to say anything of your {knee}: about {more}."
        if said.direction is rules.Direction.NO_CLEAR_CHANGE or said.change is None:
            return f"No clear change yet in your {knee}, {by}."
        how = "better" if said.direction is rules.Direction.BETTER else "worse"
        return (
            f"Your {knee} is {how}, {by}: {abs(said.change):.1f} points "
            f"{'higher' if how == 'better' else 'lower'} in the last two weeks than in the first "
            f"two, {said.span} days in all. There is a number on {said.readings} of them."
        )


def of(reader: User, today: datetime.date) -> list[Claim]:
    """The claim of each knee that has a reading, left before right. 1 query.

    Of the last TREND_MAX_DAYS, without what was only remembered. By mornings where there are
    enough of them, else by what there is more of.
    """
    since = today - datetime.timedelta(days=rules.TREND_MAX_DAYS)
    readings = (
        reader.knee_readings.that_count()
        .for_claims()
        .filter(local_date__gt=since, local_date__lte=today)
        .filter(moment__in=[moment for moments in KINDS.values() for moment in moments])
        .values_list("knee", "moment", "local_date", "comfort")
    )
    kind_of = {moment: kind for kind, moments in KINDS.items() for moment in moments}
    series: dict[str, dict[str, list[tuple[datetime.date, float]]]] = defaultdict(
        lambda: {kind: [] for kind in KINDS}
    )
    for knee, moment, day, comfort in readings:
        series[knee][kind_of[Moment(moment)]].append((day, comfort))
    return [_claim(knee, series[knee]) for knee in sorted(series)]


def _claim(knee: str, of_kind: dict[str, list[tuple[datetime.date, float]]]) -> Claim:
    days = {kind: len({day for day, _ in readings}) for kind, readings in of_kind.items()}
    enough = [kind for kind in KINDS if days[kind] >= rules.TREND_MIN_READINGS]
    kind = enough[0] if enough else max(KINDS, key=lambda kind: days[kind])
    return Claim(knee, kind, rules.trend(of_kind[kind]))
