"""A target that stands still is charged with every call that it kept waiting (closed loops report a p99 of 0.1 s)."""

from pathlib import Path

import pytest

from tests.locustfiles.runs import LENIENT, evenly, made, run
from tests.locustfiles.server import serving


@pytest.mark.parametrize("client", ["fast", "lean"])
def test_a_freeze_of_five_seconds_is_seen_as_it_was(tmp_path: Path, client: str) -> None:
    """100 calls a second for 20 s at a target of 1 ms: of those 500 in the freeze the k-th waits 5 s - k / 100 s."""
    with serving(delay=0.001, freeze=(6.0, 5.0)) as target:
        ran = run(tmp_path, made(evenly(100, 20)), target.url, *LENIENT, "--client", client)
    seen = ran.latency("ring")
    assert seen["count"] == 2000
    assert seen["p90_ms"] == pytest.approx(3000, rel=0.05)
    assert seen["p95_ms"] == pytest.approx(4000, rel=0.05)
    assert seen["p99_ms"] == pytest.approx(4800, rel=0.05)


def test_a_freeze_is_seen_with_few_sockets_too(tmp_path: Path) -> None:
    with serving(delay=0.001, freeze=(6.0, 5.0)) as target:
        ran = run(tmp_path, made(evenly(100, 20)), target.url, *LENIENT, "--client", "lean", "--sockets", "20")
    seen = ran.latency("ring")
    assert [seen["p90_ms"], seen["p99_ms"]] == pytest.approx([3000, 4800], rel=0.05)
