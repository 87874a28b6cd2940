"""Reported beside simulated: the counter counts what the report counted, and the fit finds the volume that meets it."""

# mypy: disable-error-code="no-untyped-call"

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.questions.facts.facts import SERVICES, count_reported
from simulator.questions.facts.facts import answer as answer_facts
from simulator.questions.facts.request import Request
from simulator.questions.facts.result import Facts, Row, Volumes
from simulator.scenario.library import scenario_names
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


def compared(path: Path, replications: int) -> tuple[Row, ...]:
    found = answer_facts(Request(scenarios=(path,), replications=replications))
    assert isinstance(found, Facts)
    return found.figures


def fitted(path: Path, replications: int) -> dict[str, float]:
    found = answer_facts(Request(scenarios=(path,), replications=replications, fit=True))
    assert isinstance(found, Volumes)
    return dict(found.of[path.stem])


def test_the_fit_finds_the_volumes_that_meet_the_figures(tmp_path: Path) -> None:
    """300 real in ten days are 30 a day; of 1,000 in all 700 are left, for pranks and enquiries as they stand: 56 and
    14. Every call is answered, so the answer is exact but for chance: 40 runs of 300 are within 4.5 %, five errors."""
    volumes = fitted(toy(tmp_path, ALL_FIGURE, GENUINE_FIGURE), 40)
    assert volumes["residents"] == pytest.approx(30, rel=0.045)
    assert volumes["children"] + volumes["asking"] == pytest.approx(70, rel=0.03)
    assert volumes["children"] / volumes["asking"] == pytest.approx(4)


def test_volumes_that_the_fit_found_meet_the_figures(tmp_path: Path) -> None:
    path = toy(tmp_path, ALL_FIGURE, GENUINE_FIGURE)
    before = compared(path, 20)
    volumes = fitted(path, 20)
    text = path.read_text()
    for name, old in (("residents", 10), ("children", 40), ("asking", 10)):
        line = next(each for each in text.splitlines() if each.startswith(f"  {name}:"))
        text = text.replace(line, line.replace(f"volume: {old} / d", f"volume: {volumes[name]:.9f} / d"))
    path.write_text(text)
    after = compared(path, 20)
    assert [row.agrees for row in before] == [False, False]
    assert [row.agrees for row in after] == [True, True]


def test_a_fit_without_fitted_figures_leaves_the_volumes(tmp_path: Path) -> None:
    volumes = fitted(toy(tmp_path, DAILY), 2)
    assert volumes == pytest.approx({"residents": 10, "children": 40, "asking": 10})


@pytest.mark.parametrize("reported, agrees", [("40", True), ("35 to 45", True), ("90", False), ("5 to 10", False)])
def test_a_predicted_figure_agrees_where_the_simulated_range_holds_it(
    tmp_path: Path, reported: str, agrees: bool
) -> None:
    """Poisson with mean 40: 95 % of first days lie within 28 to 53, and 90 or 10 were never seen."""
    path = toy(tmp_path, FIRST_DAY.replace("NN", reported))
    path.write_text(path.read_text().replace("length: 10 d", "length: 1 d"))
    (row,) = compared(path, 200)
    assert row.agrees is agrees
    assert (row.low, row.high) == pytest.approx((28, 53), abs=4)
    assert row.mean == pytest.approx(40, abs=5 * (40 / 200) ** 0.5)


def test_a_figure_per_day_tells_the_share_of_days_within_it(tmp_path: Path) -> None:
    """Poisson with mean 40 lies within 30 to 50 on 90.5 % of days; 500 days, five errors of 1.3 points."""
    (row,) = compared(toy(tmp_path, DAILY), 50)
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
    now, then = compared(path, 5)
    assert then.mean == 1
    assert now.mean > 300


# -- what could have disagreed -------------------------------------------------------------------------------------

DAY_FIGURE = "  - {name: the day, figure: 6 to 8, counts: attempts, of: prank, for: 1 d, use: fitted, source: s}\n"
MORNING = "  - {name: by six, figure: NN, counts: attempts, of: prank, for: 6 h, use: predicted, source: s}\n"
SEVEN = TOY.replace("length: 10 d", "length: 1 d").replace("volume: 40 / d", "volume: 7 / d")


def seven(folder: Path, figure: str) -> Path:
    path = folder / "seven.yaml"
    path.write_text(SEVEN + DAY_FIGURE + MORNING.replace("NN", figure))
    return path


def tails_given_the_day(reported: int) -> tuple[float, float]:
    """P(X <= r) and P(X >= r) in the first quarter of a day with 6 to 8 calls: binomial, weighted as Poisson(7)."""
    from scipy.stats import binom, poisson

    weights = {n: poisson.pmf(n, 7) for n in (6, 7, 8)}
    below = sum(w * binom.cdf(reported, n, 0.25) for n, w in weights.items()) / sum(weights.values())
    above = sum(w * binom.sf(reported - 1, n, 0.25) for n, w in weights.items()) / sum(weights.values())
    return float(below), float(above)


