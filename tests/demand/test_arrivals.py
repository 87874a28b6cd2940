"""First attempts follow the stated rate: exactly Poisson given the day factors, and clusters of callers.

What is expected is worked out here anew, minute by minute on a calendar of `datetime`, not by the curves of siaga.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.demand.arrivals import Window, day_factors, draw_arrivals
from simulator.demand.streams import Streams
from simulator.scenario.model import Scenario
from simulator.scenario.units import DAY, HOUR, MINUTE
from tests.demand.made import GENUINE, STEADY, SURE, Z, scenario, window

STEEP = [str(n) for n in (0, 0, 0, 0, 0, 0, 1, 9, 5, 4, 3, 2, 2, 2, 2, 2, 2, 3, 9, 3, 2, 1, 0, 0)]
WEEKEND = ["1", "1", "1", "1", "2", "4", "0"]
SURGES = [{"after": "30 h", "for": "5 h", "times": "6"}, {"after": "33 h", "for": "20 h", "times": "0.5"}]

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "level": ("2024-01-01T00:00+07:00", {}),
    "by hour, from midnight": ("2024-01-01T00:00+07:00", {"by_hour": STEEP}),
    "by hour, from 06:30 in Jakarta": ("2024-01-03T06:30+07:00", {"by_hour": STEEP}),
    "by hour, from 06:30 in Makassar": ("2024-01-03T06:30+08:00", {"by_hour": STEEP}),
    "by hour, from 06:30 in Jayapura": ("2024-01-03T06:30+09:00", {"by_hour": STEEP}),
    "by day": ("2024-01-01T00:00+08:00", {"by_day": WEEKEND}),
    "by day and hour, from a Saturday evening": ("2024-01-06T21:47:13+08:00", {"by_day": WEEKEND, "by_hour": STEEP}),
    "novelty": ("2024-01-01T00:00+07:00", {"novelty": {"half_life": "36 h"}}),
    "novelty with a floor": ("2024-01-01T06:30+07:00", {"novelty": {"half_life": "1 d", "floor": "20 %"}}),
    "surges that overlap": ("2024-01-01T06:30+07:00", {"surges": SURGES}),
    "all at once": (
        "2024-01-05T06:30+09:00",
        {"by_hour": STEEP, "by_day": WEEKEND, "novelty": {"half_life": "3 d", "floor": "10 %"}, "surges": SURGES},
    ),
}
MINUTES = 9 * 24 * 60


@cache
def expected_by_minute(case: str) -> np.ndarray[Any, Any]:
    """Expected calls in each minute of nine days at 2,000 / d, by the words of the file."""
    start, keys = CASES[case]
    begin = datetime.fromisoformat(start)
    return np.array([_rate(begin, minute, keys) for minute in range(MINUTES)]) * 2000 / (24 * 60)


def _rate(begin: datetime, minute: int, keys: dict[str, Any]) -> float:
    # The rate in the middle of a minute stands for all of it; hours that begin within one are the 30 parts in 10,000
    # that a scenario from 21:47:13 misses by.
    local = begin + timedelta(minutes=minute + 0.5)
    hours, days = (np.array(keys.get(key, ["1"]), dtype=float) for key in ("by_hour", "by_day"))
    rate = hours[local.hour % len(hours)] / hours.mean() * days[local.weekday() % len(days)] / days.mean()
    if novelty := keys.get("novelty"):
        half_life = {"36 h": 36, "1 d": 24, "3 d": 72}[novelty["half_life"]]
        floor = float(novelty.get("floor", "0 %").rstrip(" %")) / 100
        rate *= floor + (1 - floor) * 2 ** (-(minute + 0.5) / 60 / half_life)
    for surge in keys.get("surges", ()):
        after, lasts = (int(surge[key].rstrip(" h")) * 60 for key in ("after", "for"))
        rate *= float(surge["times"]) if after <= minute < after + lasts else 1
    return float(rate)


def drawn(made: Scenario, replication: int = 0, name: str = "some", seed: int = 1) -> Any:
    return draw_arrivals(made, name, window(made), Streams(seed, replication))


def of_case(case: str, volume: str = "2000 / d") -> Scenario:
    start, keys = CASES[case]
    return scenario({"some": {**STEADY, "volume": volume, **keys}}, start=start, length="9 d")


@pytest.mark.parametrize("case", CASES)
def test_times_follow_the_integral_of_the_rate(case: str) -> None:
    """Kolmogorov-Smirnov: the expected share before each time is uniform. An hour's shift of the profile would show."""
    times = np.concatenate([drawn(of_case(case), replication).times for replication in range(3)])
    by_minute = np.concatenate([[0], np.cumsum(expected_by_minute(case))])
    share = np.interp(times / MINUTE, np.arange(MINUTES + 1), by_minute / by_minute[-1])
    assert stats.kstest(share, "uniform").pvalue > SURE


