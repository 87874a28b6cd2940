"""A search on more and more Calls, until what it says is decided or a budget of replications ends.

A level is a search on a fixed set of Calls (`search.py`): it proposes the cheapest plan that passes, which is held
against fresh Calls, as many as tell apart the margin by which it passed; and it rules out what surely misses. While a
cheaper plan is neither ruled out nor confirmed, the next level goes on with GROW times as many Calls. On the last level
a plan that fresh Calls do not confirm is followed by one with what it lacked.

The budget is in replications of plans, so that what comes out depends neither on the machine nor on who else uses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from math import ceil, gcd, inf

import numpy as np

from simulator.metrics.targets import ERROR, HourVerdict
from simulator.planning.floors import FloorRuns
from simulator.planning.master import Optimum
from simulator.planning.plan_result import Effort, OpenPlan, PlanResult, State, Tally
from simulator.planning.search import PROVABLE, TINY, Search
from simulator.planning.space import Constraint, Space, cost_of, levels_of
from simulator.planning.split import LEVELS, LOOKS, PLANS, split_of
from simulator.tables.calls import Int64

GROW = 4
WORTH = 8
"""Plans that the budget has to have room for, that a further level is begun."""
SURE, POWER = 2.73, 1.28
"""Standard errors that a look at a plan wants between estimate and target, and more so that 9 of 10 such plans pass."""
CAUTION = 0.75
"""A plan was chosen because it did well: so much of its margin is taken for real."""


@dataclass(slots=True)
class Decision:
    """A search from level to level; ``budget``: replications of plans in all, None: one level, and one look."""

    space: Space
    runs: FloorRuns
    guess: Int64 | None
    error: float
    budget: int | None
    confirm: bool
    best: Optimum | None = None
    confirmed: list[HourVerdict] = field(default_factory=list)
    fresh: tuple[int, int] = (0, 0)
    rejected: list[tuple[Optimum, list[HourVerdict], int]] = field(default_factory=list)
    open: OpenPlan | None = None
    attempts: int = 0
    spent: int = 0
    plans: int = 0
    bound: float = 0.0
    odd: set[int | None] = field(default_factory=set)

    def run(self) -> PlanResult:
        """Search, confirm, rule out, and go on while that is worth it."""
        sure: list[Constraint] | None = None
        many = self.runs.replications
        for level in range(LEVELS):
            last = not self._goes_on(level, GROW * many)
            runs = self.runs if level == 0 else self.runs.of(self.runs.experiment, many)
            begun, most = runs.tried, inf if level == 0 else (self.budget or 0) - self.spent
            search = Search(self.space, runs, split_of(self.error), self.guess, sure=sure, most=most)
            state = self._level(search, last=last)
            if state == "met":
                self._rule_out(search, ceilings=level == 0)
            sure = search.ruled_out
            self.spent += (runs.tried - begun) * many
            self.plans += search.plans
            self.odd |= set(search.monotone.odd())
            if state == "cannot be met" or last or (state == "met" and self.open is None):
                return self._found(search, state)
            many *= GROW
        raise AssertionError("unreachable")

    def _goes_on(self, level: int, many: int) -> bool:
        """Whether there is room for a further level with so many replications of a plan."""
        return level + 1 < LEVELS and self.budget is not None and self.spent + WORTH * many <= self.budget

    # -- a level ---------------------------------------------------------------------------------------------------

    def _level(self, search: Search, *, last: bool) -> State:
        """Propose on these Calls and confirm on fresh ones."""
        if any(not verdict.met for verdict in search.fullest):
            return "cannot be met" if any(verdict.missed for verdict in search.fullest) else self._so_far
        while (plan := search.propose(self.best)) is not None:
            if self.best is not None and plan.cost >= self.best.cost - TINY:
                break
            failing: Sequence[HourVerdict] = ()
            if self.confirm:
                if self.attempts == PLANS:
                    break
                failing = self._held(search, plan)
            if not failing:
                self.best = plan
                break
            if not last:
                break
            search.ask_for_more(plan, failing)
        return "met" if self.best is not None else "not shown" if self.rejected else "not found"

    @property
    def _so_far(self) -> State:
        return "met" if self.best is not None else "not shown"

    def _held(self, search: Search, plan: Optimum) -> list[HourVerdict]:
        """The hours that fail on fresh Calls, looked at again with more while none surely misses; empty: confirmed."""
        judged = search.judge(plan.persons)
        seed, many = self.runs.experiment.seed + 1 + self.attempts, self._first_look(search, judged)
        self.attempts += 1
        failing: list[HourVerdict] = []
        for look in range(LOOKS):
            fresh = self.runs.fresh(seed, many, once=True)
            verdicts = search.trial.judge(self.space.shifts(plan.persons), fresh)
            self.spent += many
            failing = [verdict for verdict in verdicts if not verdict.met]
            if not failing:
                self.confirmed, self.fresh = verdicts, (seed, many)
                return []
            more = max(takes(verdict, many) for verdict in failing)
            if look + 1 == LOOKS or any(verdict.missed for verdict in failing) or not self._affordable(more):
                break
            many = max(min(more, GROW * GROW * many), 2 * many)
        self.rejected.append((plan, verdicts, many))
        return failing

    def _first_look(self, search: Search, judged: Sequence[HourVerdict]) -> int:
        """Replications that tell apart the margin by which a plan passed, at least twice as many as it passed with."""
        many = search.runs.replications
        if self.budget is None:
            return 2 * many
        wanted = max((takes(verdict, many, CAUTION) for verdict in judged), default=0)
        return int(np.clip(wanted, 2 * many, max(2 * many, self._dearest)))

    @property
    def _dearest(self) -> int:
        """The most replications of one look."""
        return (self.budget or 0) // 4

    def _affordable(self, many: int) -> bool:
        return self.budget is not None and many <= self._dearest

    def _rule_out(self, search: Search, *, ceilings: bool) -> None:
        """Rule out what is cheaper than the plan; what is not is open, if any was found."""
        below = inf if self.best is None else self.best.cost
        bound, plan = search.least_open(below, ceilings=ceilings)
        self.bound = min(below, max(self.bound, next_cost(self.space, bound)))
        if plan is not None:
            self.open = _told(plan, search.judge(plan.persons), search.runs.replications, fresh=False)
        elif not search.exhausted:
            self.open = None
        if self.open is not None and self.open.cost >= below - TINY:
            self.open = None

    # -- what comes of it ------------------------------------------------------------------------------------------

    def _found(self, search: Search, state: State) -> PlanResult:
        space, best = self.space, self.best
        below = inf if best is None else best.cost
        persons = np.zeros(len(space.columns), dtype=np.int64) if best is None else best.persons
        if best is None and state != "cannot be met":
            self._rule_out(search, ceilings=search.runs is self.runs)
        counts = None if state == "cannot be met" else tally(space, search.ruled_out, below)
        if counts is not None and min(counts.least, below) < inf:
            # The programme's own bound is short of what its cuts say by the gap that it is solved to.
            self.bound = max(self.bound, min(counts.least, below))
        return PlanResult(
            state=state,
            persons=persons,
            levels=space.most if best is None else levels_of(space, persons),
            shifts=space.staffed(space.most) if best is None else space.shifts(persons),
            cost=cost_of(space.columns, persons),
            bound=self.bound,
            judged=tuple(search.judge(persons)) if best is not None else (),
            confirmed=tuple(self.confirmed),
            fullest=tuple(search.fullest),
            plans=self.plans,
            ruled_out=tuple(search.ruled_out),
            odd=tuple(sorted(self.odd, key=lambda hour: -1 if hour is None else hour)),
            effort=Effort(search.runs.replications, self.fresh[1], self.fresh[0], self.spent),
            error=self.error,
            unshown=self._unshown(search, below),
            tally=counts,
        )

    def _unshown(self, search: Search, below: float) -> OpenPlan | None:
        """The cheapest plan not shown: one that fresh Calls did not confirm, or one that was never held against any."""
        found = [] if self.open is None else [self.open]
        found += [
            _told(plan, verdicts, times, fresh=True)
            for plan, verdicts, times in self.rejected
            if plan.cost < below - TINY and not any(v.missed for v in [*verdicts, *search.judge(plan.persons)])
        ]
        return min(found, key=lambda each: (each.cost, not each.fresh), default=None)


def _told(plan: Optimum, verdicts: Sequence[HourVerdict], many: int, *, fresh: bool) -> OpenPlan:
    worst = min(verdicts, key=lambda verdict: verdict.estimate.low - verdict.target.share)
    longest = max((takes(verdict, many) for verdict in verdicts if not verdict.met), default=0)
    return OpenPlan(plan.persons, plan.cost, worst, longest, fresh)


def takes(verdict: HourVerdict, many: int, real: float = 1.0) -> int:
    """Replications, about, with which a margin like this is told from none 9 times of 10; seen with ``many``.

    A margin below a standard error may as well be that large. ``real``: the part of it that is taken for real.
    """
    estimate = verdict.estimate
    wide = estimate.value - estimate.low
    margin = max(real * abs(estimate.value - verdict.target.share), wide / SURE)
    return ceil(many * (wide * (1 + POWER / SURE) / margin) ** 2) if wide else many


def next_cost(space: Space, bound: float) -> float:
    """The least cost from ``bound`` on that a plan can have: a multiple of what all columns' costs are multiples of."""
    costs = [round(column.cost * 60) for column in space.columns]
    if any(abs(column.cost * 60 - cost) > TINY for column, cost in zip(space.columns, costs, strict=True)):
        return bound
    unit = gcd(*costs) / 60
    return ceil(bound / unit - TINY) * unit


