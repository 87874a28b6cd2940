"""Replications survive any interruption, and what is on disk does not depend on how it came there."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pyarrow.parquet as pq
import pytest

from simulator.questions.run.request import Request
from simulator.questions.run.result import RunResult
from simulator.questions.run.run import answer
from simulator.scenario.errors import Interrupted
from simulator.study import sweep as sweeping
from simulator.study.experiment import Experiment, Replication, run_once
from simulator.study.question import Progress
from simulator.study.runs import runs
from simulator.study.runs.progress import Status
from simulator.tables import parquet
from simulator.tables.store import Store
from tests.study.runs.sweeps import replicate, sums_in
from tests.study.towns import TOWN, experiment, town

TABLES = ("calls", "outcomes", "replications")


def request(path: Path, out: Path, replications: int) -> Request:
    return Request(scenario=path, engine="reference", replications=replications, out=out, workers=1)


def run(folder: Path, out: str, replications: int, text: str = TOWN) -> RunResult:
    return answer(request(town(folder, text), folder / out, replications))


def table_bytes(folder: Path) -> dict[str, bytes]:
    return {name: (folder / f"{name}.parquet").read_bytes() for name in TABLES}


def numbers_in(path: Path) -> list[int]:
    return sorted(set(pq.read_table(path)["replication"].to_pylist()))


def interrupt_at(number: int) -> Callable[[Status], None]:
    def told(now: Status) -> None:
        if now.done == number:
            raise KeyboardInterrupt

    return told


@pytest.fixture(params=[0.0, 1e9], ids=["saved each time", "saved at the end"])
def saving(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replication on its own in a part, or all in one: what a slow or a quick machine does."""
    monkeypatch.setattr(runs, "SAVE_EVERY_S", request.param)


def test_the_same_run_gives_the_same_bytes_however_quick_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for out, seconds in (("slow", 0.0), ("quick", 1e9)):
        monkeypatch.setattr(runs, "SAVE_EVERY_S", seconds)
        found.append(table_bytes(run(tmp_path, out, 6).folder))
    assert found[0] == found[1]


@pytest.mark.usefixtures("saving")
@pytest.mark.parametrize("stops", [(0,), (1,), (3, 5), (5,)])
def test_an_interrupted_run_goes_on_to_the_same_bytes(tmp_path: Path, stops: tuple[int, ...]) -> None:
    whole = run(tmp_path, "whole", 6)
    path = town(tmp_path)
    for stop in stops:
        with pytest.raises(Interrupted, match=f"interrupted: {stop} of 6 replications are kept in"):
            answer(request(path, tmp_path / "cut", 6), Progress(interrupt_at(stop)))
    resumed = run(tmp_path, "cut", 6)
    assert resumed.sweep.stored == stops[-1]
    assert resumed.sweep.counts == whole.sweep.counts
    assert table_bytes(resumed.folder) == table_bytes(whole.folder)
    assert resumed.document() == whole.document()
    assert not (resumed.folder / "parts").exists()


@pytest.mark.usefixtures("saving")
def test_asking_for_more_goes_on_from_what_is_there(tmp_path: Path) -> None:
    whole = run(tmp_path, "whole", 7)
    first = run(tmp_path, "more", 3)
    more = run(tmp_path, "more", 7)
    assert (first.folder, more.sweep.stored) == (more.folder, 3)
    assert more.sweep.counts == whole.sweep.counts
    assert table_bytes(more.folder) == table_bytes(whole.folder)


def test_asking_for_fewer_runs_nothing_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = run(tmp_path, "out", 5)
    before = table_bytes(many.folder)
    monkeypatch.setattr(sweeping, "run_each", None)
    fewer = run(tmp_path, "out", 3)
    assert fewer.sweep.counts == many.sweep.counts[:3]
    assert table_bytes(many.folder) == before


def test_the_key_depends_neither_on_the_number_of_replications_nor_on_the_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    folders = {
        run(tmp_path, "one", 2).folder.name,
        run(tmp_path, "two", 3).folder.name,
        run(tmp_path / "elsewhere", "three", 2).folder.name,
    }
    assert len(folders) == 1


