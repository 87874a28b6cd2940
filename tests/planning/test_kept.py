"""A search that is stopped, however roughly, leaves no process behind, and the same command takes up from there."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from time import sleep

import pytest

from simulator.planning import floors
from simulator.study.runs import processes
from simulator.study.runs.processes import ProcessPool
from tests.planning.lines import LINE, experiment, floor_runs
from tests.study.runs.sweeps import MOMENT_S, PATIENCE_S, of_session, started, until, workers_of

linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to look after processes")
HOURLY = "80 % of genuine within 15 s, every hour"


def test_what_is_stored_of_a_floor_is_what_was_simulated_however_many_replications_are_wanted(tmp_path: Path) -> None:
    made = experiment(tmp_path, "80 % of genuine within 15 s, every clock hour")
    with floor_runs(made, 5, folder=tmp_path / "kept") as first, floor_runs(made, 7) as more:
        counted, longer = first.counts(made.scenario.floor), more.counts(made.scenario.floor)
    assert longer[:5] == counted
    with floor_runs(made, 7, folder=tmp_path / "kept") as again:
        assert again.counts(made.scenario.floor) == longer
    with floor_runs(made, 5, folder=tmp_path / "kept") as stored:
        stored._runs._simulate = lambda *_: pytest.fail("what is stored is not simulated again")  # type: ignore[method-assign]
        assert stored.counts(made.scenario.floor) == counted


def test_a_floor_whose_file_is_broken_is_simulated_again(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    with floor_runs(made, 3, folder=tmp_path / "kept") as first:
        counted = first.counts(made.scenario.floor)
    [path] = (tmp_path / "kept").rglob("*.parquet")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with floor_runs(made, 3, folder=tmp_path / "kept") as again:
        assert again.counts(made.scenario.floor) == counted
    assert path.read_bytes() == whole


def test_floors_tried_by_the_same_workers_draw_their_callers_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a later search wants more replications of the same callers."""
    made = experiment(tmp_path)
    drawn: list[int] = []
    draw = floors.draw_calls
    monkeypatch.setattr(floors, "draw_calls", lambda *given: drawn.append(given[2]) or draw(*given))
    fuller = made.scenario.floor.model_copy(update={"trunks": 20})
    with floor_runs(made, 3) as first:
        more = first.of(made, 5)
        for runs in (first, more):
            for floor in (made.scenario.floor, fuller):
                runs.counts(floor)
    assert drawn == [0, 1, 2, 3, 4]


def test_a_worker_of_a_search_that_is_killed_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[ProcessPool] = []

    class Noted(ProcessPool):
        def __init__(self, workers: int) -> None:
            super().__init__(workers)
            pools.append(self)

    monkeypatch.setattr(processes, "ProcessPool", Noted)
    made = experiment(tmp_path)
    fuller = made.scenario.floor.model_copy(update={"trunks": 20})
    with floor_runs(made, 4, 2) as runs, floor_runs(made, 4, 1) as alone:
        assert runs.counts(made.scenario.floor) == alone.counts(made.scenario.floor)
        assert len(pools) == 2
        for pid in list(pools[0]._processes):
            os.kill(pid, signal.SIGKILL)
        assert runs.counts(fuller) == alone.counts(fuller)
    assert len(pools) > 2


# -- the command -----------------------------------------------------------------------------------------------------


def command(folder: Path, verb: str, *words: str) -> list[str]:
    (folder / "line.yaml").write_text(LINE.format(genuine=250, prank=300, attendance="95 %"))
    asked = ("--target", HOURLY, "--replications", "40", "--workers", "2", "--out", str(folder / "results"))
    return [sys.executable, "-m", "simulator.cli", verb, str(folder / "line.yaml"), *asked, *words]


def tried(folder: Path) -> list[Path]:
    return list((folder / "results").rglob("trials-*/[0-9a-f]*.parquet"))


def stopped(folder: Path, verb: str, how: Callable[[Popen[str]], None]) -> tuple[int, str]:
    """The search ended in its midst: its exit code, and what it said; nothing of it lives on."""
    with started(command(folder, verb)) as child:
        until(lambda: len(tried(folder)) >= 3 or child.poll() is not None)
        assert child.poll() is None, child.communicate()
        assert len(workers_of(child.pid)) >= 2
        how(child)
        said = child.communicate(timeout=PATIENCE_S)[1]
        until(lambda: not of_session(child.pid), MOMENT_S)
    return child.returncode, said


def goes_on(folder: Path, verb: str) -> None:
    """The same command leaves alone what is kept, and comes to the answer of one that was left in peace."""
    kept = {path: path.stat().st_mtime_ns for path in tried(folder)}
    (peace := folder / "peace").mkdir()
    answers = []
    for where in (folder, peace):
        with started(command(where, verb, "--json")) as child:
            out, said = child.communicate(timeout=PATIENCE_S)
        assert child.returncode in (0, 1), said
        answers.append(json.loads(out))
    assert answers[0] == answers[1]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert len(tried(folder)) == len(tried(peace)) > len(kept)


@linux
@pytest.mark.parametrize("verb", ["staff", "capacity"])
def test_ctrl_c_ends_a_search_with_a_sentence_and_the_same_command_goes_on(tmp_path: Path, verb: str) -> None:
    code, said = stopped(tmp_path, verb, lambda child: os.killpg(child.pid, signal.SIGINT))
    assert code == 130
    assert said.startswith("interrupted: ")
    assert said.endswith(f"trials are kept in {tmp_path / 'results' / 'line'}; the same command goes on from there\n")
    goes_on(tmp_path, verb)


@linux
def test_a_search_that_is_killed_leaves_no_process_and_the_same_command_goes_on(tmp_path: Path) -> None:
    code, _ = stopped(tmp_path, "staff", lambda child: child.kill())
    assert code == -signal.SIGKILL
    goes_on(tmp_path, "staff")


@linux
@pytest.mark.parametrize("after_s", [0.0, 0.5, 1.5])
def test_ctrl_c_before_anything_is_simulated_is_an_interruption_all_the_same(tmp_path: Path, after_s: float) -> None:
    with started(command(tmp_path, "staff")) as child:
        until(lambda: of_session(child.pid))
        sleep(0.5 + after_s)
        os.killpg(child.pid, signal.SIGINT)
        said = child.communicate(timeout=PATIENCE_S)[1]
        until(lambda: not of_session(child.pid), MOMENT_S)
    # Struck while a module's text is executed, Python ends by the signal in spite of all; a shell says 130 either way.
    assert child.returncode in (130, -signal.SIGINT), said
    assert said[:11] == "interrupted", said
    assert len(said.splitlines()) == 1