def tally(space: Space, cuts: Sequence[Constraint], below: float) -> Tally | None:
    """Count the plans of lower cost with the least persons wanted everywhere, and those that a cut excludes."""
    columns = space.columns
    if np.log1p([column.most for column in columns]).sum() > np.log(PROVABLE):
        return None
    plans = np.array(list(product(*(range(column.most + 1) for column in columns))), dtype=np.int64)
    costs = plans @ np.array([column.cost for column in columns])
    plans, costs = plans[costs < below - TINY], costs[costs < below - TINY]
    staffs = np.zeros((len(columns), space.days * len(space.least)), dtype=np.int64)
    for number, column in enumerate(columns):
        staffs[number, list(column.covers)] = 1
    levels = (plans @ staffs).reshape(len(plans), space.days, -1).min(axis=1)
    enough = (levels >= space.least).all(axis=1)
    levels, costs = levels[enough], costs[enough]
    out = np.zeros(len(levels), dtype=bool)
    for cut in cuts:
        places, needs = (np.array(part, dtype=np.int64) for part in zip(*cut.needs, strict=True))
        out |= (levels[:, places] < needs).all(axis=1)
    return Tally(len(levels), int(out.sum()), float(costs[~out].min(initial=inf)))


def search(
    space: Space,
    runs: FloorRuns,
    guess: Int64 | None = None,
    *,
    confirm: bool = True,
    error: float = ERROR,
    budget: int | None = None,
) -> PlanResult:
    """The least plan of a space that meets the scenario's targets, confirmed on fresh Calls.

    guess    persons by hour of the day to start from, int64 [24]
    error    the chance that anything said is wrong
    budget   replications of plans to spend in all, about, from its own number a plan on; None: so many a plan,
             and twice as many fresh ones
    """
    return Decision(space, runs, guess, error, budget, confirm).run()
