"""Shares of workers: every call once, and those that a person or a number connects together."""

import numpy as np
import pytest

from simulator.demand.draw import draw_calls
from simulator.live.shares import split
from simulator.tables.calls import Calls
from tests.demand.made import GENUINE, PRANK, scenario

POOL = {"pool": "30", "sims": "3", "rotate": "50 %"}
TOWN = {
    "parents": {**GENUINE, "numbers": {"shared_with": {"children": {"share": "20 %", "choose": "by_number"}}}},
    "children": {**PRANK, "numbers": POOL},
    "strangers": {**PRANK, "volume": "100 / d", "numbers": {"withheld": "10 %"}},
}


def calls_of(callers: dict) -> Calls:
    return draw_calls(scenario(callers), 5)


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_every_call_is_in_one_share_and_each_share_is_in_order(workers: int) -> None:
    calls = calls_of(TOWN)
    shares = split(calls, workers)
    assert len(shares) == workers
    assert sorted(np.concatenate(shares).tolist()) == list(range(len(calls)))
    assert all((np.diff(share) > 0).all() for share in shares)


@pytest.mark.parametrize("workers", [2, 5])
def test_no_person_and_no_number_is_in_two_shares(workers: int) -> None:
    calls = calls_of(TOWN)
    for column in (calls.person, calls.number):
        owners: dict[int, set[int]] = {}
        for worker, share in enumerate(split(calls, workers)):
            for value in set(column[share].tolist()) - {-1}:
                owners.setdefault(value, set()).add(worker)
        assert all(len(each) == 1 for each in owners.values())


def test_a_shared_phone_connects_a_parent_with_every_sim_of_the_child() -> None:
    calls = calls_of(TOWN)
    for share in split(calls, 4):
        children = {int(n) + sim for n in calls.own[share][calls.group[share] == 1] for sim in range(3)}
        elsewhere = np.setdiff1d(np.arange(len(calls)), share)
        assert not children & set(calls.number[elsewhere].tolist())


def test_callers_who_have_nothing_in_common_are_shared_out_evenly() -> None:
    sizes = [len(share) for share in split(calls_of({"some": {**GENUINE, "volume": "100 / d"}}), 4)]
    assert max(sizes) - min(sizes) <= 1


def test_without_calls_every_share_is_empty() -> None:
    nobody = calls_of({"some": {**GENUINE, "volume": "0.000001 / d"}})
    assert len(nobody) == 0
    assert [len(share) for share in split(nobody, 3)] == [0, 0, 0]
