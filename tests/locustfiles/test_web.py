"""The web UI starts the table, shows it, and starts it anew."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.locustfiles.runs import LENIENT, arguments, environment, evenly, free_port, made
from tests.locustfiles.server import Served, serving

CALLS = 40


@pytest.fixture
def api() -> Iterator[Served]:
    with serving() as served:
        yield served


@pytest.fixture
def page(tmp_path: Path, api: Served) -> Iterator[str]:
    """The address of a web UI."""
    made(evenly(40, 1)).write(tmp_path / "plan.siaga")
    port = free_port()
    command = [each for each in arguments(tmp_path, api.url, *LENIENT) if each not in {"--headless", "--only-summary"}]
    about = {"env": environment(), "cwd": tmp_path, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, "--web-host", "127.0.0.1", "--web-port", str(port)], **about)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: bool(asked(address)))
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    assert process.returncode == 0


def asked(page: str, path: str = "/stats/requests", **form: str) -> dict[str, Any]:
    data = urlencode(form).encode() if form else None
    try:
        with urlopen(page + path, data=data, timeout=10) as reply:
            return json.load(reply)
    except (URLError, ConnectionError):
        return {}


def wait_for(wanted: Any) -> None:
    for _ in range(300):
        if wanted():
            return
        time.sleep(0.1)
    raise AssertionError("it never came so far")


def test_a_run_is_started_shown_and_started_anew(page: str, api: Served) -> None:
    for nth in (1, 2):
        assert asked(page, "/swarm", user_count="1", spawn_rate="1", host=api.url)["success"]
        wait_for(lambda nth=nth: len(api.told()) == nth * CALLS)
        time.sleep(2.5)  # for so long the page may show what was
        wait_for(lambda: asked(page)["state"] == "stopped")
        rows = {row["name"]: row["num_requests"] for row in asked(page)["stats"]}
        assert rows["ring genuine"] == rows["POST /calls"] == CALLS
        told = api.told()
        assert set(told.values()) == {1}
        assert len({reference.partition("-")[0] for reference in told}) == nth


def test_a_run_is_stopped(page: str, api: Served) -> None:
    asked(page, "/swarm", user_count="1", spawn_rate="1", host=api.url)
    wait_for(lambda: len(api.told()) > 5)
    asked(page, "/stop")
    wait_for(lambda: asked(page)["state"] == "stopped")
    assert len(api.told()) <= CALLS
