"""The plan of least cost that meets the targets, by simulation on one fixed set of Calls.

The master proposes the cheapest plan that nothing known speaks against; it is simulated; each hour that fails becomes a
cut, safe as long as more persons never make an hour worse: *some place able to affect this hour needs more than now*.
A cut is first made as strong as simulation allows: with all other places at their fullest, do so many here still
fail? So the first plan that passes is the cheapest there is on these Calls. It is confirmed on fresh Calls.

A target over the whole day is first met by what persons bring by place, measured with as many persons everywhere
(a knapsack, corrected until the simulation agrees); then cuts prove, where the plans are few, that nothing is cheaper.

Where hours keep failing by a hair for no staffing near them, each such proposal would teach next to nothing. Then
hunches are followed (the hour's own places need more): the plan passes all the same, and what is sure bounds its cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log, log1p
from typing import Literal

import numpy as np

from simulator.decisions.planning.bench import Bench
from simulator.decisions.planning.master import Gain, Solved, solve
from simulator.decisions.planning.monotone import Monotone
from simulator.decisions.planning.space import HOURS_A_DAY, Cut, Space, cells_of, levels_of
from simulator.metrics.counts import at
from simulator.metrics.histogram import ALL
from simulator.metrics.targets import ERROR, HourVerdict, by_hour
from simulator.scenario.clock import clock_of
from simulator.scenario.floor import Shift
from simulator.scenario.target import Target
from simulator.scenario.units import DAY, HOUR
from simulator.tables.calls import Int64

State = Literal["met", "not shown", "not found", "can not be met"]
APART = 6
"""Hours that are tried in one simulation, each alone with its number while all else is fullest, are so far apart."""
BESIDE = (0, 2 * HOUR, 6 * HOUR)
"""How far from an hour staffing is looked at, one after the other, until it explains that the hour fails."""
FRUITLESS = 4
"""Proposals with an hour that only all places together explain, until hunches are followed."""
GAPS = ((12, 1e-3), (24, 1e-2), (10**9, 3e-2))
"""Up to so many proposals, each may be so far from the cheapest: a long search is content with less, and says so."""
MOST_PLANS = 200
"""Proposals until a search gives up."""
PROVABLE = 20_000
"""Plans among which cuts over all places still end."""
CONFIRMATIONS = 3
CUT_SHORT = 4
"""Corrections of a target over the whole day, at most, times two."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    state      ``met``: on the fixed Calls and, all bounds together, on fresh ones; ``not shown``: nothing speaks
               against it, but too few callers were simulated to say so; ``not found``: the search gave up;
               ``can not be met``: the fullest plan misses it, too
    persons    by column (0 where nothing was found); levels: by place, of the fullest plan where nothing was found
    cost       of the plan; ``bound``: no plan that passes on these Calls costs less
    judged     every hour of every target on the fixed Calls, ``confirmed`` on fresh ones (empty: not asked)
    fullest    the same of the fullest plan
    odd        hours that a plan with more persons failed and one with fewer passed: cuts are less safe there
    """

    state: State
    persons: Int64
    levels: Int64
    shifts: tuple[Shift, ...]
    cost: float
    bound: float
    judged: tuple[HourVerdict, ...]
    confirmed: tuple[HourVerdict, ...]
    fullest: tuple[HourVerdict, ...]
    plans: int
    cuts: tuple[Cut, ...]
    odd: tuple[str, ...]

    @property
    def proven(self) -> bool:
        """Whether nothing cheaper passes on these Calls, up to a thousandth of the cost."""
        return self.cost <= self.bound * 1.001 + 1e-9


Key = tuple[int, int | None]
"""An hour of a target: the target's place, and the hour."""


