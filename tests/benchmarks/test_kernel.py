"""How fast the compiled engine is beside the readable one, on the same calls in one run.

    pytest -m benchmark -n0 tests/benchmarks -s

Times are CPU seconds of this process, compilation left out; the ratio is what to quote, machines are noisy.
"""

import pytest

from simulator.engines.simulate import simulate
from simulator.scenario.floor import Floor
from simulator.tables.staffing import always
from tests.benchmarks.loads import LOADS, Load, plan
from tests.benchmarks.test_reference import ROUNDS, cpu

LEAST_RATIO = 30
"""What it must not fall below here; docs/performance.md has what was measured, and what is wanted."""


@pytest.mark.benchmark
@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
def test_the_kernel_is_many_times_as_fast_as_the_reference_engine(load: Load) -> None:
    calls = plan(load)
    staffing, floor = always(load.call_takers, 0, calls.cut), Floor(trunks=load.trunks)
    attempts = len(simulate(calls, staffing, floor, engine="kernel"))
    pairs = [
        (
            cpu(lambda: simulate(calls, staffing, floor, engine="kernel")),
            cpu(lambda: simulate(calls, staffing, floor, engine="reference")),
        )
        for _ in range(ROUNDS)
    ]
    ratio = sorted(b / a for a, b in pairs)[ROUNDS // 2]
    rate = attempts / sorted(a for a, _ in pairs)[ROUNDS // 2] / 1e6
    print(f"\n{load.name}: {attempts:,} attempts; kernel {rate:.1f} million a second, reference / kernel {ratio:.0f}")  # noqa: T201
    assert ratio >= LEAST_RATIO
