"""The plan of least cost that meets the targets, by simulation on one fixed set of Calls.

The master proposes the cheapest plan that nothing known speaks against; it is simulated; each hour that fails becomes a
cut, safe as long as more persons never make an hour worse: *some place able to affect this hour needs more than now*.
A cut is first made as strong as simulation allows: with all other places at their fullest, do so many here still
fail? So the first plan that passes is the cheapest there is on these Calls. It is confirmed on fresh Calls.

A target over the whole day is first met by what persons bring by place, measured with as many persons everywhere
(a knapsack, corrected until the simulation agrees), and nobody is kept who can be spared. Then cuts prove, where the
plans are few, that nothing is cheaper; where they are many, a second knapsack bounds the cost: of what persons on each
place could bring at most, all else at its fullest.

Where hours keep failing by a hair for no staffing near them, each such proposal would teach next to nothing. Then
hunches are followed (the hour's own places need more), as where fresh Calls fail a plan: what is found passes all the
same, and what is sure bounds its cost.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import log, log1p

import numpy as np

from simulator.decisions.planning.bench import Bench
from simulator.decisions.planning.found import Found, State, Unconfirmed
from simulator.decisions.planning.master import Gain, Solved, solve
from simulator.decisions.planning.monotone import Monotone
from simulator.decisions.planning.space import HOURS_A_DAY, Cut, Space, cells_of, cost_of, levels_of
from simulator.decisions.planning.trial import Key, Trial, key_of
from simulator.metrics.targets import ERROR, HourVerdict
from simulator.scenario.target import Target
from simulator.scenario.units import DAY, HOUR
from simulator.tables.calls import Int64

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
SLACK = 2e-3
"""By so much of all callers hours may bring more than their ceilings: where few were answered before, nobody is still
busy as an hour begins (seen: a ten-thousandth)."""
CONFIRMATIONS = 3
CUT_SHORT = 4
"""Corrections of a target over the whole day, at most, times two."""


class Search:
    """Looks for the least plan of a space on a bench; ``guess``: persons by hour of the day to start from [24]."""

    def __init__(
        self, space: Space, bench: Bench, guess: Int64 | None = None, *, confirm: bool = True, error: float = ERROR
    ) -> None:
        self.space, self.bench, self.confirm, self.error = space, bench, confirm, error
        self.trial = Trial(space, bench, error)
        self.targets: tuple[Target, ...] = bench.experiment.scenario.targets
        self.most = space.most
        self.guess = np.ones(HOURS_A_DAY, dtype=np.int64) if guess is None else guess
        self.cuts: list[Cut] = []
        self.hunches: list[Cut] = []
        self.fruitless = 0
        self.sure = 0.0
        self.gains: list[Gain] = []
        self.ceilings: list[Gain] = []
        self.monotone = Monotone()
        self.unconfirmed: list[Unconfirmed] = []
        self.plans = 0

    def run(self) -> Found:
        """Search, and confirm."""
        fullest = self.trial.judge(self.space.staffed(self.most))
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
                again = self.trial.judge(self.space.shifts(plan.persons), fresh, self.error / CONFIRMATIONS)
            failing = [verdict for verdict in again if not verdict.met]
            if not failing:
                break
            worst = min(failing, key=lambda verdict: verdict.estimate.low - verdict.target.share)
            levels = levels_of(self.space, plan.persons)
            # That they fail is not known of the fixed Calls: what is sure of those, the bound, stays as it is.
            self.hunches += [cut for verdict in failing for cut in self._wide(verdict, levels, 0)]
            found = self._propose()
            if found is None:
                break
            self.unconfirmed.append(Unconfirmed(plan.cost, worst))
            plan = found
        judged = self.trial.judge(self.space.shifts(plan.persons))
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
        if best is None:
            return None
        best = self._spared(best)
        return replace(best, bound=self._bound(best, overall))

    def _bound(self, best: Solved, overall: Sequence[int]) -> float:
        """What no plan costs less than: the cheapest under what is sure, cuts and what persons can bring at most."""
        sure = solve(self.space, self.cuts)
        if sure is None or sure.bound >= best.cost:
            return 0.0 if sure is None else best.cost
        if not self.ceilings:
            groups, tables = self.trial.ceilings(overall)
            self.ceilings = [Gain(tables[place], self.targets[place].share - SLACK, groups) for place in overall]
        tight = solve(self.space, self.cuts, self.ceilings)
        return min(best.cost, max(sure.bound, 0.0 if tight is None else tight.bound))

    def _spared(self, best: Solved) -> Solved:
        """The plan without persons who can be spared one by one, the dearest first."""
        columns = self.space.columns
        order = sorted(range(len(columns)), key=lambda c: -columns[c].cost)
        for column in order:
            while best.persons[column]:
                fewer = best.persons - (np.arange(len(columns)) == column)
                if (levels_of(self.space, fewer) < self.space.least).any() or self._failing_with(fewer):
                    break
                best = replace(best, persons=fewer, cost=cost_of(columns, fewer))
        return best

    def _by_cuts(self, most: int, best: Solved | None) -> Solved | None:
        """Cut until a proposal passes, or none is cheaper than the ``best`` known."""
        for _ in range(most):
            plan = self._cheapest()
            if plan is None or (best is not None and plan.cost >= best.cost - 1e-6):
                sure = self.sure if plan is None or self.hunches else plan.bound
                return best if best is None else replace(best, bound=min(best.cost, sure))
            failing = self._failing(plan)
            if not failing:
                return plan
            self._cut(failing, levels_of(self.space, plan.persons))
        return best if best is None else replace(best, bound=min(best.cost, self.sure))

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
        return self._failing_with(plan.persons)

    def _failing_with(self, persons: Int64) -> list[HourVerdict]:
        self.plans += 1
        judged = self.trial.judge(self.space.shifts(persons))
        self.monotone.add(cells_of(self.space, persons).ravel(), judged)
        return [verdict for verdict in judged if not verdict.met]

    def _by_gains(self, overall: Sequence[int]) -> Solved | None:
        """A plan that meets targets over the whole day, each asked for as much more as it fell short, then for less."""
        tables = self.trial.tables(overall)
        # More than the fullest staffing brings can not be asked for: no plan would be left, though some pass.
        ceiling = {place: float(tables[place].max(axis=1).sum()) for place in overall}
        wanted = {place: min(self.targets[place].share, ceiling[place]) for place in overall}
        best: Solved | None = None
        for _ in range(CUT_SHORT * 2):
            self.gains, self.sure = [Gain(tables[place], wanted[place]) for place in overall], 0.0
            plan = self._passing_hours()
            if plan is None:
                break
            judged = {v.place: v for v in self.trial.judge(self.space.shifts(plan.persons)) if v.hour is None}
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
        fullest = self.trial.judge(self.space.staffed(self.most))
        hours = {key_of(v): v for v in self.trial.unique(fullest) if v.hour is not None}
        floor, most = int(self.space.least.min()), int(self.most.max())
        guesses = {key: int(self.guess[self.trial.hour(v)]) - 1 for key, v in hours.items()}
        self._climb(hours, {key: max(min(guess, most - 1), floor) for key, guess in guesses.items()})

    def _climb(self, hours: dict[Key, HourVerdict], levels: dict[Key, int]) -> None:
        """Try each hour alone with so many persons on its places, from ``levels`` on, until what it needs is known.

        Steps double until the need lies between two numbers, then halve: many a large line is far from its formula.
        """
        floor, most = int(self.space.least.min()), int(self.most.max())
        known, steps = dict.fromkeys(hours, (floor - 1, most)), dict.fromkeys(hours, 1)
        while waiting := {key: v for key, v in hours.items() if known[key][1] - known[key][0] > 1}:
            own = {key: dict.fromkeys(self.trial.places(hours[key], 0), levels[key]) for key in waiting}
            failed = self.trial.alone(waiting, own)
            for key in waiting:
                low, high = known[key]
                low, high = (levels[key], high) if key in failed else (low, levels[key])
                if low >= floor and high < most:
                    levels[key] = (low + high) // 2
                else:
                    step = steps[key] if key in failed else -steps[key]
                    levels[key] = min(max(levels[key] + step, low + 1), high - 1)
                known[key], steps[key] = (low, high), 2 * steps[key]
        for key, (low, _) in known.items():
            if low >= floor:
                self.cuts += self._at_level(hours[key], low + 1)

    def _at_level(self, verdict: HourVerdict, level: int) -> list[Cut]:
        places = self.space.touching(*self.trial.stretch(verdict, 0))
        return [Cut(tuple((place, level) for place in places), self.trial.hour(verdict))] if places else []

    def _cut(self, failing: Sequence[HourVerdict], levels: Int64) -> None:
        """Add a cut for each failing hour: of its own places if these explain it, else of those near, else of all."""
        rest = {key_of(verdict): verdict for verdict in failing}
        for beside in BESIDE:
            if not (timed := {key: v for key, v in rest.items() if v.hour is not None}):
                break
            own = {k: {p: int(levels[p]) for p in self.trial.places(v, beside)} for k, v in timed.items()}
            for key in self.trial.alone(timed, own):
                self.cuts += self._wide(rest.pop(key), levels, beside)
        self.fruitless += bool(rest)
        for verdict in rest.values():
            self.cuts += self._wide(verdict, levels, DAY)
            if self.fruitless > FRUITLESS and not self._few and verdict.hour is not None:
                self.hunches += self._wide(verdict, levels, 0)

    def _wide(self, verdict: HourVerdict, levels: Int64, beside: int) -> list[Cut]:
        """One of the places about an hour needs more; of a target over the whole day, one of all."""
        everywhere = verdict.hour is None or beside >= DAY
        places = range(len(self.most)) if everywhere else self.space.touching(*self.trial.stretch(verdict, beside))
        needs = self._more(places, levels)
        return [Cut(needs, None if verdict.hour is None else self.trial.hour(verdict))] if needs else []

    def _more(self, places: Sequence[int], levels: Int64) -> tuple[tuple[int, int], ...]:
        """One more than now, of places that can have it."""
        return tuple((place, int(levels[place]) + 1) for place in places if levels[place] < self.most[place])

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
        return Found(
            state=state,
            persons=persons,
            levels=self.most if plan is None else levels_of(self.space, persons),
            shifts=self.space.staffed(self.most) if plan is None else self.space.shifts(persons),
            cost=cost_of(self.space.columns, persons),
            bound=bound,
            judged=tuple(judged),
            confirmed=tuple(confirmed),
            fullest=tuple(fullest),
            plans=self.plans,
            cuts=tuple(self.cuts),
            odd=self.monotone.odd(),
            unconfirmed=tuple(self.unconfirmed),
        )


def search(
    space: Space, bench: Bench, guess: Int64 | None = None, *, confirm: bool = True, error: float = ERROR
) -> Found:
    """The least plan of a space that meets the scenario's targets on the bench's Calls, confirmed on fresh ones.

    ``error``: the chance that any bound is wrong, of all those of this search together.
    """
    return Search(space, bench, guess, confirm=confirm, error=error).run()
