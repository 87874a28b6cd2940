"""The parts of the answer: the ranking in the file and the samples, influence, values varied alone, shared phones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator.questions.sensitivity.cases import CaseFactory, CaseRuns, Changes
from simulator.questions.sensitivity.flips import Variation, vary
from simulator.questions.sensitivity.households import (
    CHOICES,
    Household,
    Phones,
    alone,
    chances_blocked,
    choose_key,
    shares_of,
    shares_shown,
)
from simulator.questions.sensitivity.influence import Influence, influence
from simulator.questions.sensitivity.score import Apart, Criterion, apart, scores, shut_out
from simulator.questions.sensitivity.standing import Ranking
from simulator.scenario.callers import Choice
from simulator.scenario.ranges import Range
from simulator.tables.calls import Int64

TOP = 5
"""Values varied alone, those with most influence; the shares of shared phones, and their choice, in any case."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two policies, how far the first is ahead in the file, and what that hangs on: of each value its coefficient, and
    what became of those that were varied alone."""

    one: int
    other: int
    file: Apart
    influence: Influence
    varied: tuple[Variation, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """Values varied alone, all others as in the file; ``replications``: of each case, and ``seed`` that of shuffles."""

    factory: CaseFactory
    ranges: tuple[Range, ...]
    by: Criterion
    runs: CaseRuns
    replications: int
    seed: int

    def file(self) -> Int64:
        """The numbers with all values as in the file."""
        (found,) = self.runs.run([self.factory.case({})], self.replications)
        return np.asarray(found)

    def pairs(self, ranking: Ranking, values: Sequence[dict[str, str]], file: Int64, found: Int64) -> Iterator[Pair]:
        """Pairs for which values are varied alone, then the other neighbours of the ranking.

        ``values`` and ``found``: those of the samples.
        """
        table = np.array([[each.size(row[each.key]) for each in self.ranges] for row in values])
        each, order = scores(found, self.by), ranking.order
        first = self._pairs_to_vary(order, file)
        for one, other in dict.fromkeys([*first, *pairwise(order)]):
            hangs_on = influence(table, each[:, one] - each[:, other], self.seed)
            varied = self._variations(hangs_on, one, other, file) if (one, other) in first else ()
            yield Pair(one, other, apart(file, one, other, self.by), hangs_on, varied)

    def _pairs_to_vary(self, order: Sequence[int], file: Int64) -> list[tuple[int, int]]:
        """The leader with the next; with the next that it can be told apart from; and with no policy, since whether any
        rule is better than none is looked at in any case."""
        surely = [other for other in order[1:] if apart(file, order[0], other, self.by).sign]
        others = [order[1], *surely[:1], *([0] if order[0] else [])]
        return [(order[0], other) for other in dict.fromkeys(others)]

    def _variations(self, hangs_on: Influence, one: int, other: int, file: Int64) -> tuple[Variation, ...]:
        """The values with most influence varied alone, most first."""
        strength = np.abs(hangs_on.coefficients)
        best = [k for k in np.argsort(-strength, kind="stable").tolist() if strength[k] > hangs_on.bound][:TOP]
        phones = [k for k, each in enumerate(self.ranges) if ".shared_with." in each.key]
        top = [self.ranges[k] for k in dict.fromkeys([*best, *phones])]

        return tuple(self._alone(top, apart(file, one, other, self.by), one, other))

    def _alone(
        self, ranges: Sequence[Range], file: Apart, one: int, other: int, besides: Changes | None = None
    ) -> list[Variation]:
        """Each of these values varied on its own, with these changes ``besides``; ``file``: with those alone."""

        def compare(values: Sequence[tuple[str, str]]) -> list[Apart]:
            return self._aparts([{**(besides or {}), key: text} for key, text in values], one, other)

        return vary(ranges, file, compare)

    def _aparts(self, changes: Sequence[Changes], one: int, other: int) -> list[Apart]:
        """How far one policy is ahead of another in each of these cases."""
        found = self.runs.run([self.factory.case(each) for each in changes], self.replications)
        return [apart(each, one, other, self.by) for each in found]

    def households(self, pairs: Sequence[Pair]) -> Iterator[Household]:
        """Shared phones of genuine callers; of time freed they say nothing."""
        for share, group, owner in shares_of(self.factory.scenario, self.ranges) if self.by != "freed" else ():
            choose = self.factory.scenario.callers[group].numbers.shared_with[owner].choose
            phones = {each: self._phones(share, each) for each in CHOICES}
            varied = {
                (pair.one, pair.other, each): self._of_share(share, pair, each, as_it_is=each == choose)
                for pair in pairs
                if pair.varied
                for each in CHOICES
            }
            yield Household(share, group, owner, choose, phones, varied)

    def _phones(self, share: Range, choose: Choice) -> tuple[Phones, ...]:
        """Phones chosen so, under each policy."""
        shares = shares_shown(share)
        cases = [alone(self.factory.scenario, share, choose)]
        cases += [{choose_key(share): choose, share.key: text} for text in shares]
        (by_themselves, *found) = self.runs.run([self.factory.case(each) for each in cases], self.replications)
        harm = [{text: shut_out(each, k) for text, each in zip(shares, found, strict=True)} for k in self._policies]
        return tuple(Phones(*each) for each in zip(chances_blocked(by_themselves), harm, strict=True))

    @property
    def _policies(self) -> range:
        return range(len(self.factory.names))

    def _of_share(self, share: Range, pair: Pair, choose: Choice, *, as_it_is: bool) -> Variation:
        """The share varied alone; where phones are chosen as in the file, that was done."""
        if as_it_is:
            return next(each for each in pair.varied if each.range == share)
        besides = {choose_key(share): choose}
        (file,) = self._aparts([besides], pair.one, pair.other)
        return self._alone([share], file, pair.one, pair.other, besides)[0]
