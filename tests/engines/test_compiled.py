"""How the loop of the compiled engine is compiled: what nobody would notice but by the time that it takes."""

from collections import namedtuple
from typing import Any

import numpy as np
import pytest
from numba import jit, njit
from numba.core.registry import CPUDispatcher

from simulator.engines import arrays, compiled
from simulator.engines.compiled import PLAN, Plan, Rows, play
from simulator.tables.compiling import UNCOUNTED
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import always
from tests.plans import floor, plan, policy, rule

Pair: Any = namedtuple("Pair", "one other")
COUNTS = "NRT_incref"


def put(pair: Any, place: int) -> None:
    pair.one[place] += pair.other[place]


def passes_on(pair: Any, times: int, **options: bool) -> str:
    """The code of a loop that passes arrays on to another function."""
    part = njit(**options)(put)

    @njit(**options)
    def loop(pair: Any, times: int) -> None:
        for place in range(times):
            part(pair, place)

    loop(pair, times)
    return str(loop.inspect_llvm(loop.signatures[0]))


def test_no_part_of_the_loop_counts_references() -> None:
    """One that does makes the whole many times slower: each array is counted each time that it is passed on."""
    parts = {name: part for name, part in vars(compiled).items() if isinstance(part, CPUDispatcher)}
    assert {"play", "arrive", "conclude", "serve"} <= set(parts)
    assert [name for name, part in parts.items() if part.targetoptions.get("_nrt", True)] == []


def test_numba_does_what_the_option_says() -> None:
    """The option is a private one of Numba's: it may go."""
    pair = Pair(np.zeros(3), np.ones(3))
    assert COUNTS in passes_on(pair, 3)
    assert COUNTS not in passes_on(pair, 3, **UNCOUNTED)
    assert pair.one.tolist() == [2, 2, 2]


@pytest.mark.slow
@pytest.mark.parametrize("rules", [policy(rule()), policy(rule(action="sms"))], ids=["without more", "with more"])
def test_the_loop_counts_no_references(rules: Any) -> None:
    """Compiled anew, since Numba shows no code that it has kept on disk."""
    calls, settings = plan([0, 1]), floor()
    staffing = always(1, 0, calls.cut)
    loop = jit(**play.targetoptions)(play.py_func)
    there = arrays.floor(calls, staffing, settings, rules, 9)
    loop(
        Plan(*(getattr(calls, name) for name in PLAN)),
        Rows(*(np.empty(9, dtype) for dtype in Outcomes.DTYPES.values())),
        there,
        arrays.gate(calls, rules, 9),
        arrays.more(calls, settings, rules),
        arrays.state(calls, settings, there),
    )
    assert COUNTS not in loop.inspect_llvm(loop.signatures[0])
