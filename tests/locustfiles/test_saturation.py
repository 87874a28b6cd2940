"""A generator that does not keep up says so, and its exit code does."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.locustfiles.runs import ROOT, environment, evenly, made, processes, run
from tests.locustfiles.server import serving

BUSY = """
import time

from tests.locustfiles import api_file


class Busy(api_file.Recorder):
    def ring(self, call):
        until = time.perf_counter() + 0.03
        while time.perf_counter() < until:
            pass
        return super().ring(call)
"""
SAID = "generator saturated, these figures do not count"


@pytest.mark.parametrize("options", [(), processes(1)], ids=["alone", "processes"])
def test_a_busy_generator_ends_with_3(tmp_path: Path, options: tuple[str, ...]) -> None:
    busy = tmp_path / "busy.py"
    busy.write_text(BUSY)
    with serving() as api:
        ran = run(tmp_path, made(evenly(60, 2)), api.url, *options, api=str(busy))
    assert ran.code == 3, ran.log
    assert SAID in ran.log
    assert ran.summary["saturated"]
    assert ran.summary["lag"]["p99_ms"] > 10


def test_how_late_is_too_late_is_asked_for(tmp_path: Path) -> None:
    with serving() as api:
        ran = run(tmp_path, made(evenly(60, 2)), api.url, "--most-lag", "2s")
    assert ran.code == 0, ran.log
    assert SAID not in ran.log
    assert not ran.summary["saturated"]
    assert (ran.summary["lag"]["late"], ran.summary["lag"]["count"]) == (0, 120)
    assert ran.summary["lag"]["most_ms"] == 2000
    assert "generator: 0 of 120 steps came more than 2000 ms late" in ran.log


def worked_out(code: str, asked: Any) -> Any:
    """What this code says, in a process of its own that finds the locustfiles."""
    command = [sys.executable, "-c", code, json.dumps(asked)]
    about = {**environment(), "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'locustfiles'}"}
    return json.loads(subprocess.run(command, capture_output=True, text=True, timeout=60, env=about, check=True).stdout)


STEPS = """
import json, sys

from siaga_locust.latency import Lag

told = []
for late, steps, most in json.loads(sys.argv[1]):
    halves = Lag(most), Lag(most)
    for step in range(steps):
        halves[step % 2].note(most * (1.003 if step < late else 0.9999 if step < 2 * late else 0.5))
    whole = Lag(most)
    for half in halves:
        whole.add(half.packed())
    told.append({**whole.figures(), "saturated": whole.is_saturated})
print(json.dumps(told))
"""


def test_percentile_and_verdict_are_of_one_count() -> None:
    """Whatever share is late: the p99 is over the bound only if more than 1 % are, of which the verdict is made."""
    asked = [
        (late, steps, most)
        for most in (0.01, 0.0123, 2.0)
        for steps in (47, 450, 500, 549, 550, 560, 599, 600, 1049)
        for late in (0, 3, 5, 6, 10, 11)
    ]
    for (late, steps, most), told in zip(asked, worked_out(STEPS, asked), strict=True):
        assert (told["late"], told["count"]) == (late, steps)
        assert (told["p99_ms"] > most * 1000) == (late / steps > 0.01), (late, steps, told)
        assert told["saturated"] == (late >= 5 and told["p99_ms"] > most * 1000)


STOOD_STILL = """
import json, sys

from siaga_locust.latency import Lag

told = []
for most, longest, late, steps in json.loads(sys.argv[1]):
    lag = Lag(most)
    for step in range(steps):
        lag.note(longest if step < late else most / 2)
    told.append([lag.is_saturated, lag.figures()["far_ms"]])
print(json.dumps(told))
"""


def test_a_generator_that_stood_still_is_saturated_however_few_steps_it_made_late() -> None:
    """One late step of 48 is a hiccup up to 100 ms, or ten times the bound; of 100 it is no more than 1 %."""
    asked = [(0.01, 2.467, 1, 48), (0.01, 0.03, 4, 48), (0.01, 2.467, 1, 100), (0.05, 0.4, 4, 48), (0.05, 0.6, 1, 48)]
    wanted = [[True, 100], [False, 100], [False, 100], [False, 500], [True, 500]]
    assert worked_out(STOOD_STILL, asked) == wanted


PERCENTILES = """
import json, sys

from siaga_locust.latency import Latencies

told = []
for times in json.loads(sys.argv[1]):
    held = Latencies()
    for each in times:
        held.reached("ring", "genuine", each)
    told += held.rows()
print(json.dumps(told))
"""


def test_a_percentile_is_the_time_that_so_many_did_not_exceed() -> None:
    """The nearest rank, rounded up, to three digits; never more than the longest that is printed."""
    draws = np.random.default_rng(5)
    asked = [np.rint(draws.lognormal(9, 2, n)).clip(1).tolist() for n in (1, 2, 10, 49, 56, 100, 149, 1000, 1001, 3333)]
    for times, told in zip(asked, worked_out(PERCENTILES, asked), strict=True):
        for share, of_1000 in (("50", 500), ("90", 900), ("95", 950), ("99", 990), ("99.9", 999)):
            wanted = sorted(times)[-(-of_1000 * len(times) // 1000) - 1] / 1000
            assert told[f"p{share}_ms"] == pytest.approx(wanted, rel=1e-3, abs=1e-3), (len(times), share)
            assert told[f"p{share}_ms"] <= told["max_ms"]
