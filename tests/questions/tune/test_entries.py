"""Which members are judged on fresh Calls, how, and which of them is recommended."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.estimate import Estimate, Kind, ratio
from simulator.metrics.idle import IDLE_ANYWAY
from simulator.metrics.paired import PAIRED, WHOLE
from simulator.questions.tune.entries import (
    MOST_ENTRIES,
    OF_EACH,
    Entry,
    entries_of,
    is_flat,
    places_to_judge,
    recommend,
)
from simulator.questions.tune.front import EquivalentRules, pareto_front
from simulator.questions.tune.members import Member, Score, Trial
from simulator.study.effects import MEASURES
from tests.questions.tune.families import family

FAMILY = family("bontang-24h", "strikes=1..3")
REPLICATIONS = 40
NOTHING = Estimate(0.0, 0.0, 0.0, 0, "none seen")


def tried(point: int, harm: list[float], freed: int = 10, *, counted: bool = False, **others: int) -> Member:
    """A member with so many callers never heard because of it in each replication, of 100 in each: smoothed, or
    counted."""
    numbers = [{"genuine": 100, "freed": freed, **others, **_harm(each, counted)} for each in harm]
    return Member((point,), tuple(tuple(each.get(name, 0) for name in PAIRED) for each in numbers))


def _harm(each: float, counted: bool) -> dict[str, int]:
    if counted:
        return {"never_because_besides": round(each), "in_time_to_never": round(each)}
    return {"smoothed_shared": round(each * WHOLE)}


def trial(*members: Member) -> Trial:
    return Trial(members, np.full(REPLICATIONS, 1000.0))


def entry(freed: float = 0.1, idle: float | None = 0.5, **measures: tuple[float, float, float]) -> Entry:
    """An entry with these measures: the low end, the value, the high end; of the others none was seen."""
    found = dict.fromkeys(MEASURES, NOTHING)
    found |= {name: Estimate(value, low, high, 10, "t") for name, (low, value, high) in measures.items()}
    return Entry(
        (0,), FAMILY.policy, "", (), Score(0, 0, 0, 0), Estimate(freed, freed, freed, 10, "t"), found, idle, {}
    )


SCORES = st.lists(
    st.builds(Score, st.integers(0, 400), st.integers(0, 400), st.integers(-9, 9), st.integers(-9, 9)), max_size=120
)


@given(SCORES, st.none() | st.integers(0, 400))
def test_judged_are_members_of_the_front_milder_ones_and_the_best_for_callers(
    scores: list[Score], most: int | None
) -> None:
    front = pareto_front(scores)
    found = places_to_judge(scores, front, most)
    assert len(found) == len(set(found)) <= MOST_ENTRIES
    assert [scores[place].freed for place in found] == sorted(scores[place].freed for place in found)
    within = [place for place, each in enumerate(scores) if most is None or each.never_because <= most]
    changes = sorted(scores[place].change for place in within if scores[place].change < (0, 0))
    best = changes[:3]
    assert [change for change in best if change not in {scores[place].change for place in found}] == []
    for place in set(found) - set(front):
        milder = scores[place].never_because == 0 < scores[place].freed < scores[front[0]].freed if front else False
        assert milder or scores[place].change in best
    along = [place for place in front if scores[place].change not in best]
    assert len(found) == MOST_ENTRIES or set(along) <= set(found)


def plain(scores: list[tuple[float, float]]) -> list[Score]:
    """Members under which nobody is heard who was not before."""
    return [Score(freed, harm, harm, 0.0) for freed, harm in scores]


def test_who_frees_most_within_the_harm_that_is_wished_for_is_judged() -> None:
    """Of a hundred evenly along the front one in nine is judged, and those at 100, 90, 75 and 50 % of the wish."""
    scores = plain([(float(k), float(k)) for k in range(1, 101)])
    found = {int(scores[place].never_because) for place in places_to_judge(scores, range(100), 40)}
    assert {40, 36, 30, 20, 1, 100} <= found


def test_where_nobody_was_seen_to_be_harmed_milder_rules_are_judged_too() -> None:
    """A count of none tells no rule from a milder one: of those that free at most 25, 50 and 75 % as much, the most."""
    scores = plain([(freed, 0.0) for freed in (100.0, 74.0, 60.0, 50.0, 20.0, 10.0)] + [(200.0, 3.0), (30.0, 1.0)])
    assert places_to_judge(scores, pareto_front(scores), 1.0) == [4, 3, 1, 0, 6]


def test_a_rule_that_frees_no_time_is_judged_where_it_was_seen_to_save_callers() -> None:
    """As one that lets nuisance calls wait longest: no front has it."""
    scores = [Score(0.0, 0.0, -0.02, 0.0), Score(0.1, 0.01, 0.01, 0.0), Score(0.0, 0.0, 0.0, 0.0)]
    assert pareto_front(scores) == [1]
    assert places_to_judge(scores, pareto_front(scores), None) == [0, 1]


def test_figures_are_of_the_fresh_calls_and_those_of_the_search_stand_beside_them() -> None:
    was, fresh = tried(1, [0.0] * REPLICATIONS), tried(1, [2.0] * REPLICATIONS, 20, freed_idle=15)
    (found,) = entries_of(
        FAMILY, [EquivalentRules(was, (tried(2, [0.0] * REPLICATIONS),))], np.full(REPLICATIONS, 100.0), trial(fresh)
    )
    assert found.tuned == Score(0.1, 0.0, 0.0, 0.0)
    assert (found.freed.value, found.never.value, found.change) == (0.02, 0.02, (0.02, 0.0))
    assert found.idle == 0.75
    assert found.same == ((2,),)
    assert found.policy == FAMILY.at((1,))


def test_intervals_hold_together() -> None:
    """Bonferroni: of fourteen intervals each leaves out a fourteenth of what one would."""
    harm = [float(k % 3) for k in range(REPLICATIONS)]
    members = [tried(0, harm, counted=True), tried(1, harm, counted=True)]
    found = entries_of(
        FAMILY, [EquivalentRules(each) for each in members], np.full(REPLICATIONS, 100.0), trial(*members)
    )
    genuine, family_of = [100.0] * REPLICATIONS, OF_EACH * 2
    assert family_of == 14
    expected = ratio(harm, genuine, Kind.SHARE, tail=0.025 / family_of, none_seen=0.05 / family_of)
    assert {(each.never.low, each.never.high) for each in found} == {(expected.low, expected.high)}


def test_smoothed_callers_are_no_counts() -> None:
    """That 0.01 of a caller is shut out in each of 40 replications is known well, though it is not one caller in all;
    that 4 whole callers are is not."""
    smoothed, counts = tried(0, [0.01, 0.012] * 20), tried(0, [0.0] * 36 + [1.0] * 4, counted=True)
    (smooth,) = entries_of(FAMILY, [EquivalentRules(smoothed)], np.ones(REPLICATIONS), trial(smoothed))
    (rough,) = entries_of(FAMILY, [EquivalentRules(counts)], np.ones(REPLICATIONS), trial(counts))
    assert smooth.never.low > 0.9 * smooth.never.value
    assert rough.never.low < 0.5 * rough.never.value
    assert rough.never.high > 2 * rough.never.value


FEWER, MORE, NO_LATER = (-0.03, -0.02, -0.01), (0.001, 0.002, 0.003), (0.0, 0.0, 0.0)
UNSURE, EARLIER = (-0.02, -0.01, 0.001), (-0.05, -0.04, -0.02)
SHUTS = {"change_never": MORE, "never_because": MORE}
WORTH = [
    ("surely fewer are never heard", entry(change_never=FEWER), True),
    ("and so though all time is idle anyway", entry(0.0, None, change_never=FEWER), True),
    ("fewer, but not surely, and no less late", entry(0.0, None, change_never=UNSURE), False),
    ("no more never heard, surely fewer late", entry(0.0, None, change_never=UNSURE, change_late=EARLIER), True),
    ("surely fewer late, but more never heard", entry(**SHUTS, change_late=EARLIER), False),
    ("more never heard, for time that was needed", entry(0.5, 0.0, **SHUTS), False),
    ("nobody harmed, for time that was needed", entry(0.5, 0.0), True),
    ("nobody harmed, for time that was idle anyway", entry(0.5, IDLE_ANYWAY), False),
    ("nobody harmed, and no time freed", entry(0.0, None), False),
    ("nobody lost, but some late, for time that was needed", entry(0.5, 0.0, change_late=MORE), False),
]


@pytest.mark.parametrize("only, worth", [case[1:] for case in WORTH], ids=[case[0] for case in WORTH])
def test_a_rule_is_recommended_only_where_it_is_worth_having(only: Entry, worth: bool) -> None:
    assert recommend([only], None) is (only if worth else None)


def test_where_a_share_of_callers_was_named_time_that_was_needed_is_worth_it() -> None:
    costly = entry(0.5, 0.5, change_never=MORE, never_because=MORE)
    cheap = entry(0.2, 0.5, change_never=MORE, never_because=(0.0, 0.0002, 0.0005))
    assert recommend([cheap, costly], 0.003) is costly
    assert recommend([cheap, costly], 0.001) is cheap
    assert recommend([cheap, costly], 0.0001) is None
    assert recommend([entry(0.5, 0.95, change_never=MORE, never_because=MORE)], 0.003) is None


def test_the_rule_with_the_fewest_never_heard_is_recommended_then_the_one_with_fewest_late() -> None:
    """However much time others free, and though it shuts out more than they do, if it saves more."""
    most, better = (-0.06, -0.05, -0.04), (-0.09, -0.08, -0.07)
    best = entry(0.1, change_never=most, change_late=better, never_because=MORE)
    late = entry(0.9, change_never=most, change_late=EARLIER)
    fewer = entry(0.9, change_never=FEWER, change_late=better)
    assert recommend([fewer, late, best], None) is best
    assert recommend([fewer, late], None) is late
    assert recommend([fewer, late, best], 0.001) is late


@pytest.mark.parametrize("high", [nan, inf])
def test_what_nothing_bounds_is_not_recommended(high: float) -> None:
    assert recommend([entry(never_because=(0, 0, high), change_never=(-high, 0, high))], 1.0) is None


def test_without_entries_none_is_recommended() -> None:
    assert recommend([], None) is None
    assert recommend([], 1.0) is None


def test_a_front_is_flat_where_its_ends_harm_alike() -> None:
    base = [float(k % 3) for k in range(REPLICATIONS)]
    same, more = [base[-1], *base[:-1]], [each + 1 for each in base]
    assert is_flat(trial(tried(0, base), tried(1, same)))
    assert not is_flat(trial(tried(0, base), tried(1, more)))
    assert not is_flat(trial(tried(0, base)))
