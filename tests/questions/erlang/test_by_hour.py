"""Formulas hour by hour: a level day is the steady state, and after a rush the modified offered load asks for more."""

import json
from pathlib import Path

import pytest

from simulator.metrics.erlang.waiting import Line
from simulator.questions.erlang.erlang import answer
from simulator.questions.erlang.request import Request
from simulator.questions.erlang.result import ByHour
from simulator.report.answer import as_text
from simulator.scenario.errors import BadInput

DAY = """
title: a day
start: 2026-03-02T00:00+07:00
length: 1 d
callers:
  residents: {{intent: genuine, volume: {volume} / d, by_hour: [{hours}], talk: {talk}, wrap_up: 30 s}}
floor: {{trunks: {trunks}}}
"""

TWO = """
title: a day
start: 2026-03-02T00:00+07:00
length: 1 d
callers:
  night:
    {intent: genuine, volume: 240 / d, talk: 10 min,
     by_hour: [9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}
  day:
    {intent: prank, volume: 480 / d, talk: 30 s,
     by_hour: [1, 1, 1, 1, 1, 1, 1, 1, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90, 90]}
floor: {trunks: 40}
"""


def found(folder: Path, hours: list[int], talk: str = "120 s", trunks: int = 40, volume: int = 1440) -> ByHour:
    path = folder / "day.yaml"
    path.write_text(DAY.format(volume=volume, hours=", ".join(map(str, hours)), talk=talk, trunks=trunks))
    return of_day(path, patience="90 s")


def of_day(path: Path, patience: str | None = None) -> ByHour:
    found = answer(Request(day=path, patience=patience))
    assert isinstance(found, ByHour)
    return found


def test_a_level_day_is_the_steady_state_by_every_method(tmp_path: Path) -> None:
    day = found(tmp_path, [1] * 24)
    for method in day.methods.values():
        assert method.load == pytest.approx([2.5] * 24)
        assert set(method.fewest) == {5}
        assert method.in_time is not None
        steady = Line(1 / 60, 150.0, 5, 90.0, 40.0).answered_within(15.0)
        assert list(method.in_time) == pytest.approx([steady] * 24, abs=1e-6)


def test_the_hour_after_a_rush_is_asked_for_more_by_the_modified_offered_load_and_is_better_served(
    tmp_path: Path,
) -> None:
    """Long calls of a rush go on into the next hour, which by itself looks quiet."""
    day = found(tmp_path, [1] * 12 + [8] + [1] * 11, talk="20 min", trunks=60, volume=480)
    alone, modified = day.methods["SIPP"], day.methods["MOL"]
    assert modified.fewest[13] > alone.fewest[13]  # type: ignore[operator]
    assert alone.in_time is not None
    assert modified.in_time is not None
    assert modified.in_time[13] > alone.in_time[13]
    assert modified.in_time[13] > 0.85


def test_lines_beyond_the_exact_equations_leave_them_out(tmp_path: Path) -> None:
    assert found(tmp_path, [1] * 24, trunks=201).methods["SIPP"].in_time is None


def test_each_hour_has_the_load_of_its_own_callers(tmp_path: Path) -> None:
    """Long calls by night and short ones by day: their mean over the day would make the night look light."""
    path = tmp_path / "day.yaml"
    path.write_text(TWO)
    day = of_day(path)
    assert list(day.handling) == pytest.approx([600.0] * 8 + [30.0] * 16, rel=5e-2)
    assert day.methods["SIPP"].load[3] == pytest.approx(30 * 600 / 3600, rel=5e-2)


CLOSED = [0] * 8 + [1] * 8 + [0] * 8


def test_an_hour_without_calls_needs_nobody_and_has_no_share(tmp_path: Path) -> None:
    day = found(tmp_path, CLOSED)
    for method in day.methods.values():
        assert [many == 0 for many in method.fewest] == [not calls for calls in CLOSED]
        assert method.in_time is not None
        assert [share is None for share in method.in_time] == [not calls for calls in CLOSED]
    assert [seconds is None for seconds in day.handling] == [not calls for calls in CLOSED]
    document = json.loads(json.dumps(day.document()), parse_constant=pytest.fail)
    assert document["methods"]["MOL"]["fewest"][:9] == [*[0] * 8, day.methods["MOL"].fewest[8]]
    page = as_text("erlang", day)
    assert [line.split() for line in page.splitlines() if "00:00" in line] == [
        ["00:00", "0", "-", "0", "0", "-", "0", "-", "0", "-"]
    ]
    assert max(map(len, page.splitlines())) <= 80


def test_who_waits_as_the_line_closes_is_not_counted_as_answered(tmp_path: Path) -> None:
    """The last open hour is served less well than the one before it, by the same call-takers."""
    by_sipp = found(tmp_path, CLOSED).methods["SIPP"]
    assert by_sipp.in_time is not None
    assert by_sipp.fewest[15] == by_sipp.fewest[14]
    assert by_sipp.in_time[15] < by_sipp.in_time[14] - 1e-6  # type: ignore[operator]


@pytest.mark.parametrize(
    "change, told",
    [
        (("talk:", "surges: [{after: 0 h, for: 1 d, times: 0}], talk:"), "where nobody calls"),
        (("talk: 120 s", "talk: {log_logistic: {median: 60 s, shape: 0.9}}"), "residents, whose talk"),
    ],
)
def test_a_day_without_a_mean_load_is_refused_with_what_is_missing(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    path = tmp_path / "day.yaml"
    text = DAY.format(volume=1440, hours=", ".join(["1"] * 24), talk="120 s", trunks=4).replace(*change)
    path.write_text(text)
    with pytest.raises(BadInput, match=told):
        of_day(path)
