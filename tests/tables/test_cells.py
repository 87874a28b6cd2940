"""No text in a CSV of ours is run by a spreadsheet, and a reader of ours gets it back unchanged."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.tables.cells import as_given, harmless
from simulator.tables.files import csv_bytes

FORMULAS = [
    "=cmd|' /C calc'!A0",
    "=1+1",
    "@SUM(1+1)",
    "+1",
    "-1+1",
    "+62 812-0000-0001",
    " =1",
    "\t=1",
    "\r=1",
    "\n=1",
    "\u00a0=1",
    '"=1',
    "'=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "Ani;=1",
    "Ani; =1",
    'Ani;"=1',
    "Ani\t=1",
    "Ani\n=1",
]
PLAIN = [
    "",
    "Ani",
    "Ani-Budi",
    "08-12",
    "a@b.id",
    "1+1",
    "0812-0000",
    "-",
    "=",
    "07:00-15:00",
    "O'Brien",
    "'Ani'",
    "a;b",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_begins_a_formula_gets_an_apostrophe_before_the_sign(text: str) -> None:
    """In the cell as it is, and in each that Excel would make of it by dividing at semicolons, tabs or lines."""
    cells = harmless(text).replace("\t", ";").replace("\n", ";").replace("\r", ";").split(";")
    assert all(not cell.strip('"\u00a0 ').startswith(tuple("=+-@＝＋－＠")) for cell in cells)
    assert as_given(harmless(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@settings(deadline=None, derandomize=True)
@given(st.text(st.sampled_from("=+-@＝'\";\t\r\n \u00a0a1")))
def test_what_was_given_comes_back(text: str) -> None:
    assert as_given(harmless(text)) == text
    assert len(harmless(text)) >= len(text)


def test_every_text_in_a_csv_is_harmless_and_numbers_stay_numbers() -> None:
    content = csv_bytes(("=a", "b"), [("=1+1", -1), ("Ani", "-2")]).decode()
    assert list(csv.reader(io.StringIO(content))) == [["'=a", "b"], ["'=1+1", "-1"], ["Ani", "'-2"]]
