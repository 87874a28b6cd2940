"""Who calls and from which number: the shares that the file states, and no number where none belongs."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.demand.attempts import mistakes
from simulator.demand.callers import tendencies
from simulator.demand.draw import draw_calls
from simulator.demand.streams import Streams
from simulator.scenario.callers import Misjudged
from simulator.scenario.policy import INTENTS
from simulator.tables.calls import DOUBT_SCALE, OWN, REUSED, SHARED, Calls
from tests.demand.made import GENUINE, PRANK, STEADY, SURE, Z, scenario

MANY = {**STEADY, "volume": "3000 / d"}


def calls_of(numbers: dict[str, Any], others: dict[str, Any] | None = None, **more: Any) -> Calls:
    return draw_calls(scenario({"some": {**MANY, "numbers": numbers, **more}, **(others or {})}), 1)


def group(calls: Calls, name: str = "some") -> np.ndarray[Any, Any]:
    return np.flatnonzero(calls.group == calls.groups.index(name))


def fits(observed: np.ndarray[Any, Any], shares: np.ndarray[Any, Any]) -> bool:
    return bool(stats.chisquare(observed, shares / shares.sum() * observed.sum()).pvalue > SURE)


def share_of(which: np.ndarray[Any, Any], share: float) -> bool:
    """Whether so many are true as a binomial count with this share could be."""
    return bool(abs(which.mean() - share) <= Z * (share * (1 - share) / len(which)) ** 0.5)


# -- persons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [{}, {"each_new": "yes"}])
def test_without_a_pool_every_call_is_a_new_person_with_a_new_number(keys: dict[str, Any]) -> None:
    calls = calls_of(keys)
    assert sorted(calls.person.tolist()) == list(range(len(calls)))
    assert sorted(calls.number.tolist()) == list(range(len(calls)))


@pytest.mark.parametrize("zipf", [None, "0", "1", "1.9"])
def test_persons_of_a_pool_call_in_proportion_to_a_power_of_their_rank(zipf: str | None) -> None:
    """The k-th in proportion to k ** -zipf; without a tail alike."""
    tail = {} if zipf is None else {"heavy_tail": {"zipf": zipf}}
    calls = calls_of({"pool": "40", **tail})
    shares = np.arange(1.0, 41.0) ** -float(zipf or 0)
    assert fits(np.bincount(calls.person, minlength=40), shares)
    assert (calls.number == calls.person).all()


def test_a_pool_of_one_makes_every_call() -> None:
    calls = calls_of({"pool": "1", "heavy_tail": {"zipf": "1.9"}})
    assert (calls.persons, calls.numbers, set(calls.person.tolist())) == (1, 1, {0})


def test_several_sims_are_numbers_next_to_each_other_of_which_the_first_is_shown() -> None:
    calls = calls_of({"pool": "10", "sims": "3"})
    assert calls.numbers == 30
    assert (calls.own == calls.person * 3).all()
    assert (calls.number == calls.own).all()
    assert calls.sims.tolist() == [3]


def test_new_persons_have_several_sims_too() -> None:
    calls = calls_of({"sims": "2"})
    assert calls.numbers == 2 * len(calls)
    assert (calls.own == calls.person * 2).all()


# -- routes to a number --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0, 7, 50, 100])
def test_the_withheld_share_shows_no_number(share: int) -> None:
    calls = calls_of({"withheld": f"{share} %"})
    assert share_of(calls.number == -1, share / 100)
    assert (calls.route == OWN).all()


POOL = {"children": {**PRANK, "numbers": {"pool": "40", "heavy_tail": {"zipf": "1.9"}, "sims": "2"}}}


@pytest.mark.parametrize("choose", ["by_call", "by_number"])
@pytest.mark.parametrize("children_first", [True, False])
def test_a_share_of_calls_comes_from_the_phones_of_another_group(choose: str, children_first: bool) -> None:
    """By number each alike, every SIM; by call as that group's calls do, from the number that it shows first."""
    some = {"some": {**MANY, "numbers": {"shared_with": {"children": {"share": "30 %", "choose": choose}}}}}
    calls = draw_calls(scenario({**POOL, **some} if children_first else {**some, **POOL}), 1)
    mine = group(calls)
    shared = mine[calls.route[mine] == SHARED]
    assert share_of(calls.route[mine] == SHARED, 0.3)
    counts = np.bincount(calls.number[shared] - calls.first_number[calls.groups.index("children")], minlength=80)
    assert len(counts) == 80
    if choose == "by_number":
        assert fits(counts, np.ones(80))
    else:
        assert fits(counts[::2], np.arange(1.0, 41.0) ** -1.9)
        assert counts[1::2].sum() == 0


