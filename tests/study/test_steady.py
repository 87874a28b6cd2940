"""The steady state: MSER finds a beginning unlike the rest, and where there is no steady state that is said."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.summary import Measured, measures_of
from simulator.questions.run.request import Request
from simulator.questions.run.run import answer
from simulator.scenario.errors import BadInput
from simulator.scenario.units import DAY, WEEK
from simulator.study import steady
from simulator.study.experiment import Experiment, run_once
from simulator.study.question import Progress
from simulator.study.steady import (
    LEAST_WEEKS,
    check_cyclic,
    drifts,
    longest_cycle,
    mser,
    steadied,
    swing_of,
    weeks_to_delete,
    whole_weeks,
)
from tests.study.towns import TOWN, experiment, town
from tests.verification import theory

# -- MSER ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "series, deleted",
    [
        ([], 0),
        ([5], 0),
        ([0, 9], 1),  # 40.5 / 4; 0: as far as half
        ([1, 1, 1, 1], 0),  # all alike: nothing to gain
        ([9, 1, 1, 1], 1),  # 48 / 16, then 0
        ([0, 0, 1, 1], 2),  # 1 / 16, (2 / 3) / 9, 0
        ([1, 2, 1, 2], 0),  # 1 / 16, (2 / 3) / 9, 0.5 / 4
        ([5, 3, 1, 2, 1, 2], 2),  # 34/3/36, 14/5/25 = 0.112, 1 / 16 = 0.0625, (2 / 3) / 9 = 0.074
        ([0, 0, 0, 0, 0, 9], 0),  # what comes last cannot be deleted: 67.5 / 36 is the least
    ],
)
def test_mser_deletes_what_makes_the_squared_error_of_the_rest_least(series: list[float], deleted: int) -> None:
    assert mser(np.array(series, dtype=float)) == deleted


@given(
    st.lists(st.integers(-1000, 1000), min_size=2, max_size=40),
    st.integers(-1000, 1000),
    st.integers(1, 64),
)
def test_neither_the_unit_nor_the_origin_matters(values: list[int], shift: int, scale: int) -> None:
    series = np.array(values, dtype=float)
    n = len(series)
    cut, other = mser(series), mser(scale * series + shift)
    errors = [series[d:].var() / (n - d) for d in (cut, other)]
    assert max(cut, other) <= n // 2
    assert errors[0] == pytest.approx(errors[1], abs=1e-6)


def test_a_week_in_which_nobody_called_counts_as_a_week() -> None:
    nan = float("nan")
    assert weeks_to_delete(np.array([9, nan, nan, 1, 1, 1, 1, 1])) == 3
    assert weeks_to_delete(np.array([nan, 1, 1, nan, 1, 1])) == 0
    assert weeks_to_delete(np.full(8, nan)) == 0


def autoregressive(r: np.random.Generator, size: int, correlation: float) -> np.ndarray:
    """A stationary series with variance 1."""
    series = r.standard_normal(size)
    for i in range(1, size):
        series[i] = correlation * series[i - 1] + np.sqrt(1 - correlation**2) * series[i]
    return series


@pytest.mark.parametrize("weeks, correlation, most", [(26, 0.0, 2), (52, 0.0, 2), (52, 0.5, 3), (104, 0.5, 3)])
def test_of_a_stationary_series_few_weeks_are_deleted_on_average(weeks: int, correlation: float, most: float) -> None:
    r = np.random.default_rng([weeks, round(10 * correlation)])
    cuts = np.array([mser(autoregressive(r, weeks, correlation)) for _ in range(1000)])
    assert cuts.mean() + 3 * cuts.std() / 1000**0.5 <= most


def test_least_weeks_are_as_many_as_hardly_ever_seem_unsettled_by_chance() -> None:
    """Of 8 weeks MSER deletes half in one case of seven: it would be said of every seventh sound scenario."""
    r = np.random.default_rng(8)
    half = {n: np.mean([mser(r.standard_normal(n)) == n // 2 for _ in range(2000)]) for n in (8, LEAST_WEEKS)}
    assert half[8] > 0.1
    assert half[LEAST_WEEKS] < 0.03


@pytest.mark.parametrize("ramp", [3, 10, 20])
@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_a_ramp_is_deleted(ramp: int, correlation: float) -> None:
    """It falls from 20 standard deviations to none; what stays of its end is below the noise."""
    r = np.random.default_rng([ramp, round(10 * correlation)])
    drift = 20 * np.clip(1 - np.arange(80) / ramp, 0, None)
    cuts = np.array([mser(autoregressive(r, 80, correlation) + drift) for _ in range(500)])
    left = drift[cuts]
    assert (left <= 4).mean() >= 0.95
    assert np.median(cuts) <= ramp + 2


def weekly(r: np.random.Generator, shares: np.ndarray, attempts: float = 500.0) -> np.ndarray:
    """Ten pilots of Poisson attempts, of which this share [weeks] is blocked: [10][4][weeks]."""
    made = r.poisson(attempts, (10, len(shares)))
    blocked = r.binomial(made, shares)
    return np.stack([made, made - blocked, blocked, 0 * made], axis=1).astype(float)


def test_a_drift_is_seen_where_there_is_one_and_seldom_where_there_is_none() -> None:
    """A rise at the very end is what MSER cannot see: it can delete the beginning only."""
    r = np.random.default_rng(5)
    late = np.clip(np.linspace(-0.2, 0.2, 40), 0, None)
    assert mser(weekly(r, late).sum(axis=0)[2]) == 0
    assert all(drifts(weekly(r, late)) for _ in range(50))
    assert np.mean([drifts(weekly(r, np.full(40, 0.3), attempts=20)) for _ in range(500)]) < 0.02
    assert not any(drifts(weekly(r, np.full(40, share))) for share in (0.0, 1.0))


def test_a_drift_too_small_to_matter_is_none() -> None:
    r = np.random.default_rng(6)
    assert not drifts(weekly(r, np.linspace(0.300, 0.304, 40), attempts=1e7))
    assert drifts(weekly(r, np.linspace(0.30, 0.32, 40), attempts=1e7))


# -- what has no steady state --------------------------------------------------------------------------------------

WEEKLY = TOWN.replace("length: 2 d", "length: 52 w")
FOR_EVER = ("for: 6 h", "for: [6 h, forever]")
NOVELTY = ("volume: 80 / d", "volume: 80 / d\n    novelty: {half_life: 3 d, floor: 50 %}")
SURGE = ("volume: 80 / d", "volume: 80 / d\n    surges: [{after: 1 d, for: 2 h, times: 3}]")
QUITTERS = ("zipf: 1.5}}", "zipf: 1.5}}\n    gives_up: 20 %")


def changed(*changes: tuple[str, str]) -> str:
    text = WEEKLY
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


@pytest.mark.parametrize(
    "change, said",
    [
        (
            FOR_EVER,
            "policy.rules[1].for: given forever: the list only grows, so that no week is like the one before; "
            "wanted for steady_state a scenario whose weeks are alike\n"
            "    let it end, for: 90 d, or leave out steady_state to see the stretch of time as it is",
        ),
        (
            NOVELTY,
            "callers.children.novelty: given calls that wear off after the launch; "
            "wanted for steady_state a scenario whose weeks are alike\n"
            "    leave novelty out and give the volume that stays, or leave out steady_state",
        ),
        (
            SURGE,
            "callers.children.surges: given a surge that comes once; "
            "wanted for steady_state a scenario whose weeks are alike\n"
            "    leave surges out, or leave out steady_state",
        ),
        (
            QUITTERS,
            "callers.children.gives_up: given a pool whose persons give up for good once blocked: in the end nobody "
            "is left; wanted for steady_state a scenario whose weeks are alike\n"
            "    write numbers: {each_new: true} in place of the pool, or leave out gives_up or steady_state",
        ),
    ],
)
def test_a_scenario_without_a_steady_state_is_refused_with_the_fix(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        steadied(experiment(tmp_path, changed(change)))
    assert str(refused.value) == said


@pytest.mark.parametrize(
    "length, weeks", [("14 d", 52), ("25 w", 52), ("26 w", 26), ("366 d", 52), ("730 d", 104), ("208 w", 208)]
)
def test_whole_weeks_are_simulated_and_a_year_where_the_scenario_is_short(
    tmp_path: Path, length: str, weeks: int
) -> None:
    made = fast(tmp_path, changed(("52 w", length)))
    assert whole_weeks(made.scenario.length) == weeks
    if weeks <= 52:
        steady, found = steadied(made)
        assert (steady.scenario.length, found.of) == (weeks * WEEK, weeks)


def test_every_reason_is_said_at_once(tmp_path: Path) -> None:
    text = changed(FOR_EVER, NOVELTY, SURGE, QUITTERS)
    with pytest.raises(BadInput) as refused:
        check_cyclic(experiment(tmp_path, text).scenario)
    assert sorted(fault.key for fault in refused.value.faults) == [
        "callers.children.gives_up",
        "callers.children.novelty",
        "callers.children.surges",
        "policy.rules[1].for",
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("52 w", "1 d"),
        ("zipf: 1.5}}", "zipf: 1.5}}\n    day_factor: {cv: 0.3}"),
        ("call_takers: 2, attendance: 80 %", "call_takers: 2, attendance: 50 %"),
        ("for: 6 h", "for: [6 h, 90 d]"),
    ],
)
def test_what_repeats_weekly_has_a_steady_state(tmp_path: Path, change: tuple[str, str]) -> None:
    check_cyclic(experiment(tmp_path, changed(change)).scenario)


def test_who_gives_up_is_replaced_where_each_call_is_a_new_persons_or_nobody_is_blocked(tmp_path: Path) -> None:
    new = changed(
        ("numbers: {pool: 10, heavy_tail: {zipf: 1.5}}", "gives_up: 20 %"),
        ("children: {share: 10 %, choose: by_call}", ""),
    )
    check_cyclic(experiment(tmp_path, new).scenario)
    check_cyclic(experiment(tmp_path, changed(QUITTERS, ("action: block", "action: demote"))).scenario)


# -- what it is good for -------------------------------------------------------------------------------------------

QUEUE = """
title: M/M/2/6+M
start: 2024-01-01T00:00+08:00
length: 52 w
callers:
  residents:
    intent: genuine
    volume: 200 / d
    day_factor: {cv: 0}
    talk: {exponential: {mean: 12 min}}
    patience: {exponential: {mean: 20 min}}
