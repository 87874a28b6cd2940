"""Results on disk: parts become one file, an interrupted run goes on, nothing is written over or left half."""

import json
import os
import signal
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.engines.simulate import simulate
from simulator.scenario.errors import BadInput
from simulator.scenario.interrupts import uninterrupted
from simulator.tables import store as store_module
from simulator.tables.files import keep_aside, write_csv, write_text, write_whole
from simulator.tables.parquet import calls_table, outcomes_from, outcomes_table
from simulator.tables.staffing import always
from simulator.tables.store import TABLES, Store, key_of
from tests.engines.scenes import drawn_scene
from tests.plans import floor, plan

SCENES = [scene for seed in range(60) if len((scene := drawn_scene(seed, 12)).calls)][:6]
RUNS = [scene.run() for scene in SCENES]


def add(store: Store, *numbers: int) -> None:
    """Keep these replications, as one part."""
    sums = pa.table({"replication": pa.array(numbers, pa.int32()), "rows": [len(RUNS[n]) for n in numbers]})
    calls = calls_table([(n, SCENES[n].calls) for n in numbers])
    store.add(calls, outcomes_table([(n, RUNS[n]) for n in numbers]), sums)


def finished(folder: Path, *parts: tuple[int, ...]) -> Store:
    store = Store(folder)
    for numbers in parts:
        add(store, *numbers)
    told = max(max(numbers) for numbers in parts) + 1
    store.finish({"replications": told}, {"measures": [told]})
    return store


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    "parts",
    [
        [(0,), (1,), (2,), (3,), (4,), (5,)],
        [(0, 1, 2), (3, 4, 5)],
        [(3, 4, 5), (0, 1, 2)],
        [(0, 1, 2, 3), (2, 3), (4, 5)],
    ],
)
def test_however_a_run_was_cut_its_files_are_those_of_one_in_a_piece(
    parts: list[tuple[int, ...]], tmp_path: Path
) -> None:
    """To the byte: in more parts, in another order, with replications done twice."""
    finished(tmp_path / "parts", *parts)
    finished(tmp_path / "whole", (0, 1, 2, 3, 4, 5))
    assert files(tmp_path / "parts") == files(tmp_path / "whole")


def test_a_run_of_which_more_is_asked_goes_on_from_what_is_there(tmp_path: Path) -> None:
    """Finished, then gone on with: the files are those of the longer run, none written twice."""
    finished(tmp_path / "more", (0, 1, 2))
    finished(tmp_path / "more", (3, 4), (5,))
    finished(tmp_path / "whole", (0, 1, 2, 3, 4, 5))
    assert files(tmp_path / "more") == files(tmp_path / "whole")


def test_what_was_kept_before_an_interruption_is_done(tmp_path: Path) -> None:
    """Before the first part nothing is done; then what parts hold, whether or not the run was finished."""
    store = Store(tmp_path)
    assert store.done() == {}
    add(store, 2, 3)
    add(store, 0)
    assert list(Store(tmp_path).done().items()) == [(n, len(RUNS[n])) for n in (0, 2, 3)]
    assert pa.concat_tables(Store(tmp_path).sums())["replication"].to_pylist() == [0, 2, 3]


def test_a_finished_run_is_three_tables_and_two_texts(tmp_path: Path) -> None:
    """And no parts, drafts or hidden files."""
    finished(tmp_path, (0, 1), (2,))
    assert set(files(tmp_path)) == {*(f"{table}.parquet" for table in TABLES), "manifest.json", "summary.json"}
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")) == {"replications": 3}
    assert outcomes_from(pq.read_table(tmp_path / "outcomes.parquet")) == list(enumerate(RUNS[:3]))