@pytest.mark.parametrize("case", CASES)
def test_the_number_of_calls_has_the_mean_of_the_integral(case: str) -> None:
    total = sum(len(drawn(of_case(case), replication).times) for replication in range(20))
    expected = expected_by_minute(case).sum() * 20
    # A thousandth for the minutes in which an hour begins.
    assert abs(total - expected) < Z * expected**0.5 + 0.001 * expected


@pytest.mark.parametrize("case", ["level", "all at once"])
def test_the_number_of_calls_is_poisson(case: str) -> None:
    """Counts of 500 replications: their scatter about the mean is chi-square, neither more nor less."""
    made = of_case(case, "5 / d")
    counts = np.array([len(drawn(made, replication).times) for replication in range(500)])
    mean = expected_by_minute(case).sum() / 400
    scatter = float(((counts - mean) ** 2).sum() / mean)
    assert stats.chi2.ppf(SURE / 2, 500) * 0.99 < scatter < stats.chi2.ppf(1 - SURE / 2, 500) * 1.01


def test_gaps_of_a_level_rate_are_exponential() -> None:
    """Order statistics that were off would keep the counts, and give other gaps."""
    times = drawn(of_case("level", "4000 / d")).times
    gaps = np.diff(times)
    assert stats.kstest(gaps, "expon", (0, DAY / 4000)).pvalue > SURE
    assert abs(np.corrcoef(gaps[1:], gaps[:-1])[0, 1]) < Z / len(gaps) ** 0.5


def test_hours_without_a_rate_have_no_call() -> None:
    times = drawn(of_case("by hour, from 06:30 in Jakarta")).times
    hours = (times + 6.5 * HOUR) // HOUR % 24
    assert set(hours.tolist()) == set(range(6, 22))


def test_a_rate_of_zero_all_through_gives_no_call() -> None:
    surges = [{"after": "0 s", "for": "9 d", "times": "0"}]
    made = scenario({"some": {**STEADY, "surges": surges}}, length="9 d")
    assert len(drawn(made).times) == 0


def test_novelty_is_counted_from_the_opening_of_the_service() -> None:
    """A service opened ten half-lives before has next to nothing left of the spike."""
    made = scenario({"some": {**STEADY, "volume": "5000 / d", "novelty": {"half_life": "1 d"}}})
    late = draw_arrivals(made, "some", Window("run", 0, 7 * DAY, -10 * DAY), Streams(1, 0))
    # Integral of 5000 * 2 ** -t over a week, and 2 ** -10 of that: 7157 and 7.
    low, high = stats.poisson.ppf([SURE / 2, 1 - SURE / 2], 5000 / np.log(2) * (1 - 2**-7) / 1024)
    assert low <= len(late.times) <= high
    assert len(drawn(made).times) > 6_500


# -- day factors ---------------------------------------------------------------------------------------------------


def factors(made: Scenario, name: str = "some", seed: int = 1) -> np.ndarray[Any, Any]:
    return day_factors(made, name, window(made), Streams(seed, 0))


