"""What processes of this machine make of a sweep is what one process makes, whatever becomes of them."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from simulator.engines.simulate import Engine
from simulator.questions.run.request import Request
from simulator.questions.run.result import RunResult
from simulator.questions.run.run import answer
from simulator.report.progress import say_compiling
from simulator.scenario.errors import ProcessLost
from simulator.scenario.policy import Policy
from simulator.study import experiment
from simulator.study.experiment import Experiment
from simulator.study.question import Progress
from simulator.study.runs import processes, runs
from simulator.study.runs.processes import Processes
from simulator.study.runs.progress import Status
from simulator.study.runs.task import Block
from simulator.study.runs.workers import DEATHS
from simulator.study.sweep import CountTask
from simulator.tables.store import Store
from tests.study import towns
from tests.study.runs.sweeps import (
    MANY,
    MOMENT_S,
    PATIENCE_S,
    bytes_of,
    command,
    done_here,
    long_town,
    of_session,
    started,
    store_once_begun,
    sweep,
    until,
    workers_of,
)

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to look after processes")


def swept(folder: Path, workers: int, engine: Engine, replications: int = 40, told: Any = lambda _: None) -> RunResult:
    path, out = towns.town(folder), folder / f"{engine}-{workers}"
    request = Request(scenario=path, engine=engine, replications=replications, out=out, workers=workers)
    return answer(request, Progress(told, compiling=say_compiling))


# -- who runs it does not show ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["reference", "kernel"])
def test_any_number_of_workers_writes_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    alone = swept(tmp_path, 1, engine)
    monkeypatch.setattr(runs, "SAVE_EVERY_S", 0.0)  # every replication a part of its own, in the order of finishing
    for workers in (2, 3):
        many = swept(tmp_path, workers, engine)
        assert many.document() == alone.document()
        assert bytes_of(many.folder) == bytes_of(alone.folder)


Made = tuple[Experiment, Store]


def designs(folder: Path, out: str) -> list[Made]:
    """Two policies and another staffing, the same callers."""
    town = towns.experiment(folder)
    each = [town, town.under(Policy(rules=())), town.staffed(3)]
    return [(made, Store(folder / out / str(number), 10)) for number, made in enumerate(each)]


def swept_one_by_one(folder: Path, out: str, replications: int) -> list[Made]:
    made = designs(folder, out)
    for design in made:
        sweep([design], replications)
    return made


def finished(designs: list[Made], replications: int) -> list[dict[str, bytes]]:
    for _, store in designs:
        store.finish({"replications": replications}, {})
    return [bytes_of(store.folder) for _, store in designs]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_designs_swept_together_are_what_each_is_on_its_own(tmp_path: Path, workers: int) -> None:
    """Also where some replications of some designs are there already."""
    together, replications = designs(tmp_path, "together"), 24
    for design, there in zip(together, (4, 0, 2), strict=True):
        if there:
            sweep([design], there)
    sweeps = sweep(together, replications, workers, notice=say_compiling)
    assert [each.stored for each in sweeps] == [4, 0, 2]
    assert finished(together, replications) == finished(swept_one_by_one(tmp_path, "alone", replications), replications)


def test_callers_are_drawn_once_and_only_what_is_missing_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = designs(tmp_path, "out")
    sweep([made[0]], 4)
    sweep([made[2]], 2)
    draw, run = experiment.draw_calls, experiment.play
    drawn: list[int] = []
    ran: list[tuple[int, object, int]] = []

    def drawing(scenario: Any, seed: int, number: int, also: Any) -> Any:
        drawn.append(number)
        return draw(scenario, seed, number, also)

    def running(calls: Any, staffing: Any, floor: Any, policy: Any, engine: Any) -> Any:
        ran.append((drawn[-1], policy, floor.shifts[0].call_takers))
        return run(calls, staffing, floor, policy, engine)

    monkeypatch.setattr(experiment, "draw_calls", drawing)
    monkeypatch.setattr(experiment, "play", running)
    sweep(made, 6)
    a, b, c = ((each.scenario.policy, each.scenario.floor.shifts[0].call_takers) for each, _ in made)
    assert drawn == [0, 1, 2, 3, 4, 5]
    lacking = {0: (b,), 1: (b,), 2: (b, c), 3: (b, c), 4: (a, b, c), 5: (a, b, c)}
    assert ran == [(number, *design) for number, each in lacking.items() for design in each]


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_never_falls_and_ends_at_what_was_asked(tmp_path: Path, workers: int) -> None:
    told: list[Status] = []
    swept(tmp_path, workers, "reference", told=told.append)
    done, calls = [now.done for now in told], [now.calls for now in told]
    assert (done, calls) == (sorted(done), sorted(calls))
    assert {now.wanted for now in told} == {40}
    assert (done[0], done[-1]) == (0, 40)
    assert calls[0] == 0 < calls[1]


# -- workers die -----------------------------------------------------------------------------------------------------


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The pools that a sweep has had."""
    had: list[Any] = []

    class Kept(processes.ProcessPool):
        def __init__(self, workers: int) -> None:
            super().__init__(workers)
            had.append(self)

    monkeypatch.setattr(processes, "ProcessPool", Kept)
    return had


