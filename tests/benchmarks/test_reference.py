"""How fast the reference engine is beside the plain SimPy idiom, on the same calls in one run.

    pytest -m benchmark -n0 tests/benchmarks

Times are CPU seconds of this process; the ratio is what to quote, machines are noisy.
"""

from collections.abc import Callable
from time import process_time

import numpy as np
import pytest

from simulator.engines.simulate import simulate
from simulator.scenario.floor import Floor
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import always
from tests.benchmarks import plain_idiom
from tests.benchmarks.loads import LOADS, Load, plan

ROUNDS = 5
LEAST_RATIO = 1.5


def cpu(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


@pytest.mark.benchmark
@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
def test_the_reference_engine_is_at_least_half_again_as_fast_as_the_plain_idiom(load: Load) -> None:
    calls = plan(load)
    staffing = always(load.call_takers, 0, calls.length * 3)
    floor = Floor(trunks=load.trunks)
    pairs = [
        (
            cpu(lambda: simulate(calls, staffing, floor)),
            cpu(lambda: plain_idiom.run(calls, load.call_takers, load.trunks)),
        )
        for _ in range(ROUNDS)
    ]
    ours, plain = (sorted(column)[ROUNDS // 2] for column in zip(*pairs, strict=True))
    ratio = sorted(b / a for a, b in pairs)[ROUNDS // 2]
    print(f"\n{load.name}: {len(calls):,} calls; reference {ours:.2f} s, plain idiom {plain:.2f} s, ratio {ratio:.2f}")  # noqa: T201
    assert ratio >= LEAST_RATIO


@pytest.mark.benchmark
@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
def test_both_tell_the_same_story_where_nothing_ties(load: Load) -> None:
    """The comparison is fair: the same table, but for who took a call (times are continuous, so nothing ties)."""
    calls = plan(load)
    ours = simulate(calls, always(load.call_takers, 0, calls.length * 3), Floor(trunks=load.trunks))
    theirs = plain_idiom.run(calls, load.call_takers, load.trunks)
    assert len(ours) == len(theirs)
    different = [name for name in Outcomes.DTYPES if not np.array_equal(getattr(ours, name), getattr(theirs, name))]
    assert different == ["call_taker"]
