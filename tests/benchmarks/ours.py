"""siaga's engines and the plain SimPy idiom as contenders: the whole call floor, and M/M/c with abandonment."""

from collections.abc import Callable
from functools import partial

import numpy as np

from simulator.engines.simulate import Engine, simulate
from simulator.scenario.floor import Floor
from simulator.scenario.units import SECOND
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.staffing import always
from tests.benchmarks import plain_idiom
from tests.benchmarks.contender import Met, Ready
from tests.benchmarks.loads import Load, plan, queue

Run = Callable[[Calls, Load], Outcomes]


def on_engine(calls: Calls, load: Load, engine: Engine) -> Outcomes:
    """Outcomes of one of siaga's engines."""
    return simulate(calls, always(load.call_takers, 0, calls.cut), Floor(trunks=load.trunks), engine=engine)


def in_plain_idiom(calls: Calls, load: Load) -> Outcomes:
    """Outcomes of the plain SimPy idiom."""
    return plain_idiom.run(calls, load.call_takers, load.trunks)


RUNS: dict[str, Run] = {
    "kernel": partial(on_engine, engine="kernel"),
    "reference": partial(on_engine, engine="reference"),
    "plain": in_plain_idiom,
}


def whole_floor(load: Load, name: str) -> Ready:
    """The load with trunks, wrap-up and redials, drawn beforehand."""
    calls = plan(load)
    return Ready({"run": lambda: RUNS[name](calls, load)}, load.calls)


def abandonment(load: Load, seed: int, name: str) -> Ready:
    """M/M/c with abandonment, drawn beforehand."""
    calls = queue(load, seed)
    return Ready({"run": lambda: partial(met, RUNS[name](calls, load))}, load.calls)


def abandonment_drawn(load: Load, seed: int, name: str) -> Ready:
    """M/M/c with abandonment, drawn anew in each run."""
    return Ready({"run": lambda: partial(met, RUNS[name](queue(load, seed), load))}, load.calls)


def met(outcomes: Outcomes) -> Met:
    """What callers met."""
    answered = outcomes.ending == Ending.ANSWERED
    wait = outcomes.answered[answered] - outcomes.arrival[answered]
    return Met(float(np.mean(outcomes.ending == Ending.ABANDONED)), float(wait.mean()) / SECOND)
