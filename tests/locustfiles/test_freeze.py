"""An API that stands still is charged with every call that it kept waiting (closed loops report a p99 of 0.1 s)."""

from pathlib import Path

import pytest

from tests.locustfiles.runs import LENIENT, evenly, made, run
from tests.locustfiles.server import serving

EXPECTED = {"p90_ms": 3000, "p95_ms": 4000, "p99_ms": 4800}
"""100 calls a second for 20 s, of which 500 meet the freeze: the k-th of those waits 5 s - k / 100 s."""
OPTIONS = {
    "fast": ("--client", "fast"),
    "lean": ("--client", "lean"),
    "few sockets": ("--client", "lean", "--sockets", "20"),
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=list(OPTIONS))
def test_a_freeze_of_five_seconds_is_seen_as_it_was(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Within 5 %, beyond what the machine itself was late by while other tests ran beside this one."""
    with serving(delay=0.001, freeze=(6.0, 5.0)) as api:
        ran = run(tmp_path, made(evenly(100, 20)), api.url, *LENIENT, *options)
        late = api.late() * 1000 + ran.summary["lag"]["max_ms"]
    seen = ran.latency("ring")
    assert seen["count"] == 2000
    for share, expected in EXPECTED.items():
        assert seen[share] == pytest.approx(expected, abs=0.05 * expected + late), share
