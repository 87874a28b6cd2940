"""The frozen Scenario: who calls, who answers on how many lines, and under which blocklist.

Field names are the keys of the file. `load.py` reads a file into this model and says what is wrong with one;
`checks.py` holds what must be true across its parts.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from simulator.scenario.callers import CallerGroup, DayFactor, Name
from simulator.scenario.distribution import Model
from simulator.scenario.floor import WEEKDAYS, Acceptance, Attendance, Blocklist, Break, Floor, Shift
from simulator.scenario.policy import NO_POLICY, Policy, PolicyName
from simulator.scenario.reported import Reported
from simulator.scenario.target import TargetText
from simulator.scenario.units import Moment, PositiveDuration, Text, refuse

__all__ = ["WEEKDAYS", "Acceptance", "Attendance", "Blocklist", "Break", "Floor", "Reported", "Scenario", "Shift"]


def _rules_in_place(given: Any) -> Any:
    if isinstance(given, str):
        raise refuse("rules in place, or a policy that was loaded", given, "load_policy finds a policy by its name")
    return given


class Scenario(Model):
    """A service to simulate: see docs/model.md for every key."""

    title: Text
    """The service and the time in a few words."""
    sources: tuple[Text, ...] = ()
    """Where the figures were reported."""
    start: Moment
    """When the scenario begins: date, local time and offset from UTC."""
    length: PositiveDuration
    """How long callers are observed."""
    callers: Annotated[dict[Name, CallerGroup], Field(min_length=1)]
    """Groups of callers by name."""
    day_factors: dict[Name, DayFactor] = Field(default={})
    """Day factors that groups share through busy_with, by name."""
    floor: Floor
    """Lines and call-takers."""
    policy: Annotated[Policy, BeforeValidator(_rules_in_place, json_schema_input_type=Policy | PolicyName)] = NO_POLICY
    """The name of a policy (a file in policies/ beside this one, or one that ships), or rules in place."""
    targets: tuple[TargetText, ...] = ()
    """Answer-time targets: 90 % of genuine within 15 s, every hour."""
    reported: tuple[Reported, ...] = ()
    """Figures to hold against the simulation."""