class Search:
    """Looks for the least plan of a space on a bench; ``guess``: persons by hour of the day to start from [24]."""

    def __init__(
        self, space: Space, bench: Bench, guess: Int64 | None = None, *, confirm: bool = True, error: float = ERROR
    ) -> None:
        self.space, self.bench, self.confirm, self.error = space, bench, confirm, error
        self.targets: tuple[Target, ...] = bench.experiment.scenario.targets
        self.most = space.most
        self.guess = np.ones(HOURS_A_DAY, dtype=np.int64) if guess is None else guess
        self.cuts: list[Cut] = []
        self.hunches: list[Cut] = []
        self.fruitless = 0
        self.sure = 0.0
        self.gains: list[Gain] = []
        self.monotone = Monotone()
        self.plans = 0

    def run(self) -> Found:
        """Search, and confirm."""
        fullest = self._judge(self.space.staffed(self.most))
        if any(not verdict.met for verdict in fullest):
            state: State = "can not be met" if any(verdict.missed for verdict in fullest) else "not shown"
            return self._found(state, None, 0.0, fullest, (), fullest)
        self._first_cuts()
        plan = self._propose()
        if plan is None:
            return self._found("not found", None, 0.0, fullest, (), fullest)
        return self._confirmed(plan, fullest)

    def _confirmed(self, plan: Solved, fullest: Sequence[HourVerdict]) -> Found:
        """Hold the plan against fresh Calls; an hour that fails there is asked for more, and held against fresher."""
        again: list[HourVerdict] = []
        for turn in range(CONFIRMATIONS if self.confirm else 0):
            with self.bench.fresh(self.bench.experiment.seed + 1 + turn, 2 * self.bench.replications) as fresh:
                again = self._judge(self.space.shifts(plan.persons), fresh, self.error / CONFIRMATIONS)
            failing = [verdict for verdict in again if not verdict.met]
            if not failing:
                break
            levels = levels_of(self.space, plan.persons)
            self.cuts += [cut for verdict in failing for cut in self._wide(verdict, levels, 0)]
            found = self._propose()
            if found is None:
                break
            plan = found
        judged = self._judge(self.space.shifts(plan.persons))
        state: State = "met" if all(verdict.met for verdict in again) else "not shown"
        return self._found(state, plan.persons, plan.bound, judged, again, fullest)

    # -- the loop --------------------------------------------------------------------------------------------------

    def _propose(self) -> Solved | None:
        """The cheapest plan that passes on these Calls; None where the search gave up."""
        overall = [place for place, target in enumerate(self.targets) if target.scope == "overall"]
        if not overall:
            return self._by_cuts(MOST_PLANS, None)
        best = self._by_gains(overall)
        if self._few:
            self.gains, self.sure = [], 0.0
            return self._by_cuts(PROVABLE, best)
        return None if best is None else replace(best, bound=self._bound(best))

    def _bound(self, best: Solved) -> float:
        """What no plan costs less than: the cheapest under what is sure, the fewest persons anywhere and the cuts."""
        sure = solve(self.space, self.cuts)
        return 0.0 if sure is None else min(sure.bound, best.cost)

    def _by_cuts(self, most: int, best: Solved | None) -> Solved | None:
        """Cut until a proposal passes, or none is cheaper than the ``best`` known."""
        for _ in range(most):
            plan = self._cheapest()
            if plan is None or (best is not None and plan.bound >= best.cost - 1e-6):
                return best if best is None else replace(best, bound=best.cost)
            failing = self._failing(plan)
            if not failing:
                return plan
            self._cut(failing, levels_of(self.space, plan.persons))
        return best

    def _cheapest(self) -> Solved | None:
        """The cheapest plan under gains, cuts and hunches; its bound is of what is sure, without the hunches."""
        gap = GAPS[0][1] if self._few else next(gap for many, gap in GAPS if self.plans < many)
        if not self.hunches:
            plan = solve(self.space, self.cuts, self.gains, gap=gap, known=self.sure)
            self.sure = self.sure if plan is None else max(self.sure, plan.bound)
            return plan
        plan = solve(self.space, [*self.cuts, *self.hunches], self.gains, gap=gap)
        return None if plan is None else replace(plan, bound=min(self.sure, plan.cost))

    @property
    def _few(self) -> bool:
        """Whether plans are so few that cuts over all places still end."""
        return sum(log1p(column.most) for column in self.space.columns) <= log(PROVABLE)

    def _failing(self, plan: Solved) -> list[HourVerdict]:
        self.plans += 1
        judged = self._judge(self.space.shifts(plan.persons))
        self.monotone.add(cells_of(self.space, plan.persons).ravel(), judged)
        return [verdict for verdict in judged if not verdict.met]

    def _by_gains(self, overall: Sequence[int]) -> Solved | None:
        """A plan that meets targets over the whole day, each asked for as much more as it fell short, then for less."""
        tables = self._tables(overall)
        # More than the fullest staffing brings can not be asked for: no plan would be left, though some pass.
        ceiling = {place: float(tables[place].max(axis=1).sum()) for place in overall}
        wanted = {place: min(self.targets[place].share, ceiling[place]) for place in overall}
        best: Solved | None = None
        for _ in range(CUT_SHORT * 2):
            self.gains, self.sure = [Gain(tables[place], wanted[place]) for place in overall], 0.0
            plan = self._passing_hours()
            if plan is None:
                break
            judged = {v.place: v for v in self._judge(self.space.shifts(plan.persons)) if v.hour is None}
            short = {place: self.targets[place].share - judged[place].estimate.low for place in judged}
            if all(lack <= 0 for lack in short.values()):
                if best is not None and plan.cost >= best.cost:
                    break
                best = plan
            before, wanted = wanted, {p: min(wanted[p] + short.get(p, 0.0), ceiling[p]) for p in overall}
            if wanted == before:
                break
        return best

    def _passing_hours(self) -> Solved | None:
        """The cheapest plan under gains and cuts that passes every target but those over the whole day."""
        for _ in range(MOST_PLANS):
            plan = self._cheapest()
            if plan is None:
                return None
            failing = [verdict for verdict in self._failing(plan) if verdict.hour is not None]
            if not failing:
                return plan
            self._cut(failing, levels_of(self.space, plan.persons))
        return None

    # -- cuts ------------------------------------------------------------------------------------------------------

    def _first_cuts(self) -> None:
        """What each hour needs alone, all else fullest: tried upwards from below the guess."""
        hours = [v for v in self._unique(self._judge(self.space.staffed(self.most))) if v.hour is not None]
        levels = {self._key(v): max(int(self.guess[self._hour(v)]) - 1, int(self.space.least.min())) for v in hours}
        self._climb({self._key(v): v for v in hours}, levels, both_ways=True)

    def _climb(self, hours: dict[Key, HourVerdict], levels: dict[Key, int], *, both_ways: bool) -> None:
        """Try each hour alone with so many persons on its places: more until it passes, fewer until it fails."""
        floor = int(self.space.least.min())
        known: dict[Key, tuple[int, int]] = dict.fromkeys(hours, (floor - 1, int(self.most.max())))
        while waiting := {key: v for key, v in hours.items() if known[key][1] - known[key][0] > 1}:
            failed = self._alone(waiting, {k: dict.fromkeys(self._places(hours[k], 0), levels[k]) for k in waiting})
            for key in waiting:
                low, high = known[key]
                known[key] = (max(low, levels[key]), high) if key in failed else (low, min(high, levels[key]))
                levels[key] += 1 if key in failed else -1
                levels[key] = min(max(levels[key], known[key][0] + 1), known[key][1] - 1)
        for key, (low, _) in known.items():
            if low >= floor and both_ways:
                self.cuts += self._at_level(hours[key], low + 1)

    def _at_level(self, verdict: HourVerdict, level: int) -> list[Cut]:
        places = self.space.touching(*self._stretch(verdict, 0))
        return [Cut(tuple((place, level) for place in places), self._hour(verdict))] if places else []

    def _cut(self, failing: Sequence[HourVerdict], levels: Int64) -> None:
        """Add a cut for each failing hour: of its own places if these explain it, else of those near, else of all."""
        rest = {self._key(verdict): verdict for verdict in failing}
        for beside in BESIDE:
            if not (timed := {key: v for key, v in rest.items() if v.hour is not None}):
                break
            own = {k: {p: int(levels[p]) for p in self._places(v, beside)} for k, v in timed.items()}
            for key in self._alone(timed, own):
                self.cuts += self._wide(rest.pop(key), levels, beside)
        self.fruitless += bool(rest)
        for verdict in rest.values():
            self.cuts += self._wide(verdict, levels, DAY)
            if self.fruitless > FRUITLESS and not self._few and verdict.hour is not None:
                self.hunches += self._wide(verdict, levels, 0)

    def _wide(self, verdict: HourVerdict, levels: Int64, beside: int) -> list[Cut]:
        """One of the places about an hour needs more; of a target over the whole day, one of all."""
        everywhere = verdict.hour is None or beside >= DAY
        places = range(len(self.most)) if everywhere else self.space.touching(*self._stretch(verdict, beside))
        needs = self._more(places, levels)
        return [Cut(needs, None if verdict.hour is None else self._hour(verdict))] if needs else []

    def _more(self, places: Sequence[int], levels: Int64) -> tuple[tuple[int, int], ...]:
        """One more than now, of places that can have it."""
        return tuple((place, int(levels[place]) + 1) for place in places if levels[place] < self.most[place])

    # -- simulation ------------------------------------------------------------------------------------------------

    def _alone(self, hours: dict[Key, HourVerdict], own: dict[Key, dict[int, int]]) -> set[Key]:
        """Which hours fail with these persons on these places and all others fullest; hours far apart at once."""
        failed: set[Key] = set()
        for first in range(APART):
            together = {key for key, verdict in hours.items() if self._hour(verdict) % APART == first}
            for batch in self._disjoint(together, own):
                levels = self.most.copy()
                for key in batch:
                    levels[list(own[key])] = list(own[key].values())
                judged = {self._key(v): v for v in self._judge(self.space.staffed(levels))}
                failed |= {key for key in batch if not judged[key].met}
        return failed

    @staticmethod
    def _disjoint(keys: set[Key], own: dict[Key, dict[int, int]]) -> list[list[Key]]:
        """Hours whose places differ, or want the same of a place they share, together."""
        batches: list[tuple[list[Key], dict[int, int]]] = []
        for key in sorted(keys, key=lambda key: (key[0], -1 if key[1] is None else key[1])):
            for batch, used in batches:
                if not used.keys() & own[key].keys():
                    batch.append(key)
                    used.update(own[key])
                    break
            else:
                batches.append(([key], dict(own[key])))
        return [batch for batch, _ in batches]

    def _judge(
        self, shifts: tuple[Shift, ...], bench: Bench | None = None, error: float | None = None
    ) -> list[HourVerdict]:
        bench = bench or self.bench
        floor = bench.experiment.scenario.floor.model_copy(update={"shifts": shifts})
        return by_hour(self.targets, bench.counts(floor), error=error or self.error)

    def _tables(self, overall: Sequence[int]) -> dict[int, np.ndarray]:
        """What persons on a place bring to each target over the whole day, of all its callers: [places][levels]."""
        most = int(self.most.max())
        shares = self._shares()
        tables = {place: np.zeros((len(self.most), most + 1)) for place in overall}
        for level in range(most + 1):
            staffed = self.space.staffed(np.minimum(self.most, level))
            floor = self.bench.experiment.scenario.floor.model_copy(update={"shifts": staffed})
            counts = self.bench.counts(floor)
            for place in overall:
                target = self.targets[place]
                x, y = (
                    sum(_hours(c.sums[name], target.intent) for c in counts)
                    for name in (at("in_time", target.within), "offered")
                )
                tables[place][:, level] = shares @ (x / max(float(np.sum(y)), 1.0))
        return {place: np.maximum.accumulate(table, axis=1) for place, table in tables.items()}

    def _shares(self) -> np.ndarray:
        """Of each hour of the day, how much each place is answerable for: float [places][24], columns sum to 1."""
        shares = np.zeros((len(self.most), HOURS_A_DAY))
        for hour in range(HOURS_A_DAY):
            shares[list(self.space.touching(hour * HOUR, (hour + 1) * HOUR)), hour] = 1
        return np.asarray(shares / np.maximum(shares.sum(axis=0), 1))

    # -- words -----------------------------------------------------------------------------------------------------

    @staticmethod
    def _key(verdict: HourVerdict) -> Key:
        return verdict.place, verdict.hour

    def _hour(self, verdict: HourVerdict) -> int:
        """The hour of the day; clock hours are counted from that in which counting starts."""
        if verdict.target.scope != "every clock hour":
            return verdict.hour or 0
        experiment = self.bench.experiment
        return ((clock_of(experiment.scenario.start) + experiment.warm_up) // HOUR + (verdict.hour or 0)) % HOURS_A_DAY

    def _stretch(self, verdict: HourVerdict, beside: int) -> tuple[int, int]:
        """The stretch of the day in which an hour's callers wait, and so much on either side."""
        begin = self._hour(verdict) * HOUR
        return begin - beside, begin + HOUR + min(verdict.target.within, DAY // 2) + beside

    def _places(self, verdict: HourVerdict, beside: int) -> tuple[int, ...]:
        return self.space.touching(*self._stretch(verdict, beside))

    def _unique(self, verdicts: Sequence[HourVerdict]) -> list[HourVerdict]:
        """One verdict for each hour of the day and target."""
        return list({(v.place, self._hour(v)): v for v in verdicts}.values())

    def _found(
        self,
        state: State,
        plan: Int64 | None,
        bound: float,
        judged: Sequence[HourVerdict],
        confirmed: Sequence[HourVerdict],
        fullest: Sequence[HourVerdict],
    ) -> Found:
        persons = np.zeros(len(self.space.columns), dtype=np.int64) if plan is None else plan
        cost = float(sum(c.cost * many for c, many in zip(self.space.columns, persons.tolist(), strict=True)))
        return Found(
            state=state,
            persons=persons,
            levels=self.most if plan is None else levels_of(self.space, persons),
            shifts=self.space.staffed(self.most) if plan is None else self.space.shifts(persons),
            cost=cost,
            bound=bound,
            judged=tuple(judged),
            confirmed=tuple(confirmed),
            fullest=tuple(fullest),
            plans=self.plans,
            cuts=tuple(self.cuts),
            odd=self.monotone.odd(),
        )


def _hours(table: Int64, intent: int) -> Int64:
    return np.asarray(table.sum(axis=0) if intent == ALL else table[intent])


def search(
    space: Space, bench: Bench, guess: Int64 | None = None, *, confirm: bool = True, error: float = ERROR
) -> Found:
    """The least plan of a space that meets the scenario's targets on the bench's Calls, confirmed on fresh ones.

    ``error``: the chance that any bound is wrong, of all those of this search together.
    """
    return Search(space, bench, guess, confirm=confirm, error=error).run()
