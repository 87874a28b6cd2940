"""Every notation of a time is read exactly, and what is none gets the right fix."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.logs.conventions import Conventions
from simulator.logs.times import NOTATIONS, fix_of_arrival, fix_of_duration, parser, seconds
from simulator.scenario.units import SECOND


@pytest.mark.parametrize(
    "text, microseconds",
    [
        *(("0", 0), ("12", 12_000_000), ("12.5", 12_500_000), ("0.000001", 1), ("0.1", 100_000), ("1e3", 10**9)),
        *((".5", 500_000), ("5.", 5_000_000), ("+5", 5_000_000), ("1E-6", 1), ("-0.0", 0), ("007", 7_000_000)),
        *(("1724.999999", 1_724_999_999), ("86400.1", 86_400_100_000), ("3155760000", 3_155_760_000_000_000)),
        *(("0.0000004", 0), ("0.0000006", 1)),
    ],
)
def test_seconds_are_read_exactly_and_rounded_to_a_microsecond(text: str, microseconds: int) -> None:
    assert seconds(text) == microseconds


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 3_155_760_000 * SECOND))
def test_every_microsecond_of_a_century_survives_as_a_decimal(microseconds: int) -> None:
    """Floating point would lose some: 2 ** 53 microseconds are exact, decimal seconds times a million are not."""
    assert seconds(str(Decimal(microseconds) / SECOND)) == microseconds


READ = {
    "days": [("0.001736111", 150), ("0.002083333", 180), ("1", 86400), ("45383.33333", 3_921_120_000), ("1E-3", 86)],
    "m:ss": [("2:30", 150), ("0:45", 45), ("02:30", 150), ("90:00", 5400), ("1:02:30", 3750), ("26:10:05", 94205)],
    "mm.ss": [("2.30", 150), ("2.3", 150), ("0.05", 5), ("2", 120), ("10.59", 659)],
}


@pytest.mark.parametrize("notation, text, wanted", [(name, *case) for name, cases in READ.items() for case in cases])
def test_a_stated_notation_is_read_as_it_says(notation: str, text: str, wanted: int) -> None:
    assert NOTATIONS[notation](text) == wanted * SECOND


REFUSED = {
    "days": ["-0.1", "100001", "2:30", "0,5", "", "nan", "1_0"],
    "m:ss": ["150", "2.30", "2:60", "2:3", "1:60:00", ":30", "-2:30", "2:30 min"],
    "mm.ss": ["2.60", "2.301", "2:30", "-2.30", "2.", ".30", "2,30"],
}


@pytest.mark.parametrize("notation, text", [(name, text) for name, texts in REFUSED.items() for text in texts])
def test_another_notation_than_the_one_stated_is_refused(notation: str, text: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        NOTATIONS[notation](text)


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 99_999), st.integers(0, 86_399))
def test_days_of_a_spreadsheet_give_every_second_back(day: int, second: int) -> None:
    """Excel shows ten significant digits, and keeps fifteen."""
    value = Decimal(day) + Decimal(second) / 86_400
    assert NOTATIONS["days"](f"{value:.11g}") == (day * 86_400 + second) * SECOND


@pytest.mark.parametrize(
    "text, wanted",
    [("12,5", 12_500_000), ("12", 12_000_000), ("1.250", 1_250_000_000), ("1.250,5", 1_250_500_000), ("0,25", 250_000)],
)
def test_a_decimal_comma_is_read_if_it_is_stated(text: str, wanted: int) -> None:
    assert parser("seconds", Conventions(decimal_comma=True))(text) == wanted


@pytest.mark.parametrize("text", ["12.5", "1,250.5", "1.25", "1,2,3", "1.250.5", ",5"])
def test_a_decimal_point_is_refused_where_a_comma_is_stated(text: str) -> None:
    with pytest.raises(ValueError, match="decimal comma"):
        parser("seconds", Conventions(decimal_comma=True))(text)


@pytest.mark.parametrize(
    "text, fix",
    [
        ("2:30", "2:30 as minutes and seconds is 150; --durations m:ss reads the file so"),
        ("0:45", "0:45 as minutes and seconds is 45; --durations m:ss reads the file so"),
        ("0:02:30", "0:02:30 is 150 seconds; --durations m:ss reads the file so"),
        ("12,5", "write a decimal point: 12.5; --decimal-comma reads the file so"),
        ("1,250", "write 1250, or 1.250 if the comma is decimal"),
        ("1.250,5", "write 1250.5; --decimal-comma reads the file so"),
        ("1.250.000", "write 1250000; --decimal-comma reads the file so"),
        ("90 s", "leave out the unit: 90"),
        ("twelve", ""),
    ],
)
def test_a_duration_that_cannot_be_read_gets_the_right_fix(text: str, fix: str) -> None:
    assert fix_of_duration(text) == fix


@pytest.mark.parametrize(
    "text, fix",
    [
        ("8:00", "count the seconds: 28800 from midnight"),
        ("08:00:05", "count the seconds: 28805 from midnight"),
        (
            "2024-04-01 08:00:05",
            "count the seconds from one moment: in a spreadsheet, (time - first time) * 86400",
        ),
        ("01/04/2024 08.00", "count the seconds from one moment: in a spreadsheet, (time - first time) * 86400"),
        ("12,5", "write a decimal point: 12.5; --decimal-comma reads the file so"),
    ],
)
def test_an_arrival_that_cannot_be_read_gets_the_right_fix(text: str, fix: str) -> None:
    assert fix_of_arrival(text) == fix