@pytest.mark.parametrize("cv", [0.07, 0.15, 0.35, 1.0, 3.0])
def test_day_factors_are_gamma_with_mean_1_and_the_stated_cv(cv: float) -> None:
    made = scenario({"some": {**GENUINE, "day_factor": {"cv": str(cv)}}}, length="4000 d")
    found = factors(made)
    assert len(found) == 4000
    assert stats.kstest(found, "gamma", (cv**-2, 0, cv**2)).pvalue > SURE
    assert abs(found.mean() - 1) < Z * cv / 4000**0.5


def test_days_are_alike_where_the_cv_is_zero() -> None:
    assert set(factors(scenario({"some": STEADY})).tolist()) == {1.0}


@pytest.mark.parametrize(
    "start, length, days",
    [
        *(("2024-01-01T00:00+07:00", "1 d", 1), ("2024-01-01T00:00:01+07:00", "1 d", 2)),
        *(("2024-01-01T06:30+09:00", "1050 min", 1), ("2024-01-01T06:30+09:00", "1051 min", 2)),
        *(("2024-01-01T23:59+07:00", "1 us", 1), ("2024-01-01T23:59+07:00", "2 d", 3)),
    ],
)
def test_there_is_one_factor_for_each_local_day_touched(start: str, length: str, days: int) -> None:
    assert len(factors(scenario(start=start, length=length))) == days


def test_groups_busy_with_the_same_thing_share_their_days_and_others_do_not() -> None:
    callers = {
        "fires": {**GENUINE, "busy_with": "weather"},
        "trees": {**GENUINE, "busy_with": "weather"},
        "pupils": {**GENUINE, "busy_with": "school"},
        "one": GENUINE,
        "two": GENUINE,
    }
    made = scenario(callers, day_factors={"weather": {"cv": "0.3"}, "school": {"cv": "0.3"}}, length="1000 d")
    found = {name: factors(made, name) for name in callers}
    assert (found["fires"] == found["trees"]).all()
    for one, two in (("fires", "pupils"), ("fires", "one"), ("one", "two")):
        assert abs(np.corrcoef(found[one], found[two])[0, 1]) < Z / 1000**0.5
    assert abs(found["fires"].std() - 0.3) < 0.05
    assert abs(found["one"].std() - 0.15) < 0.025