def test_what_is_kept_is_what_was_drawn_and_what_happened(tmp_path: Path) -> None:
    folder = run(tmp_path, "out", 2).folder
    made = experiment(tmp_path)
    calls = parquet.calls_from(pq.read_table(folder / "calls.parquet"))
    outcomes = parquet.outcomes_from(pq.read_table(folder / "outcomes.parquet"))
    for number in (0, 1):
        wanted = run_once(made, number)
        assert calls[number] == (number, wanted.calls)
        assert outcomes[number] == (number, wanted.outcomes)


def test_a_long_run_keeps_the_rows_of_the_same_replications_however_it_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums of all six, rows of the first: not of as many as happened to be saved at once."""
    monkeypatch.setattr(Experiment, "with_rows", 3)
    found = []
    for out, seconds in (("slow", 0.0), ("quick", 1e9)):
        monkeypatch.setattr(runs, "SAVE_EVERY_S", seconds)
        folder = run(tmp_path, out, 6).folder
        found.append(table_bytes(folder))
        assert numbers_in(folder / "replications.parquet") == list(range(6))
        assert numbers_in(folder / "calls.parquet") == numbers_in(folder / "outcomes.parquet") == [0, 1, 2]
    assert found[0] == found[1]


@pytest.mark.parametrize("calls, replications", [(0, 10**6), (100, 10_000), (13_746, 72), (10**6, 1), (10**7, 1)])
def test_a_million_calls_are_kept_row_by_row(monkeypatch: pytest.MonkeyPatch, calls: int, replications: int) -> None:
    """Or the first replication, where that alone has more."""
    monkeypatch.setattr(Experiment, "calls_expected", calls)
    assert Experiment(None).with_rows == replications  # type: ignore[arg-type]


@pytest.mark.parametrize("lost", ["outcomes", "replications"])
def test_a_part_that_was_cut_off_between_its_files_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """Killed after calls, or after calls and outcomes, and a draft left behind: only sums tell what has finished."""
    monkeypatch.setattr(Experiment, "with_rows", 4)
    whole = run(tmp_path, "whole", 6)
    monkeypatch.setattr(runs, "SAVE_EVERY_S", 0.0)
    with pytest.raises(Interrupted):
        answer(request(town(tmp_path), tmp_path / "cut", 6), Progress(interrupt_at(3)))
    parts = tmp_path / "cut" / "town" / whole.folder.name / "parts"
    for table in TABLES[TABLES.index(lost) :]:
        (parts / f"000002-000002.{table}.parquet").unlink()
    (parts / f".000002-000002.{lost}.parquet.1234").write_bytes(b"half a file")
    resumed = run(tmp_path, "cut", 6)
    assert resumed.sweep.stored == 2
    assert table_bytes(resumed.folder) == table_bytes(whole.folder)


def test_a_run_in_which_nobody_calls_is_kept_too(tmp_path: Path) -> None:
    nobody = TOWN.replace("length: 2 d", "length: 1 s")
    done = run(tmp_path, "out", 3, nobody)
    again = run(tmp_path, "out", 5, nobody)
    assert (done.sweep.replications, again.sweep.stored) == (3, 3)
    assert {int(table.sum()) for counts in again.sweep.counts for table in counts.sums.values()} == {0}


def test_a_single_replication_is_counted_as_a_whole_and_day_by_day(tmp_path: Path) -> None:
    sweep = replicate(experiment(tmp_path), 1, Store(tmp_path / "s"))
    assert sweep.whole == run_once(experiment(tmp_path), 0).counts
    assert len(sweep.counts) == 2


def test_a_law_that_breaks_stops_a_checked_run_and_keeps_what_was_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "simulator.study.experiment.Replication.broken_laws",
        lambda self, _: ("a law",) if self.number == 2 else (),
    )
    kept = Store(tmp_path / "s")
    with pytest.raises(AssertionError, match="a law"):
        replicate(experiment(tmp_path), 5, kept, check=True)
    assert list(kept.done()) == [0, 1]


def test_a_checked_run_checks_what_is_on_disk_already_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And leaves it as it was."""
    before = table_bytes(run(tmp_path, "out", 3).folder)
    checked = []
    monkeypatch.setattr(Replication, "broken_laws", lambda self, _: checked.append(self.number) or (), raising=True)
    done = replicate(experiment(tmp_path), 3, Store(run(tmp_path, "out", 3).folder), check=True)
    assert checked == [0, 1, 2]
    assert done.stored == 3
    assert table_bytes(tmp_path / "out" / "town" / next((tmp_path / "out" / "town").iterdir()).name) == before


