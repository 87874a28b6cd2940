"""What a search for the least plan found, and how far it may be trusted."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from simulator.metrics.targets import HourVerdict
from simulator.planning.space import Constraint
from simulator.scenario.floor import Shift
from simulator.tables.calls import Int64

State = Literal["met", "not shown", "not found", "cannot be met"]


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """A plan that was neither confirmed nor ruled out.

    worst     the hour in which it is nearest to failing, or fails most, of the Calls that say most of it
    takes     replications, about, that would decide it: at which that hour's bound would leave the target on one side
    fresh     whether it was held against fresh Calls
    """

    persons: Int64
    cost: float
    worst: HourVerdict
    takes: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Of all plans that cost less than the one found (of all, if none was): how many, and how many are ruled out.

    least   the cost of the cheapest that is not ruled out; infinite where all are
    """

    plans: int
    ruled_out: int
    least: float = inf

    @property
    def open(self) -> int:
        """How many are not shown: neither confirmed nor ruled out."""
        return self.plans - self.ruled_out


@dataclass(frozen=True, slots=True)
class Effort:
    """How much was simulated: replications at most of a plan in the search, of the plan on fresh Calls, and of all."""

    searched: int
    fresh: int
    fresh_seed: int
    spent: int


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What a search found.

    state      ``met``: the plan passed on fresh Calls; ``not shown``: nothing speaks against a plan, but too few
               callers were simulated to say so; ``not found``: the search gave up; ``cannot be met``: the fullest
               plan surely misses a target, too
    persons    by column, of the plan that was confirmed (0 where none was); levels: by place, of the fullest plan where
               none was
    cost       of the plan; ``bound``: every plan that costs less is ruled out
    unshown    the cheapest plan not shown that was found; None: none was
    tally      counts of the cheaper plans; None where plans are too many to be counted
    judged     every hour of every target on the fixed Calls, ``confirmed`` on fresh ones (empty: not asked)
    fullest    the same of the fullest plan
    odd        hours (None: the whole day) that a plan with more persons failed and one with fewer passed: cuts are
               less safe there
    error      the chance that anything said is wrong, divided as `split.py` says
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
    ruled_out: tuple[Constraint, ...]
    odd: tuple[int | None, ...]
    effort: Effort
    error: float
    unshown: OpenPlan | None = None
    tally: Tally | None = None

    @property
    def proven(self) -> bool:
        """Whether every cheaper plan is ruled out."""
        return self.state == "met" and self.cost <= self.bound + 1e-6

    @property
    def gap(self) -> float:
        """How far the plan may be from the least, as a share of its cost."""
        return max(0.0, 1 - self.bound / self.cost) if self.cost else 0.0

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan that may be worked by: it passed on its own Calls and on fresh ones."""
        return self.state == "met" and bool(self.confirmed)
