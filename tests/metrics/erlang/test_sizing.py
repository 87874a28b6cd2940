"""Sizing against closed forms: quantiles of Poisson's law, and one or two call-takers by hand."""

from math import inf, log

import pytest
from scipy.stats import poisson

from simulator.metrics.erlang.sizing import fewest_staff, fewest_trunks, level, most_load
from simulator.metrics.erlang.waiting import Line


@pytest.mark.parametrize("load", [0.1, 1.0, 7.3, 60.0, 700.0])
@pytest.mark.parametrize("share", [1e-6, 0.3, 0.8, 0.95, 0.999999])
def test_the_fewest_where_waits_are_given_up_as_fast_as_talks_end_are_a_quantile_of_poisson(
    load: float, share: float
) -> None:
    """Calls in the system are Poisson then, and a call is answered at once where fewer than c are there."""
    assert fewest_staff(load, 1.0, 0.0, share, patience=1.0) == max(int(poisson.ppf(share, load)) + 1, 1)


def test_no_more_call_takers_than_trunks_are_tried() -> None:
    """Load 2 at 3 trunks: Erlang B is 8/6 / (1 + 2 + 2 + 8/6) = 0.2105, and 0.7895 is all that can be had."""
    assert fewest_staff(2.0, 1.0, 0.0, 0.78, trunks=3) == 3
    assert fewest_staff(2.0, 1.0, 0.0, 0.80, trunks=3) is None
    # 1 trunk: 1 / 3
    assert fewest_staff(2.0, 1.0, 0.0, 0.33, trunks=1) == 1
    assert fewest_staff(2.0, 1.0, 0.0, 0.34, trunks=1) is None


def test_who_is_never_called_needs_one_and_all_calls_in_time_none_can_promise() -> None:
    assert fewest_staff(0.0, 150.0, 15.0, 0.9) == 1
    assert fewest_staff(0.01, 150.0, 15.0, 1.0) is None
    assert most_load(150.0, 3, 15.0, 1.0) == 0.0


def test_the_fewest_trunks_of_one_call_taker_by_hand() -> None:
    """Load 1/2: with K trunks 1 / (2^(K + 1) - 1) find all busy: 1/3, 1/7, 1/15, 1/31, 1/63, 1/127."""
    for grade, wanted in ((0.34, 1), (0.15, 2), (0.07, 3), (0.04, 4), (0.02, 5), (0.01, 6)):
        found = fewest_trunks(0.25, 2.0, 1, grade)
        assert found == wanted
        assert isinstance(found, int)
    assert fewest_trunks(0.25, 2.0, 1) == 6
    assert fewest_trunks(0.25, 2.0, 1, 0.04, most=4) == 4
    assert fewest_trunks(0.25, 2.0, 1, 0.01, most=4) is None


def test_no_number_of_trunks_is_enough_for_more_load_than_is_served() -> None:
    assert fewest_trunks(2.0, 1.0, 1, 0.1, most=1000) is None


def test_the_most_load_by_hand() -> None:
    """At once is answered 1 - rho by one call-taker, 1 - 2 rho^2 / (1 + rho) by two: 0.9 at rho 0.1 and 0.25."""
    assert most_load(150.0, 1, 0.0, 0.9) == pytest.approx(0.1 / 150, rel=1e-9)
    assert most_load(150.0, 2, 0.0, 0.9) == pytest.approx(0.5 / 150, rel=1e-9)
    assert most_load(150.0, 0, 15.0, 0.9) == 0.0


@pytest.mark.parametrize("share", [0.3, 0.01])
def test_the_most_load_may_be_more_than_there_are_call_takers(share: float) -> None:
    """One call-taker, patience as long as a talk: exp(-a) are answered at once."""
    assert most_load(2.0, 1, 0.0, share, patience=2.0) == pytest.approx(-log(share) / 2, rel=1e-9)


def test_the_most_load_with_trunks_is_that_of_the_loss_system() -> None:
    """One call-taker, one trunk: 1 / (1 + a) get through."""
    assert most_load(2.0, 1, 15.0, 0.4, trunks=1) == pytest.approx(1.5 / 2, rel=1e-9)


def test_levels_differ_by_what_they_are_shares_of() -> None:
    """Load 1, one call-taker, two lines, patience of a talk: 0, 1 and 2 calls with chances 2/5, 2/5 and 1/5."""
    line = Line(1.0, 1.0, 1, 1.0, 2)
    # who waits is answered with chance 1/2
    assert level(line, inf) == level(line, inf, "offered") == pytest.approx(0.6)
    assert level(line, 0.0, "answered") == pytest.approx(0.4 / 0.6)
    assert level(line, inf, "less short abandons") == pytest.approx(0.6 / 0.8)


def test_sizing_goes_by_the_share_of_all_offered_where_it_is_not_told_otherwise() -> None:
    """The same line, asked for any wait: of all offered 0.6 are answered, of those who did not give up 0.75."""
    at_any_time = {"patience": 1.0, "trunks": 2}
    assert fewest_staff(1.0, 1.0, 1e6, 0.7, **at_any_time) == 2
    assert fewest_staff(1.0, 1.0, 1e6, 0.7, **at_any_time, of="less short abandons") == 1
    assert most_load(1.0, 1, 1e6, 0.6, **at_any_time) == pytest.approx(1.0)
    assert most_load(1.0, 1, 1e6, 0.75, **at_any_time, of="less short abandons") == pytest.approx(1.0)
