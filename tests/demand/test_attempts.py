"""What is drawn anew for each attempt follows the file's distributions, and one uniform orders the redials."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.demand.attempts import draw_attempts, redial_bits
from simulator.demand.streams import Streams
from simulator.scenario.callers import CallerGroup, Redial
from simulator.scenario.floor import Acceptance
from simulator.scenario.policy import INTENTS
from simulator.scenario.units import MINUTE, NEVER, SECOND
from simulator.tables.calls import DELAY_SCALE, DOUBT_SCALE, EXTRAS, Calls
from simulator.tables.outcomes import Ending
from tests.demand.made import GENUINE, SURE, Z

SIZE = 20_000


def drawn(acceptance: Acceptance | None = None, size: int = SIZE, **keys: Any) -> dict[str, np.ndarray[Any, Any]]:
    """The attempt columns as they will stand in Calls: 0 where none was drawn, duplicates as talk."""
    group = CallerGroup.model_validate({**GENUINE, **keys})
    columns = draw_attempts(group, acceptance, EXTRAS, size, Streams(1, 0), "some", "run")
    values: dict[str, Any] = {name: draw() for name, draw in columns.items()}
    table = {name: np.broadcast_to(values.get(name, 0), size) for name in Calls.ATTEMPT_COLUMNS}
    return {**table, "duplicate": np.broadcast_to(values.get("duplicate", values["talk"]), size)}


def redial(**after: str) -> dict[str, Any]:
    return {"after": after, "delay": {"exponential": {"mean": "20 s"}}, "attempts": "3"}


EVERYTHING: dict[str, Any] = {
    "patience": {"exponential": {"mean": "20 s"}},
    "wrap_up": {"exponential": {"mean": "20 s"}},
    "redial": redial(busy="50 %"),
    "misjudged": {"as": {"prank": "5 %", "silent": "5 %"}},
    "gives_up": "50 %",
    "voiceless": "50 %",
    "numbers": {"sims": "2", "rotate": "50 %"},
    "incidents": {"callers": "3", "spread": "1 min", "duplicate_talk": {"exponential": {"mean": "20 s"}}},
}
"""A group of which every attempt column is left to chance, given an acceptance."""
ACCEPTANCE = Acceptance.model_validate({"delay": {"exponential": {"mean": "3 min"}}})


def test_a_group_that_leaves_all_to_chance_draws_every_attempt_column_of_calls_at_full_length() -> None:
    group = CallerGroup.model_validate({**GENUINE, **EVERYTHING})
    columns = draw_attempts(group, ACCEPTANCE, EXTRAS, 17, Streams(1, 0), "some", "run")
    assert set(columns) == set(Calls.ATTEMPT_COLUMNS)
    assert {np.shape(draw()) for draw in columns.values()} == {(17,)}


def test_a_column_is_the_same_whether_and_whenever_others_are_drawn() -> None:
    group = CallerGroup.model_validate({**GENUINE, **EVERYTHING})
    one, two = (draw_attempts(group, ACCEPTANCE, EXTRAS, 17, Streams(1, 0), "some", "run") for _ in range(2))
    first = {name: one[name]() for name in one}
    for name in [*reversed(two), *two]:
        assert np.array_equal(two[name](), first[name])


@pytest.mark.parametrize("size", [0, 1])
def test_none_and_one_can_be_drawn(size: int) -> None:
    keys: dict[str, Any] = {"misjudged": {"as": {"prank": "5 %"}}, "redial": redial(busy="50 %"), "gives_up": "5 %"}
    assert {len(column) for column in drawn(size=size, **keys).values()} == {size}


@pytest.mark.parametrize(
    "column, keys",
    [
        ("talk", {"talk": {"exponential": {"mean": "20 s"}}}),
        ("wrap", {"wrap_up": {"exponential": {"mean": "20 s"}}}),
        ("patience", {"patience": {"exponential": {"mean": "20 s"}}}),
        ("redial_delay", {"redial": redial(busy="50 %")}),
    ],
)
def test_durations_follow_their_distribution(column: str, keys: dict[str, Any]) -> None:
    assert stats.kstest(drawn(**keys)[column], "expon", (0, 20 * SECOND)).pvalue > SURE


def test_acceptance_takes_its_delay_and_none_where_no_agency_is_named() -> None:
    assert stats.kstest(drawn(ACCEPTANCE)["accept"], "expon", (0, 3 * MINUTE)).pvalue > SURE
    assert not drawn()["accept"].any()


@pytest.mark.parametrize(
    "keys, needed",
    [
        ({}, True),
        ({"intent": "enquiry"}, False),
        ({"intent": "silent", "misjudged": {"as": {"prank": "5 %", "genuine": "0 %"}}}, False),
        ({"intent": "enquiry", "misjudged": {"as": {"genuine": "5 %"}}}, True),
        ({"intent": "prank", "deceives": "1 %"}, True),
    ],
)
def test_acceptance_is_drawn_for_calls_that_can_be_taken_for_genuine_and_no_others(
    keys: dict[str, Any], needed: bool
) -> None:
    assert drawn(ACCEPTANCE, **keys)["accept"].any() == needed


def test_columns_are_independent_of_each_other() -> None:
    """One stream a column: were two of them one, long talk would go with long patience."""
    columns = drawn(ACCEPTANCE, **EVERYTHING)
    table = np.corrcoef([columns[name] for name in Calls.ATTEMPT_COLUMNS])
    assert np.abs(table - np.eye(len(table))).max() < Z * 1.2 / SIZE**0.5


def test_defaults_leave_nothing_to_happen() -> None:
    columns = drawn()
    assert (columns["patience"] == NEVER).all()
    for name in ("wrap", "doubt", "verdict", "redial", "redial_delay", "rotate", "quit"):
        assert not columns[name].any(), name


def test_fixed_durations_are_what_they_are() -> None:
    columns = drawn(talk="0 s", wrap_up="7 s", patience="1 us")
    assert [set(columns[name].tolist()) for name in ("talk", "wrap", "patience")] == [{0}, {7 * SECOND}, {1}]


# -- incidents -----------------------------------------------------------------------------------------------------


def test_without_a_talk_time_of_their_own_duplicates_talk_as_first_reports_do() -> None:
    columns = drawn(incidents={"callers": "3", "spread": "1 min"})
    assert (columns["duplicate"] == columns["talk"]).all()


def test_duplicates_talk_by_their_own_distribution_drawn_apart() -> None:
    incidents = {"callers": "3", "spread": "1 min", "duplicate_talk": {"exponential": {"mean": "20 s"}}}
    columns = drawn(incidents=incidents)
    assert stats.kstest(columns["duplicate"], "expon", (0, 20 * SECOND)).pvalue > SURE
    assert abs(np.corrcoef(columns["duplicate"], columns["talk"])[0, 1]) < Z / SIZE**0.5
    assert (columns["talk"] == drawn()["talk"]).all()


# -- judgement -----------------------------------------------------------------------------------------------------


def test_doubts_are_uniform_whole_numbers_below_their_scale() -> None:
    doubts = drawn(misjudged={"as": {"prank": "5 %"}})["doubt"]
    assert doubts.min() >= 0
    assert doubts.max() < DOUBT_SCALE
    assert stats.kstest((doubts + 0.5) / DOUBT_SCALE, "uniform").pvalue > SURE


def test_the_mistaken_verdict_is_one_that_the_file_names() -> None:
    verdicts = drawn(misjudged={"as": {"prank": "5 %", "silent": "1 %"}})["verdict"]
    assert {INTENTS[verdict] for verdict in set(verdicts.tolist())} == {"prank", "silent"}


# -- trying again --------------------------------------------------------------------------------------------------

AFTER = {"busy": Ending.BUSY, "abandoned": Ending.ABANDONED, "blocked": Ending.BLOCKED}
"""Endings whose bit is their value; dismissed is no ending and has a bit of its own."""
DISMISSED = 6


def bits(**after: str) -> np.ndarray[Any, Any]:
    return redial_bits(Redial.model_validate(redial(**after)), SIZE, Streams(1, 0), "r")


@pytest.mark.parametrize("share", [0, 1, 35, 100])
@pytest.mark.parametrize("name", [*AFTER, "dismissed"])
def test_the_stated_share_tries_again_after_an_ending_and_after_no_other(name: str, share: int) -> None:
    found = bits(**{name: f"{share} %"})
    bit = int(AFTER.get(name, DISMISSED))
    assert set(found.tolist()) <= {0, 1 << bit}
    p = share / 100
    assert abs((found > 0).mean() - p) <= Z * (p * (1 - p) / SIZE) ** 0.5


def test_who_tries_again_after_the_less_likely_ending_does_so_after_the_likelier_too() -> None:
    shares = {"busy": "85 %", "blocked": "70 %", "abandoned": "60 %", "dismissed": "10 %"}
    found = bits(**shares)
    tries = [(found >> int(AFTER.get(name, DISMISSED))) & 1 for name in shares]
    for likelier, less in pairwise(tries):
        assert (likelier >= less).all()
        assert likelier.sum() > less.sum()


def test_a_higher_share_adds_callers_and_takes_none_away() -> None:
    """The paired comparison of two scenarios that differ in one share."""
    for less, more in pairwise(bits(busy=f"{share} %") for share in (0, 20, 21, 90, 100)):
        assert (more >= less).all()


@pytest.mark.parametrize("share", [0, 30, 100])
@pytest.mark.parametrize("column", ["rotate", "quit"])
def test_blocked_persons_rotate_and_give_up_in_the_stated_share(column: str, share: int) -> None:
    numbers = {"sims": "2", "rotate": f"{share} %"}
    keys: dict[str, Any] = {"numbers": numbers} if column == "rotate" else {"gives_up": f"{share} %"}
    p = share / 100
    assert abs(drawn(**keys)[column].mean() - p) <= Z * (p * (1 - p) / SIZE) ** 0.5


@pytest.mark.parametrize(
    "extras, drawn_for",
    [
        ([], set()),
        (["messages"], {"challenge"}),
        (["diversion"], {"passback", "passback_delay"}),
        (["silence"], {"press55"}),
        ([*EXTRAS], {"challenge", "passback", "passback_delay", "press55"}),
    ],
)
def test_what_only_some_policies_and_floors_need_is_drawn_for_them(extras: list[str], drawn_for: set[str]) -> None:
    group = CallerGroup.model_validate({**GENUINE, "voiceless": "1 %"})
    plain, more = (set(draw_attempts(group, None, each, 9, Streams(1, 0), "some", "run")) for each in ([], extras))
    assert more - plain == drawn_for


def test_nobody_presses_55_in_a_group_that_always_speaks() -> None:
    group = CallerGroup.model_validate(GENUINE)
    assert "press55" not in draw_attempts(group, None, EXTRAS, 9, Streams(1, 0), "some", "run")


@pytest.mark.parametrize("column", ["challenge", "passback", "press55"])
def test_chances_are_uniform_whole_numbers_below_their_scale(column: str) -> None:
    values = drawn(voiceless="1 %")[column]
    assert stats.kstest(values / DOUBT_SCALE, "uniform").pvalue > SURE


def test_the_other_lines_delay_is_exponential_with_mean_one() -> None:
    assert stats.kstest(drawn()["passback_delay"] / DELAY_SCALE, "expon").pvalue > SURE
