"""A smoothed part may be known well; what is counted is never better known than any count."""

from math import log, sqrt

import numpy as np
import pytest
from scipy.stats import chi2
from scipy.stats import t as student

from simulator.metrics.estimate import Float
from simulator.metrics.harm import Effects, effects, effects_on_no_nuisance, smoothed_difference, smoothed_share
from simulator.metrics.paired import EFFECTS, FROM_NO_NUISANCE, PAIRED, SMOOTHED, TABLE, WHOLE

RUNS = 40
GENUINE = np.full(RUNS, 100.0)
CALLERS = GENUINE.sum()
CHANCES = 0.05 + 0.001 * np.arange(RUNS)
NONE = np.zeros(RUNS)


def counts(*where: int) -> Float:
    found = np.zeros(RUNS)
    np.add.at(found, list(where), 1.0)
    return found


def plain_t(x: Float, tail: float) -> tuple[float, float]:
    """The plain clustered t interval, over equal clusters."""
    half = float(student.ppf(1 - tail, RUNS - 1)) * x.std(ddof=1) / sqrt(RUNS)
    return (x.mean() - half) / 100, (x.mean() + half) / 100


def test_beside_a_smoothed_part_what_was_never_seen_is_bounded_as_a_count_of_none_is() -> None:
    """Of none in 4,000 callers: -ln(half of 5 %) / 4,000, on top of the smoothed part's interval at half the tail."""
    found = smoothed_share(CHANCES, NONE, GENUINE)
    low, high = plain_t(CHANCES, 0.0125)
    assert found.value == pytest.approx(CHANCES.sum() / CALLERS)
    assert found.high == pytest.approx(high - log(0.025) / CALLERS, rel=1e-3)
    assert found.low == pytest.approx(low, rel=1e-2)


def test_few_counts_beside_a_smoothed_part_have_the_gamma_interval_of_fay_and_feuer_at_half_the_tail() -> None:
    """Of equal weights that is the exact Poisson interval: chi2 quantiles by hand; 2 counted."""
    found = smoothed_share(CHANCES, counts(3, 7), GENUINE)
    low, high = plain_t(CHANCES, 0.0125)
    assert found.value == pytest.approx((CHANCES.sum() + 2) / CALLERS)
    assert found.high == pytest.approx(high + chi2.ppf(0.9875, 6) / 2 / CALLERS, rel=1e-3)
    assert found.low == pytest.approx(low + chi2.ppf(0.0125, 4) / 2 / CALLERS, rel=1e-2)
    assert found.events == round(CHANCES.sum() + 2)


def test_many_counts_and_a_smoothed_part_have_one_clustered_interval() -> None:
    """Thirty and more: the t interval of both together, within the hull of three that is printed."""
    many = counts(*range(40))
    many[:10] += 1
    found = smoothed_share(CHANCES, many, GENUINE)
    low, high = plain_t(CHANCES + many, 0.025)
    assert found.low <= low
    assert found.high >= high
    assert (found.high - found.low) / (high - low) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("counted", [28, 29, 30, 31])
def test_from_thirty_counts_on_the_two_parts_are_one(counted: int) -> None:
    found = smoothed_share(CHANCES, counts(*range(counted)), GENUINE)
    assert (" and " in found.method) == (counted < 30)
    other = smoothed_difference(CHANCES, counts(*range(counted)), GENUINE)
    assert (" and " in other.method) == (counted < 30)


def test_counts_alone_are_a_share_like_any_other() -> None:
    """Exact Poisson limits of 3 counted: 0.6187 and 8.7673 (Garwood 1936)."""
    found = smoothed_share(NONE, counts(3, 7, 9), GENUINE)
    assert (found.low * CALLERS, found.high * CALLERS) == pytest.approx((0.6187, 8.7673), rel=1e-4)
    nothing = smoothed_share(NONE, NONE, GENUINE)
    assert (nothing.value, nothing.low) == (0, 0)
    assert nothing.high == pytest.approx(-log(0.05) / CALLERS)


def test_a_difference_adds_the_intervals_of_its_parts_at_half_the_tail() -> None:
    """Smoothed: t; counted, none seen to differ: -ln(0.0125) callers either way."""
    found = smoothed_difference(CHANCES, NONE, GENUINE)
    low, high = plain_t(CHANCES, 0.0125)
    unseen = -log(0.0125) / CALLERS
    assert found.value == pytest.approx(CHANCES.sum() / CALLERS)
    assert (found.low, found.high) == pytest.approx((low - unseen, high + unseen), rel=1e-2)


def test_what_nothing_was_seen_of_differs_by_no_more_than_a_count_of_none_allows() -> None:
    found = smoothed_difference(NONE, NONE, GENUINE)
    assert found.value == 0
    assert (found.low, found.high) == pytest.approx((log(0.025) / CALLERS, -log(0.025) / CALLERS))


