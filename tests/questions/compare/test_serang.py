"""The rules of Serang in the order of who is never heard because of them, and its turning over with an older list.

The figures were found by counting, apart from this estimator: 400 replications from an empty list, and as many behind a
past of 180 days.
"""

import pytest

from simulator.questions.compare.compare import answer
from simulator.questions.compare.request import Request
from simulator.questions.compare.result import CompareResult
from simulator.scenario.shipped import shipped_scenarios
from tests.questions.compare.test_compare import effect

EMPTY = {"israel-ladder": 1.8, "sumut-three-strikes": 4.6, "bontang-24h": 6.2}
OLDER = {"bontang-24h": 6.2, "israel-ladder": 11.2, "sumut-three-strikes": 28.6}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> CompareResult:
    request = Request(
        scenario=shipped_scenarios() / "serang.yaml",
        policies="none,bontang-24h,israel-ladder,sumut-three-strikes",
        replications=400,
        out=tmp_path_factory.mktemp("serang"),
        engine="kernel",
    )
    return answer(request)


def ranks(rows: list[dict]) -> list[str]:
    return sorted((row["policy"] for row in rows if row["rank"] is not None), key=lambda name: rank(rows, name))


def rank(rows: list[dict], policy: str) -> int:
    return next(row["rank"] for row in rows if row["policy"] == policy)


@pytest.mark.slow
def test_from_an_empty_list_and_with_an_older_one_the_orders_are_the_known_ones(done: CompareResult) -> None:
    assert ranks(done.document()["paired"]) == ["none", *EMPTY]
    assert ranks(done.document()["warmed"]["paired"]) == ["none", *OLDER]
    turned = [(one["policy"], other["policy"]) for one, other in done.document()["warmed"]["turned_over"]]
    assert set(turned) == {("israel-ladder", "bontang-24h"), ("sumut-three-strikes", "bontang-24h")}


@pytest.mark.slow
@pytest.mark.parametrize("policy", EMPTY)
def test_counts_are_the_known_figures_and_the_smoothed_estimate_holds_them(done: CompareResult, policy: str) -> None:
    row = next(each for each in done.document()["paired"] if each["policy"] == policy)
    counted = 1000 * row["never_heard"]["policy_less_none"] / row["never_heard"]["genuine"]
    assert counted == pytest.approx(EMPTY[policy], abs=0.05)
    found = effect(done, policy, "change_never")
    assert 1000 * found["low"] <= EMPTY[policy] <= 1000 * found["high"]
    older = next(
        each
        for each in done.document()["warmed"]["effects"]
        if (each["policy"], each["measure"], each["baseline"]) == (policy, "change_never", "none")
    )
    assert 1000 * older["low"] <= OLDER[policy] <= 1000 * older["high"]