def test_a_run_in_which_nobody_called_is_finished_like_any_other(tmp_path: Path) -> None:
    """A quiet scenario may draw no call at all: tables without rows, the sums of every replication."""
    nobody = plan([], length=10)
    empty = simulate(nobody, always(1, 0, 20), floor(1))
    for number in (0, 1):
        sums = pa.table({"replication": pa.array([number], pa.int32()), "rows": [0]})
        Store(tmp_path).add(calls_table([(number, nobody)]), outcomes_table([(number, empty)]), sums)
    Store(tmp_path).finish({"replications": 2}, {})
    assert pq.read_table(tmp_path / "outcomes.parquet").num_rows == 0
    assert list(Store(tmp_path).done()) == [0, 1]
    assert pq.read_table(tmp_path / "replications.parquet")["replication"].to_pylist() == [0, 1]


def test_rows_are_kept_of_the_first_replications_and_sums_of_all(tmp_path: Path) -> None:
    """Also where parts were cut elsewhere; files are the same to the byte."""
    for folder, parts in (("singly", [(0,), (1,), (2,), (3,)]), ("together", [(0, 1, 2), (3,)])):
        for numbers in parts:
            add(Store(tmp_path / folder, with_rows=2), *numbers)
        store = Store(tmp_path / folder, with_rows=2)
        store.finish({"replications": 4}, {})
        kept = [number for number, _ in outcomes_from(pq.read_table(tmp_path / folder / "outcomes.parquet"))]
        assert kept == [0, 1]
        assert list(store.done()) == [0, 1, 2, 3]
    assert files(tmp_path / "singly") == files(tmp_path / "together")


