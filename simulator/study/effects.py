"""What a policy does to genuine callers, as estimates by measure, and as rows of a document."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from simulator.metrics.estimate import NONE_SEEN, TAIL, Estimate, Kind, ratio
from simulator.metrics.harm import Effects
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Policy
from simulator.scenario.units import DAY, NEVER

PAST = 180 * DAY
"""How long a past is simulated, µs."""
TIMES = 5
"""A list is steady where the stretch, or the past before it, is so many times as long as what a rule remembers."""
MEASURES = ("never_because", "heard_because", "late_because", "in_time_because", "change_never", "change_late")
MEANS = {
    "never_because": "genuine callers heard with none and never heard under the policy / genuine callers; of those "
    "blocked at every attempt on a number of others the chance, over the numbers that each could have carried",
    "heard_because": "genuine callers never heard with none and heard under the policy / genuine callers",
    "late_because": "genuine callers heard in time with none and late under the policy / genuine callers",
    "in_time_because": "genuine callers heard late with none and in time under the policy / genuine callers",
    "change_never": "never_because - heard_because",
    "change_late": "late_because - in_time_because",
}


def estimates(effects: Effects, family: int = 1) -> dict[str, Estimate]:
    """Shares of genuine callers by the names of MEASURES; ``family``: so many intervals hold together (Bonferroni)."""
    tail, none_seen = TAIL / family, NONE_SEEN / family
    counts = {"heard_because": effects.heard, "late_because": effects.late, "in_time_because": effects.in_time}
    shares = {
        name: ratio(count, effects.genuine, Kind.SHARE, tail=tail, none_seen=none_seen)
        for name, count in counts.items()
    }
    return {
        "never_because": effects.never_because(tail=tail, none_seen=none_seen),
        **shares,
        "change_never": effects.change_never(tail=tail),
        "change_late": effects.change_late(tail=tail),
    }


def rows(policy: str, found: Mapping[str, Estimate]) -> Iterator[dict[str, Any]]:
    """A row a measure, against no policy; the intervals hold together."""
    for name, estimate in found.items():
        yield {
            "policy": policy,
            "baseline": "none",
            "intent": "genuine",
            "measure": name,
            **{part: _plain(getattr(estimate, part)) for part in ("value", "low", "high")},
            "unit": "share of callers",
            "events": estimate.events,
            "method": estimate.method,
            "interval": "simultaneous",
        }


def of_this_stretch(scenario: Scenario, policies: Sequence[Policy]) -> Iterator[str]:
    """The warning about figures of a list that is empty at first, and still fills up as the stretch ends."""
    blocklist = scenario.floor.blocklist
    if blocklist.file is None and not blocklist.warmed and any(_outlasts(each, scenario) for each in policies):
        yield (
            "the list is empty at first, and rules remember numbers for long beside the stretch that is simulated: "
            "figures hold for this stretch alone, and with an older list another rule may be best; see the same with "
            f"blocklist: warmed {PAST // DAY} d"
        )


def memory_of(policy: Policy) -> int:
    """How long a number's past can matter to a policy, µs: the longest action of a rule, and its window where it takes
    more than one strike; NEVER for ever."""
    return min(NEVER, max((max(rule.for_) + rule.window * (max(rule.needed) > 1) for rule in policy.rules), default=0))


def _outlasts(policy: Policy, scenario: Scenario) -> bool:
    return memory_of(policy) * TIMES > scenario.length


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None
