"""The plan of least cost that passes on one fixed set of Calls, and what those rule out.

The master proposes the cheapest plan that nothing known speaks against; it is simulated; each hour that fails becomes a
cut, safe as long as more persons never make an hour worse: *some place able to affect this hour needs more than now*.
A cut is first made as strong as simulation allows: with all other places at their fullest, do so many here still
fail? So the first plan that passes is the cheapest there is on these Calls.

A target over the whole day is first met by what persons bring by place, measured with as many persons everywhere
(a knapsack, corrected until the simulation agrees), and nobody is kept who can be spared. Then cuts prove, where the
plans are few, that nothing is cheaper.

Where hours keep failing by a hair for no staffing near them, each such proposal would teach next to nothing. Then
hunches are followed (the hour's own places need more), as where fresh Calls fail a plan.

To fail on these Calls is not yet to be ruled out: with others the plan may pass. Cuts of hours that *surely* miss their
target, whatever the Calls, are kept apart (``ruled_out``), and the master is asked for the cheapest plan under these
alone. Of a target over the whole day, where plans are many, a second knapsack bounds the cost: of what persons on each
place could bring at most, all else at its fullest. `sequence.py` goes on from there with more Calls.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from math import inf, log, log1p

import numpy as np

from simulator.metrics.targets import HourVerdict
from simulator.planning.floors import FloorRuns
from simulator.planning.master import Gain, Optimum, solve
from simulator.planning.monotone import Monotone
from simulator.planning.space import HOURS_A_DAY, Constraint, Float, Space, cells_of, cost_of, levels_of
from simulator.planning.split import Split
from simulator.planning.trial import Key, Trial, key_of
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
TINY = 1e-6
"""Costs that differ by no more are the same."""
SLACK = 2e-3
"""By so much of all callers hours may bring more than their ceilings: where few were answered before, nobody is still
busy as an hour begins (seen: a ten-thousandth)."""
CUT_SHORT = 4
"""Corrections of a target over the whole day, at most, times two."""
NEAR, WIDER = 0.05, 1.1
"""Plans so near a target over the whole day tell how far the simulation of another may be off, and so many times."""


class Search:
    """Looks for the least plan of a space on fixed Calls.

    guess    persons by hour of the day to start from, int64 [24]; None: one
    sure     cuts that fewer Calls have shown already; with them, what each hour needs alone is not looked for first
    most     replications of plans, at most, until the search gives up
    """

    def __init__(
        self,
        space: Space,
        runs: FloorRuns,
        split: Split,
        guess: Int64 | None = None,
        *,
        sure: Sequence[Constraint] | None = None,
        most: float = inf,
    ) -> None:
        self.space, self.runs, self.split, self.allowed = space, runs, split, most
        self.trial = Trial(space, runs, split)
        self.targets: tuple[Target, ...] = runs.experiment.scenario.targets
        self.most = space.most
        self.guess = np.ones(HOURS_A_DAY, dtype=np.int64) if guess is None else guess
        self.first = sure is None
        self.cuts: list[Constraint] = list(sure or ())
        self.ruled_out: list[Constraint] = list(sure or ())
        self.hunches: list[Constraint] = []
        self.more: dict[int, float] = {}
        self.fruitless = 0
        self.known = 0.0
        self.gains: list[Gain] = []
        self.brought: dict[int, Float] = {}
        self.widths: dict[int, tuple[float, float]] = {}
        self.monotone = Monotone()
        self.plans = 0

    @cached_property
    def fullest(self) -> list[HourVerdict]:
        """Every hour with as many persons everywhere as any plan has."""
        return self.trial.judge(self.space.staffed(self.most))

    @property
    def exhausted(self) -> bool:
        """Whether as many replications were simulated as allowed."""
        return self.runs.tried * self.runs.replications >= self.allowed

    def propose(self, best: Optimum | None = None) -> Optimum | None:
        """The cheapest plan that passes on these Calls, or ``best`` if none is cheaper; None: the search gave up."""
        if self.first:
            self._first_cuts()
            self.first = False
        overall = self._overall
        if not overall:
            return self._by_cuts(MOST_PLANS, best)
        found = self._by_gains(overall, inf if best is None else best.cost)
        if self._few:
            self.gains, self.known = [], 0.0
            return self._by_cuts(PROVABLE, found or best)
        return best if found is None else self._spared(found)

    def ask_for_more(self, plan: Optimum, failing: Sequence[HourVerdict]) -> None:
        """Follow what fresh Calls say of a plan that passed on these: hours get more persons, a day what it lacked.

        That they fail is not known of the fixed Calls: what those rule out stays as it is.
        """
        levels = levels_of(self.space, plan.persons)
        here = {v.place: v.estimate.low - v.target.share for v in self.judge(plan.persons) if v.hour is None}
        for verdict in failing:
            if verdict.hour is None:
                lacking = verdict.target.share - verdict.estimate.low
                self.more[verdict.place] = max(here[verdict.place], 0.0) + lacking
            else:
                self.hunches += self._wide(verdict, levels, 0)

    # -- what is ruled out -----------------------------------------------------------------------------------------

    def least_open(self, below: float, *, ceilings: bool = True) -> tuple[float, Optimum | None]:
        """Below what cost, up to ``below``, every plan is ruled out; and the cheapest that is not, if one was found.

        ``ceilings``: for a target over the whole day bound the cost also by what persons can bring at most, which
        takes as many plans as a whole search.
        """
        bound = 0.0
        while not self.exhausted:
            plan = solve(self.space, self.ruled_out)
            if plan is None:
                break
            if plan.bound >= below - TINY:
                return below, None
            bound, before = max(bound, plan.bound), len(self.ruled_out)
            levels, missed = levels_of(self.space, plan.persons), self._missed(plan.persons)
            if not missed:
                return (below, None) if plan.cost >= below - TINY else (bound, plan)
            if self._overall and not self._few and all(verdict.hour is None for verdict in missed):
                return self._least_by_ceilings(below, bound) if ceilings else (bound, self._plausible(below))
            self._rule_out(missed, levels)
            if len(self.ruled_out) == before:
                break
        return bound, None

    def _least_by_ceilings(self, below: float, bound: float) -> tuple[float, Optimum | None]:
        """The same for targets over the whole day, where plans are too many for cuts over all places."""
        groups, tables = self.trial.ceilings(self._overall)
        off = {place: WIDER * self.widths.get(place, (1.0, 1.0))[1] for place in self._overall}
        most = [Gain(tables[p], self.targets[p].share - off[p] - SLACK, groups) for p in self._overall]
        tight = solve(self.space, self.ruled_out, most)
        bound = min(below, max(bound, 0.0 if tight is None else tight.bound))
        return bound, self._plausible(below) if bound < below - TINY else None

    def _plausible(self, below: float) -> Optimum | None:
        """A plan of lower cost that may well meet targets over the whole day, by what persons bring by place."""
        overall, tables = self._overall, self._tables()
        wanted = {p: self.targets[p].share - sum(self.widths.get(p, (0.0, 0.0))) for p in overall}
        for _ in range(CUT_SHORT * 2):
            plan = solve(self.space, self.ruled_out, [Gain(tables[p], wanted[p]) for p in overall])
            if plan is None or plan.cost >= below - TINY or self.exhausted:
                return None
            missed = self._missed(plan.persons)
            if not missed:
                return plan
            self._rule_out([v for v in missed if v.hour is not None], levels_of(self.space, plan.persons))
            for verdict in missed:
                if verdict.hour is None:
                    wanted[verdict.place] += verdict.target.share - verdict.estimate.high
        return None

    def _missed(self, persons: Int64) -> list[HourVerdict]:
        return [verdict for verdict in self.judge(persons) if verdict.missed]

    def _rule_out(self, missed: Sequence[HourVerdict], levels: Int64) -> None:
        """A cut for each hour that surely misses: of its own places if it misses with these alone, or of more."""
        rest = {key_of(verdict): verdict for verdict in missed}
        for beside in BESIDE:
            if not (timed := {key: v for key, v in rest.items() if v.hour is not None}):
                break
            own = {k: {p: int(levels[p]) for p in self.trial.places(v, beside)} for k, v in timed.items()}
            for key, verdict in self.trial.alone(timed, own).items():
                if verdict.missed:
                    self.ruled_out += self._wide(rest.pop(key), levels, beside)
        for verdict in rest.values():
            self.ruled_out += self._wide(verdict, levels, DAY)

    # -- the loop --------------------------------------------------------------------------------------------------

    @property
    def _overall(self) -> list[int]:
        return [place for place, target in enumerate(self.targets) if target.scope == "overall"]

    def _spared(self, best: Optimum) -> Optimum:
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

    def _by_cuts(self, most: int, best: Optimum | None) -> Optimum | None:
        """Cut until a proposal passes, or none is cheaper than the ``best`` known."""
        for _ in range(most):
            plan = self._cheapest()
            if plan is None or self.exhausted or (best is not None and plan.cost >= best.cost - TINY):
                return best
            failing = self._failing(plan)
            if not failing:
                return plan
            self._cut(failing, levels_of(self.space, plan.persons))
        return best

    def _cheapest(self) -> Optimum | None:
        """The cheapest plan under gains, cuts and hunches."""
        gap = GAPS[0][1] if self._few else next(gap for many, gap in GAPS if self.plans < many)
        if not self.hunches:
            plan = solve(self.space, self.cuts, self.gains, gap=gap, known=self.known)
            self.known = self.known if plan is None else max(self.known, plan.bound)
            return plan
        return solve(self.space, [*self.cuts, *self.hunches], self.gains, gap=gap)

    @property
    def _few(self) -> bool:
        """Whether plans are so few that cuts over all places still end."""
        return sum(log1p(column.most) for column in self.space.columns) <= log(PROVABLE)

    def _failing(self, plan: Optimum) -> list[HourVerdict]:
        return self._failing_with(plan.persons)

    def _failing_with(self, persons: Int64) -> list[HourVerdict]:
        self.plans += 1
        judged = self.judge(persons)
        self.monotone.add(cells_of(self.space, persons).ravel(), judged)
        return [verdict for verdict in judged if self._lacking(verdict) > 0]

    def judge(self, persons: Int64) -> list[HourVerdict]:
        """Every hour of every target with a plan; how wide bounds over the whole day are is kept in mind."""
        judged = self.trial.judge(self.space.shifts(persons))
        for verdict in judged:
            estimate = verdict.estimate
            if verdict.hour is None and estimate.value >= verdict.target.share - NEAR:
                low, high = self.widths.get(verdict.place, (0.0, 0.0))
                below, above = estimate.value - estimate.low, estimate.high - estimate.value
                self.widths[verdict.place] = max(low, below), max(high, above)
        return judged

    def _lacking(self, verdict: HourVerdict) -> float:
        """By how much a verdict's lower bound falls short of the share, and of what fresh Calls asked for beyond it."""
        more = self.more.get(verdict.place, 0.0) if verdict.hour is None else 0.0
        return verdict.target.share + more - verdict.estimate.low

    def _tables(self) -> dict[int, Float]:
        """What persons on each place bring to each target over the whole day."""
        if not self.brought:
            self.brought = self.trial.tables(self._overall)
        return self.brought

    def _by_gains(self, overall: Sequence[int], below: float) -> Optimum | None:
        """A plan that meets targets over the whole day, each asked for as much more as it fell short, then for less."""
        tables = self._tables()
        # More than the fullest staffing brings cannot be asked for: no plan would be left, though some pass.
        ceiling = {place: float(tables[place].max(axis=1).sum()) for place in overall}
        wanted = {
            place: min(self.targets[place].share + self.more.get(place, 0.0), ceiling[place]) for place in overall
        }
        best: Optimum | None = None
        for _ in range(CUT_SHORT * 2):
            self.gains, self.known = [Gain(tables[place], wanted[place]) for place in overall], 0.0
            plan = self._passing_hours(below)
            if plan is None:
                break
            short = {v.place: self._lacking(v) for v in self.judge(plan.persons) if v.hour is None}
            if all(lack <= 0 for lack in short.values()):
                if best is not None and plan.cost >= best.cost:
                    break
                best = plan
            before, wanted = wanted, {p: min(wanted[p] + short.get(p, 0.0), ceiling[p]) for p in overall}
            if wanted == before:
                break
        return best

    def _passing_hours(self, below: float) -> Optimum | None:
        """The cheapest plan under gains and cuts that passes every target but those over the whole day."""
        for _ in range(MOST_PLANS):
            plan = self._cheapest()
            if plan is None or self.exhausted or plan.cost >= below - TINY:
                return None
            failing = [verdict for verdict in self._failing(plan) if verdict.hour is not None]
            if not failing:
                return plan
            self._cut(failing, levels_of(self.space, plan.persons))
        return None

    # -- cuts ------------------------------------------------------------------------------------------------------

    def _first_cuts(self) -> None:
        """What each hour needs alone, all else fullest: tried upwards from below the guess."""
        hours = {key_of(v): v for v in self.trial.unique(self.fullest) if v.hour is not None}
        floor, most = int(self.space.least.min()), int(self.most.max())
        guesses = {key: int(self.guess[self.trial.hour(v)]) - 1 for key, v in hours.items()}
        self._climb(hours, {key: max(min(guess, most - 1), floor) for key, guess in guesses.items()})

    def _climb(self, hours: dict[Key, HourVerdict], levels: dict[Key, int]) -> None:
        """Try each hour alone with so many persons on its places, from ``levels`` on, until what it needs is known.

        Steps double until the need lies between two numbers, then halve: many a large line is far from its formula.
        """
        floor, most = int(self.space.least.min()), int(self.most.max())
        known, steps = dict.fromkeys(hours, (floor - 1, most)), dict.fromkeys(hours, 1)
        missed = dict.fromkeys(hours, floor - 1)
        while waiting := {key: v for key, v in hours.items() if known[key][1] - known[key][0] > 1}:
            own = {key: dict.fromkeys(self.trial.places(hours[key], 0), levels[key]) for key in waiting}
            failed = self.trial.alone(waiting, own)
            for key in waiting:
                if key in failed and failed[key].missed:
                    missed[key] = max(missed[key], levels[key])
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
            if missed[key] >= floor:
                self.ruled_out += self._at_level(hours[key], missed[key] + 1)

    def _at_level(self, verdict: HourVerdict, level: int) -> list[Constraint]:
        places = self.space.touching(*self.trial.stretch(verdict, 0))
        return [Constraint(tuple((place, level) for place in places), self.trial.hour(verdict))] if places else []

    def _cut(self, failing: Sequence[HourVerdict], levels: Int64) -> None:
        """Add a cut for each failing hour: of its own places if these explain it, else of those near, else of all."""
        rest = {key_of(verdict): verdict for verdict in failing}
        for beside in BESIDE:
            if not (timed := {key: v for key, v in rest.items() if v.hour is not None}):
                break
            own = {k: {p: int(levels[p]) for p in self.trial.places(v, beside)} for k, v in timed.items()}
            for key, alone in self.trial.alone(timed, own).items():
                cut = self._wide(rest.pop(key), levels, beside)
                self.cuts += cut
                self.ruled_out += cut if alone.missed else []
        self.fruitless += bool(rest)
        for verdict in rest.values():
            cut = self._wide(verdict, levels, DAY)
            self.cuts += cut
            self.ruled_out += cut if verdict.missed else []
            if self.fruitless > FRUITLESS and not self._few and verdict.hour is not None:
                self.hunches += self._wide(verdict, levels, 0)

    def _wide(self, verdict: HourVerdict, levels: Int64, beside: int) -> list[Constraint]:
        """One of the places about an hour needs more; of a target over the whole day, one of all."""
        everywhere = verdict.hour is None or beside >= DAY
        places = range(len(self.most)) if everywhere else self.space.touching(*self.trial.stretch(verdict, beside))
        needs = self._more(places, levels)
        return [Constraint(needs, None if verdict.hour is None else self.trial.hour(verdict))] if needs else []

    def _more(self, places: Sequence[int], levels: Int64) -> tuple[tuple[int, int], ...]:
        """One more than now, of places that can have it."""
        return tuple((place, int(levels[place]) + 1) for place in places if levels[place] < self.most[place])
