"""Shared phones: whom each policy shuts out, and where the ranking flips, as the share of calls from them varies.

Every figure is simulated. Harm is nearly in proportion to the share, but not quite: callers on shared phones bring
strikes on them, redial, and are many where the share is large. So nothing here is drawn on as a line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.metrics.estimate import Estimate, Kind, ratio
from simulator.metrics.paired import WHOLE
from simulator.questions.sensitivity.cases import Changes
from simulator.questions.sensitivity.flips import Variation
from simulator.questions.sensitivity.score import number
from simulator.scenario.callers import Choice
from simulator.scenario.model import Scenario
from simulator.scenario.ranges import Range
from simulator.tables.calls import Int64

CHOICES: tuple[Choice, ...] = ("by_number", "by_call")
NONE_SHARED = "0 %"


@dataclass(frozen=True, slots=True)
class Phones:
    """A policy, and phones chosen in one way.

    blocked  P(blocked at every attempt | such a phone), None where no chance is known
    harm     by the share of calls from them, the genuine callers never heard because of the policy, of all
    """

    blocked: Estimate | None
    harm: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Household:
    """An assumed share of the calls of genuine callers that come from phones of another group.

    choose  how the file chooses the phone
    phones  by the choice, those under each policy
    varied  by two policies and the choice, what became of the share varied alone
    """

    range: Range
    group: str
    owner: str
    choose: Choice
    phones: Mapping[Choice, tuple[Phones, ...]]
    varied: Mapping[tuple[int, int, Choice], Variation]

    @property
    def shares(self) -> tuple[str, ...]:
        """The shares for which harm is given, ascending."""
        return shares_shown(self.range)


def shares_shown(range_: Range) -> tuple[str, ...]:
    """The ends of a range and the file's value between them, each once."""
    return tuple(dict.fromkeys((range_.low, range_.value, range_.high)))


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
    return {**some, choose_key(share): choose, **others}


def chances_blocked(runs: Int64) -> list[Estimate | None]:
    """P(blocked at every attempt | such a phone) under each policy, from a case in which no other phones are shared.

    None of callers whose number goes by the past (SIM rotation), of whom there are no chances.
    """
    came, blocked = (number(runs, f"{name}_shared") / WHOLE for name in ("chance", "blocked"))
    return [ratio(blocked[k], came[k], Kind.SHARE_OF_TIME) if came[k].any() else None for k in range(len(runs))]
