"""Figures that were reported of a service, to hold against the simulation."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from simulator.scenario.distribution import Model
from simulator.scenario.fixes import fix_number
from simulator.scenario.policy import Intents, PolicyName
from simulator.scenario.units import LARGEST_NUMBER, Duration, PositiveDuration, Text, refuse

_FIGURE = r"[0-9]{1,12}([.][0-9]{1,9})?( to [0-9]{1,12}([.][0-9]{1,9})?)?"


def parse_figure(given: object) -> tuple[float, float]:
    """Lowest and highest of a reported figure: ``5`` or ``6 to 8``."""
    if isinstance(given, tuple):
        low, high = given
        return (low, high)
    wanted = "a figure such as 13746, or a range such as 6 to 8"
    if not isinstance(given, str) or not re.fullmatch(_FIGURE, given):
        raise refuse(wanted, given, _fix_figure(str(given)))
    low, high = (given.split(" to ") * 2)[:2]
    if float(low) > float(high):
        raise refuse(wanted, given, f"the smaller one comes first: {high} to {low}")
    return float(low), float(high)


def _fix_figure(given: str) -> str:
    found = re.fullmatch(r"([0-9.]+) *[-–~] *([0-9.]+)", given)
    return f"write {found[1]} to {found[2]}" if found else fix_number(given)


Figure = Annotated[
    tuple[float, float],
    BeforeValidator(parse_figure),
    WithJsonSchema(
        {
            "title": "figure or range",
            "anyOf": [
                {"type": "number", "minimum": 0, "exclusiveMaximum": LARGEST_NUMBER},
                {"type": "string", "pattern": f"^{_FIGURE}$"},
            ],
        }
    ),
]


class Reported(Model):
    """A figure that was reported of the service, to hold against the simulation.

    ``counts`` names the counter (unknown: the report does not say; simulated as attempts), ``of`` the intents,
    ``after`` and ``for`` the stretch of the scenario, ``policy`` the one in force then. ``fitted``: the volumes
    were solved to meet it; ``predicted``: agreement means something. ``per: day`` compares single days with a range.
    """

    name: Text
    """What the figure is called in the comparison."""
    figure: Figure
    """The figure, or a range: 6 to 8."""
    counts: Literal["attempts", "answered", "tickets", "callers", "unknown"]
    """What was counted; unknown where the report does not say."""
    of: Intents = ("genuine", "enquiry", "prank", "silent")
    """Which intents."""
    after: Duration = 0
    """Where the stretch begins, from the start of the scenario."""
    for_: PositiveDuration | None = Field(default=None, alias="for")
    """How long the stretch is; without it, to the end."""
    per: Literal["run", "day"] = "run"
    """run: the count of the stretch; day: single days against the range."""
    policy: PolicyName | None = None
    """The policy in force then."""
    use: Literal["fitted", "predicted"]
    """fitted: volumes were solved to meet it; predicted: agreement means something."""
    source: Text
    """Where it was reported."""