@pytest.mark.parametrize("kills", [1, 3])
def test_a_worker_killed_in_mid_sweep_changes_nothing(tmp_path: Path, pools: list[Any], kills: int) -> None:
    def kill(now: Status) -> None:
        if now.done and len(pools) <= kills:
            for pid in list(pools[-1]._processes)[:1]:
                with suppress(ProcessLookupError):  # told again before the pool has noticed
                    os.kill(pid, signal.SIGKILL)

    alone = swept(tmp_path, 1, "reference", 120)
    killed = swept(tmp_path, 2, "reference", 120, kill)
    assert len(pools) == kills + 1
    assert killed.document() == alone.document()
    assert bytes_of(killed.folder) == bytes_of(alone.folder)


def test_the_server_of_workers_killed_in_mid_sweep_changes_nothing(tmp_path: Path, pools: list[Any]) -> None:
    def kill(now: Status) -> None:
        if now.done and len(pools) == 1:
            worker = next(iter(pools[-1]._processes))
            os.kill(int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)

    alone = swept(tmp_path, 1, "reference", 120)
    killed = swept(tmp_path, 2, "reference", 120, kill)
    assert len(pools) > 1
    assert bytes_of(killed.folder) == bytes_of(alone.folder)


class Deadly:
    """Ends the process that unpacks it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (9,)


def blocks(made: Experiment, deadly: int) -> Iterator[Block]:
    for number in range(8):
        engine: Any = Deadly() if number == deadly else "reference"
        yield Block(pickle.dumps(CountTask()), (made,), ((number, (0,)),), engine)


@pytest.mark.parametrize("deadly", [0, 5])
def test_a_block_that_no_worker_survives_is_named(tmp_path: Path, pools: list[Any], deadly: int) -> None:
    """After as many deaths as are no accident, however much else was finished meanwhile."""
    came: list[int] = []
    workers = Processes(2)
    results = workers.run(blocks(towns.experiment(tmp_path), deadly), [], say_compiling)
    with pytest.raises(ProcessLost, match="workers died 3 times at replications") as raised:
        came.extend(one.number for each in results for one in each)
    assert len(pools) <= 4 * DEATHS
    assert "try fewer --workers" in str(raised.value)
    assert deadly not in came
    assert len(came) == len(set(came))


def test_workers_that_die_every_time_end_the_command_in_plain_words(tmp_path: Path) -> None:
    with started(command(long_town(tmp_path), tmp_path / "out", MANY, "--workers", 2)) as child:

        def ended() -> bool:
            for pid in workers_of(child.pid):
                os.kill(pid, signal.SIGKILL)
            return child.poll() is not None

        until(ended)
        said = child.communicate()[1]
    assert child.returncode == 3, "nothing was wrong with the input"
    assert said.startswith("workers died 3 times at replications 0 to ")
    assert "Traceback" not in said


# -- the whole sweep is stopped --------------------------------------------------------------------------------------


def interrupt(pid: int) -> None:
    os.kill(pid, signal.SIGINT)


def interrupt_all(pid: int) -> None:
    os.killpg(pid, signal.SIGINT)


def goes_on(path: Path, out: Path, store: Store) -> None:
    """The same command for a few more gives the bytes of an undisturbed run."""
    kept = store.done()
    more = max(kept) + 3
    with started(command(path, out, more, "--workers", 2)) as again:
        said = again.communicate(timeout=PATIENCE_S)
    assert again.returncode == 0, said
    whole = done_here(path, out.parent / "whole", more)
    assert bytes_of(store.folder) == bytes_of(whole.folder)


@pytest.mark.parametrize("stop", [interrupt, interrupt_all], ids=["the process", "as a terminal does"])
def test_ctrl_c_keeps_what_is_finished_and_leaves_no_process(tmp_path: Path, stop: Any) -> None:
    path, out = long_town(tmp_path), tmp_path / "out"
    with started(command(path, out, MANY, "--workers", 2)) as child:
        store = store_once_begun(out, child)
        stop(child.pid)
        said = child.communicate(timeout=MOMENT_S)[1]
        until(lambda: not of_session(child.pid), MOMENT_S)
    assert child.returncode == 130
    assert said == (
        f"interrupted: {len(store.done())} of {MANY} replications are kept in {store.folder}; "
        "the same command goes on from there\n"
    )
    goes_on(path, out, store)


@pytest.mark.parametrize("after_s", [0.0, 0.2, 0.5, 1.0])
def test_ctrl_c_while_workers_are_being_started_is_an_interruption(tmp_path: Path, after_s: float) -> None:
    """The signal reaches them too, in the middle of their imports: they say nothing of their own."""
    with started(command(long_town(tmp_path), tmp_path / "out", MANY, "--workers", 2)) as child:
        until(lambda: len(of_session(child.pid)) > 1)
        sleep(after_s)
        interrupt_all(child.pid)
        said = child.communicate(timeout=MOMENT_S)[1]
        until(lambda: not of_session(child.pid), MOMENT_S)
    assert (child.returncode, said[:11]) == (130, "interrupted"), said
    assert len(said.splitlines()) == 1


def test_no_worker_outlives_a_sweep_that_was_killed(tmp_path: Path) -> None:
    path, out = long_town(tmp_path), tmp_path / "out"
    with started(command(path, out, MANY, "--workers", 2)) as child:
        store = store_once_begun(out, child)
        assert len(workers_of(child.pid)) >= 2
        child.kill()
        child.wait()
        until(lambda: not of_session(child.pid), MOMENT_S)
    goes_on(path, out, store)


def test_workers_are_of_the_siaga_that_was_called_whatever_lies_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "simulator").mkdir()
    (tmp_path / "simulator" / "__init__.py").write_text("raise ImportError('another one')", encoding="utf-8")
    words = [
        Path(sys.executable).with_name("siaga"),
        "run",
        towns.town(tmp_path),
        "--replications",
        "8",
        "--workers",
        "2",
        "--json",
    ]
    done = subprocess.run(words, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


HANDS_OUT = """
import os
from simulator.study.runs.processes import ProcessPool
workers = ProcessPool(1)
workers.call(os.getpid).result()
print("works", flush=True)
input()
"""


def test_a_starter_that_is_killed_leaves_no_folder_behind(tmp_path: Path) -> None:
    """Its workers remove what was theirs, and the socket of the server that they came from."""
    with subprocess.Popen(
        [sys.executable, "-c", HANDS_OUT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == "works\n"
        assert list(tmp_path.iterdir())
        child.kill()
    until(lambda: not list(tmp_path.iterdir()))
