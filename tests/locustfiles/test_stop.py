"""However a run is stopped, what was done till then is there: calls in progress are open, and files are whole."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from simulator.tables.outcomes import Ending
from tests.locustfiles.runs import LENIENT, Ran, arguments, environment, evenly, free_port, made, processes, run
from tests.locustfiles.server import serving
from tests.locustfiles.test_table import workers

LONG = made(evenly(20, 60), talk=2_000_000)


@contextmanager
def running(folder: Path, url: str, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """A run in a process group of its own, as a shell has it."""
    LONG.write(folder / "plan.siaga")
    about = {"env": environment(), "cwd": folder, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(arguments(folder, url, *options), start_new_session=True, **about)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(folder: Path, wanted: Callable[[dict[str, Any]], bool]) -> None:
    """Wait until the status says so."""
    for _ in range(400):
        time.sleep(0.05)
        status = folder / "status.json"
        if status.exists() and wanted(json.loads(status.read_text())):
            return
    raise AssertionError("it never came so far")


def stopped(process: "subprocess.Popen[str]", folder: Path, within: float = 30) -> Ran:
    log, _ = process.communicate(timeout=within)
    return Ran(process.returncode, log, folder)


def assert_usable(ran: Ran) -> None:
    assert "Traceback" not in ran.log, ran.log
    assert ran.summary["interrupted"]
    assert not ran.summary["drained"]
    outcomes, _ = ran.rows
    ending = outcomes.ending
    assert len(ending) == ran.summary["started"]
    assert (ending == Ending.OPEN).sum() == ran.summary["in_progress"] > 10
    assert (ending == Ending.ANSWERED).sum() == ran.summary["ended"] > 0
    rung = sum(row["count"] for row in ran.summary["latency"] if row["milestone"] == "ring")
    assert 0 <= len(ending) - rung < 5  # some may ring at that moment


@pytest.mark.parametrize("options", [(), processes(2)], ids=["alone", "processes"])
def test_ctrl_c(tmp_path: Path, options: tuple[str, ...]) -> None:
    with serving() as api, running(tmp_path, api.url, *LENIENT, *options) as process:
        until(tmp_path, lambda status: status["ended"] > 10)
        os.killpg(process.pid, signal.SIGINT)
        ran = stopped(process, tmp_path)
    assert_usable(ran)


def test_ctrl_c_of_a_run_whose_target_answers_nothing(tmp_path: Path) -> None:
    with serving(mode="silent", after=30) as api, running(tmp_path, api.url, *LENIENT) as process:
        until(tmp_path, lambda status: status["ended"] > 10 and status["in_progress"] > 60)
        os.killpg(process.pid, signal.SIGINT)
        ran = stopped(process, tmp_path, within=15)
    assert ran.summary["interrupted"]


def test_sigterm(tmp_path: Path) -> None:
    with serving() as api, running(tmp_path, api.url, *LENIENT) as process:
        until(tmp_path, lambda status: status["ended"] > 10)
        process.terminate()
        ran = stopped(process, tmp_path)
    assert_usable(ran)


def test_run_time(tmp_path: Path) -> None:
    with serving() as api:
        ran = run(tmp_path, LONG, api.url, *LENIENT, "--run-time", "4s")
    assert_usable(ran)
    assert ran.code == 0


def test_calls_in_progress_have_the_stop_timeout_to_end(tmp_path: Path) -> None:
    with serving() as api:
        ran = run(tmp_path, LONG, api.url, *LENIENT, "--run-time", "4s", "--stop-timeout", "10")
    assert ran.summary["in_progress"] == 0
    assert ran.summary["ended"] == len(ran.rows[0]) == ran.summary["started"] < len(LONG.calls)
    assert set(ran.rows[0].ending.tolist()) == {int(Ending.ANSWERED)}


@pytest.mark.slow
def test_a_worker_that_dies_takes_its_share_with_it_and_the_run_ends(tmp_path: Path) -> None:
    port = free_port()
    where = ["--master", "--master-bind-port", str(port), "--expect-workers", "2"]
    with (
        serving() as api,
        workers(tmp_path, port, 2) as started,
        running(tmp_path, api.url, *LENIENT, *where) as master,
    ):
        until(tmp_path, lambda status: status["ended"] > 10)
        started[0].kill()
        ran = stopped(master, tmp_path, within=60)
    assert ran.code == 1
    assert "calls of its share had ended, the others are missing" in ran.log
    assert not ran.summary["drained"]
    assert len(ran.rows[0]) >= ran.summary["ended"] > 0


def test_a_worker_that_comes_late_gets_no_calls(tmp_path: Path) -> None:
    port = free_port()
    plan = made(evenly(20, 6))
    where = ["--master", "--master-bind-port", str(port), "--expect-workers", "1"]
    with serving() as api, workers(tmp_path, port, 1):
        plan.write(tmp_path / "plan.siaga")
        command = arguments(tmp_path, api.url, *LENIENT, *where)
        master = subprocess.Popen(
            command, env=environment(), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        until(tmp_path, lambda status: status["ended"] > 10)
        with workers(tmp_path, port, 1):
            ran = stopped(master, tmp_path, within=60)
        told = api.told()
    assert ran.code == 0, ran.log
    assert ran.summary["drained"]
    assert ran.summary["workers"] == 1
    assert len(told) == 120
    assert set(told.values()) == {1}
