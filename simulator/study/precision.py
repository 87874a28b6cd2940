"""Replications until a figure is known well enough: half the width of its 95 % interval is what counts.

Intervals narrow with the root of the number of replications, so that what is known of the first ones says how many it
takes. The number is raised in steps that depend on the figures alone: whoever runs them stops at the same number.
Looking several times makes intervals a little too hopeful; hence LEAST replications before the first look.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, isfinite
from typing import Literal

from simulator.metrics.measures import PERCENTILES, SECONDS, Measure, Percentile, catalogue
from simulator.metrics.summary import Measured, intent_name
from simulator.scenario.errors import BadInput, Fault, field_name, quoted
from simulator.scenario.fixes import fix_duration, fix_number, nearest, nearest_word
from simulator.scenario.model import Scenario
from simulator.scenario.policy import INTENTS
from simulator.scenario.units import SECOND, parse_positive_duration

LEAST = 60
"""Replications before the first look: intervals of 30 very skewed ones cover 90 %, those of 60 cover 94 %."""
MOST = 10_000
"""Replications at most unless --replications says otherwise."""
RARE = 0.05
NONE_SEEN = 0.0005
"""A share that was never seen is known well enough, relative to itself, once it is surely below 1 in 2,000."""
MARGIN = 1.1
SUCH = f"such as {field_name('of')} all:service_level"
UNITS = {
    "pt": ("pt", "pts", "pp", "point", "points", "poin", "percentage point", "percentage points"),
    "%": ("%", "percent", "per cent", "persen"),
}
"""Units of shares, and what else they are called."""
Units = Mapping[tuple[str, str], str]
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
    value: float
    half: float
    wanted: Precision
    times: float
    unit: str

    def __str__(self) -> str:
        """How well it is known, in words."""
        if not isfinite(self.half):
            return f"nothing bounds {self.goal} yet, which was to be known to ± {self.wanted.text}"
        known = f"{self.goal}: {self._figure()} ± {self._said()}"
        if self.times <= 1:
            return f"{known}; ± {self.wanted.text} was asked."
        return f"{known}, not ± {self.wanted.text} as asked: more --replications narrow it"

    def _figure(self) -> str:
        """The figure itself: a share in percent, others in their unit."""
        if self.unit.startswith("share"):
            return f"{100 * self.value:.4g} %"
        return f"{self.value:,.4g} {self.unit}"

    def _said(self) -> str:
        """The precision there is, in the words of the one asked; to three digits, so that the two do not look alike."""
        if self.wanted.kind == "relative":
            return f"{_short(100 * self.wanted.amount * self.times)}% of itself"
        return f"{_short(100 * self.half)}pt" if self.wanted.kind == "points" else f"{_short(self.half)} s"


def _short(number: float) -> str:
    """A number to three digits, without an exponent where it is large."""
    return f"{number:.3g}" if number < 100 else f"{number:,.0f}"


def goals_by_default(scenario: Scenario) -> tuple[Goal, ...]:
    """The service level of genuine callers, and how many of them are blocked where anything blocks at all."""
    if not any(group.intent == "genuine" for group in scenario.callers.values()):
        return ()
    blocks = scenario.policy.rules or scenario.floor.blocklist.listed
    return (Goal("genuine", "service_level"), *([Goal("genuine", "blocked_callers")] if blocks else []))


def goals_of(scenario: Scenario, precision: str | None, of: str | None, thresholds: Sequence[int]) -> tuple[Goal, ...]:
    """The goals that ``--precision`` and ``--of`` state; raises BadInput with all that cannot be asked."""
    wanted = None if precision is None else parse_precision(precision)
    units = _units(thresholds)
    if of is not None:
        goals = [_goal(text.strip(), wanted, scenario, units) for text in of.split(",")]
    else:
        # What was asked goes for the service level; of a share as small as that of the blocked it would say nothing.
        goals = [
            replace(goal, precision=wanted if goal.measure == "service_level" else None)
            for goal in goals_by_default(scenario)
        ]
        if not goals:
            raise BadInput(
                [
                    Fault(
                        f"figures by {field_name('of')} where no caller is genuine",
                        f"{field_name('precision')} alone",
                        hint=SUCH,
                    )
                ]
            )
    faults = [goal for goal in goals if isinstance(goal, Fault)]
    asked = dict.fromkeys(goal for goal in goals if isinstance(goal, Goal))
    faults += [fault for goal in asked if (fault := _misfit(goal, units[goal.intent, goal.measure]))]
    if faults:
        raise BadInput(faults)
    return tuple(asked)


def parse_precision(text: str) -> Precision:
    """The precision that a text states: points or a part of itself (100 at most), or a duration."""
    given = text.strip()
    found = re.fullmatch(r"([0-9]{1,6}(?:[.][0-9]{1,9})?) ?(pt|%)", given)
    if found and 0 < float(found[1]) <= 100:
        return Precision(float(found[1]) / 100, "relative" if found[2] == "%" else "points", given)
    try:
        return Precision(parse_positive_duration(given) / SECOND, "time", given)
    except ValueError:
        raise BadInput([Fault(WANTED, quoted(text), field="precision", hint=_fix(given))]) from None


def _fix(given: str) -> str:
    """How to write what somebody most likely meant: a unit left out or written as a word, a decimal comma, zero."""
    number, unit = re.fullmatch(r"([-+0-9.,]*) *(.*)", given, re.S).groups()  # type: ignore[union-attr]
    if not unit:
        return f"add the unit: {given}pt, {given}% or {given} s" if re.fullmatch(r"[0-9.]+", given) else ""
    known = next((mark for mark, words in UNITS.items() if unit.lower() in words), "")
    if not known:
        return fix_duration(given)
    if hint := fix_number(number):
        return hint
    if not re.fullmatch(r"[0-9]+([.][0-9]+)?", number):
        return ""
    if not 0 < float(number) <= 100:
        return "it cannot be zero" if not float(number) else f"at most 100{known}"
    return f"write {number}{known}"


def _units(thresholds: Sequence[int]) -> dict[tuple[str, str], str]:
    """The unit of every measure of every intent that has it."""
    every: tuple[Measure | Percentile, ...] = (*catalogue(tuple(thresholds)), *PERCENTILES)
    return {(intent_name(intent), each.name): each.unit for each in every for intent in each.intents}


def _goal(text: str, precision: Precision | None, scenario: Scenario, units: Units) -> Goal | Fault:
    intent, _, measure = text.partition(":")
    intents, measures = {name for name, _ in units}, {name for _, name in units}
    if intent in intents and measure in measures and (intent, measure) not in units:
        having = ", ".join(f"{name}:{measure}" for name in (*INTENTS, "all") if (name, measure) in units)
        return Fault(having if "," not in having else f"one of {having}", quoted(text), field="of")
    if (intent, measure) not in units:
        return Fault(
            "an intent and a measure of --json, such as genuine:service_level or all:asa",
            quoted(text),
            field="of",
            hint=_meant(intent, measure, intents, measures),
        )
    if intent != "all" and not any(group.intent == intent for group in scenario.callers.values()):
        had = dict.fromkeys(group.intent for group in scenario.callers.values())
        return Fault(f"an intent that callers of the scenario have: {', '.join(had)} or all", quoted(text), field="of")
    return Goal(intent, measure, precision)


def _meant(intent: str, measure: str, intents: Collection[str], measures: Collection[str]) -> str:
    """The nearest goal; a measure without its intent is one of genuine callers, most likely."""
    if not measure:
        return nearest(f"genuine:{intent}", [f"genuine:{name}" for name in measures]) if intent else ""
    whom = intent if intent in intents else nearest_word(intent, intents)
    what = measure if measure in measures else nearest_word(measure, measures)
    return f"did you mean {whom}:{what}?" if whom and what else ""


def _misfit(goal: Goal, unit: str) -> Fault | None:
    """Points are for shares, durations for times; a part of itself may be asked of anything."""
    kind = "points" if unit.startswith("share") else "time" if unit == SECONDS else "relative"
    such = {"points": "0.5pt or 20%", "time": "2 s or 20%", "relative": "20%"}[kind]
    if goal.precision is None and kind != "points":
        return Fault(f"a {field_name('precision')} for {goal}, such as {such}", "none")
    if goal.precision is not None and goal.precision.kind not in (kind, "relative"):
        hint = "a percentage of itself, such as 20%, suits every measure"
        return Fault(
            f"for {goal} a precision such as {such}", quoted(goal.precision.text), field="precision", hint=hint
        )
    return None


def how_well(goals: Sequence[Goal], measures: Sequence[Measured]) -> tuple[Reached, ...]:
    """How well each goal's measure is known."""
    found = {(each.intent, each.measure): each for each in measures}
    return tuple(_reached(goal, found[goal.intent, goal.measure]) for goal in goals)


def _reached(goal: Goal, found: Measured) -> Reached:
    if found.value is None or found.low is None or found.high is None:
        return Reached(goal, float("nan"), float("inf"), goal.asked(0.0), float("inf"), found.unit)
    half = max(found.high - found.value, found.value - found.low)
    wanted = goal.asked(found.value)
    most = wanted.amount
    if wanted.kind == "relative":
        most = most * found.value if found.value else NONE_SEEN
    return Reached(goal, found.value, half, wanted, half / most, found.unit)


def next_number(replications: int, known: Sequence[Reached], most: int) -> int:
    """How many replications to make next: as many as should do, at most 4.4 times as many as there are."""
    times = max(each.times for each in known)
    enough = ceil(MARGIN * replications * min(times, 2.0) ** 2)
    return min(most, max(enough, replications + ceil(replications / 10)))
