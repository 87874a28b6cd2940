"""Which members are judged on fresh Calls, how, and which of them is recommended."""

from math import inf, log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.decisions.tune.bench import Trial, Tried
from simulator.decisions.tune.chosen import (
    MOST_ENTRIES,
    Entry,
    entries_of,
    flat,
    judged_again,
    least_harmful,
    recommended,
)
from simulator.decisions.tune.front import Kin, unbeaten
from simulator.metrics.estimate import Estimate, Kind, ratio
from simulator.metrics.paired import PAIRED, WHOLE
from tests.decisions.tune.families import family

FAMILY = family("bontang-24h", "strikes=1..3")
REPLICATIONS = 40


def tried(point: int, harm: list[float], freed: int = 10) -> Tried:
    """A member because of which so many callers are never heard in each replication, of 100 in each: whole callers as
    counted, parts of them as smoothed."""
    numbers = ({"genuine": 100, "freed": freed, **_harm(each)} for each in harm)
    return Tried((point,), tuple(tuple(each.get(name, 0) for name in PAIRED) for each in numbers))


def _harm(callers: float) -> dict[str, int]:
    whole = callers == int(callers)
    return {"never_because_besides": int(callers)} if whole else {"smoothed_shared": round(callers * WHOLE)}


def trial(*members: Tried) -> Trial:
    return Trial(members, np.full(REPLICATIONS, 1000.0))


def entry(freed: float, low: float, value: float, high: float) -> Entry:
    lost = Estimate(value, low, high, 10, "t")
    return Entry((0,), FAMILY.policy, "", (), (0, 0), Estimate(freed, freed, freed, 10, "t"), lost, 0, {})


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=120), st.integers(0, 400))
def test_judged_are_members_of_the_front_by_time_freed_and_milder_ones_ahead(
    scores: list[tuple[int, int]], most: int
) -> None:
    front = unbeaten(scores)
    found = judged_again(scores, front, most)
    assert len(found) == len(set(found)) <= MOST_ENTRIES
    mine = [place for place in found if place in set(front)]
    others = [place for place in found if place not in set(front)]
    assert found == others + mine
    assert mine == sorted(mine, key=front.index)
    assert len(mine) == min(len(front), MOST_ENTRIES - len(others))
    assert set(front[:1] + front[-1:]) <= set(found)
    assert all(scores[place][1] == 0 < scores[place][0] < scores[front[0]][0] for place in others)


def test_who_frees_most_within_the_harm_that_is_wished_for_is_judged() -> None:
    """Of a hundred evenly along the front one in nine is judged, and those at 100, 90, 75 and 50 % of the wish."""
    scores = [(float(k), float(k)) for k in range(1, 101)]
    found = {int(scores[place][1]) for place in judged_again(scores, range(100), 40)}
    assert {40, 36, 30, 20, 1, 100} <= found


def test_where_nobody_was_seen_to_be_harmed_milder_rules_are_judged_too() -> None:
    """A count of none tells no rule from a milder one: of those that free at most 25, 50 and 75 % as much, the most."""
    scores = [(freed, 0.0) for freed in (100.0, 74.0, 60.0, 50.0, 20.0, 10.0)] + [(200.0, 3.0), (30.0, 1.0)]
    assert judged_again(scores, unbeaten(scores), 1.0) == [4, 3, 1, 0, 6]


def test_figures_are_of_the_fresh_calls_and_those_of_the_search_stand_beside_them() -> None:
    was, fresh = tried(1, [0.0] * REPLICATIONS), tried(1, [2.0] * REPLICATIONS, 20)
    (found,) = entries_of(
        FAMILY, [Kin(was, (tried(2, [0.0] * REPLICATIONS),))], np.full(REPLICATIONS, 100.0), trial(fresh)
    )
    assert found.tuned == (0.1, 0.0)
    assert (found.freed.value, found.lost.value) == (0.02, 0.02)
    assert found.same == ((2,),)
    assert found.policy == FAMILY.at((1,))


def test_intervals_hold_together() -> None:
    """Bonferroni: of four intervals each leaves out a quarter of what one would."""
    harm = [float(k % 3) for k in range(REPLICATIONS)]
    members = [tried(0, harm), tried(1, harm)]
    found = entries_of(FAMILY, [Kin(each) for each in members], np.full(REPLICATIONS, 100.0), trial(*members))
    genuine = [100.0] * REPLICATIONS
    expected = ratio(harm, genuine, Kind.SHARE, tail=0.025 / 4, none_seen=0.05 / 4)
    assert {each.lost for each in found} == {expected}


def test_chances_are_no_counts() -> None:
    """That 0.01 of a caller is shut out in each of 40 replications is known well, though it is not one caller in all,
    up to what a count of none leaves open besides; that 4 whole callers are is not."""
    chances, counts = tried(0, [0.01, 0.012] * 20), tried(0, [0.0] * 36 + [1.0] * 4)
    (smooth,) = entries_of(FAMILY, [Kin(chances)], np.ones(REPLICATIONS), trial(chances))
    (rough,) = entries_of(FAMILY, [Kin(counts)], np.ones(REPLICATIONS), trial(counts))
    unseen = -log(0.05 / 4) / (100 * REPLICATIONS)
    assert unseen < smooth.lost.high < 1.1 * smooth.lost.value + unseen
    assert smooth.lost.low > 0.9 * smooth.lost.value
    assert rough.lost.high > 2 * rough.lost.value
    assert rough.lost.method == "gamma"


def test_of_rules_that_surely_shut_out_few_enough_the_one_that_frees_most_is_recommended() -> None:
    entries = [entry(0.1, 0, 0.0001, 0.0004), entry(0.3, 0.0002, 0.0005, 0.0009), entry(0.4, 0.0004, 0.0009, 0.0011)]
    assert recommended(entries, 0.001) is entries[1]
    assert recommended(entries, 0.0011) is entries[2]
    assert recommended(entries, 0.0005) is entries[0]
    assert recommended(entries, 0.0003) is None
    assert least_harmful(entries) is entries[0]


@pytest.mark.parametrize("high", [nan, inf])
def test_what_nothing_bounds_is_not_recommended(high: float) -> None:
    assert recommended([entry(0.1, 0, 0, high)], 1.0) is None


def test_without_entries_none_is_the_least_harmful() -> None:
    assert least_harmful([]) is None
    assert recommended([], 1.0) is None


def test_a_front_is_flat_where_its_ends_harm_alike() -> None:
    base = [float(k % 3) for k in range(REPLICATIONS)]
    same, more = [base[-1], *base[:-1]], [each + 1 for each in base]
    assert flat(trial(tried(0, base), tried(1, same)))
    assert not flat(trial(tried(0, base), tried(1, more)))
    assert not flat(trial(tried(0, base)))
