"""The parts of the answer: the ranking in the file and the samples, influence, values varied alone, shared phones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from simulator.decisions.sensitivity.cases import Bench
from simulator.decisions.sensitivity.flips import Varied, vary
from simulator.decisions.sensitivity.households import (
    CHOICES,
    NONE_SHARED,
    Confirmed,
    Crossing,
    Route,
    alone,
    around,
    choose_key,
    crossings,
    phones_of,
    shares_of,
)
from simulator.decisions.sensitivity.influence import Influence, influence
from simulator.decisions.sensitivity.runs import Runs
from simulator.decisions.sensitivity.score import Apart, Criterion, apart, scores
from simulator.decisions.sensitivity.standing import Ranking
from simulator.scenario.quantity import written
from simulator.scenario.ranges import Range
from simulator.tables.calls import Int64

TOP = 5
"""Values varied alone, those with most influence; the shares of shared phones, and their choice, in any case."""
DIGITS = 3
"""Digits that count of a share at which two policies are simulated to change places."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two policies, how far the first is ahead in the file, and what that hangs on: of each value its coefficient, and
    what became of those that were varied alone."""

    one: int
    other: int
    file: Apart
    influence: Influence
    varied: tuple[Varied, ...] = ()


@dataclass(frozen=True, slots=True)
class Household:
    """Shared phones, where rankings flip by the line, and those crossings that were simulated."""

    route: Route
    crossings: tuple[Crossing, ...]
    confirmed: tuple[Confirmed, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """Values varied alone, all others as in the file; ``replications``: of each case, and ``seed`` that of shuffles."""

    bench: Bench
    ranges: tuple[Range, ...]
    by: Criterion
    runs: Runs
    replications: int
    seed: int

    def file(self) -> Int64:
        """The numbers with all values as in the file."""
        (found,) = self.runs.run([self.bench.case({})], self.replications)
        return np.asarray(found)

    def pairs(self, ranking: Ranking, values: Sequence[dict[str, str]], file: Int64, found: Int64) -> Iterator[Pair]:
        """Pairs for which values are varied alone, then the other neighbours of the ranking.

        ``values`` and ``found``: those of the samples.
        """
        table = np.array([[each.size(row[each.key]) for each in self.ranges] for row in values])
        each, order = scores(found, self.by), ranking.order
        first = self._asked(order, file)
        for one, other in dict.fromkeys([*first, *pairwise(order)]):
            hangs_on = influence(table, each[:, one] - each[:, other], self.seed)
            varied = self._varied(hangs_on, one, other, file) if (one, other) in first else ()
            yield Pair(one, other, apart(file, one, other, self.by), hangs_on, varied)

    def _asked(self, order: Sequence[int], file: Int64) -> list[tuple[int, int]]:
        """The leader with the next; with the next that it can be told apart from; and with no policy, since whether any
        rule is better than none is asked in any case."""
        surely = [other for other in order[1:] if apart(file, order[0], other, self.by).sign]
        others = [order[1], *surely[:1], *([0] if order[0] else [])]
        return [(order[0], other) for other in dict.fromkeys(others)]

    def _varied(self, hangs_on: Influence, one: int, other: int, file: Int64) -> tuple[Varied, ...]:
        """The values with most influence varied alone, most first."""
        strength = np.abs(hangs_on.coefficients)
        best = [k for k in np.argsort(-strength, kind="stable").tolist() if strength[k] > hangs_on.bound][:TOP]
        phones = [k for k, each in enumerate(self.ranges) if ".shared_with." in each.key]
        top = [self.ranges[k] for k in dict.fromkeys([*best, *phones])]

        def told(asked: Sequence[tuple[str, str]]) -> list[Apart]:
            return self._aparts([{key: text} for key, text in asked], one, other)

        return tuple(vary(top, apart(file, one, other, self.by), told))

    def _aparts(self, changes: Sequence[dict[str, str]], one: int, other: int) -> list[Apart]:
        """How far one policy is ahead of another in each of these cases."""
        found = self.runs.run([self.bench.case(each) for each in changes], self.replications)
        return [apart(each, one, other, self.by) for each in found]

    def households(self, ranking: Ranking) -> Iterator[Household]:
        """Shared phones of genuine callers; of time freed they say nothing."""
        for share, group, owner in shares_of(self.bench.scenario, self.ranges) if self.by != "freed" else ():
            route = self._route(share, group, owner)
            if route.known:
                yield self._household(route, ranking.order)

    def _route(self, share: Range, group: str, owner: str) -> Route:
        size = share.size(share.value) or share.size(share.high)
        cases = [self.bench.case(alone(self.bench.scenario, share, choose)) for choose in CHOICES]
        found = [phones_of(each, size) for each in self.runs.run(cases, self.replications)]
        now = self.bench.scenario.callers[group].numbers.shared_with[owner].choose
        return Route(share, group, owner, now, dict(zip(CHOICES, found, strict=True)))

    def _household(self, route: Route, order: tuple[int, ...]) -> Household:
        (none,) = self.runs.run([self.bench.case({route.range.key: NONE_SHARED})], self.replications)
        found = crossings(route, order, {pair: apart(none, *pair, self.by) for pair in combinations(order, 2)})
        # The choice of the file for every pair, the other one for the leaders; where there is something to cross.
        wanted = [each for each in found if each.choose == route.choose or (each.one, each.other) == order[:2]]
        confirmed = tuple(self._confirmed(route, each, each.share) for each in wanted if each.share and each.none.sign)
        return Household(route, tuple(found), confirmed)

    def _confirmed(self, route: Route, crossing: Crossing, share: float) -> Confirmed:
        shares = tuple(written(each, " %", DIGITS) for each in around(share))
        changes = [{route.range.key: each, choose_key(route.range): crossing.choose} for each in shares]
        return Confirmed(crossing, shares, tuple(self._aparts(changes, crossing.one, crossing.other)))
