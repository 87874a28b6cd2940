"""The values between the ends of a range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.questions.tune.steps import MOST_COUNTS, counts, durations, shares
from simulator.scenario.units import (
    DAY,
    HOUR,
    LONGEST,
    MINUTE,
    NEVER,
    SECOND,
    duration_text,
    parse_duration_or,
    parse_share,
    share_text,
)

ENDLESS = 10_000 * DAY


@pytest.mark.parametrize(
    "low, high, found",
    [
        (1, 1, (1,)),
        (3, 7, (3, 4, 5, 6, 7)),
        (1, 10, tuple(range(1, 11))),
        (5, 14, tuple(range(5, 15))),
        # Ratios of 100^(1/9) = 1.668: 1, 1.67, 2.78, 4.64, 7.74, 12.9, 21.5, 35.9, 59.9, 100.
        (1, 100, (1, 2, 3, 5, 8, 13, 22, 36, 60, 100)),
        # Ratios of 11^(1/9) = 1.305: 1, 1.31, 1.70, 2.22, 2.90, 3.79, 4.94, 6.45, 8.43, 11.
        (1, 11, (1, 2, 3, 4, 5, 6, 8, 11)),
    ],
)
def test_counts_are_all_of_a_few_and_grow_in_equal_ratios_where_they_are_many(
    low: int, high: int, found: tuple[int, ...]
) -> None:
    assert counts(low, high) == found


@given(st.integers(1, 10_000), st.integers(0, 1_000_000))
def test_counts_rise_from_end_to_end_and_are_few(low: int, more: int) -> None:
    found = counts(low, low + more)
    assert (found[0], found[-1]) == (low, low + more)
    assert sorted(set(found)) == list(found)
    assert len(found) <= MOST_COUNTS


@pytest.mark.parametrize(
    "low, high, texts",
    [
        ("1 h", "30 d", "1 h, 2 h, 4 h, 8 h, 12 h, 24 h, 2 d, 4 d, 7 d, 14 d, 30 d"),
        ("10 min", "2 h", "10 min, 15 min, 30 min, 1 h, 2 h"),
        ("3 h", "3 d", "3 h, 4 h, 8 h, 12 h, 24 h, 2 d, 3 d"),
        ("30 d", "forever", "30 d, 60 d, 90 d, 180 d, 365 d, 730 d, 1825 d, 3650 d, forever"),
        ("5 s", "20 s", "5 s, 10 s, 15 s, 20 s"),
        ("90 min", "90 min", "90 min"),
        ("forever", "forever", "forever"),
    ],
)
def test_durations_go_by_steps_that_people_would_choose_and_hold_both_ends(low: str, high: str, texts: str) -> None:
    parse = parse_duration_or("forever")
    assert ", ".join(map(duration_text, durations(parse(low), parse(high), ENDLESS))) == texts


def test_no_step_between_the_ends_is_as_long_as_all_the_time_there_is() -> None:
    """A block of 30 days in a fortnight does what one for ever does, which is simulated anyway."""
    assert durations(4 * DAY, NEVER, 14 * DAY) == (4 * DAY, 7 * DAY, NEVER)
    assert durations(30 * DAY, 90 * DAY, 14 * DAY) == (30 * DAY, 90 * DAY)


@given(st.integers(1, LONGEST), st.integers(0, LONGEST), st.integers(1, LONGEST))
def test_durations_rise_from_end_to_end(low: int, more: int, whole: int) -> None:
    found = durations(low, low + more, whole)
    assert (found[0], found[-1]) == (low, low + more)
    assert sorted(set(found)) == list(found)


@pytest.mark.parametrize(
    "low, high, texts",
    [
        ("0 %", "100 %", "0 %, 10 %, 20 %, 30 %, 40 %, 50 %, 60 %, 70 %, 80 %, 90 %, 100 %"),
        ("4 %", "10 %", "4 %, 5 %, 6 %, 7 %, 8 %, 9 %, 10 %"),
        ("4 %", "37 %", "4 %, 5 %, 10 %, 15 %, 20 %, 25 %, 30 %, 35 %, 37 %"),
        ("0.1 %", "0.5 %", "0.1 %, 0.15 %, 0.2 %, 0.25 %, 0.3 %, 0.35 %, 0.4 %, 0.45 %, 0.5 %"),
        ("95 %", "95 %", "95 %"),
    ],
)
def test_shares_go_by_ones_twos_and_fives(low: str, high: str, texts: str) -> None:
    assert ", ".join(map(share_text, shares(parse_share(low), parse_share(high)))) == texts


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_shares_rise_from_end_to_end_and_are_few(one: int, other: int) -> None:
    low, high = sorted((one / 1000, other / 1000))
    found = shares(low, high)
    assert (found[0], found[-1]) == (low, high)
    assert sorted(set(found)) == list(found)
    assert len(found) <= 13


@pytest.mark.parametrize(
    "value, text",
    [
        (DAY, "24 h"),
        (2 * DAY, "2 d"),
        (36 * HOUR, "36 h"),
        (90 * MINUTE, "90 min"),
        (90 * SECOND, "90 s"),
        (NEVER, "forever"),
        (1_500_000, "1500000 us"),
        (0, "0 s"),
    ],
)
def test_a_duration_is_written_in_whole_units(value: int, text: str) -> None:
    assert duration_text(value) == text


@given(st.one_of(st.integers(1, 10**12), st.just(NEVER)))
def test_a_duration_that_is_written_reads_back(value: int) -> None:
    assert parse_duration_or("forever")(duration_text(value)) == value


@given(st.integers(0, 10**6).map(lambda parts: parts / 10**6))
def test_a_share_that_is_written_reads_back(value: float) -> None:
    assert parse_share(share_text(value)) == value
