"""Quantities: what each parser takes, what it makes of it, and that its JSON Schema takes the same texts."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic_core import PydanticCustomError

from simulator.scenario import units

TAKEN = [
    (units.parse_duration, "90 s", 90_000_000),
    (units.parse_duration, "90s", 90_000_000),
    (units.parse_duration, "0.5 ms", 500),
    (units.parse_duration, "15 min", 900_000_000),
    (units.parse_duration, "1.5 h", 5_400_000_000),
    (units.parse_duration, "7 d", 604_800_000_000),
    (units.parse_duration, "2 w", 1_209_600_000_000),
    (units.parse_duration, "0 s", 0),
    (units.parse_duration, "36525 d", 3_155_760_000_000_000),
    (units.parse_rate, "86400000000 / d", 1.0),
    (units.parse_rate, "3.6/h", 1e-9),
    (units.parse_share, "4 %", 0.04),
    (units.parse_share, "100 %", 1.0),
    (units.parse_share, "100.0%", 1.0),
    (units.parse_share, "0 %", 0.0),
    (units.parse_clock, "00:00", 0),
    (units.parse_clock, "07:30", 27_000_000_000),
    (units.parse_clock, "24:00", 86_400_000_000),
    (units.parse_count(0), "0", 0),
    (units.parse_count(1), "999999999", 999_999_999),
    (units.parse_number, "0.9", 0.9),
    (units.parse_flag, "yes", True),
    (units.parse_flag, "true", True),
    (units.parse_flag, "no", False),
    (units.parse_duration_or("never"), "never", 2**62),
    (units.parse_duration_or("never"), "0 s", 0),
    (units.parse_duration_or("forever"), "forever", 2**62),
]
REFUSED = [
    *((units.parse_duration, text) for text in ("90", "s", "-1 s", "1e3 s", "1 S", "1 month", "90 s ", "٣ s", "nan s")),
    *((units.parse_duration, text) for text in ("36526 d", "1 h 30 min", "inf s", "", "1,5 h")),
    *((units.parse_positive_duration, text) for text in ("0 s", "0.0 d", "00 s", "0.0000001 us")),
    *((units.parse_rate, text) for text in ("6", "0 / d", "-6 / d", "6 / month", "6 / us", "6 per d", "nan / d")),
    *((units.parse_share, text) for text in ("4", "0.04", "101 %", "100.1 %", "-4 %", "4 percent", "100.01%")),
    *((units.parse_clock, text) for text in ("7:00", "24:01", "25:00", "1350", "07.30", "07:60", "22:30:00")),
    *((units.parse_count(0), text) for text in ("-1", "017", "1.0", "1e3", "1000000000", "+5", "0x1F", "1_000")),
    (units.parse_count(1), "0"),
    *((units.parse_number, text) for text in (".5", "5.", "-1", "nan", ".nan", ".inf", "1e5", "0,9")),
    *((units.parse_positive_number, text) for text in ("0", "0.0", "00")),
    *((units.parse_flag, text) for text in ("on", "off", "1", "Yes", "y")),
    *(
        (units.parse_moment, text)
        for text in ("2021-08-26", "2021-08-26T06:00", "2021-08-26T06:00Z", "2023-02-29T00:00+07:00")
    ),
    *((units.parse_text, text) for text in ("", " ")),
    (units.parse_duration_or("never"), "forever"),
    (units.parse_duration_or("forever"), "0 s"),
]
KINDS = [
    *(units.Duration, units.PositiveDuration, units.DurationOrNever, units.DurationOrForever, units.Rate, units.Share),
    *(units.Clock, units.Moment, units.Count, units.PositiveCount, units.Number, units.PositiveNumber, units.Flag),
]
BEYOND_PATTERNS = re.compile(r"[1-9][0-9]{4,}|0[.]0000|00-|[0-9]{4}-[0-9]{2}")
"""Texts where more than the form decides: a hundred years, less than a microsecond, the calendar."""


@pytest.mark.parametrize("parse, text, value", TAKEN)
def test_a_quantity_with_its_unit_is_taken(parse, text, value) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("parse, text", REFUSED)
def test_what_is_not_exactly_a_quantity_is_refused_in_words(parse, text) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse(text)
    assert caught.value.context["wanted"]


@pytest.mark.parametrize("given_, written", [([], "a list"), ({}, "a mapping"), (None, "nothing"), (True, "a flag")])
@pytest.mark.parametrize("parse", [units.parse_duration, units.parse_rate, units.parse_share, units.parse_moment])
def test_what_is_no_text_is_refused(parse, given_, written) -> None:
    with pytest.raises(PydanticCustomError):
        parse(given_)


@given(st.decimals(0, 10**6, places=6, allow_nan=False), st.sampled_from(sorted(units.UNITS)))
def test_a_duration_is_exact_to_the_microsecond(number: Decimal, unit: str) -> None:
    exact = number * units.UNITS[unit]
    if exact <= units.LONGEST:
        assert abs(units.parse_duration(f"{number:f} {unit}") - exact) <= Decimal("0.5")


@given(st.integers(0, units.LONGEST))
def test_a_duration_in_microseconds_comes_back(microseconds: int) -> None:
    text = f"{microseconds // 10**6}.{microseconds % 10**6:06d} s"
    assert units.parse_duration(text) == microseconds


def _schema_takes(schema: dict, text: str) -> bool:
    choices = schema.get("anyOf", [schema])
    patterns = [choice["pattern"] for choice in choices if "pattern" in choice]
    return any(re.search(p, text) for p in patterns) or any(text in choice.get("enum", ()) for choice in choices)


def _taken(adapter: TypeAdapter, text: str) -> bool:
    try:
        adapter.validate_python(text)
    except ValueError:
        return False
    return True


TEXTS = sorted({text for _, text, *_ in [*TAKEN, *REFUSED]})


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_of_a_kind_takes_the_texts_that_its_parser_takes(kind) -> None:
    adapter = TypeAdapter(kind)
    schema = adapter.json_schema()
    sure = [text for text in TEXTS if not BEYOND_PATTERNS.search(text)]
    assert len(sure) > 60
    assert {text for text in sure if _schema_takes(schema, text)} == {text for text in sure if _taken(adapter, text)}
