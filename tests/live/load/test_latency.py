"""Latency is what the generator measured; of one that died, what its rows say."""

import numpy as np

from simulator.live.load.latency import latencies, worst
from simulator.scenario.units import SECOND
from simulator.tables.exchanges import Exchanges
from simulator.tables.outcomes import Ending
from tests.metrics.hand_tables import GENUINE, PRANK, attempt, calls, outcomes

TOLD = {"milestone": "ring", "intent": "genuine", "count": 3, "p50_ms": 1.0, "p90_ms": 2.0, "p95_ms": 2.5}
TOLD |= {"p99_ms": 3.0, "p99.9_ms": 3.5, "max_ms": 4.0}


def tables():
    plan = calls([(k, GENUINE if k < 10 else PRANK, -1) for k in range(12)])
    took = outcomes(*(attempt(k, 1, k, Ending.BUSY) for k in range(12)))
    acknowledged = [took.arrival[k] + (k + 1) * SECOND // 10 if k < 11 else -1 for k in range(12)]
    zeros = [0] * 12
    said = Exchanges(sent=took.arrival, acknowledged=acknowledged, trouble=zeros, status=zeros, kept=zeros)
    return plan, took, said


def test_what_the_generator_measured_is_taken() -> None:
    (row,) = latencies({"latency": [TOLD, TOLD | {"count": 0}, {"milestone": "ring"}]}, *tables(), 60)
    assert (row.milestone, row.intent, row.count, row.p50_ms, row.max_ms) == ("ring", "genuine", 3, 1, 4)


def test_of_one_that_died_the_rows_tell_how_late_replies_came() -> None:
    """0.1, 0.2 ... 1.0 s of simulated time at speed 10 are 10 to 100 ms; a ring without a reply says nothing."""
    rows = latencies({}, *tables(), 10)
    assert [(row.intent, row.count) for row in rows] == [("genuine", 10), ("prank", 1)]
    assert (rows[0].p50_ms, rows[0].p90_ms, rows[0].p99_ms, rows[0].max_ms) == (50, 90, 100, 100)
    slowest = worst(rows)
    assert slowest is not None
    assert slowest.intent == "prank"


def test_a_percentile_of_rows_is_of_the_nearest_rank_rounded_up() -> None:
    """As the generator's are: of 56 times the p99 is the longest, of 100 the last but one."""
    for n in (1, 2, 49, 56, 100, 149, 1000):
        order = np.random.default_rng(n).permutation(n)
        plan = calls([(k, GENUINE, -1) for k in range(n)])
        took = outcomes(*(attempt(k, 1, k, Ending.BUSY) for k in range(n)))
        acknowledged = [took.arrival[k] + (order[k] + 1) * SECOND for k in range(n)]
        said = Exchanges(sent=took.arrival, acknowledged=acknowledged, trouble=[0] * n, status=[0] * n, kept=[-1] * n)
        (row,) = latencies({}, plan, took, said, 1000)
        assert [row.p50_ms, row.p90_ms, row.p99_ms] == [-(-share * n // 100) for share in (50, 90, 99)]
