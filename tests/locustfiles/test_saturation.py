"""A generator that does not keep up says so, and its exit code does."""

from pathlib import Path

import pytest

from tests.locustfiles.runs import evenly, made, processes, run
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
    assert ran.summary["lag"]["count"] == 120
