"""At what value of one assumption, all others as in the file, the ranking of two policies flips: by bisection.

A case counts only where the interval of the paired difference excludes that the two are alike. Between the last value
at which one policy is surely ahead and the first at which the other is, lies the flip.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from simulator.questions.sensitivity.score import Apart
from simulator.scenario.ranges import Range

ROUNDS = 4
Compare = Callable[[Sequence[tuple[str, str]]], Sequence[Apart]]
"""How far the leader is ahead with a value (key, text) in place of the file's, for several at once."""
Ending = Literal["flips", "never", "unclear"]


@dataclass(frozen=True, slots=True)
class Point:
    """A value, its place in the range, and how far the leader of the file is ahead with it."""

    text: str
    place: float
    apart: Apart


@dataclass(frozen=True, slots=True)
class Flip:
    """The leader changes ``at`` a value, surely between the two values ``low`` and ``high``; ``to``: 1 where the
    policy that leads above it is the one that leads in the file, else -1."""

    at: str
    low: str
    high: str
    to: int


@dataclass(frozen=True, slots=True)
class Variation:
    """What became of one value: ``flips``; ``never``: surely the same leader at both ends as in the file; else
    ``unclear``. Points ascend."""

    range: Range
    ending: Ending
    flips: tuple[Flip, ...]
    points: tuple[Point, ...]


def vary(ranges: Sequence[Range], file: Apart, compare: Compare) -> list[Variation]:
    """Each of these values on its own over its range; ``file``: how far the leader is ahead in the file."""
    searches = [_Search(each, file) for each in ranges]
    for _ in range(ROUNDS + 1):
        values = [(search, text) for search in searches for text in search.next_values()]
        aparts = compare([(search.range.key, text) for search, text in values]) if values else ()
        for (search, text), apart in zip(values, aparts, strict=True):
            search.learn(text, apart)
    return [search.variation() for search in searches]


@dataclass(slots=True)
class _Search:
    """What is known of one value."""

    range: Range
    file: Apart
    points: dict[str, Point] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.learn(self.range.value, self.file)

    def learn(self, text: str, apart: Apart) -> None:
        self.points[text] = Point(text, self.range.place(text), apart)

    def next_values(self) -> list[str]:
        """The values to look at next: the ends, then what lies between opposite signs."""
        ends = self.range.options or (self.range.low, self.range.high)
        if fresh := [text for text in ends if text not in self.points]:
            return fresh
        if self.range.options:
            return []
        between = (text for gap in self.gaps() for text in self._middles(gap))
        return [text for text in dict.fromkeys(between) if text not in self.points]

    def sorted(self) -> list[Point]:
        return sorted(self.points.values(), key=lambda point: point.place)

    def gaps(self) -> Iterator[list[Point]]:
        """From a point with a sure leader to the next with another, those that are not sure between them."""
        points = self.sorted()
        sure = [place for place, point in enumerate(points) if point.apart.sign]
        for a, b in pairwise(sure):
            if points[a].apart.sign != points[b].apart.sign:
                yield points[a : b + 1]

    def _middles(self, gap: Sequence[Point]) -> list[str]:
        """Next to both ends of a gap."""
        pairs = [(gap[0], gap[1]), (gap[-2], gap[-1])]
        return [self.range.at((one.place + other.place) / 2) for one, other in pairs]

    def variation(self) -> Variation:
        gaps = list(self.gaps())
        points = tuple(self.sorted())
        if gaps:
            return Variation(self.range, "flips", tuple(self._flip(gap) for gap in gaps), points)
        alike = {point.apart.sign for point in points}
        return Variation(self.range, "never" if len(alike) == 1 and 0 not in alike else "unclear", (), points)

    def _flip(self, gap: Sequence[Point]) -> Flip:
        first, last = gap[0], gap[-1]
        if self.range.options:
            other = next(point.text for point in (first, last) if point.text != self.range.value)
            return Flip(other, first.text, last.text, last.apart.sign)
        return Flip(self.range.at(_zero(gap)), first.text, last.text, last.apart.sign)


def _zero(gap: Sequence[Point]) -> float:
    """Where the estimates cross zero, by the line between the first two that have different signs."""
    for one, other in pairwise(gap):
        a, b = one.apart.estimate.value, other.apart.estimate.value
        if (a > 0) != (b > 0):
            return one.place + (other.place - one.place) * a / (a - b)
    return (gap[0].place + gap[-1].place) / 2
