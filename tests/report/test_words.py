"""Numbers as a report says them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.summary import Measured
from simulator.report.words import counted, hours, interval, number, per_thousand, seconds, share, span
from simulator.scenario.units import DAY, HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    "value, said",
    [
        *((None, "-"), (float("nan"), "-"), (0.0, "0.0 %"), (1.0, "100.0 %"), (0.0004, "< 0.1 %")),
        *((0.9999, "> 99.9 %"), (0.972, "97.2 %"), (0.0005, "0.1 %"), (-0.0004, "> -0.1 %"), (-0.1, "-10.0 %")),
    ],
)
def test_a_share_is_said_in_percent(value: float | None, said: str) -> None:
    assert share(value) == said


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_share_that_is_neither_none_nor_all_is_never_said_as_0_or_100_percent(value: float) -> None:
    assert share(value) not in {"0.0 %", "100.0 %"}


@pytest.mark.parametrize(
    "value, said",
    [
        *((None, "-"), (0.0, "0.0 s"), (3.24, "3.2 s"), (59.94, "59.9 s"), (59.97, "1 min 00 s"), (60, "1 min 00 s")),
        *((250.4, "4 min 10 s"), (3599.7, "1 h 00 min"), (3600, "1 h 00 min"), (7500, "2 h 05 min")),
    ],
)
def test_seconds_are_said_in_the_units_of_a_person(value: float | None, said: str) -> None:
    assert seconds(value) == said


@pytest.mark.parametrize(
    "value, said", [(None, "-"), (0, "0"), (13746, "13,746"), (37.56, "37.6"), (4.0, "4.00"), (0.0123, "0.0123")]
)
def test_a_number_has_three_significant_digits_at_least(value: float | None, said: str) -> None:
    assert number(value) == said


@pytest.mark.parametrize("value, said", [(0.0, "0"), (0.0136, "13.6"), (1.0, "1000.0"), (0.00012, "0.12")])
def test_so_many_of_a_thousand(value: float, said: str) -> None:
    assert per_thousand(value) == said


def test_an_interval_without_an_upper_bound_says_at_least() -> None:
    assert interval(Measured("genuine", "asa", 1.0, 0.5, None, "s"), seconds) == "at least 0.5 s"


def test_an_interval_that_nothing_is_known_of_is_not_made_up() -> None:
    assert interval(Measured("genuine", "asa", 1.0, None, None, "s"), seconds) == "-"


@pytest.mark.parametrize("hour, said", [(0, "00:00-01:00"), (23, "23:00-00:00")])
def test_an_hour_of_the_day_ends_at_the_next_one(hour: int, said: str) -> None:
    assert hours(hour) == said


@pytest.mark.parametrize(
    "length, said",
    [
        (14 * DAY, "14 days"),
        (DAY, "1 day"),
        (36 * HOUR, "36 hours"),
        (90 * MINUTE, "90 minutes"),
        (90 * SECOND, "1 min 30 s"),
    ],
)
def test_a_span_is_said_in_the_largest_unit_that_divides_it(length: int, said: str) -> None:
    assert span(length) == said


def test_one_thing_is_not_said_in_the_plural() -> None:
    assert (counted(1, "replication"), counted(1200, "replication")) == ("1 replication", "1,200 replications")