floor:
  trunks: 6
  shifts: [{name: always, from: '00:00', to: '24:00', call_takers: 2}]
"""

SLOW = """
title: A town whose blocklist fills slowly
start: 2024-01-01T00:00+08:00
length: 156 w
callers:
  residents:
    intent: genuine
    volume: 20 / d
    talk: {exponential: {mean: 2 min}}
    numbers: {shared_with: {children: {share: 20 %, choose: by_number}}}
  children:
    intent: prank
    volume: 20 / d
    talk: {exponential: {mean: 30 s}}
    numbers: {pool: 200}
floor:
  trunks: 8
  shifts: [{name: always, from: '00:00', to: '24:00', call_takers: 2}]
policy:
  rules: [{on: prank, strikes: 3, within: 30 d, action: block, for: 60 d}]
"""

Ask = Callable[[tuple[str, str]], Measured]


def measured(made: Experiment, replications: int) -> Ask:
    found = measures_of([run_once(made, number).counts for number in range(replications)])
    return {(each.intent, each.measure): each for each in found}.__getitem__


def fast(folder: Path, text: str) -> Experiment:
    return replace(experiment(folder, text), engine="kernel")


def test_a_queue_settles_at_once_and_agrees_with_theory(tmp_path: Path) -> None:
    """It forgets within hours: no week is worth deleting. Exact: equilibrium of M/M/c/K+M."""
    made, warm_up = steadied(fast(tmp_path, QUEUE))
    assert warm_up.settled
    assert warm_up.weeks <= 5
    rate, talk, patience = 200 / 86400, 720.0, 1200.0
    p = theory.many_server(rate, 1 / talk, 2, 6, 1 / patience)
    exact = theory.measures_of(p, rate, 1 / talk, 2, 1 / patience, 15.0)
    found = measured(made, 10)
    lost = exact["busy"] + (1 - exact["busy"]) * exact["abandoned"]
    for name, wanted in (("busy", exact["busy"]), ("abandoned", lost - exact["busy"]), ("never_got_through", lost)):
        one = found(("genuine", name))
        error = (one.high - one.low) / 3.92
        assert abs(one.value - wanted) <= 4 * error, name


def test_a_blocklist_that_fills_slowly_is_left_out_until_it_is_full(tmp_path: Path) -> None:
    """The estimate agrees with the second half of eight years; without --steady-state it does not.

    Blocks of 60 d that began together end together, so that the list swings for most of a year before it settles.
    """
    plain = fast(tmp_path, SLOW)
    made, warm_up = steadied(plain)
    assert warm_up.settled
    assert 10 <= warm_up.weeks <= 51, "the list is full after ten weeks for the first time"
    long = replace(fast(tmp_path, SLOW.replace("156 w", "400 w")), warm_up=200 * WEEK)
    truth, found, biased = measured(long, 20), measured(made, 40), measured(plain, 40)
    for goal in (("prank", "blocked_callers"), ("genuine", "blocked_callers")):
        assert off(found(goal), truth(goal)) <= 3
        assert biased(goal).value < truth(goal).value
    assert off(biased(("prank", "blocked_callers")), truth(("prank", "blocked_callers"))) > 5


def off(one: Measured, other: Measured) -> float:
    """How many standard errors two estimates are apart."""
    errors = [(each.high - each.low) / 3.92 for each in (one, other)]
    return abs(one.value - other.value) / float(np.hypot(*errors))


def test_a_drift_as_long_as_the_run_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ladder's last step, a year, is reached by nobody at first: MSER alone sees nothing.

    The run is too short for that ladder by far; where another drift is as slow, nothing else would tell.
    """
    monkeypatch.setattr(steady, "CYCLES", 0)
    text = SLOW.replace("156 w", "26 w").replace("within: 30 d, ", "").replace("for: 60 d", "for: [1 d, 364 d]")
    path = town(tmp_path, text.replace("pool: 200", "pool: 600"))
    done = answer(
        Request(scenario=path, engine="kernel", replications=10, steady_state=True, out=tmp_path / "o", workers=1)
    )
    assert done.warm_up is not None
    assert not done.warm_up.settled
    assert any("the others may still drift: give a longer length" in warning for warning in done.document()["warnings"])


