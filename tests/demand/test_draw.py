"""The plan of a replication: repeatable, and moved by nothing that does not concern it."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.demand import attendance, callers
from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import book_starts, draw_calls
from simulator.scenario import profile
from simulator.scenario.units import DAY, NEVER
from tests.demand.made import GENUINE, PRANK, STEADY, SURE, Z, differing, of_group, scenario

CHILDREN: dict[str, Any] = {
    **PRANK,
    "numbers": {"pool": "40", "heavy_tail": {"zipf": "1.9"}, "sims": "2", "rotate": "30 %"},
    "redial": {"after": {"blocked": "60 %"}, "delay": {"exponential": {"mean": "1 min"}}, "attempts": "4"},
    "busy_with": "school",
    "gives_up": "10 %",
}
FIRES: dict[str, Any] = {
    **GENUINE,
    "incidents": {"callers": "4", "spread": {"exponential": {"mean": "10 min"}}, "duplicate_talk": "20 s"},
    "misjudged": {"as": {"prank": "5 %", "silent": "5 %"}},
    "busy_with": "school",
}
RESIDENTS: dict[str, Any] = {
    **GENUINE,
    "novelty": {"half_life": "3 d"},
    "numbers": {
        "withheld": "10 %",
        "shared_with": {"children": {"share": "20 %", "choose": "by_number"}},
        "reused_from": {"children": "10 %"},
    },
    "redial": {"after": {"busy": "85 %"}, "delay": "20 s", "attempts": "3"},
    "misjudged": {"as": {"prank": "10 %"}},
}
MIXED = {"children": CHILDREN, "fires": FIRES, "residents": RESIDENTS}
SCHOOL = {"day_factors": {"school": {"cv": "0.4"}}}
NEWCOMERS: dict[str, dict[str, Any]] = {
    "of new persons": {**GENUINE, "redial": {"after": {"busy": "50 %"}, "delay": "1 s"}},
    "of a pool": CHILDREN,
    "of incidents": FIRES,
}


def test_the_same_scenario_seed_and_replication_give_the_same_calls_and_staffing() -> None:
    shifts = [{"name": "d", "from": "07:00", "to": "19:00", "call_takers": "3", "attendance": "80 %"}]
    one, two = (scenario(MIXED, floor={"shifts": shifts}, **SCHOOL) for _ in range(2))
    assert draw_calls(one, 3, 4) == draw_calls(two, 3, 4)
    assert draw_staffing(one, 3, 4) == draw_staffing(two, 3, 4)


@pytest.mark.parametrize("seed, replication", [(3, 5), (4, 4), (4, 3)])
def test_another_seed_or_replication_gives_other_calls_in_every_group(seed: int, replication: int) -> None:
    made = scenario(MIXED, **SCHOOL)
    one, two = draw_calls(made, 3, 4), draw_calls(made, seed, replication)
    for name in MIXED:
        assert "arrival" in differing(of_group(one, name), of_group(two, name))


@pytest.mark.parametrize("kind", NEWCOMERS)
@pytest.mark.parametrize("place", range(4))
def test_another_group_leaves_the_calls_of_all_others_as_they_were(kind: str, place: int) -> None:
    """Wherever it stands in the file, whatever numbers, incidents and book it brings."""
    items = list(MIXED.items())
    more = dict([*items[:place], ("newcomers", NEWCOMERS[kind]), *items[place:]])
    before, after = (draw_calls(scenario(each, **SCHOOL), 3, 4) for each in (MIXED, more))
    for name in MIXED:
        assert differing(of_group(before, name), of_group(after, name)) == []
    assert len(after) > len(before)


@pytest.mark.parametrize(
    "change",
    [
        {"floor": {"trunks": "9"}},
        {"floor": {"shifts": [{"name": "d", "from": "07:00", "to": "19:00", "call_takers": "3"}]}},
        {"floor": {"end_of_shift": "hand_over"}},
        {"policy": {"rules": [{"on": "prank", "action": "block", "for": "24 h"}]}},
        {"targets": ["90 % of genuine within 15 s, overall"]},
        {"title": "another title"},
    ],
)
def test_floor_policy_and_targets_move_no_draw(change: dict[str, Any]) -> None:
    assert draw_calls(scenario(MIXED, **SCHOOL), 3, 4) == draw_calls(scenario(MIXED, **SCHOOL, **change), 3, 4)


def test_acceptance_moves_only_its_own_column() -> None:
    acceptance = {"acceptance": {"delay": {"exponential": {"mean": "3 min"}}}}
    one, two = (draw_calls(scenario(MIXED, floor=floor, **SCHOOL), 3, 4) for floor in ({}, acceptance))
    changed = {name for name, column in one.columns().items() if not np.array_equal(column, getattr(two, name))}
    assert changed == {"accept"}


@pytest.mark.parametrize("past", ["1 us", "6 h", "30 d"])
def test_a_warmed_past_moves_no_draw_of_the_run_itself(past: str) -> None:
    """Novelty aside, which counts from the opening and so is older for a warmed service."""
    callers = {**MIXED, "residents": {key: value for key, value in RESIDENTS.items() if key != "novelty"}}
    cold = draw_calls(scenario(callers, **SCHOOL), 3, 4)
    warm = draw_calls(scenario(callers, floor={"blocklist": f"warmed {past}"}, **SCHOOL), 3, 4)
    assert (warm.arrival >= 0).sum() == len(cold)
    for name in callers:
        assert differing(of_group(cold, name), of_group(warm, name)) == []


def test_a_warmed_past_has_the_calls_of_its_length_all_before_the_start() -> None:
    """A Poisson count of 24 / d * 100 d."""
    made = scenario({"some": STEADY}, floor={"blocklist": "warmed 100 d"})
    past = [int((draw_calls(made, 1, r).arrival < 0).sum()) for r in range(30)]
    low, high = stats.poisson.ppf([SURE, 1 - SURE], 2400 * 30)
    assert low <= sum(past) <= high
    assert min(draw_calls(made, 1).arrival) >= -100 * DAY


def test_first_attempts_are_sorted_and_lie_within_the_length() -> None:
    calls = draw_calls(scenario(MIXED, **SCHOOL), 3, 4)
    assert (np.diff(calls.arrival) >= 0).all()
    assert calls.arrival[0] >= 0
    assert calls.arrival[-1] < calls.length == 7 * DAY


def test_persons_numbers_and_incidents_lie_within_their_counts() -> None:
    calls = draw_calls(scenario(MIXED, floor={"blocklist": "warmed 9 d"}, **SCHOOL), 3, 4)
    sims = calls.sims[calls.group]
    for column, least, upto in (
        (calls.person, 0, calls.persons),
        (calls.number, -1, calls.numbers),
        (calls.own + sims - 1, 0, calls.numbers),
        (calls.incident, -1, calls.incidents),
    ):
        assert column.min() >= least
        assert column.max() < upto
    fires = calls.group == calls.groups.index("fires")
    assert (calls.incident[fires] >= 0).all()
    assert (calls.incident[~fires] == -1).all()


def test_groups_never_share_a_person_or_a_number_of_their_own() -> None:
    calls = draw_calls(scenario(MIXED, floor={"blocklist": "warmed 9 d"}, **SCHOOL), 3, 4)
    for column in (calls.person, calls.own):
        seen = [set(column[calls.group == group].tolist()) for group in range(3)]
        assert sum(map(len, seen)) == len(set.union(*seen))


def test_each_caller_of_a_group_without_a_pool_is_new_in_the_past_and_the_run() -> None:
    calls = draw_calls(scenario(floor={"blocklist": "warmed 9 d"}), 3)
    assert sorted(calls.person.tolist()) == list(range(len(calls)))


def test_no_two_groups_or_stretches_share_an_incident() -> None:
    calls = draw_calls(scenario({"a": FIRES, "b": FIRES}, floor={"blocklist": "warmed 7 d"}, **SCHOOL), 3)
    parts = [(calls.group == group) & ((calls.arrival < 0) == past) for group in (0, 1) for past in (True, False)]
    seen = [set(calls.incident[part].tolist()) for part in parts]
    assert min(map(len, seen)) > 10
    assert sum(map(len, seen)) == len(set.union(*seen))


@pytest.mark.parametrize("column", ["arrival", "talk", "later", "doubt", "redial_delay"])
def test_groups_alike_and_their_past_are_drawn_apart(column: str) -> None:
    """Were two of them given one stream, their numbers would go together."""
    redial = {"after": {"busy": "50 %"}, "delay": {"exponential": {"mean": "1 min"}}}
    group = {**STEADY, "volume": "200 / d", "misjudged": {"as": {"prank": "5 %"}}, "redial": redial}
    calls = draw_calls(scenario({"a": group, "b": group}, floor={"blocklist": "warmed 7 d"}), 3)
    parts = [(calls.group == number) & ((calls.arrival < 0) == past) for number in (0, 1) for past in (True, False)]
    values = [getattr(calls, column)[: len(calls)][part].astype(float) for part in parts]
    # Gaps of arrivals, since sorted times always go together.
    drawn = [np.diff(each) if column == "arrival" else each for each in values]
    for one, two in combinations(drawn, 2):
        assert abs(np.corrcoef(one[:1000], two[:1000])[0, 1]) < Z / 1000**0.5


# -- the book of later attempts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "calls, attempts, starts",
    [
        *((0, 2, 256), (1, 6, 256), (1_024, 2, 256), (1_028, 2, 257), (4_000, 3, 1_000)),
        *((262_144, 2, 65_536), (10**7, 2, 65_536), (10**7, 1, 0), (0, 1, 0)),
    ],
)
def test_a_book_has_a_quarter_as_many_starts_as_calls_within_bounds(calls: int, attempts: int, starts: int) -> None:
    assert book_starts(calls, attempts) == starts


def test_a_book_has_starts_and_as_many_rows_again_as_attempts() -> None:
    calls = draw_calls(scenario(MIXED, **SCHOOL), 3, 4)
    sizes = [int((calls.group == group).sum()) for group in range(3)]
    books = [max(sizes[0] // 4, 256) + 4, 0, max(sizes[2] // 4, 256) + 3]
    assert len(calls.talk) - len(calls) == sum(books)


def test_later_attempts_stay_within_the_book_of_their_group_and_stretch() -> None:
    """Marked by talk of different length: no call meets another group's draws at any attempt."""
    redial = {"after": {"busy": "100 %"}, "delay": "1 s", "attempts": "5"}
    callers = {f"g{n}": {**GENUINE, "talk": f"{n} s", "redial": redial} for n in range(1, 5)}
    calls = draw_calls(scenario(callers, floor={"blocklist": "warmed 20 d"}), 1)
    for attempt in range(1, 6):
        talk = calls.talk[calls.row(np.arange(len(calls)), np.full(len(calls), attempt))]
        assert (talk == (calls.group.astype(np.int64) + 1) * 1_000_000).all()
    past, run = (set(calls.later[which].tolist()) for which in (calls.arrival < 0, calls.arrival >= 0))
    assert not past & run


