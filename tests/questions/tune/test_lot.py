"""Lots of members on disk: a row a replication."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.questions.tune.bench import Bench, Stages
from simulator.questions.tune.family import Family, family_of
from simulator.questions.tune.lot import Rows, blocks_of, lot_key
from simulator.questions.tune.vary import axes_of
from simulator.scenario.errors import BadInput
from simulator.scenario.policy import NO_POLICY
from simulator.study.experiment import Experiment
from simulator.study.pairing import run_paired
from simulator.study.runs.block import Block, run_block
from simulator.tables.store import Store
from tests.study.towns import experiment

POINTS = [(0, 0), (1, 1)]


def varied(base: Experiment) -> Family:
    policy = base.scenario.policy
    return family_of(policy, axes_of(["strikes=1..2", "for=1h,6h"], policy, base.scenario.length))


def designs(folder: Path) -> list[Experiment]:
    base = experiment(folder)
    return [base.under(NO_POLICY), *(base.under(varied(base).at(point)) for point in POINTS)]


def bench(folder: Path, told: list[int]) -> Bench:
    base = experiment(folder)
    stages = Stages(lambda now: told.append(now.calls), 0)
    return Bench(varied(base), base, folder / "lots", "reference", lambda _: None, stages)


def test_rows_hold_what_pairs_of_the_comparison_do_and_the_busy_time_without_a_policy(tmp_path: Path) -> None:
    found = bench(tmp_path, []).run(POINTS, 3)
    for number in range(3):
        ran = list(run_paired(designs(tmp_path), number))
        expected = {place: paired for place, _, paired in ran}
        assert [member.sums[number] for member in found.members] == [expected[1], expected[2]]
        none = next(replication for place, replication, _ in ran if place == 0)
        assert found.busy[number] == none.counts.floor["time_busy"].sum()


def test_what_is_on_disk_is_not_simulated_again(tmp_path: Path) -> None:
    told: list[int] = []
    first = bench(tmp_path, told).run(POINTS, 3)
    assert told[-1] > 0
    again: list[int] = []
    assert bench(tmp_path, again).run(POINTS, 3).members == first.members
    assert again == [0]
    more: list[int] = []
    longer = bench(tmp_path, more).run(POINTS, 5)
    assert [each.sums[:3] for each in longer.members] == [each.sums for each in first.members]
    assert 0 < more[-1] < 1.5 * told[-1]


def test_a_lot_has_a_name_of_its_own(tmp_path: Path) -> None:
    base, some = experiment(tmp_path), designs(tmp_path)
    others = [
        some[:2],
        [some[0], some[2], some[1]],
        [replace(each, seed=2) for each in some],
        [each.staffed(3) for each in some],
    ]
    keys = [lot_key(some), *map(lot_key, others)]
    assert len(set(keys)) == len(keys)
    assert lot_key(designs(tmp_path)) == lot_key([replace(each, engine="kernel") for each in some])
    assert base.seed == 1


def test_a_replication_counts_once_all_of_its_lot_is_done(tmp_path: Path) -> None:
    some = designs(tmp_path)
    finished = run_block(Block(tuple(some), ((0, (0, 1, 2)),), paired=True))
    rows = Rows(Store(tmp_path / "lot", with_rows=0), 3)
    for each in finished[:2]:
        rows.add(each)
    rows.save()
    assert rows.done == {}
    assert not (tmp_path / "lot").exists()
    rows.add(finished[2])
    rows.save()
    again = Rows(Store(tmp_path / "lot", with_rows=0), 3)
    again.read()
    assert again.done == rows.done
    assert list(again.done) == [0]


def test_blocks_hold_every_replication_that_lacks_once(tmp_path: Path) -> None:
    some = designs(tmp_path)
    for workers in (1, 2, 7):
        blocks = list(blocks_of(some, [1, 4, 5, 9, 11], "reference", workers))
        assert [number for block in blocks for number, _ in block.lacking] == [1, 4, 5, 9, 11]
        assert all(block.paired and set(which) == {0, 1, 2} for block in blocks for _, which in block.lacking)


def test_a_file_that_is_not_such_a_lot_is_named_with_the_mend(tmp_path: Path) -> None:
    bench(tmp_path, []).run(POINTS, 2)
    (path,) = tmp_path.glob("lots/*/replications.parquet")
    whole = pq.read_table(path)
    short = [row[:-1] for row in whole["paired"].to_pylist()]
    for broken in (whole.drop_columns(["paired"]), whole.set_column(3, "paired", pa.array(short))):
        pq.write_table(broken, path)
        with pytest.raises(BadInput) as refused:
            bench(tmp_path, []).run(POINTS, 2)
        assert str(path) in str(refused.value)
        assert "is simulated again" in str(refused.value)
    path.unlink()
    assert len(bench(tmp_path, []).run(POINTS, 2).members) == 2