# -- a blocklist that swings ---------------------------------------------------------------------------------------

SWINGS = """
title: Persons alike, who never give up
start: 2024-01-01T00:00+08:00
length: LENGTH w
callers:
  children: {intent: prank, volume: 40 / d, talk: 20 s, day_factor: {cv: 0}, numbers: {pool: POOL}}
floor:
  trunks: 8
  shifts: [{name: always, from: '00:00', to: '24:00', call_takers: 4}]
policy:
  rules: [{on: prank, strikes: 2, within: WITHIN d, action: block, for: FOR d}]
"""


def swings(folder: Path, length: int, pool: int, within: int, for_: int) -> Experiment:
    text = SWINGS
    for name, value in (("LENGTH", length), ("POOL", pool), ("WITHIN", within), ("FOR", for_)):
        text = text.replace(name, str(value))
    return fast(folder, text)


@pytest.mark.parametrize(
    "pool, within, for_, lengths",
    [
        (400, 60, 365, (308, 340, 364, 416, 608, 800)),
        (800, 30, 120, (234, 260, 400)),
        (200, 30, 120, (116, 140, 216, 324)),
        (100, 10, 60, (58, 65, 100, 150)),
        (400, 7, 30, (35, 54)),
    ],
)
def test_a_swinging_blocklist_holds_the_exact_share_within_interval_and_swing(
    tmp_path: Path, pool: int, within: int, for_: int, lengths: tuple[int, ...]
) -> None:
    """Renewal theory, whatever the length: four standard errors, and what the page says the list still swings by."""
    rate = 40 / pool
    exact = theory.blocked_share(theory.strikes_in_window(2, rate, within), for_, rate)
    for length in lengths:
        made, warm_up = steadied(swings(tmp_path, length, pool, within, for_))
        assert warm_up.of - warm_up.weeks >= 5 * (within + for_) / 7
        found = measured(made, 20)(("prank", "blocked_callers"))
        assert abs(found.value - exact) <= 4 * (found.high - found.low) / 3.92 + warm_up.swing, length