def test_a_checked_run_finds_out_that_what_is_kept_is_of_other_callers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a change of the draw that nobody has said."""
    replicate(experiment(tmp_path), 2, Store(tmp_path / "s"))
    read = runs.columns_of
    monkeypatch.setattr(runs, "columns_of", lambda table: (read(table)[0][::-1], read(table)[1]))
    with pytest.raises(AssertionError, match="replication 0 is not what is stored of it in"):
        replicate(experiment(tmp_path), 2, Store(tmp_path / "s"), check=True)


def test_a_batch_in_which_nobody_was_answered_joins_one_with_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lists are all empty; saved one by one, and gone on with later."""
    monkeypatch.setattr(runs, "SAVE_EVERY_S", -1.0)
    rare = TOWN.replace("volume: 60 / d", "volume: 0.2 / d").replace("volume: 80 / d", "volume: 0.2 / d")
    for replications in (1, 12):
        done = run(tmp_path, "out", replications, rare)
    offered = [int(one.sums["offered"].sum()) for one in done.sweep.counts]
    assert 0 in offered
    assert max(offered) > 0


def test_progress_is_told_from_nothing_to_all(tmp_path: Path) -> None:
    told: list[Status] = []
    sums = replicate(experiment(tmp_path), 3, Store(tmp_path / "s"), told.append).counts
    assert [(now.done, now.wanted) for now in told] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    offered = [int(one.sums["offered"].sum()) for one in sums]
    assert [now.calls for now in told] == [0, offered[0], sum(offered[:2]), sum(offered)]


# -- the command itself --------------------------------------------------------------------------------------------

SIAGA = Path(sys.executable).with_name("siaga")
PATIENCE_S = 120


def test_killed_in_mid_run_and_started_again_nothing_finished_is_lost(tmp_path: Path) -> None:
    """kill -9 of a real run once it has saved a part: the next start goes on from there, and no byte of it differs."""
    path, out = town(tmp_path), tmp_path / "out"
    command = [str(SIAGA), "run", str(path), "--out", str(out), "--workers", "1"]
    child = subprocess.Popen([*command, "--replications", "100000"], stdout=subprocess.DEVNULL, cwd=tmp_path)
    try:
        part = first_part(out, child)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert child.returncode == -signal.SIGKILL
    folder = part.parent.parent
    made = experiment(tmp_path, path.read_text())
    store = Store(folder, made.with_rows)
    kept = len(store.done())
    saved = pq.read_table(next(folder.glob("parts/*.outcomes.parquet")))
    assert kept == len(numbers_in(part)) > 0
    done = subprocess.run(
        [*command, "--replications", str(kept + 2), "--json"], check=False, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["replications"] == kept + 2
    assert numbers_in(folder / "replications.parquet") == list(range(kept + 2))
    outcomes = pq.read_table(folder / "outcomes.parquet")
    assert outcomes.slice(0, saved.num_rows).equals(saved)
    last = run_once(made, kept + 1)
    assert sums_in(store, made)[-1].counts == last.counts
    if kept + 1 < made.with_rows:  # a quick machine has saved more by then than are kept row by row
        assert parquet.outcomes_from(outcomes.slice(saved.num_rows))[-1] == (kept + 1, last.outcomes)


def first_part(out: Path, child: subprocess.Popen[bytes]) -> Path:
    """The first part that holds sums, as soon as it stands whole under its name."""
    until = monotonic() + PATIENCE_S
    while monotonic() < until and child.poll() is None:
        if found := next(out.glob("town/*/parts/[0-9]*.replications.parquet"), None):
            return found
        sleep(0.05)
    raise AssertionError("no replication was saved in time")
