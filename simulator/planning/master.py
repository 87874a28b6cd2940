"""The least cost of a plan that meets what simulation has asked for so far: an integer programme, solved by HiGHS.

    minimise    sum_c cost_c x_c                         x_c persons of column c, whole, 0 .. most_c
    subject to  n_dp = sum of x_c that cover cell dp     persons on place p on day d
                n_dp >= least_p + sum_k (v_k - v_k-1) z_pk      z_pk in 0..1: on every day p has v_k persons or more
                z_pk >= z_p,k+1
                of each cut one of its (p, v):  sum z_pv >= 1
                of each gain:  sum_p gain_p(n_p) >= wanted,     n_p told by the steps z_p; of a group of places by
                               the place that has most

A cut of one place only raises that place's least. The steps v_k of a place are the numbers that cuts name there, or
all numbers where a gain counts them; steps in a row keep the relaxation near the whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from simulator.planning.programme import Programme
from simulator.planning.space import Constraint, Float, Space, cost_of
from simulator.tables.calls import Int64

GAP = 1e-3
TIME = 60.0
FAR = 0.25


@dataclass(frozen=True, slots=True)
class Gain:
    """What persons on a place bring: ``table`` float [places][levels], of which the sum has to reach ``wanted``.

    ``groups``: where a row is of several places in place of one, these; it counts the place that has most persons.
    """

    table: Float
    wanted: float
    groups: tuple[tuple[int, ...], ...] | None = None

    def rows(self) -> list[tuple[tuple[int, ...], Float]]:
        """Each row and its places."""
        groups = self.groups or tuple((place,) for place in range(len(self.table)))
        return list(zip(groups, self.table, strict=True))


@dataclass(frozen=True, slots=True)
class Optimum:
    """A plan of least cost, and below what cost none can be; ``gap`` relative to the cost."""

    persons: Int64
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the plan may be from the least, as a share of its cost."""
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0


@dataclass(slots=True)
class _Model(Programme):
    """The programme; ``steps``: of each place, the variable that says it has so many persons."""

    steps: dict[int, dict[int, int]] = field(default_factory=dict)


def solve(
    space: Space,
    cuts: Sequence[Constraint],
    gains: Sequence[Gain] = (),
    *,
    gap: float = GAP,
    seconds: float = TIME,
    known: float = 0.0,
) -> Optimum | None:
    """The plan of least cost under these cuts; None where there is none, or none near the least in so many seconds.

    ``known``: a cost that no plan is below; the first that is within the gap of it will do.
    """
    least, model = _least(space, cuts), _Model()
    for column in space.columns:
        model.variable(column.most, column.cost, whole=True)
    wide = _open(cuts, least)
    _staffed(model, space, least, _steps(wide, gains, least))
    for cut in wide:
        model.at_least(1.0, {model.steps[place][persons]: 1.0 for place, persons in cut.needs})
    for gain in gains:
        _gained(model, gain, least)
    best = model.best(seconds, gap=gap, known=known)
    if best is None:
        return None
    persons = np.rint(best.values[: len(space.columns)]).astype(np.int64)
    cost = cost_of(space.columns, persons)
    found = Optimum(persons, cost, min(cost, best.bound))
    # Out of time and far from the least, what was found is no answer to anything.
    return None if found.gap > FAR else found


def _least(space: Space, cuts: Sequence[Constraint]) -> Int64:
    least = space.least.copy()
    for cut in cuts:
        if len(cut.needs) == 1:
            [(place, persons)] = cut.needs
            least[place] = max(least[place], persons)
    return least


def _open(cuts: Sequence[Constraint], least: Int64) -> list[Constraint]:
    """Cuts that the least does not meet already."""
    return [cut for cut in dict.fromkeys(cuts) if len(cut.needs) != 1 and cut.broken_by(least)]


def _steps(cuts: Sequence[Constraint], gains: Sequence[Gain], least: Int64) -> list[list[int]]:
    """The numbers of persons of each place that cuts name, or that gains tell apart, rising."""
    steps: list[set[int]] = [set() for _ in least]
    for cut in cuts:
        for place, persons in cut.needs:
            steps[place].add(persons)
    for gain in gains:
        for places, row in gain.rows():
            for place in places:
                steps[place].update(range(int(least[place]) + 1, len(row)))
    return [sorted(each) for each in steps]


def _staffed(model: _Model, space: Space, least: Int64, steps: Sequence[Sequence[int]]) -> None:
    """Each place has its least on every day, and so many more as its steps say."""
    covering = _covering(space)
    for place, numbers in enumerate(steps):
        chain = [model.variable(whole=True) for _ in numbers]
        for before, after in pairwise(chain):
            model.at_least(0.0, {before: 1.0, after: -1.0})
        model.steps[place] = dict(zip(numbers, chain, strict=True))
        rises = np.diff([int(least[place]), *numbers]).tolist()
        more = dict(zip(chain, (-float(rise) for rise in rises), strict=True))
        days = range(space.days if more or least[place] > 0 else 0)
        # Days with the same columns are one row.
        for cell in dict.fromkeys(tuple(covering[day * len(least) + place]) for day in days):
            model.at_least(float(least[place]), dict.fromkeys(cell, 1.0) | more)


def _covering(space: Space) -> list[list[int]]:
    """Which columns cover each cell."""
    covering: list[list[int]] = [[] for _ in range(space.days * len(space.least))]
    for index, column in enumerate(space.columns):
        for cell in column.covers:
            covering[cell].append(index)
    return covering


def _gained(model: _Model, gain: Gain, least: Int64) -> None:
    """What the persons that a place has at least bring, and each step beyond."""
    terms: dict[int, float] = {}
    sure = 0.0
    for places, row in gain.rows():
        begin = max((int(least[place]) for place in places), default=len(row) - 1)
        numbers = range(begin + 1, len(row))
        brought = row[min(begin, len(row) - 1) :].tolist()
        sure += brought[0]
        chain = (_some(model, [model.steps[place][number] for place in places]) for number in numbers)
        terms |= dict(zip(chain, np.diff(brought).tolist(), strict=True))
    model.at_least(gain.wanted - sure, terms)


def _some(model: _Model, steps: Sequence[int]) -> int:
    """The variable that says that one of these is taken."""
    if len(steps) == 1:
        return steps[0]
    some = model.variable()
    model.at_least(0.0, dict.fromkeys(steps, 1.0) | {some: -1.0})
    return some