def test_who_shares_a_phone_stays_the_person_they_are() -> None:
    shared = {"shared_with": {"children": {"share": "100 %", "choose": "by_call"}}}
    calls = draw_calls(scenario({"some": {**MANY, "numbers": shared}, **POOL}), 1)
    mine, theirs = group(calls), group(calls, "children")
    assert not set(calls.person[mine].tolist()) & set(calls.person[theirs].tolist())
    assert set(calls.number[theirs].tolist()) <= set(calls.own[theirs].tolist())
    assert len(set(calls.person[mine].tolist())) == len(mine)


def test_a_share_of_numbers_was_once_another_groups() -> None:
    calls = draw_calls(scenario({"some": {**MANY, "numbers": {"reused_from": {"children": "25 %"}}}, **POOL}), 1)
    mine = group(calls)
    reused = mine[calls.route[mine] == REUSED]
    assert share_of(calls.route[mine] == REUSED, 0.25)
    assert fits(np.bincount(calls.number[reused] - calls.first_number[1], minlength=80), np.ones(80))


def test_withheld_shared_and_reused_are_shares_of_all_calls_and_exclude_each_other() -> None:
    others = {**POOL, "boys": {**PRANK, "numbers": {"pool": "5"}}}
    numbers = {
        "withheld": "20 %",
        "shared_with": {
            "children": {"share": "30 %", "choose": "by_call"},
            "boys": {"share": "10 %", "choose": "by_number"},
        },
        "reused_from": {"boys": "15 %"},
    }
    calls = draw_calls(scenario({"some": {**MANY, "numbers": numbers}, **others}), 1)
    mine = group(calls)
    number, route, first = calls.number[mine], calls.route[mine], calls.first_number
    seen = [
        number == -1,
        (route == SHARED) & (number >= first[1]) & (number < first[2]),
        (route == SHARED) & (number >= first[2]),
        (route == REUSED) & (number >= first[2]),
        (route == OWN) & (number == calls.own[mine]),
    ]
    assert (np.sum(seen, axis=0) == 1).all()
    for which, share in zip(seen, (0.2, 0.3, 0.1, 0.15, 0.25), strict=True):
        assert share_of(which, share)


@pytest.mark.parametrize("share", [0, 4, 100])
def test_a_share_of_pranks_deceives(share: int) -> None:
    assert share_of(calls_of({}, deceives=f"{share} %").deceives, share / 100)


# -- misjudgement --------------------------------------------------------------------------------------------------


def misjudged(mean: str, correlation: str) -> Misjudged:
    return Misjudged.model_validate({"as": {"prank": mean}, "correlation": correlation})


@pytest.mark.parametrize("mean", [1, 10, 60])
@pytest.mark.parametrize("correlation", [1, 30, 80])
def test_tendencies_are_beta_with_the_stated_mean_and_correlation(mean: int, correlation: int) -> None:
    """Beta(m k, (1 - m) k), k = 1 / correlation - 1, held against its distribution function."""
    m, k = mean / 100, 100 / correlation - 1
    found = tendencies(misjudged(f"{mean} %", f"{correlation} %"), 20_000, Streams(1, 0).of("t")) / DOUBT_SCALE
    assert abs(found.mean() - m) < Z * (correlation / 100 * m * (1 - m) / 20_000) ** 0.5
    # Whole parts of a thousand million: the smallest tendencies of a U-shaped beta are ties at 0.
    seen = found[(found > 1e-6) & (found < 1 - 1e-6)]
    law = stats.beta(m * k, (1 - m) * k)
    low, high = law.cdf([1e-6, 1 - 1e-6])
    assert stats.kstest((law.cdf(seen) - low) / (high - low), "uniform").pvalue > SURE
    assert share_of((found > 1e-6) & (found < 1 - 1e-6), high - low)


