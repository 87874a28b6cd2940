"""Results on disk: parts become one file, an interrupted run goes on, nothing is written over or left half."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.engines.simulate import simulate
from simulator.tables import store as store_module
from simulator.tables.parquet import calls_table, outcomes_from, outcomes_table
from simulator.tables.staffing import always
from simulator.tables.store import TABLES, Store, keep_aside, key_of, write_text, write_whole
from tests.engines.scenes import drawn_scene
from tests.plans import floor, plan

SCENES = [scene for seed in range(60) if len((scene := drawn_scene(seed, 12)).calls)][:6]
RUNS = [scene.run() for scene in SCENES]


def add(store: Store, *numbers: int) -> None:
    """Keep these replications, as one part."""
    sums = pa.table({"replication": pa.array(numbers, pa.int32()), "offered": [len(RUNS[n]) for n in numbers]})
    calls = calls_table([(n, SCENES[n].calls) for n in numbers])
    store.add(calls, outcomes_table([(n, RUNS[n]) for n in numbers]), sums)


def finished(folder: Path, *parts: tuple[int, ...]) -> Store:
    store = Store(folder)
    for numbers in parts:
        add(store, *numbers)
    store.finish({"seed": 1}, {"measures": []})
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
    assert store.done() is None
    add(store, 2, 3)
    add(store, 0)
    done = Store(tmp_path).done()
    assert done is not None
    assert done["replication"].to_pylist() == [0, 2, 3]
    assert done["offered"].to_pylist() == [len(RUNS[n]) for n in (0, 2, 3)]


def test_a_finished_run_is_three_tables_and_two_texts(tmp_path: Path) -> None:
    """And no parts, drafts or hidden files."""
    finished(tmp_path, (0, 1), (2,))
    assert set(files(tmp_path)) == {*(f"{table}.parquet" for table in TABLES), "manifest.json", "summary.json"}
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")) == {"seed": 1}
    assert outcomes_from(pq.read_table(tmp_path / "outcomes.parquet")) == list(enumerate(RUNS[:3]))


def test_a_run_in_which_nobody_called_is_finished_like_any_other(tmp_path: Path) -> None:
    """A quiet scenario may draw no call at all: tables without rows, the sums of every replication."""
    nobody = plan([], length=10)
    empty = simulate(nobody, always(1, 0, 20), floor(1))
    for number in (0, 1):
        sums = pa.table({"replication": pa.array([number], pa.int32()), "offered": [0]})
        Store(tmp_path).add(calls_table([(number, nobody)]), outcomes_table([(number, empty)]), sums)
    Store(tmp_path).finish({}, {})
    assert pq.read_table(tmp_path / "outcomes.parquet").num_rows == 0
    assert pq.read_table(tmp_path / "replications.parquet")["replication"].to_pylist() == [0, 1]


def test_rows_are_kept_up_to_a_bound_and_sums_always(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once enough outcomes are on disk later replications leave their sums only, also after an interruption."""
    monkeypatch.setattr(store_module, "MOST_ROWS", len(RUNS[0]) + 1)
    for number in range(4):
        add(Store(tmp_path), number)
    Store(tmp_path).finish({}, {})
    kept = [number for number, _ in outcomes_from(pq.read_table(tmp_path / "outcomes.parquet"))]
    assert kept == [0, 1]
    done = Store(tmp_path).done()
    assert done is not None
    assert done["replication"].to_pylist() == [0, 1, 2, 3]


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
    """The same parts give the same key, whatever the order of their keys; another part gives another."""
    assert key_of("a", 1) == key_of("a", 1) != key_of(*other)
    assert key_of({"x": 1, "y": 2}) == key_of({"y": 2, "x": 1})
