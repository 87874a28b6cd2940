"""What a search for the least plan found, and how far it may be trusted."""

from dataclasses import dataclass
from typing import Literal

from simulator.decisions.planning.space import Cut
from simulator.metrics.targets import HourVerdict
from simulator.scenario.floor import Shift
from simulator.tables.calls import Int64

State = Literal["met", "not shown", "not found", "can not be met"]


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A plan that passed on the search's own Calls and not on fresh ones: its cost, and where it was worst there."""

    cost: float
    worst: HourVerdict


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    state      ``met``: on the fixed Calls and, all bounds together, on fresh ones; ``not shown``: nothing speaks
               against it, but too few callers were simulated to say so; ``not found``: the search gave up;
               ``can not be met``: the fullest plan misses it, too
    persons    by column (0 where nothing was found); levels: by place, of the fullest plan where nothing was found
    cost       of the plan; ``bound``: no plan that passes on these Calls costs less
    judged     every hour of every target on the fixed Calls, ``confirmed`` on fresh ones (empty: not asked)
    fullest    the same of the fullest plan; ``unconfirmed``: plans before this one that fresh Calls failed
    odd        hours (None: the whole day) that a plan with more persons failed and one with fewer passed: cuts are
               less safe there
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
    odd: tuple[int | None, ...]
    unconfirmed: tuple[Unconfirmed, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether nothing cheaper passes on these Calls, up to a thousandth of the cost."""
        return self.cost <= self.bound * 1.001 + 1e-9

    @property
    def gap(self) -> float:
        """How far the plan may be from the least that passes on these Calls, as a share of its cost."""
        return max(0.0, 1 - self.bound / self.cost) if self.cost else 0.0

    @property
    def shown(self) -> bool:
        """Whether there is a plan that may be worked by: it passed on its own Calls and on fresh ones."""
        return self.state == "met" and bool(self.confirmed)
