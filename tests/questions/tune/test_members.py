"""Members of a family simulated together: a file for those together, a row a replication."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.questions.tune.family import Family, family_of
from simulator.questions.tune.members import MemberRuns
from simulator.questions.tune.vary import axes_of
from simulator.scenario.policy import NO_POLICY
from simulator.study.experiment import Experiment
from simulator.study.paired_runs import PairedTask, paired_key
from simulator.study.pairing import run_paired
from simulator.study.runs.executors import executors
from simulator.study.runs.progress import Meter
from simulator.study.runs.runs import Runs
from simulator.tables.store import Store
from tests.study.towns import experiment

POINTS = [(0, 0), (1, 1)]


def varied(base: Experiment) -> Family:
    policy = base.scenario.policy
    return family_of(policy, axes_of(["strikes=1..2", "for=1h,6h"], policy, base.scenario.length))


def designs(folder: Path) -> tuple[Experiment, ...]:
    base = experiment(folder)
    return base.under(NO_POLICY), *(base.under(varied(base).at(point)) for point in POINTS)


@contextmanager
def members(folder: Path, calls: list[int]) -> Iterator[MemberRuns]:
    base, meter = experiment(folder), Meter(lambda now: calls.append(now.calls))
    with executors() as choose:
        yield MemberRuns(varied(base), base, folder / "batches", "reference", Runs(PairedTask(), choose, meter))


def test_rows_hold_what_pairs_of_the_comparison_do_and_the_busy_time_without_a_policy(tmp_path: Path) -> None:
    with members(tmp_path, []) as runs:
        found = runs.run(POINTS, 3)
    for number in range(3):
        ran = list(run_paired(designs(tmp_path), number))
        expected = {place: paired for place, _, paired in ran}
        assert [member.sums[number] for member in found.members] == [expected[1], expected[2]]
        none = next(replication for place, replication, _ in ran if place == 0)
        assert found.busy[number] == none.counts.floor["time_busy"].sum()


def test_what_is_on_disk_is_not_simulated_again(tmp_path: Path) -> None:
    calls: list[list[int]] = [[], [], []]
    found = []
    for each, replications in zip(calls, (3, 3, 5), strict=True):
        with members(tmp_path, each) as runs:
            found.append(runs.run(POINTS, replications).members)
    first, again, longer = found
    assert calls[0][-1] > 0
    assert again == first
    assert set(calls[1]) == {0}
    assert [each.sums[:3] for each in longer] == [each.sums for each in first]
    assert 0 < calls[2][-1] < 1.5 * calls[0][-1]


def test_members_together_have_a_name_of_their_own(tmp_path: Path) -> None:
    some = designs(tmp_path)
    others = [
        some[:2],
        (some[0], some[2], some[1]),
        tuple(replace(each, seed=2) for each in some),
        tuple(each.staffed(3) for each in some),
    ]
    keys = [paired_key(some), *map(paired_key, others)]
    assert len(set(keys)) == len(keys)
    assert paired_key(designs(tmp_path)) == paired_key(tuple(replace(each, engine="kernel") for each in some))


def test_a_file_that_is_not_of_these_members_is_computed_anew(tmp_path: Path) -> None:
    with members(tmp_path, []) as runs:
        right = runs.run(POINTS, 2)
    (path,) = tmp_path.glob("batches/*.parquet")
    content, table = path.read_bytes(), pq.read_table(path)
    short = pa.array([row[:-1] for row in table["numbers"].to_pylist()])
    for broken in (table.drop_columns(["numbers"]), table.set_column(2, "numbers", short), None):
        path.write_bytes(content[:-9]) if broken is None else pq.write_table(broken, path)
        with members(tmp_path, []) as runs:
            found = runs.run(POINTS, 2)
        assert found.members == right.members
        assert path.read_bytes() == content


def test_a_folder_of_the_layout_before_is_left_alone_and_never_read(tmp_path: Path) -> None:
    """Members were once stored in a folder of their own, with other columns under the same key."""
    old = Store(tmp_path / "batches" / paired_key(designs(tmp_path)), with_rows=0)
    columns = {"replication": pa.array([0, 1], pa.int32()), "rows": [2, 2], "busy": [7, 7], "paired": [[1, 2], [3, 4]]}
    old.add(None, None, pa.table(columns))
    old.finish({"replications": 2}, {})
    before = (old.folder / "replications.parquet").read_bytes()
    with members(tmp_path, calls := []) as runs:
        found = runs.run(POINTS, 2)
    assert calls[-1] > 0
    assert (found.busy > 7).all()
    assert np.all(found.members[0].of("genuine") > 3)
    assert (old.folder / "replications.parquet").read_bytes() == before