def of(smoothed: Float, besides: Float, heard: Float = NONE, late: Float = NONE, in_time: Float = NONE) -> Effects:
    return Effects(GENUINE, smoothed, besides, heard, late, in_time)


ONE, TWO = of(CHANCES, counts(1), counts(2, 4), counts(5)), of(CHANCES[::-1] / 2, counts(8, 9), NONE, NONE, counts(6))


@pytest.mark.parametrize("measure", ["never_because", "change_never", "change_late"])
def test_a_difference_turns_over_with_its_sign(measure: str) -> None:
    there, back = ONE.less(TWO, measure), TWO.less(ONE, measure)
    assert (back.low, back.value, back.high) == pytest.approx((-there.high, -there.value, -there.low))
    assert there.value != 0


def test_differences_are_of_what_they_are_called() -> None:
    """By hand: smoothed 2.78 and 1.39; besides 1 and 2; heard 2 and 0; late 1 and 0; in time 0 and 1."""
    assert CHANCES.sum() == pytest.approx(2.78)
    assert ONE.less(TWO, "never_because").value == pytest.approx((1.39 - 1) / CALLERS)
    assert ONE.less(TWO, "change_never").value == pytest.approx((1.39 - 1 - 2) / CALLERS)
    assert ONE.less(TWO, "change_late").value == pytest.approx((1 + 1) / CALLERS)
    assert ONE.never_because().value == pytest.approx(3.78 / CALLERS)
    assert ONE.change_never().value == pytest.approx(1.78 / CALLERS)
    assert ONE.change_late().value == pytest.approx(1 / CALLERS)


def test_two_policies_alike_but_for_chances_are_told_apart_only_beyond_what_may_be_unseen() -> None:
    """2 callers more by chances are fewer than the 4.4 that may be unseen either way; 8 are not."""
    base = of(CHANCES, NONE)
    unsure, sure = (of(CHANCES + more, NONE).less(base, "change_never") for more in (0.05, 0.2))
    assert unsure.low < 0 < unsure.high
    assert sure.low > 0


def test_effects_are_the_cells_that_they_are_made_of() -> None:
    """Each cell of either table is a power of two, so that a sum says which cells are in it."""
    row = {"genuine": 10**6, "never_because_besides": 5}
    row |= {cell: 2**k for k, cell in enumerate((*TABLE, *(FROM_NO_NUISANCE + cell for cell in TABLE)))}
    row |= {f"smoothed_{way}": 3 * WHOLE for way in SMOOTHED} | {"smoothed_own": 100 * WHOLE}

    def paired(name: str) -> Float:
        assert name in PAIRED
        return np.array([float(row.get(name, 0))])

    found = effects(paired)
    assert (found.smoothed[0], found.besides[0], found.never[0]) == (9, 5, 14)
    assert (found.heard[0], found.late[0], found.in_time[0]) == (2**6 + 2**7, 2**1, 2**3)
    other = effects_on_no_nuisance(paired)
    assert (other.smoothed[0], other.besides[0]) == (0, 2**11 + 2**14)
    assert (other.heard[0], other.late[0], other.in_time[0]) == (2**15 + 2**16, 2**10, 2**12)
    assert set(EFFECTS) == {"never_because", "late_because", "heard_because", "in_time_because"}


def test_what_is_left_out_on_a_side_is_what_was_asked_for() -> None:
    """None counted of 4,000 at 1 %: -ln(1 %) / 4,000; a difference of none likewise, on either side."""
    never = of(NONE, NONE).never_because(tail=0.01, none_seen=0.01)
    assert never.high * CALLERS == pytest.approx(-log(0.01))
    change = smoothed_difference(NONE, NONE, GENUINE, tail=0.01)
    assert (change.low * CALLERS, change.high * CALLERS) == pytest.approx((log(0.01), -log(0.01)))


def test_few_counted_beside_a_smoothed_part_are_bounded_as_counts_and_their_events_add_up() -> None:
    """Garwood's limits of 2 counted at an eighth of 5 %, gains less the loss of none, beside the smoothed interval."""
    found = smoothed_difference(CHANCES, counts(3, 7), GENUINE)
    low, high = plain_t(CHANCES, 0.0125)
    more = chi2.ppf(0.99375, 6) / 2, -log(0.00625)
    assert found.high == pytest.approx(high + more[0] / CALLERS, rel=1e-3)
    assert found.low == pytest.approx(low + (chi2.ppf(0.00625, 4) / 2 - more[1]) / CALLERS, abs=2e-5)
    assert found.events == int(CHANCES.sum()) + 2


def test_of_one_replication_nothing_is_known_and_the_method_says_so() -> None:
    found = smoothed_difference(CHANCES[:1], np.ones(1), GENUINE[:1])
    assert (found.method, np.isnan(found.low)) == ("one cluster", True)