def test_more_sums_than_fit_into_memory_at_once_are_joined_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row groups of two, parts in any order and overlapping: the file of a run in a piece, and sums in order."""
    monkeypatch.setattr(store_module, "SUMS_AT_ONCE", 2)
    finished(tmp_path / "parts", (3, 4, 5), (0, 2), (1, 2))
    finished(tmp_path / "whole", (0, 1, 2, 3, 4, 5))
    assert files(tmp_path / "parts") == files(tmp_path / "whole")
    batches = list(Store(tmp_path / "parts").sums())
    assert [batch.num_rows for batch in batches] == [2, 2, 2]
    assert pa.concat_tables(batches)["replication"].to_pylist() == list(range(6))


@pytest.mark.parametrize("older", [[], ["out.csv.1"], ["out.csv.1", "out.csv.2"]])
def test_a_file_that_would_be_written_over_is_kept_aside(older: list[str], tmp_path: Path) -> None:
    """Under the first free number, and those before it untouched."""
    for name in (*older, "out.csv"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    aside = keep_aside(tmp_path / "out.csv")
    assert aside == tmp_path / f"out.csv.{len(older) + 1}"
    assert aside.read_text(encoding="utf-8") == "out.csv"
    assert not (tmp_path / "out.csv").exists()
    assert all((tmp_path / name).read_text(encoding="utf-8") == name for name in older)


def test_nothing_is_kept_aside_where_nothing_would_be_lost(tmp_path: Path) -> None:
    """No file, or an empty one."""
    assert keep_aside(tmp_path / "none") is None
    (tmp_path / "empty").touch()
    assert keep_aside(tmp_path / "empty") is None
    assert (tmp_path / "empty").exists()


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    """A reader finds the old file or the new one, never half of one."""
    path = tmp_path / "summary.json"
    write_text(path, "old")

    def fails(draft: Path) -> None:
        draft.write_text("ha", encoding="utf-8")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(path, fails)
    assert files(tmp_path) == {"summary.json": b"old"}


@pytest.mark.parametrize("other", [("a", 2), ("b", 1), ("a", 1, None), ("a", "1")])
def test_a_key_names_what_determines_the_run(other: tuple[object, ...]) -> None:
    """The same parts give the same key; another part gives another."""
    assert key_of("a", 1) == key_of("a", 1) != key_of(*other)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("left", [b"", b"PAR1", None])
def test_a_damaged_table_is_named_with_the_fix(table: str, left: bytes | None, tmp_path: Path) -> None:
    """Emptied, cut short, or a folder of its name: bad input, never a traceback."""
    store = finished(tmp_path, (0, 1))
    path = tmp_path / f"{table}.parquet"
    path.unlink()
    if left is None:
        path.mkdir()
    else:
        path.write_bytes(left)
    with pytest.raises(BadInput, match=f"{table}.parquet.*cannot be read(.|\n)*delete {tmp_path}"):
        store.done()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_damaged_anywhere_is_noticed_when_it_is_read(table: str, tmp_path: Path) -> None:
    """Some bytes of it changed: it cannot be read, or lacks a column, or is read as it was; no number is another."""
    store = finished(tmp_path, (0, 1, 2, 3))
    path = tmp_path / f"{table}.parquet"
    whole, right = path.read_bytes(), pq.read_table(path)
    noticed = 0
    # Of calls and outcomes the data alone: their schema is for other readers, and says more than names.
    until = len(whole) - 8 - (0 if table == "replications" else int.from_bytes(whole[-8:-4], "little"))
    for place in range(4, until, max(1, until // 150)):
        path.write_bytes(whole[:place] + bytes(each ^ 0x55 for each in whole[place : place + 3]) + whole[place + 3 :])
        try:
            got = store._read(path, right.column_names)
        except BadInput:
            noticed += 1
        else:
            assert all(got[name].equals(right[name]) for name in right.column_names)
    assert noticed > 50


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_was_deleted_is_made_again(table: str, tmp_path: Path) -> None:
    """Its replications count as not done; run again, the files are those of one in a piece."""
    store = finished(tmp_path / "some", (0, 1, 2))
    (tmp_path / "some" / f"{table}.parquet").unlink()
    assert store.done() == {}
    finished(tmp_path / "some", (0, 1, 2))
    assert files(tmp_path / "some") == files(finished(tmp_path / "whole", (0, 1, 2)).folder)


def test_a_run_of_fewer_replications_does_not_replace_the_summary_of_more(tmp_path: Path) -> None:
    store = finished(tmp_path, (0, 1, 2))
    before = files(tmp_path)
    store.finish({"replications": 2}, {"measures": [2]})
    assert files(tmp_path) == before


def test_a_folder_where_a_run_is_at_work_is_refused_to_another(tmp_path: Path) -> None:
    """Until the first is done."""
    refused = pytest.raises(BadInput, match="another run is at work")
    with Store(tmp_path / "run").claimed(), refused, Store(tmp_path / "run").claimed():
        pass
    with Store(tmp_path / "run").claimed():
        pass


def test_what_goes_wrong_in_a_claimed_folder_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), Store(tmp_path / "run").claimed():
        raise PermissionError


def test_ctrl_c_waits_until_what_is_being_written_is_on_disk(tmp_path: Path) -> None:
    written = []

    def write() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            written.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert written == ["all of it"]


def test_who_presses_ctrl_c_again_does_not_wait_where_that_is_allowed() -> None:
    begun, after = [], []

    def press_twice() -> None:
        with uninterrupted(insists=2):
            signal.raise_signal(signal.SIGINT)
            begun.append(True)
            signal.raise_signal(signal.SIGINT)
            after.append(True)

    with pytest.raises(KeyboardInterrupt):
        press_twice()
    assert (begun, after) == ([True], [])


def test_where_ctrl_c_is_ignored_it_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_csv_goes_where_a_link_points_and_keeps_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    aside = write_csv(tmp_path / "link.csv", ["a"], [[1]])
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8") == "a\n1\n"
    assert aside is not None
    assert aside.read_text(encoding="utf-8") == "mine"


def test_a_csv_is_written_into_a_pipe_and_leaves_it_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = threading.Thread(target=lambda: found.append((tmp_path / "pipe").read_text(encoding="utf-8")))
    found: list[str] = []
    reader.start()
    write_csv(tmp_path / "pipe", ["a"], [[1]])
    reader.join(timeout=10)
    assert found == ["a\n1\n"]
    assert (tmp_path / "pipe").is_fifo()


def test_the_key_goes_by_order_too() -> None:
    """Groups are numbered, and shares stacked, in the order of the file."""
    assert key_of({"a": 1, "b": 2}) != key_of({"b": 2, "a": 1})
