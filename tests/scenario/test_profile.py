"""Rates over time: the integral is that of the rate, the inverse is its inverse, and neither leaves its range."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from simulator.scenario.clock import days_touched
from simulator.scenario.curve import ByDay, Profile
from simulator.scenario.load import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.profile import expected_calls, rate_profiles, rates_by_day
from simulator.scenario.units import DAY, HOUR, MINUTE, WEEK

GROUP = {"intent": "genuine", "volume": "24 / d", "talk": "60 s"}


def scenario(
    start: str = "2024-01-01T00:00+07:00", length: str = "14 d", blocklist: str = "empty", **group: object
) -> Scenario:
    floor = {"trunks": "4", "blocklist": blocklist}
    return Scenario.model_validate(
        {"title": "t", "start": start, "length": length, "callers": {"some": {**GROUP, **group}}, "floor": floor}
    )


def profiles(made: Scenario, start: int, end: int, **more: object) -> tuple[Profile, ...]:
    return rate_profiles(made.callers["some"], made, start, end, **more)


def by_day(made: Scenario, start: int, end: int, factors: list[float]) -> tuple[ByDay, ...]:
    return rates_by_day(made.callers["some"], made, start, end, factors)


def rate(made: Scenario, *times: int, start: int = 0, end: int | None = None, **more: object) -> np.ndarray:
    """Calls per day at ``times``."""
    return sum(p.rate(np.array(times)) for p in profiles(made, start, end or made.length, **more)) * DAY


@st.composite
def curves(draw) -> Profile:
    """Pieces from a microsecond to a year, rates from none to a thousand a second, with and without decay."""
    lengths = draw(st.lists(st.integers(1, 365 * DAY), min_size=1, max_size=8))
    rates = draw(
        st.lists(st.one_of(st.just(0.0), st.floats(1e-14, 1e-3)), min_size=len(lengths), max_size=len(lengths))
    )
    begin = draw(st.integers(-365 * DAY, 365 * DAY))
    half_life = draw(st.one_of(st.none(), st.integers(1, 365 * DAY)))
    origin = begin - draw(st.integers(0, 30 * DAY))
    return Profile(np.cumsum([begin, *lengths]), np.array(rates), half_life, origin)


@given(curves(), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_an_inverse_lies_in_a_piece_with_calls_and_never_outside(curve: Profile, parts: list[float]) -> None:
    if curve.total == 0:
        return
    times = curve.inverse(np.array([0.0, *parts, 1.0]) * curve.total)
    assert times.dtype == np.int64
    assert (times >= curve.edges[0]).all()
    assert (times < curve.edges[-1]).all()
    assert (curve.masses[np.searchsorted(curve.edges, times, side="right") - 1] > 0).all()


@given(curves(), st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_the_inverse_rises_with_what_is_asked(curve: Profile, parts: list[float]) -> None:
    if curve.total > 0:
        assert (np.diff(curve.inverse(np.sort(parts) * curve.total)) >= 0).all()


@given(curves(), st.floats(0, 1, exclude_max=True))
def test_the_inverse_of_the_integral_is_the_time(curve: Profile, part: float) -> None:
    """To the microsecond, and to what float64 can tell of the integral where the rate is low.

    The rate must last: of one that halves within microseconds, all that follows may be less than float64 can tell.
    """
    time = int(curve.edges[0] + part * (curve.edges[-1] - curve.edges[0]))
    slope = float(curve.rate(time))
    resolution = 8 * np.finfo(float).eps * (curve.total + curve.masses.max())
    if slope * min(MINUTE, curve.half_life or MINUTE) > resolution:
        assert abs(int(curve.inverse(curve.integral(time))) - time) <= 1 + 2 * resolution / slope


@given(curves(), st.floats(0, 1))
def test_the_integral_of_the_inverse_is_what_was_asked(curve: Profile, part: float) -> None:
    """To the calls of one microsecond."""
    if curve.total > 0:
        asked = part * curve.total
        got = float(curve.integral(curve.inverse(asked)))
        assert abs(got - asked) <= 1.001 * curve.rates.max() * 2 + 1e-12 * curve.total


@pytest.mark.parametrize("half_life", [None, HOUR, 3 * DAY, 400 * DAY])
def test_the_integral_agrees_with_quadrature_of_the_rate(half_life: int | None) -> None:
    curve = Profile(np.array([0, 5, 30, 31, 50]) * HOUR, np.array([1, 0, 7, 2]) / HOUR, half_life, -2 * HOUR)
    for end in (3, 5, 17, 30.5, 42, 50):
        corners = [e / HOUR for e in curve.edges[1:-1] if e < end * HOUR]
        numeric, _ = quad(lambda h: float(curve.rate(h * HOUR)) * HOUR, 0, end, points=corners or None, limit=200)
        assert float(curve.integral(end * HOUR)) == pytest.approx(numeric, rel=1e-8)


def test_nothing_is_counted_outside_the_edges() -> None:
    curve = Profile(np.array([HOUR, 2 * HOUR]), np.array([1 / HOUR]), HOUR)
    assert curve.rate([0, 2 * HOUR, 9 * HOUR]).tolist() == [0, 0, 0]
    assert curve.integral([0, HOUR, 2 * HOUR, 9 * HOUR]).tolist() == [0, 0, curve.total, curve.total]


def test_a_decay_so_long_ago_that_nothing_is_left_gives_no_calls_and_no_nonsense() -> None:
    curve = Profile(np.array([0, HOUR, WEEK]), np.array([1e-3, 1e-3]), 1000, -DAY)
    assert curve.total == 0
    assert curve.inverse([]).tolist() == []
    with pytest.raises(ValueError, match="above 0"):
        curve.inverse([0.0])


@pytest.mark.parametrize("asked", [-1e-9, 1.0001, np.nan, np.inf])
def test_more_than_all_calls_or_less_than_none_is_refused(asked: float) -> None:
    with pytest.raises(ValueError, match="expected calls"):
        Profile(np.array([0, HOUR]), np.array([1 / HOUR])).inverse([asked])


@pytest.mark.parametrize(
    "edges, rates, half_life, origin",
    [
        ([0, 1], [], None, 0),
        ([0], [], None, 0),
        ([0, 1, 1], [1.0, 1.0], None, 0),
        ([0, 2, 1], [1.0, 1.0], None, 0),
        ([0, 1], [-1.0], None, 0),
        ([0, 1], [np.nan], None, 0),
        ([0, 1], [np.inf], None, 0),
        ([0, 1], [1.0], 0, 0),
        ([0, 1], [1.0], 5, 1),
    ],
)
def test_a_curve_that_is_none_is_refused(edges, rates, half_life, origin) -> None:
    with pytest.raises(ValueError, match=r"edges|rates|half-life"):
        Profile(np.array(edges), np.array(rates), half_life, origin)


def test_a_curve_can_not_be_changed() -> None:
    edges = np.array([0, HOUR])
    curve = Profile(edges, np.array([1.0]))
    edges[1] = 5
    assert curve.edges[1] == HOUR
    with pytest.raises(ValueError, match="read-only"):
        curve.rates[0] = 2


@given(st.integers(0, 23), st.integers(0, 59), st.integers(1, 28))
def test_volume_is_the_mean_over_whole_weeks_whatever_the_shape_and_the_start(hour: int, minute: int, day: int) -> None:
    start = f"2024-02-{day:02d}T{hour:02d}:{minute:02d}+07:00"
    made = scenario(start, by_hour="evening_peak", by_day=["1", "2", "3", "4", "0", "6", "7"])
    assert expected_calls(made.callers["some"], made, 0, 2 * WEEK) == pytest.approx(24 * 14, rel=1e-9)


def test_the_rate_follows_local_hours_from_a_start_at_any_minute() -> None:
    """Only the hour from 07:00 has calls: 24 a day times 24 in that hour; 07:00 is 22 minutes after the start."""
    hours = ["0"] * 24
    hours[7] = "5"
    made = scenario("2024-01-01T06:38+07:00", by_hour=hours)
    before, at, last, after = (22 * MINUTE - 1, 22 * MINUTE, 82 * MINUTE - 1, 82 * MINUTE)
    assert rate(made, before, at, last, after).tolist() == pytest.approx([0, 576, 576, 0])


def test_the_rate_follows_local_days_of_the_week() -> None:
    """2024-01-06 is a Saturday; all calls come on Sundays."""
    made = scenario("2024-01-06T12:00+07:00", by_day=["0", "0", "0", "0", "0", "0", "1"])
    assert rate(made, 12 * HOUR - 1, 12 * HOUR, 36 * HOUR - 1, 36 * HOUR).tolist() == pytest.approx([0, 168, 168, 0])


def test_novelty_wears_off_by_half_each_half_life_down_to_its_floor() -> None:
    made = scenario(novelty={"half_life": "3 d", "floor": "20 %"})
    expected = [24 * (0.2 + 0.8 * 2 ** -(days / 3)) for days in (0, 3, 6, 13)]
    assert rate(made, 0, 3 * DAY, 6 * DAY, 13 * DAY).tolist() == pytest.approx(expected)
    constant, decaying = profiles(made, 0, made.length)
    assert (constant.half_life, decaying.half_life) == (None, 3 * DAY)


def test_novelty_of_a_warmed_blocklist_counts_from_the_beginning_of_its_past() -> None:
    made = scenario(blocklist="warmed 30 d", novelty={"half_life": "10 d"})
    assert rate(made, -30 * DAY, -20 * DAY, 0, start=-30 * DAY).tolist() == pytest.approx([24, 12, 3])
    assert rate(made, 0).tolist() == pytest.approx([3])
    assert rate(made, 0, origin=0).tolist() == pytest.approx([24])


def test_surges_multiply_and_have_their_own_edges() -> None:
    surges = [{"after": "90 min", "for": "10 min", "times": "3"}, {"after": "95 min", "for": "1 h", "times": "2"}]
    made = scenario(surges=surges)
    minutes = np.array([89, 90, 94, 95, 99, 100, 154, 155]) * MINUTE
    assert rate(made, *minutes).tolist() == pytest.approx([24, 72, 72, 144, 144, 48, 48, 24])


def test_day_factors_apply_to_local_days_the_day_of_the_start_first() -> None:
    """A call an hour from 18:00: 6 h at half the rate, a day at twice, 18 h at three times: 3 + 48 + 54 calls."""
    made = scenario("2024-01-01T18:00+07:00", length="2 d")
    (curve,) = by_day(made, 0, made.length, [0.5, 2.0, 3.0])
    assert curve.total == pytest.approx(105)
    found = curve.inverse(np.array([1.5, 3, 5, 51, 54, 102])) / HOUR
    assert found.tolist() == pytest.approx([3, 6, 7, 30, 31, 47])
    assert days_touched(18 * HOUR, 0, made.length) == 3
    with pytest.raises(ValueError, match="3 days"):
        by_day(made, 0, made.length, [0.5, 2.0])


def test_day_factors_of_a_past_begin_at_its_first_day() -> None:
    """The past from 18:00 on: 6 h, then 24 h at twice the rate, of which 18 h lie in the past, 6 in the run."""
    made = scenario("2024-01-01T18:00+07:00", length="1 d", blocklist="warmed 1 d")
    (curve,) = by_day(made, -DAY, made.length, [1.0, 2.0, 3.0])
    assert curve.total == pytest.approx(6 + 48 + 54)
    assert (curve.inverse(np.array([5, 6, 8, 42, 54, 57])) / HOUR).tolist() == pytest.approx([-19, -18, -17, 0, 6, 7])


@given(
    st.lists(st.one_of(st.just(0.0), st.floats(1e-3, 10)), min_size=4, max_size=4),
    st.sampled_from([{}, {"by_hour": "after_school"}, {"novelty": {"half_life": "1 d", "floor": "20 %"}}]),
    st.floats(0, 1),
)
def test_the_rate_by_day_is_the_profiles_times_the_factor_of_each_day(
    factors: list[float], keys: dict[str, object], part: float
) -> None:
    """Held against a curve that is built anew with the factors in its rates; to two microseconds where it rises."""
    made = scenario("2024-01-01T18:00+07:00", length="3 d", **keys)
    for plain, curve in zip(profiles(made, 0, made.length), by_day(made, 0, made.length, factors), strict=True):
        days = (plain.edges[:-1] + 18 * HOUR) // DAY
        anew = Profile(plain.edges, plain.rates * np.array(factors)[days], plain.half_life, plain.origin)
        assert curve.total == pytest.approx(anew.total, rel=1e-12, abs=1e-300)
        if anew.total > 0:
            time = int(curve.inverse(np.array([part * curve.total]))[0])
            assert 0 <= time < made.length
            asked, slope = part * anew.total, float(anew.rates.max())
            assert abs(float(anew.integral(time)) - asked) <= 2 * slope + 1e-12 * anew.total


@pytest.mark.parametrize("floor, half_lives", [("0 %", [3 * DAY]), ("100 %", [None]), ("20 %", [None, 3 * DAY])])
def test_a_part_of_the_rate_that_is_always_zero_is_no_curve(floor: str, half_lives: list[int | None]) -> None:
    made = scenario(novelty={"half_life": "3 d", "floor": floor})
    assert [curve.half_life for curve in profiles(made, 0, made.length)] == half_lives


def test_an_empty_stretch_is_refused() -> None:
    with pytest.raises(ValueError, match="no length"):
        profiles(scenario(), HOUR, HOUR)


def test_the_sample_scenario_has_the_calls_that_its_volumes_say() -> None:
    """Fourteen days: 6 a day; 4 a day with half-life 3 d, 4 * 3 / ln 2 * (1 - 2 ** (-14 / 3)); 3 a day."""
    made = load_scenario(Path(__file__).parent / "good.yaml").scenario
    expected = {"residents": 84.0, "curious": 4 * 3 / np.log(2) * (1 - 2 ** (-14 / 3)), "children": 42.0}
    calls = {name: expected_calls(group, made, 0, made.length) for name, group in made.callers.items()}
    assert calls == pytest.approx(expected)
