"""Shared phones: harm as a line in the share of calls that come from a phone of another group.

To first order the callers whom a policy shuts out for the phone they share are

    share x P(blocked | such a phone) x P(reached without a policy)

of the genuine callers of the group: both chances over the phones that each caller could have carried, so that they are
known well where blocks are rare (`conditional.py`). What two policies differ in besides is simulated with a share of
none; where that and the line cancel, the ranking flips.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from simulator.decisions.sensitivity.cases import Changes
from simulator.decisions.sensitivity.score import Apart, number
from simulator.metrics.estimate import Estimate, Kind, ratio
from simulator.metrics.paired import WHOLE
from simulator.scenario.callers import Choice
from simulator.scenario.model import Scenario
from simulator.scenario.ranges import Range
from simulator.tables.calls import Int64

CHOICES: tuple[Choice, ...] = ("by_number", "by_call")
NONE_SHARED = "0 %"
PAIRS_OF = 3
"""Pairs are made of so many of the leading policies."""


@dataclass(frozen=True, slots=True)
class Phones:
    """A policy and phones that are shared: P(blocked | such a phone), and the genuine callers shut out for it, of all,
    for a share of one."""

    blocked: Estimate
    slope: float


@dataclass(frozen=True, slots=True)
class Route:
    """An assumed share of the calls of genuine callers that come from phones of another group.

    choose  how the file chooses the phone
    phones  by the choice, those under each policy
    """

    range: Range
    group: str
    owner: str
    choose: Choice
    phones: dict[Choice, tuple[Phones, ...]]

    @property
    def known(self) -> bool:
        """Whether there are chances to be blocked at all: of callers who go from one SIM to another there are none."""
        return any(each.blocked.method != "never" for found in self.phones.values() for each in found)

    def harm(self, choose: Choice, policy: int, text: str) -> float:
        """Genuine callers shut out for a shared phone, of all, at a share."""
        return self.phones[choose][policy].slope * self.range.size(text)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two policies by the line: the share at which their ranking flips, None where no share does.

    none       how far the first is ahead where no phone is shared
    low, high  the share by the ends of that interval; None where it does not flip
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
    """A crossing simulated: at half of the share, at it, and at double (shares, and how far the first is ahead)."""

    crossing: Crossing
    shares: tuple[str, ...]
    aparts: tuple[Apart, ...]

    @property
    def holds(self) -> bool | None:
        """Whether one leads surely below and the other surely above; None where it can not be told."""
        below, above = self.aparts[0].sign, self.aparts[-1].sign
        before = 1 if self.crossing.none.estimate.value > 0 else -1
        if below == -before or above == before:
            return False
        return True if below and above else None


def shares_of(scenario: Scenario, ranges: Sequence[Range]) -> Iterator[tuple[Range, str, str]]:
    """The assumed shares of phones that genuine callers share: the range, their group, and whose phones they are."""
    for each in ranges:
        parts = each.key.split(".")
        phones = len(parts) == 6 and (parts[3], parts[5]) == ("shared_with", "share")
        if phones and scenario.callers[parts[1]].intent == "genuine":
            yield each, parts[1], parts[4]


def choose_key(share: Range) -> str:
    """The key path of the choice beside a share."""
    return share.key.removesuffix("share") + "choose"


def alone(scenario: Scenario, share: Range, choose: Choice) -> Changes:
    """The changes with which no phones are shared but these, chosen so."""
    some = {share.key: share.high} if share.size(share.value) == 0 else {}
    others = {
        f"callers.{name}.numbers.shared_with.{owner}.share": NONE_SHARED
        for name, group in scenario.callers.items()
        if group.intent == "genuine"
        for owner in group.numbers.shared_with
    }
    others.pop(share.key)
    now = scenario.callers[share.key.split(".")[1]].numbers.shared_with[share.key.split(".")[4]].choose
    return {**some, **({} if choose == now else {choose_key(share): choose}), **others}


def phones_of(runs: Int64, share: float) -> tuple[Phones, ...]:
    """Under each policy, from a case in which this share, and no other, comes from shared phones."""
    came, blocked, lost = (number(runs, f"{name}_shared") / WHOLE for name in ("chance", "blocked", "smoothed"))
    genuine = number(runs, "genuine").sum(axis=-1)
    return tuple(
        Phones(ratio(blocked[k], came[k], Kind.SHARE_OF_TIME), float(lost[k].sum() / genuine[k] / share))
        if came[k].any()
        else Phones(Estimate(0.0, 0.0, 0.0, 0, "never"), 0.0)
        for k in range(len(runs))
    )


def crossings(route: Route, ranking: Sequence[int], none: dict[tuple[int, int], Apart]) -> list[Crossing]:
    """Where pairs of leading policies flip, for both choices of the phone; ``none``: how far the first of a pair is
    ahead where no phone is shared."""
    pairs = list(combinations(ranking[:PAIRS_OF], 2))
    return [_crossing(route, *pair, choose, none[pair]) for pair in pairs for choose in CHOICES]


def _crossing(route: Route, one: int, other: int, choose: Choice, none: Apart) -> Crossing:
    # How much further the first is ahead for a share of one.
    slope = route.phones[choose][other].slope - route.phones[choose][one].slope
    bounds = none.estimate.low, none.estimate.value, none.estimate.high
    low, share, high = (_share(ahead, slope) for ahead in bounds)
    return Crossing(one, other, choose, none, share, *((low, high) if slope < 0 else (high, low)))


def _share(ahead: float, slope: float) -> float | None:
    """The share at which ``ahead`` is used up."""
    share = -ahead / slope if slope else -1.0
    return abs(share) if 0 <= share <= 1 else None


def around(share: float) -> tuple[float, float, float]:
    """A share with one on either side of it."""
    return share / 2, share, min(2 * share, (1 + share) / 2)
