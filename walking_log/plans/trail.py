"""The plan as a trail: a dotted path with a stone for each step. Pure numbers for a template."""

import math
from dataclasses import dataclass

# In the units of the drawing. A stone is large enough to hold its number.
STEP_PX = 76
MARGIN_PX = 34
HEIGHT_PX = 120
SWING_PX = 26
STONE_PX = 17


@dataclass(frozen=True)
class Stone:
    """A step on the trail. `state` is done, here or ahead."""

    number: int
    x: float
    y: float
    state: str
    label: str


@dataclass(frozen=True)
class Trail:
    """The drawing: its size, the path through the stones, and them."""

    width: int
    height: int
    path: str
    walked: str
    stones: tuple[Stone, ...]
    radius: int = STONE_PX


def draw(labels: list[str], here: int | None) -> Trail:
    """A stone for each label, the one numbered `here` (from 1) marked; None where none is."""
    points = [(_x(place), _y(place)) for place in range(len(labels))]
    stones = tuple(
        Stone(
            number,
            x,
            y,
            "ahead" if here is None or number > here else "here" if number == here else "done",
            label,
        )
        for number, ((x, y), label) in enumerate(zip(points, labels, strict=True), 1)
    )
    return Trail(
        width=round(_x(max(len(labels) - 1, 0)) + MARGIN_PX),
        height=HEIGHT_PX,
        path=_curve(points),
        walked=_curve(points[:here]) if here else "",
        stones=stones,
    )


def _x(place: int) -> float:
    return MARGIN_PX + place * STEP_PX


def _y(place: int) -> float:
    return round(HEIGHT_PX / 2 + SWING_PX * math.sin(place * 1.9 + 0.6), 1)


def _curve(points: list[tuple[float, float]]) -> str:
    """A smooth path, level at each point."""
    if not points:
        return ""
    (x, y), *rest = points
    path = [f"M{x:g} {y:g}"]
    for next_x, next_y in rest:
        half = (x + next_x) / 2
        path.append(f"C{half:g} {y:g} {half:g} {next_y:g} {next_x:g} {next_y:g}")
        x, y = next_x, next_y
    return "".join(path)
