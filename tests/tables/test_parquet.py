"""Calls and Outcomes on disk: what is read back is what was written, and the same tables make the same bytes."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from simulator.tables.calls import Calls
from simulator.tables.outcomes import Outcomes
from simulator.tables.parquet import calls_from, calls_table, concatenated, outcomes_from, outcomes_table, write
from tests.engines.scenes import Scene, drawn_scene, small_scenes

SCENES = [scene for seed in range(40) if len((scene := drawn_scene(seed, 12)).calls)][:4]
CALLS = [(number, scene.calls) for number, scene in enumerate(SCENES)]
RUNS = [(number, scene.run()) for number, scene in enumerate(SCENES)]


def through(table: pa.Table, path: Path) -> pa.Table:
    """Written and read again."""
    write(table, path)
    return pq.read_table(path)


@pytest.mark.parametrize("which", [slice(0, 1), slice(1, 4), slice(0, 4)])
def test_tables_come_back_as_they_were(which: slice, tmp_path: Path) -> None:
    """Every replication, every column, value and dtype, and the lists and scalars beside the columns."""
    assert calls_from(through(calls_table(CALLS[which]), tmp_path / "calls.parquet")) == CALLS[which]
    assert outcomes_from(through(outcomes_table(RUNS[which]), tmp_path / "outcomes.parquet")) == RUNS[which]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(small_scenes())
def test_any_table_comes_back_as_it_was(scene: Scene) -> None:
    """Also in memory, for any scene in which somebody calls; one where nobody does leaves no rows."""
    expected = [(3, scene.calls)] if len(scene.calls) else []
    assert calls_from(calls_table([(3, scene.calls)])) == expected
    expected_rows = [(3, scene.run())] if len(scene.calls) else []
    assert outcomes_from(outcomes_table([(3, scene.run())])) == expected_rows


def test_the_same_tables_make_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of when, where or by whom a file was written is in it."""
    for name, make in (("calls", lambda: calls_table(CALLS)), ("outcomes", lambda: outcomes_table(RUNS))):
        paths = [tmp_path / f"{name}.{copy}" for copy in (1, 2)]
        for path in paths:
            write(make(), path)
        assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("at", [1, 2, 3])
def test_parts_put_together_are_the_table_written_at_once(at: int, tmp_path: Path) -> None:
    """To the byte, wherever the parts were cut."""
    for name, make, runs in (("calls", calls_table, CALLS), ("outcomes", outcomes_table, RUNS)):
        parts = [make(part) for part in (runs[:at], runs[at:])]
        whole, joined = tmp_path / name, tmp_path / f"{name}.joined"
        write(make(runs), whole)
        write(concatenated(parts), joined)
        assert joined.read_bytes() == whole.read_bytes()


def test_durations_are_durations_and_columns_say_what_they_mean() -> None:
    """Times are duration[us] with their unit beside them; the table carries the meaning of its columns."""
    for table, of in ((calls_table(CALLS), Calls), (outcomes_table(RUNS), Outcomes)):
        times = [field for field in table.schema if pa.types.is_duration(field.type)]
        assert {field.type.unit for field in times} == {"us"}
        assert all(field.metadata == {b"unit": b"us"} for field in times)
        assert table.schema.metadata[b"columns"].decode() == of.__doc__
        whole = {field.name for field in table.schema if field.type == pa.int64()}
        assert whole <= {"later"}, "a time without its unit"


def test_the_book_stands_behind_the_calls_with_their_columns_empty() -> None:
    """A row of a spare attempt has no arrival, number or intent."""
    calls = next(calls for _, calls in CALLS if len(calls.talk) > len(calls))
    table = calls_table([(0, calls)])
    for name in Calls.CALL_COLUMNS:
        assert table[name].null_count == len(calls.talk) - len(calls)
    assert all(table[name].null_count == 0 for name in Calls.ATTEMPT_COLUMNS)