@pytest.mark.parametrize("reported", [0, 3, 4, 5])
def test_a_predicted_figure_is_judged_among_runs_with_the_fitted_one(tmp_path: Path, reported: int) -> None:
    """Four or more by six are in 10.1 % of all days, and 7.2 % of those with 6 to 8; five standard errors."""
    (row,) = compared(seven(tmp_path, str(reported)), 2000)[1:]
    assert row.given == ("the day",)
    assert 800 < row.kept < 1000
    exact = min(tails_given_the_day(reported))
    assert abs(row.as_far - exact) <= 5 * (exact * (1 - exact) / row.kept) ** 0.5
    assert row.agrees is (exact >= 0.025)


def test_the_figures_that_would_have_disagreed_are_those_out_of_range(tmp_path: Path) -> None:
    """Of one more than the highest, P(X >= r) is below 2.5 %: 5 agrees no more, 4 does; nothing is too few."""
    row = compared(seven(tmp_path, "3"), 2000)[1]
    assert tails_given_the_day(4)[1] > 0.04
    assert tails_given_the_day(5)[1] < 0.02
    assert row.power is not None
    assert (row.power.below, row.power.above, row.power.possible) == (None, 4, 8)
    # Means of 3 / 4 of ours and more, up to 8, would have agreed: 1.75 is ours.
    assert row.power.also == pytest.approx(1 - 0.75 * 1.75 / 8, abs=0.02)
    assert row.verdict == "agrees, weakly"


def test_with_too_few_runs_of_the_fitted_figure_all_are_judged_by(tmp_path: Path) -> None:
    row = compared(seven(tmp_path, "3"), 60)[1]
    assert row.kept < 40
    assert row.as_far == pytest.approx(0.25, abs=0.2)


def test_a_range_of_days_whose_mean_is_fitted_says_how_days_would_have_to_differ(tmp_path: Path) -> None:
    """Gamma and Poisson: of a negative binomial with mean 40 half of the days leave 25 to 45 at the cv that is found.

    Days are stretched, not drawn anew, so that the shape is the old one: a sixth is left for that.
    """
    from scipy.optimize import brentq
    from scipy.stats import nbinom

    def within(cv: float) -> float:
        k = 1 / cv**2
        return float(nbinom.cdf(45, k, k / (k + 37.5)) - nbinom.cdf(24, k, k / (k + 37.5)))

    gamma = brentq(lambda cv: within(cv) - 0.5, 0.1, 0.9)
    figures = (
        "  - {name: all, figure: 3750, counts: unknown, of: prank, use: fitted, source: s}\n",
        "  - {name: daily, figure: 25 to 45, counts: attempts, of: prank, per: day, use: predicted, source: s}\n",
    )
    path = toy(tmp_path, *figures)
    path.write_text(
        path.read_text().replace("length: 10 d", "length: 100 d").replace("volume: 40 / d", "volume: 37.5 / d")
    )
    row = compared(path, 40)[1]
    assert row.power is not None
    assert row.power.cv == pytest.approx((gamma**2 + 1 / 37.5) ** 0.5, rel=1 / 6)
    assert row.power.below == row.power.above == pytest.approx(37, abs=1)
    assert (row.agrees, row.verdict) == (True, "agrees, weakly")


@pytest.mark.parametrize(
    "figure, verdict",
    [
        ("200 to 999", "agrees, weakly"),  # as Madiun's "hundreds": half of them could do without an answer
        ("90", "disagrees"),
        ("390 to 410", "agrees"),
        ("0 to 999", "agrees, weakly"),
    ],
)
def test_a_wide_range_agrees_weakly(tmp_path: Path, figure: str, verdict: str) -> None:
    """400 callers in ten days are fitted; all are answered."""
    figures = (
        "  - {name: callers, figure: 400, counts: callers, of: prank, use: fitted, source: s}\n",
        f"  - {{name: answered, figure: {figure}, counts: answered, of: prank, use: predicted, source: s}}\n",
    )
    row = compared(toy(tmp_path, *figures), 400)[1]
    assert row.verdict == verdict


def test_nothing_could_disagree_where_all_that_is_possible_agrees(tmp_path: Path) -> None:
    """At most two are possible, and both none and two are common."""
    figures = (
        "  - {name: the day, figure: 0 to 2, counts: attempts, of: prank, for: 1 d, use: fitted, source: s}\n",
        "  - {name: by six, figure: 1, counts: attempts, of: prank, for: 12 h, use: predicted, source: s}\n",
    )
    path = tmp_path / "few.yaml"
    path.write_text(SEVEN.replace("volume: 7 / d", "volume: 1 / d") + "".join(figures))
    row = compared(path, 1000)[1]
    assert row.verdict == "nothing could disagree"


def test_without_a_fitted_figure_a_factor_of_four_is_weak(tmp_path: Path) -> None:
    for figure, verdict in (("10 to 160", "agrees, weakly"), ("40", "agrees")):
        path = toy(tmp_path, FIRST_DAY.replace("NN", figure))
        path.write_text(path.read_text().replace("length: 10 d", "length: 1 d"))
        (row,) = compared(path, 200)
        assert row.power is not None
        assert (row.verdict, row.power.possible) == (verdict, None)


def test_services_unless_named_are_all_that_ship() -> None:
    assert sorted(SERVICES) == scenario_names()


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
    assert [(row["figure"], row["use"], row["agrees"], row["verdict"]) for row in rows] == [
        ("real", "fitted", False, "not met"),
        ("days", "predicted", True, "agrees"),
    ]
    assert rows[0]["power"] is None
    assert set(rows[1]["power"]) == {"below", "above", "possible", "also", "cv"}
