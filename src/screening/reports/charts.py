"""Where the lines, bars and labels of a chart lie, in units of its drawing. Pure; the page draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor, log10

HOUR = timedelta(hours=1)
STEPS = (1, 2, 5, 10)
GRID_LINES = 4

LEFT, RIGHT, TOP, BOTTOM = 64.0, 28.0, 10.0, 30.0
"""What is kept free around the line, for labels."""

BAR, GAP, NAMES, VALUES = 16.0, 8.0, 190.0, 70.0
"""Height of a bar, what is between two, and the width kept for names and for values."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time with the area below it."""

    width: float
    height: float
    points: str
    area: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    gaps: int
    """Hours that are not told: the line goes through them at 0."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bar."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of parts, with its name and its value in words."""

    name: str
    value: str
    y: float
    pieces: tuple[Piece, ...]

    @property
    def end(self) -> float:
        """Where the bar ends."""
        return max((piece.x + piece.width for piece in self.pieces), default=NAMES)


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below each other."""

    width: float
    height: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one bar shall show; parts that are not told are None."""

    name: str
    value: str
    parts: Mapping[str, int | None]


def ceiling(largest: float) -> tuple[float, float]:
    """Give the end of an axis above a value, and the step of its grid: 1, 2 or 5 times a power of ten."""
    rough = max(largest, GRID_LINES) / GRID_LINES
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in STEPS if power * each >= rough)
    return ceil(max(largest, 1) / step) * step, step


def line(hours: Mapping[datetime, int | None], width: float = 940, height: float = 240) -> Line | None:
    """Draw counts by the hour from the first to the last; hours that are left out count 0. None for no hour."""
    if not hours:
        return None
    first, last = min(hours), max(hours)
    count = round((last - first) / HOUR) + 1
    values = [hours.get(first + place * HOUR, 0) for place in range(count)]
    top, step = ceiling(max(value or 0 for value in values))
    across, up = width - LEFT - RIGHT, height - TOP - BOTTOM

    def x(place: int) -> float:
        return LEFT + across * (place / (count - 1) if count > 1 else 0.5)

    def y(value: float) -> float:
        return TOP + up * (1 - value / top)

    points = " ".join(f"{x(place):.1f},{y(value or 0):.1f}" for place, value in enumerate(values))
    return Line(
        width=width,
        height=height,
        points=points,
        area=f"{x(0):.1f},{y(0):.1f} {points} {x(count - 1):.1f},{y(0):.1f}",
        across=tuple(Tick(x(place), label) for place, label in _moments(first, count)),
        up=tuple(Tick(y(number * step), f"{number * step:,.0f}") for number in range(round(top / step) + 1)),
        gaps=sum(value is None for value in values),
    )


def _moments(first: datetime, count: int) -> list[tuple[int, str]]:
    """Choose where time is written: at midnights, or, when there are fewer than three, every few hours."""
    hours = [(place, first + place * HOUR) for place in range(count)]
    days = [(place, f"{at:%d %b}") for place, at in hours if at.hour == 0]
    if len(days) < 3:
        every = max(1, ceil(count / 8))
        return [(place, f"{at:%d %b %H:00}" if count > 12 else f"{at:%H:00}") for place, at in hours[::every]]
    return days[:: max(1, ceil(len(days) / 12))]


def bars(wanted: Sequence[Wanted], width: float = 940) -> Bars:
    """Draw bars that share one scale, each from left to right in the order of its parts."""
    largest = max((sum(part or 0 for part in each.parts.values()) for each in wanted), default=0)
    scale = (width - NAMES - VALUES) / max(largest, 1)
    drawn = []
    for place, each in enumerate(wanted):
        at, pieces = NAMES, []
        for kind, part in each.parts.items():
            if part:
                pieces.append(Piece(kind, at, part * scale))
                at += part * scale
        drawn.append(Bar(each.name, each.value, place * (BAR + GAP), tuple(pieces)))
    return Bars(width, max(len(wanted) * (BAR + GAP), BAR), tuple(drawn))
