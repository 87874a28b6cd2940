"""Whatever way Locust is run, the whole table is played, and every call exactly once."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from simulator.tables.outcomes import Ending
from tests.locustfiles.runs import (
    DISPATCH,
    LENIENT,
    ROOT,
    Ran,
    arguments,
    environment,
    evenly,
    free_port,
    made,
    processes,
    run,
)
from tests.locustfiles.server import Served, serving

CALLS = 120


@pytest.fixture
def api() -> Iterator[Served]:
    with serving() as served:
        yield served


def assert_whole(ran: Ran, api: Served, workers: int = 1) -> None:
    assert ran.code == 0, ran.log
    assert api.told() == {f"{ran.summary['run']}-{call}-1": 1 for call in range(CALLS)}
    assert ran.summary["drained"]
    assert not ran.summary["interrupted"]
    assert ran.summary["workers"] == workers
    outcomes, _ = ran.rows
    assert sorted(outcomes.call.tolist()) == list(range(CALLS))
    assert set(outcomes.ending.tolist()) == {int(Ending.ANSWERED)}
    assert [row["count"] for row in ran.summary["latency"]] == [CALLS] * 3
    assert ran.summary["requests"] == CALLS


def table() -> object:
    return made(evenly(60, CALLS / 60), talk=300_000)


@pytest.mark.parametrize("client", ["fast", "lean"])
def test_a_run_on_its_own(tmp_path: Path, api: Served, client: str) -> None:
    assert_whole(run(tmp_path, table(), api.url, *LENIENT, "--client", client), api)


def test_processes(tmp_path: Path, api: Served) -> None:
    assert_whole(run(tmp_path, table(), api.url, *LENIENT, *processes(2)), api, workers=2)


def test_a_master_and_two_workers(tmp_path: Path, api: Served) -> None:
    port = free_port()
    with workers(tmp_path, port, 2):
        where = ["--master", "--master-bind-port", str(port), "--expect-workers", "2"]
        assert_whole(run(tmp_path, table(), api.url, *LENIENT, *where), api, workers=2)


@contextmanager
def workers(folder: Path, port: int, count: int) -> Iterator[list["subprocess.Popen[str]"]]:
    """Workers that were started by hand: they know the API's file, and have the plan from the master."""
    command = [arguments(folder, "")[0], "-m", "locust", "-f", str(DISPATCH), "--worker", "--master-port", str(port)]
    about = {"env": environment(), "cwd": folder, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    started = [subprocess.Popen(command, **about) for _ in range(count)]
    try:
        yield started
    finally:
        for each in started:
            each.kill()
            each.communicate()


@pytest.mark.parametrize(
    "line", ["from dispatch import *", "from dispatch import CallTaker, Driver", "from dispatch import Driver"]
)
def test_a_locustfile_that_imports_the_users_plays_the_whole_table(tmp_path: Path, api: Served, line: str) -> None:
    own = tmp_path / "own.py"
    own.write_text(f"import sys\nsys.path.insert(0, {str(DISPATCH.parent)!r})\n{line}\n")
    assert_whole(run(tmp_path, table(), api.url, *LENIENT, file=own), api)


def test_a_user_of_ones_own_may_play_along(tmp_path: Path, api: Served) -> None:
    own = tmp_path / "own.py"
    own.write_text(
        f"import sys\nsys.path.insert(0, {str(DISPATCH.parent)!r})\nfrom dispatch import *\n"
        "from locust import User, task, constant\n"
        "class Other(User):\n    fixed_count = 1\n    wait_time = constant(0.2)\n"
        "    @task\n    def look(self):\n        self.environment.events.request.fire(request_type='OWN', name='look', "
        "response_time=1, response_length=0, context={}, exception=None)\n"
    )
    ran = run(tmp_path, table(), api.url, *LENIENT, file=own)
    assert_whole(ran, api)
    assert "OWN      look" in ran.log


def test_tags_say_who_plays(tmp_path: Path, api: Served) -> None:
    callers = run(tmp_path, table(), api.url, *LENIENT, "--tags", "callers")
    assert_whole(callers, api)
    nobody = run(tmp_path, table(), api.url, *LENIENT, "--exclude-tags", "callers")
    assert nobody.code == 1
    assert "nobody plays" in nobody.log


def test_shares_of_connected_calls_stay_together(tmp_path: Path, api: Served) -> None:
    """One person makes all calls: a second worker has none, and the run ends all the same."""
    plan = made(evenly(60, CALLS / 60), person=np.zeros(CALLS, dtype=int), number=np.zeros(CALLS, dtype=int))
    assert_whole(run(tmp_path, plan, api.url, *LENIENT, *processes(2)), api, workers=2)


def test_csv_and_html_show_milestones_of_calls(tmp_path: Path, api: Served) -> None:
    ran = run(
        tmp_path, table(), api.url, *LENIENT, "--csv", str(tmp_path / "out"), "--html", str(tmp_path / "out.html")
    )
    assert_whole(ran, api)
    rows = (tmp_path / "out_stats.csv").read_text().splitlines()
    assert any(row.startswith(f"CALL,ring genuine,{CALLS},0,") for row in rows)
    assert any(row.startswith(f"POST,POST /calls,{CALLS},0,") for row in rows)
    assert "ring genuine" in (tmp_path / "out.html").read_text()


def drawn(folder: Path, url: str, *options: str) -> Ran:
    """A run that draws its plan itself."""
    command = [word for word in arguments(folder, url, *LENIENT, *options) if not word.startswith("--plan")]
    done = subprocess.run(
        command, env=environment(), cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    return Ran(done.returncode, done.stderr, folder)


@pytest.mark.parametrize("scenario", [str(ROOT / "scenarios" / "bontang.yaml"), "bontang"], ids=["file", "name"])
def test_a_scenario_is_drawn_where_no_plan_is_given(tmp_path: Path, api: Served, scenario: str) -> None:
    ran = drawn(tmp_path, api.url, "--scenario", scenario, "--for", "12h", "--speed", "10000")
    assert ran.code == 0, ran.log
    assert ran.summary["drained"]
    assert ran.summary["calls"] == ran.summary["ended"] > 5


def test_a_scenario_that_is_not_there_is_said_as_siaga_load_says_it(tmp_path: Path) -> None:
    ran = drawn(tmp_path, "http://127.0.0.1:9", "--scenario", "nowhere.yaml")
    assert ran.code == 2
    assert "nowhere.yaml" in ran.log
    assert "Traceback" not in ran.log


def test_a_stretch_without_a_call_is_said_as_siaga_load_says_it(tmp_path: Path) -> None:
    ran = drawn(tmp_path, "http://127.0.0.1:9", "--scenario", "bontang", "--for", "1s")
    assert ran.code == 2
    assert "wanted a stretch with a call in it" in ran.log
    assert "a longer --for, a higher --scale" in ran.log
    assert "--plan" not in ran.log


def test_siagas_options_are_listed_by_a_help_of_their_own(tmp_path: Path) -> None:
    """Locust answers --help before it has seen a locustfile."""
    command = [arguments(tmp_path, "")[0], "-m", "locust", "-f", str(DISPATCH), "--siaga-help"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    for option in ("--plan FILE", "--scenario FILE", "--speed SPEED", "--client {fast,lean}", "--key ROLE=KEY"):
        assert option in done.stdout
    assert "--keep-run" not in done.stdout
    assert "--headless" not in done.stdout