@pytest.mark.parametrize("mean, correlation", [(5, 30), (20, 10), (20, 90), (50, 50)])
def test_two_judgements_of_one_caller_correlate_as_stated(mean: int, correlation: int) -> None:
    """As an engine judges: a mistake where doubt is below tendency; the phi of two such on 50,000 callers."""
    keys = {"as": {"prank": f"{mean} %"}, "correlation": f"{correlation} %"}
    redial = {"after": {"busy": "100 %"}, "delay": "1 s", "attempts": "2"}
    made = scenario({"some": {**STEADY, "volume": "7200 / d", "misjudged": keys, "redial": redial}})
    calls = draw_calls(made, 1)
    n = len(calls)
    errs = calls.doubt[:n] < calls.tendency
    again = np.random.default_rng(1).permutation(calls.doubt[:n]) < calls.tendency
    assert abs(errs.mean() - mean / 100) < Z * (mean / 100 * (1 - mean / 100) / n) ** 0.5
    assert abs(np.corrcoef(errs, again)[0, 1] - correlation / 100) < 0.04


@pytest.mark.parametrize("mean", [0, 3, 100])
def test_without_correlation_every_caller_is_misjudged_alike(mean: int) -> None:
    found = tendencies(misjudged(f"{mean} %", "0 %"), 1000, Streams(1, 0).of("t"))
    assert set(found.tolist()) == {round(mean / 100 * DOUBT_SCALE)}


@pytest.mark.parametrize("mean", [0, 30, 100])
def test_with_full_correlation_some_callers_always_are_and_the_others_never(mean: int) -> None:
    found = tendencies(misjudged(f"{mean} %", "100 %"), 20_000, Streams(1, 0).of("t"))
    assert set(found.tolist()) <= {0, DOUBT_SCALE}
    assert share_of(found == DOUBT_SCALE, mean / 100)


@pytest.mark.parametrize("correlation", ["0.0000001 %", "99.9999999 %"])
def test_extreme_correlations_still_give_shares_with_the_stated_mean(correlation: str) -> None:
    found = tendencies(misjudged("30 %", correlation), 20_000, Streams(1, 0).of("t")) / DOUBT_SCALE
    assert ((found >= 0) & (found <= 1)).all()
    assert abs(found.mean() - 0.3) < Z * (0.21 / 20_000) ** 0.5


def test_a_group_that_is_never_misjudged_has_no_tendency() -> None:
    assert not calls_of({}).tendency.any()


def test_a_tendency_belongs_to_the_person() -> None:
    """In every call of theirs, in the warmed past and the run, the same one."""
    some = {**GENUINE, "numbers": {"pool": "20"}, "misjudged": {"as": {"prank": "30 %"}}}
    calls = draw_calls(scenario({"some": some}, floor={"blocklist": "warmed 20 d"}), 1)
    by_person = {person: set(calls.tendency[calls.person == person].tolist()) for person in range(20)}
    assert {len(seen) for seen in by_person.values()} == {1}
    assert len(set.union(*by_person.values())) == 20


def test_mistakes_fall_in_the_proportions_of_the_file() -> None:
    keys = Misjudged.model_validate({"as": {"prank": "3 %", "silent": "1 %", "enquiry": "2 %"}})
    found = mistakes(keys, 30_000, Streams(1, 0), "m")
    shares = np.array([{"prank": 3.0, "silent": 1.0, "enquiry": 2.0}.get(name, 0.0) for name in INTENTS])
    counts = np.bincount(found, minlength=4)
    assert counts[0] == 0
    assert fits(counts[1:], shares[1:])
