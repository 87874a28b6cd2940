"""What policies are ranked by, and the difference between two of them on the same callers."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulator.decisions.sensitivity.runs import NUMBERS
from simulator.metrics.contrast import differences
from simulator.metrics.estimate import Estimate, Float
from simulator.metrics.harm import Harm, harm_of
from simulator.metrics.paired import WHOLE
from simulator.tables.calls import Int64

Criterion = Literal["net", "shut_out", "freed"]
CRITERIA: tuple[Criterion, ...] = ("net", "shut_out", "freed")
SURE_TAIL = 0.005
"""Left out on either side where the sign of a difference is taken: 99 %, since many are."""


def number(runs: Int64, name: str) -> Float:
    """One of NUMBERS, from an array whose last axis they are."""
    return np.asarray(runs[..., NUMBERS.index(name)], dtype=np.float64)


def harm(runs: Int64) -> Float:
    """Genuine callers shut out, blocks at first attempts as the chances of them (`metrics/paired.py`)."""
    return number(runs, "expected_lost") / WHOLE


def gain(runs: Int64, by: Criterion) -> Float:
    """What a policy wins by a criterion, the more the better: callers, or µs of call-takers' time."""
    if by == "freed":
        return number(runs, "freed") - number(runs, "taken_on")
    return -harm(runs) if by == "shut_out" else number(runs, "gained") - harm(runs)


def whole(runs: Int64, by: Criterion) -> Float:
    """What a gain is a share of: genuine callers; of time, call-takers' busy time without a policy.

    ``runs``: [..., policies, replications, NUMBERS], of which the first policy is none.
    """
    return number(runs[..., 0, :, :], "busy" if by == "freed" else "genuine")


def scores(runs: Int64, by: Criterion) -> Float:
    """The share that each policy wins, the more the better: [..., policies] of [..., policies, replications, ...]."""
    total = whole(runs, by).sum(axis=-1)[..., None]
    won = gain(runs, by).sum(axis=-1)
    return np.asarray(np.divide(won, total, out=np.zeros(won.shape), where=total > 0))


@dataclass(frozen=True, slots=True)
class Apart:
    """How far one policy is ahead of another."""

    estimate: Estimate

    @property
    def sign(self) -> int:
        """1 or -1 where the interval excludes that they are alike, 0 where it can not be told."""
        return int(self.estimate.low > 0) - int(self.estimate.high < 0)


def apart(runs: Int64, one: int, other: int, by: Criterion) -> Apart:
    """How far policy ``one`` is ahead of ``other``, as a share, in one case [policies][replications][NUMBERS]."""
    total = whole(runs, by)
    if by == "freed":
        won = gain(runs[one], by) - gain(runs[other], by)
        return Apart(differences(won[:, None], total[:, None], "times", tail=SURE_TAIL)[0])
    more = number(runs[one], "gained") - number(runs[other], "gained")
    besides = more if by == "net" else None
    return Apart(_harm(runs[other]).less(_harm(runs[one]), total, besides, tail=SURE_TAIL))


def shut_out(runs: Int64, policy: int) -> Estimate:
    """The share of genuine callers whom a policy shuts out, in one case [policies][replications][NUMBERS]."""
    return _harm(runs[policy]).share(number(runs[policy], "genuine"))


def _harm(runs: Int64) -> Harm:
    """Of one policy in one case [replications][NUMBERS]."""
    return harm_of(lambda name: number(runs, name), only_blocks=bool(number(runs, "only_blocks").all()))