@pytest.mark.parametrize(
    "length, said",
    [
        (2, "length: given 52 weeks, simulated of a shorter length; wanted 304 weeks or more after those left out, 5 "),
        (104, "length: given 104 weeks; wanted 304 weeks or more after those left out, 5 times for + within of "),
        (303, "length: given 303 weeks; wanted 304 weeks or more after those left out, 5 times for + within of "),
        (305, "length: given 305 weeks, the first 4 left out; wanted 304 weeks or more after those left out, 5 times "),
    ],
)
def test_no_figure_is_given_of_fewer_than_five_cycles(tmp_path: Path, length: int, said: str) -> None:
    """Of 104 weeks it would be 96.9 %, hardly moving; exactly 94.8 % are blocked."""
    with pytest.raises(BadInput) as refused:
        steadied(swings(tmp_path, length, 400, 60, 365))
    assert str(refused.value).startswith(said)
    assert "write length: 608 w" in str(refused.value)


def test_the_page_says_by_how_much_a_list_still_swings(tmp_path: Path) -> None:
    path = town(tmp_path, SWINGS.replace("LENGTH", "364").replace("POOL", "400").replace("WITHIN", "60"))
    path.write_text(path.read_text().replace("FOR", "365"))
    done = answer(
        Request(scenario=path, engine="kernel", replications=10, steady_state=True, out=tmp_path / "o", workers=1)
    )
    assert any(
        "the blocklist still swings: shares of attempts differ by up to 0." in d for d in done.document()["warnings"]
    )


