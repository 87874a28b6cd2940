"""siaga: what will callers of an emergency line meet if it is staffed like this and blocks numbers like that?

The public names, in the order of the flow; each is imported when it is first used:

    scenario = siaga.load_scenario(path).scenario      scenario file -> Scenario
    calls = siaga.draw_calls(scenario, seed)           Scenario + seed -> Calls
    staffing = siaga.draw_staffing(scenario, seed)     Scenario + seed -> Staffing
    outcomes = siaga.simulate(calls, staffing, scenario.floor, scenario.policy)
    counts = siaga.count(calls, outcomes, staffing)    Outcomes -> numbers

and every question of the command as a function (`simulator/api.py`):

    answer = siaga.erlang(calls="60 / h", handling="150 s", target="90 % of all within 15 s")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.api import capacity as capacity
    from simulator.api import compare as compare
    from simulator.api import erlang as erlang
    from simulator.api import facts as facts
    from simulator.api import replay as replay
    from simulator.api import roster as roster
    from simulator.api import run as run
    from simulator.api import sensitivity as sensitivity
    from simulator.api import shifts as shifts
    from simulator.api import staff as staff
    from simulator.api import tune as tune
    from simulator.demand.attendance import draw_staffing as draw_staffing
    from simulator.demand.draw import draw_calls as draw_calls
    from simulator.demand.trace import read_trace as read_trace
    from simulator.engines.simulate import simulate as simulate
    from simulator.metrics.count import count as count
    from simulator.scenario.errors import BadInput as BadInput
    from simulator.scenario.load import load_scenario as load_scenario
    from simulator.tables.calls import Calls as Calls
    from simulator.tables.outcomes import Outcomes as Outcomes
    from simulator.tables.staffing import Staffing as Staffing

_HOME = {
    "load_scenario": "scenario.load",
    "Calls": "tables.calls",
    "Staffing": "tables.staffing",
    "Outcomes": "tables.outcomes",
    "draw_calls": "demand.draw",
    "draw_staffing": "demand.attendance",
    "read_trace": "demand.trace",
    "simulate": "engines.simulate",
    "count": "metrics.count",
    "BadInput": "scenario.errors",
    **dict.fromkeys(
        (
            *("capacity", "compare", "erlang", "facts", "replay", "roster", "run"),
            *("sensitivity", "shifts", "staff", "tune"),
        ),
        "api",
    ),
}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562), so that ``siaga --help`` starts at once."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