def test_starts_in_the_book_are_uniform() -> None:
    redial = {"after": {"busy": "100 %"}, "delay": "1 s", "attempts": "3"}
    calls = draw_calls(scenario({"some": {**STEADY, "volume": "10000 / d", "redial": redial}}), 1)
    starts = len(calls) // 4
    counts = np.bincount(calls.later - len(calls), minlength=starts)
    assert len(counts) == starts
    assert stats.chisquare(np.add.reduceat(counts[: starts // 100 * 100], np.arange(0, starts - 99, 100))).pvalue > SURE


def test_a_group_of_one_attempt_has_no_book() -> None:
    calls = draw_calls(scenario(), 1)
    assert len(calls.talk) == len(calls)
    assert calls.attempts.tolist() == [1]


# -- what is kept from one replication to the next ------------------------------------------------------------------

CHANGES: list[dict[str, Any]] = [
    {},
    {"length": "8 d"},
    {"start": "2024-01-01T01:00+07:00"},
    {"floor": {"blocklist": "warmed 3 d"}},
    {"callers": {**MIXED, "residents": {**RESIDENTS, "volume": "25 / d"}}},
    {"callers": {**MIXED, "residents": {**RESIDENTS, "by_hour": "daytime"}}},
    {"callers": {**MIXED, "residents": {**RESIDENTS, "by_day": ["1", "1", "1", "1", "1", "1", "2"]}}},
    {"callers": {**MIXED, "residents": {**RESIDENTS, "novelty": {"half_life": "4 d"}}}},
    {"callers": {**MIXED, "residents": {**RESIDENTS, "surges": [{"after": "1 d", "for": "1 d", "times": "3"}]}}},
    {"callers": {**MIXED, "children": {**CHILDREN, "numbers": {"pool": "50", "heavy_tail": {"zipf": "1.9"}}}}},
    {"callers": {**MIXED, "children": {**CHILDREN, "numbers": {"pool": "40", "heavy_tail": {"zipf": "1.8"}}}}},
    {"floor": {"shifts": [{"name": "d", "from": "07:00", "to": "19:00", "call_takers": "3"}]}},
    {"floor": {"shifts": [{"name": "d", "from": "07:00", "to": "19:00", "call_takers": "4"}]}},
    {"floor": {"shifts": [{"name": "d", "from": "07:00", "to": "19:00", "call_takers": "3", "attendance": "70 %"}]}},
]


def test_what_is_kept_of_one_scenario_is_never_taken_for_anothers() -> None:
    """Drawn one after the other, with what is kept of all the others at hand, and each with nothing kept."""
    made = [scenario(**{"callers": MIXED, **change}, **SCHOOL) for change in CHANGES]
    one_by_one = []
    for each in made:
        for kept in (profile._curves, callers._cumulative, attendance._roster, attendance._everybody):
            kept.cache_clear()
        one_by_one.append((draw_calls(each, 3, 4), draw_staffing(each, 3, 4)))
    for _ in range(2):
        assert [(draw_calls(each, 3, 4), draw_staffing(each, 3, 4)) for each in made] == one_by_one
    for place, (calls, staffing) in enumerate(one_by_one):
        assert not any((calls, staffing) == other for other in one_by_one[:place])


def test_columns_that_are_alike_are_one_array_and_others_are_not() -> None:
    """Persons of one number each; with more, or phones of others, or duplicates' own talk, each is its own column."""
    plain, mixed = draw_calls(scenario(), 3), draw_calls(scenario(MIXED, **SCHOOL), 3)
    assert plain.number is plain.own is plain.person
    assert plain.duplicate is plain.talk
    for one, two in ((mixed.number, mixed.own), (mixed.own, mixed.person), (mixed.duplicate, mixed.talk)):
        assert not np.array_equal(one, two)
        assert not np.shares_memory(one, two)


# -- edges -------------------------------------------------------------------------------------------------------


def with_calls(count: int, **more: Any) -> Any:
    """The first replication that has this many calls."""
    made = scenario({"some": {**GENUINE, **more}}, length="1 h")
    return next(calls for r in range(200) if len(calls := draw_calls(made, 1, r)) == count)


@pytest.mark.parametrize("count", [0, 1])
def test_a_replication_may_have_no_call_or_one(count: int) -> None:
    redial = {"after": {"busy": "100 %"}, "delay": "1 s"}
    calls = with_calls(count, redial=redial)
    assert len(calls) == count == calls.persons == calls.numbers
    assert len(calls.talk) == count + 256 + 3


@pytest.mark.parametrize("length", ["1 us", "1 ms", "1 s", "1 h"])
def test_any_length_can_be_drawn_and_holds_its_calls(length: str) -> None:
    """100 / s: in a microsecond none but once in 10,000 times, in an hour 360,000."""
    made = scenario({"some": {**STEADY, "volume": "100 / s"}}, length=length)
    calls = draw_calls(made, 1)
    low, high = stats.poisson.ppf([SURE / 2, 1 - SURE / 2], 100 * made.length / 1e6)
    assert low <= len(calls) <= high
    assert (calls.arrival < made.length).all()


def test_shares_of_none_and_all_and_fixed_durations_leave_nothing_to_chance() -> None:
    after = {"busy": "100 %", "abandoned": "0 %", "blocked": "100 %", "dismissed": "0 %"}
    group = {
        **PRANK,
        "talk": "0 s",
        "patience": "never",
        "deceives": "100 %",
        "gives_up": "0 %",
        "numbers": {"withheld": "100 %"},
        "redial": {"after": after, "delay": "0 s"},
        "misjudged": {"as": {"genuine": "100 %"}},
    }
    calls = draw_calls(scenario({"some": group}), 1)
    assert len(calls) > 100
    assert set(calls.talk.tolist()) == set(calls.wrap.tolist()) == set(calls.redial_delay.tolist()) == {0}
    assert set(calls.patience.tolist()) == {NEVER}
    assert set(calls.number.tolist()) == {-1}
    assert set(calls.redial.tolist()) == {1 << 2 | 1 << 3}
    assert calls.deceives.all()
    assert not calls.quit.any()
    assert (calls.doubt < calls.tendency.min()).all()
    assert set(calls.verdict.tolist()) == {0}
