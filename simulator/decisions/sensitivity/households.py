"""Shared phones: harm as a line in the share of calls that come from a phone of another group.

To first order the callers whom a policy shuts out for the phone they share are

    share x P(blocked | such a phone) x P(reached without a policy)

of the genuine callers of the group. P(blocked | phone) comes from the conditional expectation over the phones that
each caller could have carried (`conditional.py`), so that it is known well where blocks are rare. What two policies
differ in besides is simulated at a share of none; where that and the line cancel, the ranking flips.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from simulator.decisions.conditional import first_blocks
from simulator.decisions.experiment import Experiment
from simulator.decisions.sensitivity.cases import Bench, Changes
from simulator.decisions.sensitivity.score import Apart
from simulator.demand.attendance import draw_staffing
from simulator.demand.callers import Route
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import play
from simulator.metrics.estimate import Estimate, Float, Kind, ratio
from simulator.scenario.callers import Choice
from simulator.scenario.model import Scenario
from simulator.scenario.profile import expected_calls
from simulator.scenario.ranges import Range

CHOICES: tuple[Choice, ...] = ("by_number", "by_call")
MOST_REPLICATIONS = 50
NONE_SHARED = "0 %"
MOST_PAIRS_OF = 3
"""Pairs are made of so many of the leading policies."""


@dataclass(frozen=True, slots=True)
class Phones:
    """A group of genuine callers, the group whose phones it shares, and the assumed share.

    weight   the group's part of all genuine callers
    reached  the part of genuine callers reached in time without a policy
    blocked  by the choice of the phone, and policy: P(blocked | a phone of that group), with its interval
    """

    range: Range
    group: str
    owner: str
    choose: Choice
    weight: float
    reached: float
    blocked: dict[Choice, tuple[Estimate, ...]]

    def slope(self, choose: Choice, policy: int) -> float:
        """Genuine callers shut out, of all, for a share of one."""
        return self.weight * self.blocked[choose][policy].value * self.reached

    def harm(self, choose: Choice, policy: int, text: str) -> float:
        """Genuine callers shut out for a shared phone, of all, at a share."""
        return self.slope(choose, policy) * self.range.size(text)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two policies by the line: the share at which their ranking flips, None where no share does.

    none      how far the first is ahead where no phone is shared
    low, high the share by the ends of that interval; None where it does not flip
    """

    one: int
    other: int
    choose: Choice
    none: Apart
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A crossing simulated: at half of the share, at it, and at double (shares and how far the first is ahead)."""

    crossing: Crossing
    shares: tuple[str, ...]
    aparts: tuple[Apart, ...]

    @property
    def holds(self) -> bool | None:
        """Whether the one leads surely below and the other surely above; None where it can not be told."""
        below, above = self.aparts[0].sign, self.aparts[-1].sign
        before = 1 if self.crossing.none.estimate.value > 0 else -1
        if below == -before or above == before:
            return False
        return True if below and above else None


def shared_phones(bench: Bench, ranges: Sequence[Range], reached: float, seed: int, replications: int) -> list[Phones]:
    """The shared phones of genuine callers whose share is assumed."""
    found = []
    scenario = bench.first.scenario
    for each in ranges:
        parts = each.key.split(".")
        if len(parts) == 6 and parts[3] == "shared_with" and parts[5] == "share":
            group, owner = parts[1], parts[4]
            if scenario.callers[group].intent == "genuine":
                found.append(_phones(bench, each, group, owner, reached, (seed, replications)))
    return found


def _phones(bench: Bench, share: Range, group: str, owner: str, reached: float, draws: tuple[int, int]) -> Phones:
    scenario = bench.first.scenario
    genuine = {name: _calls(scenario, name) for name, each in scenario.callers.items() if each.intent == "genuine"}
    some: Changes = {} if share.size(share.value) else {share.key: share.high}
    blocked = {
        choose: blocked_on_phones(bench.case({**some, choose_key(share): choose}).experiments, group, owner, *draws)
        for choose in CHOICES
    }
    choice = scenario.callers[group].numbers.shared_with[owner].choose
    return Phones(share, group, owner, choice, genuine[group] / sum(genuine.values()), reached, blocked)


def choose_key(share: Range) -> str:
    """The key path of the choice beside a share."""
    return share.key.removesuffix("share") + "choose"


def _calls(scenario: Scenario, name: str) -> float:
    return expected_calls(scenario.callers[name], scenario, 0, scenario.length)


def blocked_on_phones(
    experiments: Sequence[Experiment], group: str, owner: str, seed: int, replications: int
) -> tuple[Estimate, ...]:
    """Under each policy, the chance that a phone of ``owner`` is blocked as a caller of ``group`` takes it up."""
    sums = np.zeros((len(experiments), 2, replications))
    needs = frozenset[str]().union(*(each.scenario.policy.needs for each in experiments))
    for number in range(replications):
        calls = draw_calls(experiments[0].scenario, seed, number, needs)
        staffing = draw_staffing(experiments[0].scenario, seed, number)
        for place, each in enumerate(experiments):
            scenario = each.scenario
            played = play(calls, staffing, scenario.floor, scenario.policy, each.engine)
            part = _part(first_blocks(scenario, calls, *played).by_route, group, owner)
            sums[place, :, number] = part.sum(), len(part)
    return tuple(ratio(each[0], each[1], Kind.SHARE_OF_TIME) for each in sums)


def _part(by_route: dict[tuple[str, Route], Float], group: str, owner: str) -> Float:
    return next((part for (who, way), part in by_route.items() if (who, way.group) == (group, owner)), np.zeros(0))


def crossings(phones: Phones, ranking: Sequence[int], none: dict[tuple[int, int], Apart]) -> list[Crossing]:
    """Where the pairs of leading policies flip, for both choices of the phone; ``none``: how far the first of a pair is
    ahead where no phone is shared."""
    pairs = list(combinations(ranking[:MOST_PAIRS_OF], 2))
    return [_crossing(phones, *pair, choose, none[pair]) for pair in pairs for choose in CHOICES]


def _crossing(phones: Phones, one: int, other: int, choose: Choice, none: Apart) -> Crossing:
    # How much further the first is ahead for a share of one: harm is to be subtracted.
    slope = phones.slope(choose, other) - phones.slope(choose, one)
    bounds = none.estimate.low, none.estimate.value, none.estimate.high
    shares = [-ahead / slope if slope else -1.0 for ahead in bounds]
    low, share, high = [each if 0 <= each <= 1 else None for each in shares]
    if slope > 0:
        low, high = high, low
    return Crossing(one, other, choose, none, share, low, high)


def around(share: float) -> tuple[float, float, float]:
    """A share with one on either side of it."""
    return share / 2, share, min(2 * share, (1 + share) / 2)
