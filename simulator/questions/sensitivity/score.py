"""What policies are ranked by, and the difference between two of them on the same callers."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulator.metrics.contrast import differences
from simulator.metrics.estimate import Estimate, Float
from simulator.metrics.harm import Effects, effects
from simulator.study.effects import MEASURES, estimates
from simulator.study.paired_runs import NUMBERS
from simulator.tables.calls import Int64

Criterion = Literal["net", "shut_out", "freed"]
CRITERIA: tuple[Criterion, ...] = ("net", "shut_out", "freed")
SURE_TAIL = 0.005
"""Left out on either side where the sign of a difference is taken: 99 %, since many are."""


def number(runs: Int64, name: str) -> Float:
    """One of NUMBERS, from an array whose last axis they are."""
    return np.asarray(runs[..., NUMBERS.index(name)], dtype=np.float64)


def effects_of(runs: Int64) -> Effects:
    """What policies do to genuine callers, against none."""
    return effects(lambda name: number(runs, name))


def gain(runs: Int64, by: Criterion) -> Float:
    """What a policy wins by a criterion, the more the better: callers, or µs of call-takers' time."""
    if by == "freed":
        return number(runs, "freed") - number(runs, "taken_on")
    found = effects_of(runs)
    return -found.never if by == "shut_out" else -found.net_never


def whole(runs: Int64, by: Criterion) -> Float:
    """What a gain is a share of: genuine callers; of time, call-takers' busy time without a policy.

    ``runs``: [..., policies, replications, NUMBERS], of which the first policy is none.
    """
    return number(runs[..., 0, :, :], "busy" if by == "freed" else "genuine")


def scores(runs: Int64, by: Criterion) -> Float:
    """The share that each policy wins, the more the better: [..., policies] of [..., policies, replications, ...]."""
    return _shares(gain(runs, by), whole(runs, by))


def ties(runs: Int64, by: Criterion) -> Float:
    """What decides between policies with the same score, likewise: of ``net``, how many fewer callers are late."""
    late = effects_of(runs).net_late
    return _shares(-late if by == "net" else np.zeros(late.shape), whole(runs, by))


def _shares(won: Float, whole: Float) -> Float:
    total, sums = whole.sum(axis=-1)[..., None], won.sum(axis=-1)
    return np.asarray(np.divide(sums, total, out=np.zeros(sums.shape), where=total > 0))


@dataclass(frozen=True, slots=True)
class Apart:
    """How far one policy is ahead of another; ``late``: whether in callers late, since not one more is heard under
    the one than under the other."""

    estimate: Estimate
    late: bool = False

    @property
    def sign(self) -> int:
        """1 or -1 where the interval excludes that they are alike, 0 where it cannot be told."""
        return int(self.estimate.low > 0) - int(self.estimate.high < 0)


def apart(runs: Int64, one: int, other: int, by: Criterion) -> Apart:
    """How far policy ``one`` is ahead of ``other``, as a share, in one case [policies][replications][NUMBERS]."""
    if by == "freed":
        won = gain(runs[one], by) - gain(runs[other], by)
        return Apart(differences(won[:, None], whole(runs, by)[:, None], "times", tail=SURE_TAIL)[0])
    first, second = effects_of(runs[one]), effects_of(runs[other])
    found = Apart(second.less(first, "change_never" if by == "net" else "never_because", tail=SURE_TAIL))
    if by == "net" and found.estimate.value == 0 and not found.sign:
        late = Apart(second.less(first, "change_late", tail=SURE_TAIL), late=True)
        return late if late.sign else found
    return found


def shut_out(runs: Int64, policy: int) -> Estimate:
    """The share of genuine callers never heard because of a policy, in one case [policies][replications][NUMBERS]."""
    return effects_of(runs[policy]).never_because()


def file_effects(runs: Int64) -> list[dict[str, Estimate]]:
    """What each policy does to genuine callers in a case, by MEASURES; the intervals of all but the first, which is
    none, hold together."""
    family = len(MEASURES) * max(1, len(runs) - 1)
    return [estimates(effects_of(each), family) for each in runs]
