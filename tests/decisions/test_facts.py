"""Reported beside simulated: the counter counts what the report counted, and the fit finds the volume that meets it."""

# mypy: disable-error-code="no-untyped-call"

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.decisions.facts import compare_with_reported, count_reported, fit_volumes, services
from simulator.scenario.reported import Reported
from simulator.scenario.units import DAY
from simulator.tables.outcomes import Ending
from tests.metrics.hand_tables import ENQUIRY, GENUINE, PRANK, SILENT, attempt, calls, outcomes

HOUR_S, DAY_S = 3600, 86_400

# Three days; time in hours. A redial and a dismissal, one of each ending, calls at the very edges of the days.
CALLS = calls(
    [
        *((0, GENUINE, -1), (1 * HOUR_S, PRANK, -1), (2 * HOUR_S, PRANK, -1), (3 * HOUR_S, GENUINE, -1)),
        *((DAY_S, ENQUIRY, -1), (DAY_S + HOUR_S, SILENT, -1), (3 * DAY_S - 1, PRANK, -1)),
    ],
    length=3 * DAY,
)
OUTCOMES = outcomes(
    attempt(0, 1, 0, Ending.ANSWERED, wait=0),
    attempt(1, 1, HOUR_S, Ending.ANSWERED, wait=0, verdict=PRANK),
    attempt(2, 1, 2 * HOUR_S, Ending.BLOCKED),
    attempt(2, 2, 2 * HOUR_S + 60, Ending.BLOCKED),
    attempt(3, 1, 3 * HOUR_S, Ending.BUSY),
    attempt(3, 2, 3 * HOUR_S + 60, Ending.ABANDONED, left=30),
    attempt(3, 3, 3 * HOUR_S + 120, Ending.ANSWERED, wait=1, verdict=PRANK, dismissed=True),
    attempt(4, 1, DAY_S, Ending.ANSWERED, wait=0, verdict=GENUINE),
    attempt(5, 1, DAY_S + HOUR_S, Ending.DETERRED),
    attempt(6, 1, 3 * DAY_S - 1, Ending.ANSWERED, wait=2, verdict=GENUINE),
    # The redial after the end of the stretch counts for no day.
    attempt(6, 2, 3 * DAY_S + 5, Ending.BUSY),
)


def figure(**keys: Any) -> Reported:
    given = {"name": "n", "figure": "1", "counts": "attempts", "use": "predicted", "source": "s"}
    return Reported.model_validate({**given, **keys})


@pytest.mark.parametrize(
    "counts, counted",
    [("attempts", 9), ("unknown", 9), ("answered", 5), ("tickets", 3), ("callers", 7)],
)
def test_each_counter_counts_what_its_name_says(counts: str, counted: int) -> None:
    """Attempts that reached the line, those answered, those judged genuine (rightly or not), first attempts."""
    assert count_reported(figure(counts=counts), CALLS, OUTCOMES) == [counted]


@pytest.mark.parametrize(
    "of, counted",
    [("genuine", 4), ("enquiry", 1), ("prank", 4), ("silent", 0), (["prank", "silent"], 4), (["genuine", "prank"], 8)],
)
def test_a_figure_counts_calls_of_its_intents(of: Any, counted: int) -> None:
    """By what the caller wants, whatever a call-taker makes of it."""
    assert count_reported(figure(of=of), CALLS, OUTCOMES) == [counted]


@pytest.mark.parametrize(
    "stretch, counted",
    [
        ({"for": "1 h"}, 1),
        ({"for": "1 d"}, 7),
        ({"after": "1 d"}, 2),
        ({"after": "1 h", "for": "1 h"}, 1),
        ({"after": "3601 s", "for": "23 h"}, 6),
        ({"after": "2 d", "for": "1 d"}, 1),
        ({"after": "2 d", "for": "90 d"}, 1),
    ],
)
def test_a_figure_counts_attempts_made_in_its_stretch(stretch: dict[str, str], counted: int) -> None:
    """From its beginning, to just before its end, and never beyond the scenario's length."""
    assert count_reported(figure(**stretch), CALLS, OUTCOMES) == [counted]


@pytest.mark.parametrize(
    "stretch, counted",
    [
        ({}, [7, 1, 1]),
        ({"for": "2 d"}, [7, 1]),
        ({"after": "1 d"}, [1, 1]),
        ({"after": "12 h"}, [1, 0]),
        ({"for": "47 h"}, [7]),
    ],
)
def test_a_figure_per_day_counts_each_whole_day_of_its_stretch(stretch: dict[str, str], counted: list[int]) -> None:
    assert count_reported(figure(per="day", **stretch), CALLS, OUTCOMES) == counted


# -- a toy service: 40 pranks and 10 genuine calls a day, of which the report says other figures -------------------

TOY = """
title: Toy
start: 2024-01-01T00:00+07:00
length: 10 d
callers:
  residents: {intent: genuine, volume: 10 / d, talk: 60 s, day_factor: {cv: 0}}
  children: {intent: prank, volume: 40 / d, talk: 20 s, day_factor: {cv: 0}}
  asking: {intent: enquiry, volume: 10 / d, talk: 20 s, day_factor: {cv: 0}}
floor:
  trunks: 9
  shifts: [{name: all, from: '00:00', to: '24:00', call_takers: 9}]
reported:
"""
GENUINE_FIGURE = "  - {name: real, figure: 300, counts: tickets, of: genuine, use: fitted, source: s}\n"
ALL_FIGURE = "  - {name: all, figure: 900 to 1100, counts: answered, use: fitted, source: s}\n"
FIRST_DAY = "  - {name: first day, figure: NN, counts: attempts, of: prank, for: 1 d, use: predicted, source: s}\n"
DAILY = "  - {name: days, figure: 30 to 50, counts: attempts, of: prank, per: day, use: predicted, source: s}\n"