SWINGING = "strikes: 3, within: 30 d, action: block, for: 60 d"


@pytest.mark.parametrize(
    "rule, days",
    [
        (SWINGING, 90),
        ("strikes: 3, within: 30 d, action: block, for: 60 d, review: 1 d", 91),
        ("strikes: 3, within: 30 d, action: divert, for: 60 d, divert: {answers_after: 5 s, passes_back: {}}", 90),
        ("strikes: 1, action: block, for: 60 d", 60),  # one strike is waited for by nobody's window
        ("strikes: 3, within: 2 d, action: block, for: [1 d, 7 d, 60 d]", 130),  # all steps, and climbing them: 6 calls
        ("strikes: [3, 1], within: 2 d, action: block, for: [1 d, 7 d]", 40),
        (
            "strikes: 3, action: block, for: 60 d",
            80,
        ),  # without a window: a person's third call is 20 days after the first
    ],
)
def test_a_cycle_is_the_action_and_the_window_of_its_strikes(tmp_path: Path, rule: str, days: float) -> None:
    """The longest of all rules; the second one is always of 3 days."""
    second = "{on: prank, strikes: 2, within: 1 d, action: demote, for: 2 d}"
    text = SLOW.replace(f"[{{on: prank, {SWINGING}}}]", f"[{{on: prank, {rule}}}, {second}]")
    found = longest_cycle(experiment(tmp_path, text).scenario)
    assert found == (days * DAY, 1)


def test_without_a_rule_there_is_no_cycle(tmp_path: Path) -> None:
    assert longest_cycle(experiment(tmp_path, QUEUE).scenario) == (0, 0)


def test_the_swing_of_a_wave_bounds_what_its_last_part_adds() -> None:
    """Of a wave without noise, for every length: the mean of whole weeks differs from one half by no more than it."""
    for weeks in range(100, 160):
        wave = 0.5 + 0.4 * np.sin(2 * np.pi * np.arange(weeks) / 20)
        sums = np.tile(np.stack([np.ones(weeks), 1 - wave, wave, np.zeros(weeks)]), (10, 1, 1)) * 1000
        sums[::2] *= 1.0001
        swing = swing_of(sums, 20)
        assert abs(wave.mean() - 0.5) <= swing <= 0.8 * 20 / np.pi / (weeks - 20)
    assert swing_of(weekly(np.random.default_rng(7), np.full(120, 0.3)), 20) == 0


# -- the run itself ------------------------------------------------------------------------------------------------

RAMP = SLOW.replace("156 w", "26 w").replace("within: 30 d", "within: 7 d").replace("for: 60 d", "for: 14 d")
RAMP = RAMP.replace("pool: 200", "pool: 20")


def run(folder: Path, out: str, workers: int, replications: int = 12) -> dict[str, object]:
    request = Request(
        scenario=town(folder, RAMP),
        engine="kernel",
        replications=replications,
        steady_state=True,
        out=folder / out,
        workers=workers,
    )
    return answer(request, Progress(compiling=say_nothing)).document()


def say_nothing() -> None:
    """Processes need a function that has a name."""


def test_the_document_has_the_weeks_left_out_whoever_ran_them(tmp_path: Path) -> None:
    one = run(tmp_path, "one", 1)
    assert one["warm_up_weeks"] == steadied(fast(tmp_path, RAMP))[1].weeks > 0
    assert run(tmp_path, "two", 2) == one
    run(tmp_path, "more", 1, replications=3)
    assert run(tmp_path, "more", 1) == one


def test_both_engines_leave_out_the_same_weeks(tmp_path: Path) -> None:
    made = fast(tmp_path, RAMP)
    assert steadied(replace(made, engine="reference"))[1] == steadied(made)[1]
