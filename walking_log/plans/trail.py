"""The plan as a trail: a dotted path with a stone for each step. Pure numbers for a template."""

import math
from dataclasses import dataclass

# In the units of the drawing. A stone is large enough to hold its number.
STEP_PX = 76
ROW_PX = 92
MARGIN_PX = 34
SWING_PX = 14
STONE_PX = 18
# More in a row would be too small to read on a phone; the trail turns and comes back.
MOST_IN_A_ROW = 6


@dataclass(frozen=True)
class Stone:
    """A step on the trail. `state` is behind, here or ahead; behind says nothing of who walked
    it, for a reader may begin anywhere."""

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
    rows = max(1, math.ceil(len(labels) / MOST_IN_A_ROW))
    in_a_row = max(1, math.ceil(len(labels) / rows))
    points = [_place(number, in_a_row) for number in range(len(labels))]
    stones = tuple(
        Stone(
            number,
            x,
            y,
            "ahead" if here is None or number > here else "here" if number == here else "behind",
            label,
        )
        for number, ((x, y), label) in enumerate(zip(points, labels, strict=True), 1)
    )
    return Trail(
        width=2 * MARGIN_PX + (in_a_row - 1) * STEP_PX,
        height=rows * ROW_PX,
        path=_curve(points),
        walked=_curve(points[:here]) if here else "",
        stones=stones,
    )


def _place(number: int, in_a_row: int) -> tuple[float, float]:
    """Where a stone lies: rows run to and fro, so that the path never jumps back."""
    row, column = divmod(number, in_a_row)
    if row % 2:
        column = in_a_row - 1 - column
    x = MARGIN_PX + column * STEP_PX
    return x, round(ROW_PX * (row + 0.5) + SWING_PX * math.sin(number * 1.9 + 0.6), 1)


def _curve(points: list[tuple[float, float]]) -> str:
    """A smooth path: level at each point, and a bend where a row ends."""
    if not points:
        return ""
    (x, y), *rest = points
    path = [f"M{x:g} {y:g}"]
    for next_x, next_y in rest:
        if x == next_x:
            bend = x + (STEP_PX if x > MARGIN_PX else -STEP_PX) * 0.4
            path.append(f"C{bend:g} {y:g} {bend:g} {next_y:g} {next_x:g} {next_y:g}")
        else:
            half = (x + next_x) / 2
            path.append(f"C{half:g} {y:g} {half:g} {next_y:g} {next_x:g} {next_y:g}")
        x, y = next_x, next_y
    return "".join(path)
