"""A generator that does not keep up says so, and its exit code does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.locustfiles.runs import ROOT, environment, evenly, made, processes, run
from tests.locustfiles.server import serving

BUSY = """
import time

from tests.locustfiles import target_file


class Busy(target_file.Recorder):
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
    with serving() as target:
        ran = run(tmp_path, made(evenly(60, 2)), target.url, *options, target=str(busy))
    assert ran.code == 3, ran.log
    assert SAID in ran.log
    assert ran.summary["saturated"]
    assert ran.summary["lag"]["p99_ms"] > 10


def test_how_late_is_too_late_is_asked_for(tmp_path: Path) -> None:
    with serving() as target:
        ran = run(tmp_path, made(evenly(60, 2)), target.url, "--most-lag", "2s")
    assert ran.code == 0, ran.log
    assert SAID not in ran.log
    assert not ran.summary["saturated"]
    assert (ran.summary["lag"]["late"], ran.summary["lag"]["count"]) == (0, 120)
    assert ran.summary["lag"]["most_ms"] == 2000
    assert "generator: 0 of 120 steps came more than 2000 ms late" in ran.log


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
    command = [sys.executable, "-c", STEPS, json.dumps(asked)]
    about = {**environment(), "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'locustfiles'}"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=about, check=True)
    for (late, steps, most), told in zip(asked, json.loads(done.stdout), strict=True):
        assert (told["late"], told["count"]) == (late, steps)
        assert (told["p99_ms"] > most * 1000) == (late / steps > 0.01), (late, steps, told)
        assert told["saturated"] == (late >= 5 and told["p99_ms"] > most * 1000)
