"""A year of each service that is shipped, stage by stage: drawn, run, counted."""

from collections.abc import Callable, Sequence
from inspect import signature
from itertools import cycle
from pathlib import Path
from statistics import mean
from typing import Any

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import simulate
from simulator.metrics.count import count, thresholds_for
from simulator.scenario.load import load_scenario
from simulator.scenario.units import DAY
from tests.benchmarks.contender import Ready

SCENARIOS = Path(__file__).parents[2] / "scenarios"
REPLICATIONS = 5
"""Different ones in turn, so that no stage meets the same branches each time."""


def year(service: str, days: int = 365) -> Ready:
    """Draw, run and count on their own, each with what it needs prepared, and the whole path in one."""
    scenario = load_scenario(SCENARIOS / f"{service}.yaml").scenario.model_copy(update={"length": days * DAY})
    thresholds = thresholds_for(scenario.targets)
    # The compiled count is younger than the interpreted one; older trees are measured with what they have.
    quick: dict[str, Any] = {"compiled": True} if "compiled" in signature(count).parameters else {}

    def draw(number: int) -> tuple[Any, Any]:
        return draw_calls(scenario, 1, number), draw_staffing(scenario, 1, number)

    def run(drawn: tuple[Any, Any]) -> tuple[Any, Any, Any]:
        calls, staffing = drawn
        return calls, simulate(calls, staffing, scenario.floor, scenario.policy, engine="kernel"), staffing

    def counts(ran: tuple[Any, Any, Any]) -> Any:
        return count(*ran, thresholds, **quick)

    numbers = range(REPLICATIONS)
    drawn = [draw(number) for number in numbers]
    ran = [run(each) for each in drawn]
    works = {
        "draw": _in_turn(draw, numbers),
        "run": _in_turn(run, drawn),
        "count": _in_turn(counts, ran),
        "whole": _in_turn(lambda number: counts(run(draw(number))), numbers),
    }
    return Ready(works, mean(len(calls) for calls, _ in drawn))


def _in_turn(stage: Callable[[Any], Any], given: Sequence[Any]) -> Callable[[], Any]:
    turns = cycle(given)
    return lambda: stage(next(turns))
