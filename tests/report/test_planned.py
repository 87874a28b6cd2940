"""What reports of plans print: within 80 columns, and no line of figures broken over two."""

import io
from datetime import date

import pytest

from simulator.planning.level import Level
from simulator.report.phases import dates
from simulator.report.planned import levels_table
from simulator.report.terminal import console
from simulator.scenario.target import parse_target

TARGETS = ("80 % of genuine within 15 s", "90 % of all within 30 s, every hour")


@pytest.mark.parametrize("many", [1, 2])
@pytest.mark.parametrize("head", ["staffing", "round the clock"])
def test_each_staffing_stands_on_one_line_whatever_is_asked(head: str, many: int) -> None:
    level = Level("as it is", 1234.0, (0.9999,) * many, (0.9999,) * many, (5,) * many, 0.0123)
    to = io.StringIO()
    console(to).print(levels_table(head, (level, level), tuple(map(parse_target, TARGETS[:many]))))
    rows = [line for line in to.getvalue().splitlines() if line.startswith("as it is")]
    assert len(rows) == 2
    assert all(len(line) <= 80 for line in to.getvalue().splitlines())
    assert all(row.count("> 99.9 % at 05") == many and row.rstrip().endswith("1.2 %") for row in rows)


@pytest.mark.parametrize(
    "first, last, words",
    [
        (date(2025, 6, 12), date(2025, 6, 18), "12-18 Jun"),
        (date(2025, 8, 26), date(2025, 9, 1), "26 Aug-1 Sep"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 Dec 2025-4 Jan 2026"),
        (date(2025, 6, 12), date(2026, 6, 18), "12 Jun 2025-18 Jun 2026"),
    ],
)
def test_a_phase_names_its_years_where_they_differ(first: date, last: date, words: str) -> None:
    assert dates(first, last) == words