@pytest.mark.parametrize("cv", [0.0, 0.15, 0.4])
def test_daily_counts_are_overdispersed_by_the_day_factor(cv: float) -> None:
    """Variance m + cv² m², the negative binomial's; its estimate from 4,000 days is within 15 %, eight errors."""
    group = {**GENUINE, "volume": "40 / d", "day_factor": {"cv": str(cv)}}
    counts = np.bincount(drawn(scenario({"some": group}, length="4000 d")).times // DAY, minlength=4000)
    expected = 40 + (cv * 40) ** 2
    assert abs(counts.mean() - 40) < Z * (expected / 4000) ** 0.5
    assert abs(counts.var() / expected - 1) < 0.15


def test_a_day_factor_holds_from_midnight_to_midnight_local_time() -> None:
    """From 06:30, with days that differ wildly: neighbouring hours go together within a day and not across midnight."""
    group = {**GENUINE, "volume": "2400 / d", "day_factor": {"cv": "1"}}
    made = scenario({"some": group}, start="2024-01-01T06:30+08:00", length="1001 d")
    hours = np.bincount((drawn(made).times + 6 * HOUR + 30 * MINUTE) // HOUR)[24 : 24 * 1001].reshape(1000, 24)
    assert np.corrcoef(hours[:, 0], hours[:, 23])[0, 1] > 0.95
    assert abs(np.corrcoef(hours[1:, 0], hours[:-1, 23])[0, 1]) < 0.2


# -- clusters of one incident --------------------------------------------------------------------------------------


def clustered(callers: str, spread: Any, length: str = "100 d", volume: str = "400 / d") -> Scenario:
    incidents = {"callers": callers, "spread": spread}
    return scenario({"some": {**STEADY, "volume": volume, "incidents": incidents}}, length=length)


def expected_sizes(mean: float, largest: int) -> np.ndarray[Any, Any]:
    """Geometric: sizes 1 .. largest - 1, and all from there."""
    sizes = (1 - 1 / mean) ** np.arange(largest)
    return np.append(sizes[:-1] / mean, sizes[-1])


@pytest.mark.parametrize("mean", [1.5, 4.0])
def test_the_callers_of_an_incident_are_geometric(mean: float) -> None:
    found = drawn(clustered(str(mean), "0 s"))
    sizes = np.bincount(found.incident, minlength=found.incidents)
    largest = 6
    observed = np.append(np.bincount(sizes)[1:largest], (sizes >= largest).sum())
    expected = expected_sizes(mean, largest) * found.incidents
    assert stats.chisquare(observed, expected * observed.sum() / expected.sum()).pvalue > SURE
    assert sizes.min() == 1


def test_one_caller_an_incident_is_an_incident_of_one_caller() -> None:
    found = drawn(clustered("1", "0 s"))
    assert found.incident.tolist() == list(range(found.incidents))


def test_volume_counts_callers_not_incidents() -> None:
    """Mean n m, variance that of a compound: incidents * E[size²] = n m / m * (2 m² - m)."""
    found = drawn(clustered("4", "0 s"))
    expected = 400 * 100
    assert abs(len(found.times) - expected) < Z * (expected / 4 * (2 * 16 - 4)) ** 0.5
    assert abs(found.incidents - expected / 4) < Z * (expected / 4) ** 0.5


def test_callers_call_as_long_after_the_incident_began_as_the_spread_says() -> None:
    """Of two callers of one incident the difference of two exponentials is exponential again."""
    found = drawn(clustered("3", {"exponential": {"mean": "10 min"}}))
    pairs = np.flatnonzero(np.bincount(found.incident, minlength=found.incidents) == 2)
    order = np.argsort(found.incident, kind="stable")
    times = found.times[order][np.isin(found.incident[order], pairs)].reshape(-1, 2)
    assert len(times) > 1000
    assert stats.kstest(np.diff(times, axis=1)[:, 0], "expon", (0, 10 * MINUTE)).pvalue > SURE


def test_a_fixed_spread_moves_every_call_by_it() -> None:
    at_once, later = drawn(clustered("3", "0 s", "2 d")), drawn(clustered("3", "1 h", "2 d"))
    kept = at_once.times < 47 * HOUR
    assert (later.times == at_once.times[kept] + HOUR).all()
    assert (later.incident == at_once.incident[kept]).all()


@pytest.mark.parametrize("spread", ["1 h", {"exponential": {"mean": "1 h"}}, "2 h", "never"])
def test_no_caller_of_an_incident_calls_at_or_after_the_length(spread: Any) -> None:
    found = drawn(clustered("3", spread, "2 h", "5000 / d"))
    assert (found.times < 2 * HOUR).all()
    assert (np.diff(found.times) >= 0).all()
    assert len(found.times) > 0 or spread in {"2 h", "never"}


def test_who_calls_after_the_length_is_missing_as_the_spread_says() -> None:
    """Exponential with mean 1 h, over 2 h: a share 1 - (1 - e^-2) / 2 calls in time. Variance as above at most."""
    counts = [
        len(drawn(clustered("3", {"exponential": {"mean": "1 h"}}, "2 h", "1200 / d"), replication).times)
        for replication in range(300)
    ]
    offered = 1200 / 12 * 300
    expected = offered * (1 - (1 - np.exp(-2)) / 2)
    assert abs(sum(counts) - expected) < Z * (offered / 3 * (2 * 9 - 3)) ** 0.5


def test_times_are_whole_microseconds_within_the_window() -> None:
    found = drawn(scenario({"some": {**STEADY, "volume": "1000 / s"}}, length="20 ms"), seed=3)
    assert found.times.dtype == np.int64
    assert ((found.times >= 0) & (found.times < 20_000)).all()
    assert 3 <= len(found.times) <= 48  # Poisson with mean 20, of which a millionth lies outside
