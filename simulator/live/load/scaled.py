"""A line with more (or fewer) callers of the same kind: volumes and pools of numbers times a factor.

Call-takers and trunks stay as they are: the question is what the same line, or the same API, does with more.
"""

from pathlib import Path

from simulator.scenario import checks
from simulator.scenario.callers import CallerGroup
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.model import Scenario
from simulator.scenario.units import MOST_COUNTED


def scaled(scenario: Scenario, scale: float, beside: Path | None = None) -> Scenario:
    """The scenario with ``scale`` times as many callers; raises BadInput where they would not fit into memory."""
    if scale == 1:
        return scenario
    callers = {name: _group(group, scale) for name, group in scenario.callers.items()}
    more = scenario.model_copy(update={"callers": callers, "reported": ()})
    if broken := checks.faults(more, beside):
        first = broken[0]
        given = f"{scale:g}: {first.given or '.'.join(map(str, first.key))}"
        raise BadInput(
            [Fault(first.wanted, given, "--scale", hint="a smaller --scale, or an earlier or shorter stretch")]
        )
    return more


def _group(group: CallerGroup, scale: float) -> CallerGroup:
    numbers = group.numbers
    if numbers.pool:
        pool = min(max(round(numbers.pool * scale), 1), MOST_COUNTED)
        numbers = numbers.model_copy(update={"pool": pool})
    return group.model_copy(update={"volume": group.volume * scale, "numbers": numbers})