def toy(folder: Path, *figures: str) -> Path:
    path = folder / "toy.yaml"
    path.write_text(TOY + "".join(figures))
    return path


def quiet(*_: object) -> None:
    """No progress is told."""


def test_the_fit_finds_the_volumes_that_meet_the_figures(tmp_path: Path) -> None:
    """300 real in ten days are 30 a day; of 1,000 in all 700 are left, for pranks and enquiries as they stand: 56 and
    14. Every call is answered, so the answer is exact but for chance: 40 runs of 300 are within 4.5 %, five errors."""
    name, volumes = fit_volumes(toy(tmp_path, ALL_FIGURE, GENUINE_FIGURE), 1, 40, quiet)
    assert name == "toy"
    assert volumes["residents"] == pytest.approx(30, rel=0.045)
    assert volumes["children"] + volumes["asking"] == pytest.approx(70, rel=0.03)
    assert volumes["children"] / volumes["asking"] == pytest.approx(4)


def test_volumes_that_the_fit_found_meet_the_figures(tmp_path: Path) -> None:
    path = toy(tmp_path, ALL_FIGURE, GENUINE_FIGURE)
    before = compare_with_reported(path, 1, 20, quiet)
    _, volumes = fit_volumes(path, 1, 20, quiet)
    text = path.read_text()
    for name, old in (("residents", 10), ("children", 40), ("asking", 10)):
        line = next(each for each in text.splitlines() if each.startswith(f"  {name}:"))
        text = text.replace(line, line.replace(f"volume: {old} / d", f"volume: {volumes[name]:.9f} / d"))
    path.write_text(text)
    after = compare_with_reported(path, 1, 20, quiet)
    assert [row.agrees for row in before] == [False, False]
    assert [row.agrees for row in after] == [True, True]


def test_a_fit_without_fitted_figures_leaves_the_volumes(tmp_path: Path) -> None:
    _, volumes = fit_volumes(toy(tmp_path, DAILY), 1, 2, quiet)
    assert volumes == pytest.approx({"residents": 10, "children": 40, "asking": 10})


@pytest.mark.parametrize("reported, agrees", [("40", True), ("35 to 45", True), ("90", False), ("5 to 10", False)])
def test_a_predicted_figure_agrees_where_the_simulated_range_holds_it(
    tmp_path: Path, reported: str, agrees: bool
) -> None:
    """Poisson with mean 40: 95 % of first days lie within 28 to 53, and 90 or 10 were never seen."""
    path = toy(tmp_path, FIRST_DAY.replace("NN", reported))
    path.write_text(path.read_text().replace("length: 10 d", "length: 1 d"))
    (row,) = compare_with_reported(path, 1, 200, quiet)
    assert row.agrees is agrees
    assert (row.low, row.high) == pytest.approx((28, 53), abs=4)
    assert row.mean == pytest.approx(40, abs=5 * (40 / 200) ** 0.5)


def test_a_figure_per_day_tells_the_share_of_days_within_it(tmp_path: Path) -> None:
    """Poisson with mean 40 lies within 30 to 50 on 90.5 % of days; 500 days, five errors of 1.3 points."""
    (row,) = compare_with_reported(toy(tmp_path, DAILY), 1, 50, quiet)
    assert row.mean == pytest.approx(0.905, abs=0.065)
    assert row.agrees


def test_the_share_of_days_expected_above_is_poissons() -> None:
    from scipy.stats import poisson

    assert poisson.cdf(50, 40) - poisson.cdf(29, 40) == pytest.approx(0.905, abs=0.001)


def test_the_policy_in_force_then_is_the_one_that_is_counted_under(tmp_path: Path) -> None:
    """Answered pranks of one number: all under no policy, one under a block for ever after the first."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "strict.yaml").write_text("rules: [{on: prank, action: block, for: forever}]\n")
    figures = [
        f"  - {{name: {name}, figure: 1, counts: answered, of: prank, use: predicted, source: s{policy}}}\n"
        for name, policy in (("now", ""), ("then", ", policy: strict"))
    ]
    path = toy(tmp_path, *figures)
    path.write_text(path.read_text().replace("talk: 20 s, day", "talk: 0 s, numbers: {pool: 1}, day"))
    now, then = compare_with_reported(path, 1, 5, quiet)
    assert then.mean == 1
    assert now.mean > 300


def test_services_are_those_named_or_the_five_that_ship(tmp_path: Path) -> None:
    assert services([tmp_path / "a.yaml"]) == [tmp_path / "a.yaml"]
    found = services(())
    assert [path.stem for path in found] == ["madiun", "serang", "bengkulu", "bontang", "ketapang"]
    assert all(path.is_file() for path in found)


def test_the_command_prints_each_figure_as_fitted_or_predicted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from simulator import cli

    path = toy(tmp_path, GENUINE_FIGURE, DAILY)
    monkeypatch.setattr("sys.argv", ["siaga", "facts", str(path), "--replications", "3", "--json"])
    with pytest.raises(SystemExit) as done:
        cli.main()
    assert not done.value.code
    rows = json.loads(capsys.readouterr().out)["facts"]
    assert [(row["figure"], row["use"], row["agrees"]) for row in rows] == [
        ("real", "fitted", False),
        ("days", "predicted", True),
    ]
