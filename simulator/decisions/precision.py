"""Replications until a figure is known well enough: half the width of its 95 % interval is what counts.

Intervals narrow with the root of the number of replications, so that what is known of the first ones says how many it
takes. The number is raised in steps that depend on the figures alone: whoever runs them stops at the same number.
Looking several times makes intervals a little too hopeful; hence LEAST replications before the first look.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Literal

from simulator.metrics.measures import PERCENTILES, SECONDS, catalogue
from simulator.metrics.summary import Measured
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.mend import nearest
from simulator.scenario.model import Scenario
from simulator.scenario.policy import INTENTS
from simulator.scenario.units import SECOND, parse_positive_duration

LEAST = 30
"""Replications before the first look at the precision."""
MOST = 10_000
"""Replications at most unless --replications says otherwise."""
RARE = 0.05
NONE_SEEN = 0.0005
"""A share that was never seen is known well enough, relative to itself, once it is surely below 1 in 2,000."""
MARGIN = 1.1
WANTED = "a precision such as 0.5pt (half a percentage point), 20% (of the figure) or 2 s"


@dataclass(frozen=True, slots=True)
class Precision:
    """How far a figure may be off: ``points`` of a share (of one), a ``time`` (seconds), or ``relative`` to itself."""

    amount: float
    kind: Literal["points", "time", "relative"]
    text: str


POINT = Precision(0.005, "points", "0.5pt")
FIFTH = Precision(0.2, "relative", "20%")


@dataclass(frozen=True, slots=True)
class Goal:
    """A measure of an intent and its precision; None: half a point, of shares under 5 % a fifth of them."""

    intent: str
    measure: str
    precision: Precision | None = None

    def __str__(self) -> str:
        return f"{self.intent}:{self.measure}"

    def asked(self, value: float) -> Precision:
        """The precision asked of a figure of this value."""
        return self.precision or (FIFTH if value < RARE else POINT)


@dataclass(frozen=True, slots=True)
class Reached:
    """How well a goal's measure is known: its figure is off by at most ``half`` (in its unit) with 95 % confidence.

    ``times``: by how much that is too much; at most 1 where the goal is reached.
    """

    goal: Goal
    half: float
    wanted: Precision
    times: float
    unit: str

    def __str__(self) -> str:
        """What falls short, in words."""
        return f"{self.goal} is known to {self._said()}, not to {self.wanted.text}: more replications narrow it"

    def _said(self) -> str:
        if not isfinite(self.half):
            return "nothing yet"
        if self.wanted.kind == "relative":
            return f"{100 * self.wanted.amount * self.times:.2g}%"
        return f"{100 * self.half:.2g}pt" if self.wanted.kind == "points" else f"{self.half:.2g} s"


def goals_by_default(scenario: Scenario) -> tuple[Goal, ...]:
    """The service level of genuine callers, and how many of them are blocked where anything blocks at all."""
    if not any(group.intent == "genuine" for group in scenario.callers.values()):
        return ()
    blocks = scenario.policy.rules or scenario.floor.blocklist.listed
    return (Goal("genuine", "service_level"), *([Goal("genuine", "blocked_callers")] if blocks else []))


def goals_of(scenario: Scenario, precision: str | None, of: str | None, thresholds: Sequence[int]) -> tuple[Goal, ...]:
    """The goals that ``--precision`` and ``--of`` state. Raises BadInput for what can not be asked."""
    wanted = None if precision is None else parse_precision(precision)
    if of is None:
        # What was asked goes for the service level; of a share as small as that of the blocked it would say nothing.
        return tuple(
            Goal(goal.intent, goal.measure, wanted if goal.measure == "service_level" else None)
            for goal in goals_by_default(scenario)
        )
    return tuple(_goal(text.strip(), wanted, scenario, thresholds) for text in of.split(","))


def parse_precision(text: str) -> Precision:
    """The precision that a text states."""
    given = text.strip()
    found = re.fullmatch(r"([0-9]{1,6}(?:[.][0-9]{1,9})?) ?(pt|%)", given)
    try:
        if not found:
            return Precision(parse_positive_duration(given) / SECOND, "time", given)
    except ValueError:
        pass
    if not found or not float(found[1]):
        hint = f"did you mean {given}pt?" if re.fullmatch(r"[0-9.]+", given) else ""
        raise BadInput([Fault(WANTED, quoted(text), "--precision", hint=hint)])
    return Precision(float(found[1]) / 100, "relative" if found[2] == "%" else "points", given)


def _goal(text: str, precision: Precision | None, scenario: Scenario, thresholds: Sequence[int]) -> Goal:
    intent, _, measure = text.partition(":")
    units = {each.name: each.unit for each in catalogue(tuple(thresholds))}
    units |= {each.name: each.unit for each in PERCENTILES}
    names = {*INTENTS, "all"}
    if intent not in names or measure not in units:
        mend = nearest(measure, units) if intent in names else nearest(intent, names)
        wanted = "an intent and a measure of --json, such as genuine:service_level or all:asa"
        raise BadInput([Fault(wanted, quoted(text), "--of", hint=mend)])
    if intent != "all" and not any(group.intent == intent for group in scenario.callers.values()):
        raise BadInput([Fault("an intent that somebody in the scenario has", quoted(intent), "--of")])
    _fits(precision, text, units[measure])
    return Goal(intent, measure, precision)


def _fits(precision: Precision | None, text: str, unit: str) -> None:
    """Points are for shares, durations for times; a part of itself may be asked of anything."""
    kind = "points" if unit.startswith("share") else "time" if unit == SECONDS else "relative"
    such = {"points": "0.5pt or 20%", "time": "2 s or 20%", "relative": "20%"}[kind]
    if precision is None and kind != "points":
        raise BadInput([Fault(f"a --precision for {text}", "none", hint=f"such as {such}")])
    if precision is not None and precision.kind not in (kind, "relative"):
        raise BadInput([Fault(f"a precision that suits {text}, such as {such}", quoted(precision.text), "--precision")])


def how_well(goals: Sequence[Goal], measures: Sequence[Measured]) -> tuple[Reached, ...]:
    """How well each goal's measure is known."""
    found = {(each.intent, each.measure): each for each in measures}
    return tuple(_reached(goal, found[goal.intent, goal.measure]) for goal in goals)


def _reached(goal: Goal, found: Measured) -> Reached:
    if found.value is None or found.low is None or found.high is None:
        return Reached(goal, float("inf"), goal.asked(0.0), float("inf"), found.unit)
    half = max(found.high - found.value, found.value - found.low)
    wanted = goal.asked(found.value)
    most = wanted.amount
    if wanted.kind == "relative":
        most = most * found.value if found.value else NONE_SEEN
    return Reached(goal, half, wanted, half / most, found.unit)


def next_number(replications: int, known: Sequence[Reached], most: int) -> int:
    """How many replications to make next: as many as should do, at most four times as many as there are."""
    times = max(each.times for each in known)
    enough = ceil(MARGIN * replications * min(times, 2.0) ** 2)
    return min(most, max(enough, replications + ceil(replications / 10)))
