"""Quantities taken apart and written again: the parsers of the model read the same size from both texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.quantity import quantity, written
from simulator.scenario.units import parse_duration, parse_number, parse_rate, parse_share

PARSERS = {"share": parse_share, "rate": parse_rate, "duration": parse_duration, "number": parse_number}
UNITS = [" %", "%", " / d", "/ h", " s", "s", " min", " h", ""]


@given(st.integers(1, 99_999), st.sampled_from([1, 10, 100, 1000]), st.sampled_from(UNITS))
def test_a_size_is_what_the_parser_of_its_kind_reads(digits: int, divide: int, unit: str) -> None:
    if unit.endswith("%"):
        divide = 1000
    text = f"{digits / divide:g}" + unit
    found = quantity(text)
    assert found is not None
    assert found.size == pytest.approx(PARSERS[found.kind](text), rel=1e-9)


@given(st.integers(1, 99_999), st.sampled_from([1, 10, 100, 1000]), st.sampled_from(UNITS))
def test_what_is_written_is_the_text_again(digits: int, divide: int, unit: str) -> None:
    text = f"{digits / divide:g}" + unit
    found = quantity(text)
    assert found is not None
    assert written(found.size, found.unit) == text


@pytest.mark.parametrize("text", ["07:30", "never", "by_call", "1e3", "-4", "4 %%", "5 parsecs", "", "2021-08-26"])
def test_what_is_no_quantity_is_none(text: str) -> None:
    assert quantity(text) is None


def test_fewer_digits_are_rounded_and_large_numbers_have_no_exponent() -> None:
    assert written(1 / 3, " %", 3) == "33.3 %"
    assert written(123_456_789_000_000.0, " d") == "1428.9 d"
    assert written(4e8, "") == "400000000"
