"""An experiment is what determines every number of a run, and its identity names just that."""

import json
from pathlib import Path

import pytest

from simulator.scenario.policy import NO_POLICY
from simulator.study.experiment import Experiment, replications_by_default, run_each, run_once
from simulator.tables.outcomes import Ending
from simulator.tables.store import key_of
from tests.study.towns import TOWN, experiment


def key(made: Experiment) -> str:
    return key_of(made.identity())


def test_a_replication_is_the_same_each_time_and_breaks_no_law(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    one, two = run_once(made, 3), run_once(made, 3)
    assert (one.calls, one.staffing, one.outcomes, one.counts) == (two.calls, two.staffing, two.outcomes, two.counts)
    assert one.broken_laws(made) == ()
    assert run_once(made, 4).outcomes != one.outcomes


def test_policies_and_staffings_are_compared_on_the_same_callers(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    base = run_once(made, 0)
    free, more = run_once(made.under(NO_POLICY), 0), run_once(made.staffed(4), 0)
    assert free.calls == base.calls == more.calls
    assert free.staffing == base.staffing
    assert (base.outcomes.ending == Ending.BLOCKED).any()
    assert not (free.outcomes.ending == Ending.BLOCKED).any()
    assert more.staffing.persons == 8


def test_a_broken_law_is_told(tmp_path: Path) -> None:
    """Held against one trunk fewer than it ran on, the same replication has too many attempts on trunks."""
    made = experiment(tmp_path)
    floor = made.scenario.floor.model_copy(update={"trunks": 1})
    fewer = Experiment(made.scenario.model_copy(update={"floor": floor}))
    assert "Never more attempts on trunks" in "".join(run_once(made, 0).broken_laws(fewer))


def test_the_sums_of_a_replication_are_those_of_its_days(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    finished = run_once(made, 0)
    days = finished.by_day(made)
    assert [day.length for day in days] == [86_400_000_000] * 2
    for name, table in finished.counts.sums.items():
        assert sum(int(day.sums[name].sum()) for day in days) == table.sum(), name


CHANGES = {
    "a volume": ("volume: 60 / d", "volume: 61 / d"),
    "a talk time": ("mean: 6 min", "mean: 5 min"),
    "the start": ("06:30+08:00", "06:30+09:00"),
    "the trunks": ("trunks: 2", "trunks: 3"),
    "the staffing": ("call_takers: 2", "call_takers: 3"),
    "the policy": ("for: 6 h", "for: 7 h"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_moves_a_number_is_another_run(tmp_path: Path, change: str) -> None:
    old, new = CHANGES[change]
    assert old in TOWN
    assert key(experiment(tmp_path)) != key(experiment(tmp_path, TOWN.replace(old, new)))


def test_seed_policy_and_staffing_given_by_option_are_another_run(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    keys = {key(each) for each in (made, experiment(tmp_path, seed=2), made.under(NO_POLICY), made.staffed(3))}
    assert len(keys) == 4


def test_a_list_of_numbers_is_part_of_what_a_run_is(tmp_path: Path) -> None:
    text = TOWN.replace("trunks: 2", "trunks: 2\n  blocklist: listed.csv")
    keys = set()
    for number in (1, 2):
        (tmp_path / "listed.csv").write_text(f"number,until\nchildren/{number},\n")
        keys.add(key(experiment(tmp_path, text)))
    assert len(keys) == 2


def test_comments_and_the_order_of_keys_are_the_same_run(tmp_path: Path) -> None:
    same = TOWN.replace("trunks: 2", "trunks: 2  # assumed").replace(
        "    intent: prank\n    volume: 80 / d\n", "    volume: 80 / d\n    intent: prank\n"
    )
    assert same != TOWN
    assert key(experiment(tmp_path)) == key(experiment(tmp_path, same))


def test_an_identity_is_plain_json_and_names_the_versions(tmp_path: Path) -> None:
    identity = experiment(tmp_path).identity()
    assert json.loads(json.dumps(identity)) == identity
    assert {"siaga", "numpy"} <= set(identity["versions"])


@pytest.mark.parametrize(
    "calls, replications", [(0, 100), (1, 100), (1000, 100), (10_000, 100), (25_000, 40), (50_000, 20), (10**9, 20)]
)
def test_a_run_makes_a_million_calls_unless_told_from_20_to_100_replications(calls: float, replications: int) -> None:
    assert replications_by_default(calls) == replications


ROUTES = "numbers: {shared_with: {children: {share: 10 %, choose: by_call}, others: {share: 5 %, choose: by_call}}}"
OTHERS = TOWN.replace("numbers: {shared_with: {children: {share: 10 %, choose: by_call}}}", ROUTES).replace(
    "  children:\n", "  others: {intent: silent, volume: 5 / d, talk: 10 s, numbers: {pool: 5}}\n  children:\n"
)
ELSEWHERE = {
    "the order of shares": (
        ROUTES,
        "numbers: {shared_with: {others: {share: 5 %, choose: by_call}, children: {share: 10 %, choose: by_call}}}",
    ),
    "the clock of the same instant": ("2024-01-01T06:30+08:00", "2024-01-01T00:30+02:00"),
    "a talk time": ("mean: 6 min", "mean: 5 min"),
    "the length": ("length: 2 d", "length: 3 d"),
}


@pytest.mark.parametrize("change", ELSEWHERE)
def test_experiments_share_a_table_of_callers_only_if_each_would_draw_the_same(tmp_path: Path, change: str) -> None:
    """Run together, each has what it has on its own."""
    old, new = ELSEWHERE[change]
    assert old in OTHERS
    pair = [experiment(tmp_path, OTHERS), experiment(tmp_path, OTHERS.replace(old, new))]
    alone = [run_once(each, 0) for each in pair]
    together = list(run_each(pair, 0))
    assert alone[0].calls != alone[1].calls
    assert [(r.calls, r.staffing, r.counts) for r in together] == [(r.calls, r.staffing, r.counts) for r in alone]


def test_designs_of_one_scenario_share_their_callers(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    base, free, more = run_each([made, made.under(NO_POLICY), made.staffed(4)], 0)
    assert base.calls is free.calls is more.calls
    assert base.staffing is free.staffing is not more.staffing
