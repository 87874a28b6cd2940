"""What the workers of a Dask cluster make of a sweep is what one process makes, whatever becomes of them.

A real scheduler and two real workers, on this machine.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from simulator.questions.run.request import Request
from simulator.questions.run.run import answer
from simulator.report.progress import say_compiling
from simulator.study.question import Progress
from simulator.study.runs.progress import Status
from tests.study.runs.sweeps import (
    MANY,
    MOMENT_S,
    PATIENCE_S,
    bytes_of,
    command,
    done_here,
    long_town,
    started,
    store_once_begun,
    until,
)

pytest.importorskip("distributed")
DASK = Path(sys.executable).with_name("dask")
HERE = ("--host", "127.0.0.1", "--port", "0")


@contextmanager
def running(folder: Path, name: str, *words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A part of a cluster; what it says goes to a file."""
    log = folder / f"{name}.log"
    with log.open("wb") as said:
        child = subprocess.Popen(
            [str(DASK), *words], stdout=said, stderr=subprocess.STDOUT, cwd=folder, env=os.environ | more
        )
        try:
            yield child
        finally:
            child.kill()
            child.wait()


@dataclass
class Machines:
    """A scheduler and its workers."""

    folder: Path
    scheduler: subprocess.Popen[bytes]
    address: str
    ends: ExitStack
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self, **more: str) -> None:
        """One worker more, that takes one task at a time; ``more`` of its environment."""
        name = f"worker{len(self.workers)}"
        words = (self.address, *HERE[:2], "--nthreads", "1", "--nworkers", "1", "--no-nanny", "--no-dashboard")
        made = running(self.folder, name, "worker", *words, "--local-directory", str(self.folder), **more)
        self.workers.append(self.ends.enter_context(made))
        log = self.folder / f"{name}.log"
        until(lambda: "Starting established connection" in log.read_text())


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler without workers."""
    log = tmp_path / "scheduler.log"
    with ExitStack() as ends:
        child = ends.enter_context(running(tmp_path, "scheduler", "scheduler", *HERE, "--no-dashboard", "--no-show"))
        found = until(lambda: re.search(r"Scheduler at:\s+(tcp://\S+)", log.read_text()))
        assert isinstance(found, re.Match)
        yield Machines(tmp_path, child, found[1], ends)


@pytest.fixture
def machines(scheduler: Machines) -> Machines:
    """A scheduler and two workers."""
    scheduler.worker()
    scheduler.worker()
    return scheduler


def complaint(words: list[str]) -> str:
    """What is said on standard error of a command that ends as one does that was given something wrong."""
    with started(words) as child:
        out, said = child.communicate(timeout=15)
    assert (child.returncode, out) == (2, ""), said
    assert "Traceback" not in said
    return said


# -- whatever becomes of them ----------------------------------------------------------------------------------------


def test_a_worker_killed_in_mid_sweep_changes_nothing(machines: Machines, tmp_path: Path) -> None:
    path, out, replications = long_town(tmp_path), tmp_path / "out", 400
    with started(command(path, out, replications, "--cluster", machines.address)) as child:
        store = store_once_begun(out, child)
        machines.workers[0].kill()
        assert len(store.done()) < replications
        _, said = child.communicate(timeout=PATIENCE_S)
    assert (child.returncode, said) == (0, "")
    assert bytes_of(store.folder) == bytes_of(done_here(path, tmp_path / "whole", replications).folder)


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_a_sweep_that_was_stopped_goes_on_from_what_is_kept(
    machines: Machines, tmp_path: Path, stop: signal.Signals
) -> None:
    path, out = long_town(tmp_path), tmp_path / "out"
    with started(command(path, out, MANY, "--cluster", machines.address)) as child:
        store = store_once_begun(out, child)
        os.killpg(child.pid, stop)
        _, said = child.communicate(timeout=MOMENT_S)
    kept = store.done()
    if stop is signal.SIGINT:
        assert child.returncode == 130
        assert said.startswith(f"interrupted: {len(kept)} of {MANY} replications are kept in {store.folder}; ")
        assert len(said.splitlines()) == 1
    told: list[Status] = []
    times = max(kept) + 3
    request = Request(scenario=path, engine="reference", replications=times, out=out, cluster=machines.address)
    done = answer(request, Progress(told.append, compiling=say_compiling))
    whole = done_here(path, tmp_path / "whole", times)
    assert done.sweep.stored == told[0].done == len(kept)
    missing = [counts for number, counts in enumerate(done.sweep.counts) if number not in kept]
    assert told[-1].calls == sum(int(counts.sums["offered"].sum()) for counts in missing)
    assert done.document() == whole.document() | {"engine": "reference"}
    assert bytes_of(done.folder) == bytes_of(whole.folder)


def test_a_scheduler_that_is_gone_for_good_ends_the_sweep_in_plain_words(machines: Machines, tmp_path: Path) -> None:
    path, out = long_town(tmp_path), tmp_path / "out"
    with started(command(path, out, MANY, "--cluster", machines.address)) as child:
        store = store_once_begun(out, child)
        machines.scheduler.kill()
        _, said = child.communicate(timeout=PATIENCE_S)
    assert child.returncode == 3, said
    assert "Traceback" not in said
    assert "the same command goes on" in said
    assert store.done()


# -- what cannot be used --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "foo://127.0.0.1:8786"])
def test_an_address_without_a_scheduler_is_said_in_plain_words(tmp_path: Path, address: str) -> None:
    said = complaint(command(long_town(tmp_path), tmp_path / "out", MANY, "--cluster", address))
    assert said.startswith(f"--cluster: given {address} (")
    assert "wanted the address of a Dask scheduler\n    start one: dask scheduler" in said


def test_a_scheduler_without_workers_is_said_in_plain_words(scheduler: Machines, tmp_path: Path) -> None:
    said = complaint(command(long_town(tmp_path), tmp_path / "out", MANY, "--cluster", scheduler.address))
    assert said.startswith(f"--cluster: given {scheduler.address}, which has none; wanted a scheduler with workers\n")


OTHER = """
import importlib.metadata
real = importlib.metadata.version
importlib.metadata.version = lambda name: "0.0.1" if name == "numpy" else real(name)
"""
NONE = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "simulator":
            raise ModuleNotFoundError("No module named 'simulator'", name=name)
sys.meta_path.insert(0, Missing())
"""


@pytest.mark.parametrize(
    "at_start, said", [(OTHER, "numpy 0.0.1"), (NONE, "No module named 'simulator'")], ids=["other", "none"]
)
def test_workers_with_other_versions_are_refused(scheduler: Machines, tmp_path: Path, at_start: str, said: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(at_start)
    scheduler.worker(PYTHONPATH=str(tmp_path))
    scheduler.worker()
    found = complaint(command(long_town(tmp_path), tmp_path / "out", MANY, "--cluster", scheduler.address))
    assert re.match(r"--cluster: given 1 of 2 with others, such as tcp://\S+: .*" + re.escape(said), found)
    assert found.endswith("install the same versions there: draws depend on them\n")
