"""The forward equations where the answer is known, and one day cut into periods in two ways."""

from math import exp, inf

import numpy as np
import pytest

from simulator.metrics.erlang.changing import busy_at_begins, lagged, mean_modified_offered_load, modified_offered_load
from simulator.metrics.erlang.forward import MOST_LINES, Forward, generator

ONE = np.array([2.0])
"""Two calls a second, of a second each."""


def test_as_many_call_takers_as_lines_lose_by_erlang_b() -> None:
    """Load 2 at 3 lines: 1, 2, 2 and 4/3 of 19/3."""
    found = Forward(ONE, np.ones(1), 600.0, 15.0, trunks=3).day(np.array([3]))
    assert (found.in_time[0], found.busy[0]) == pytest.approx((15 / 19, 4 / 19))
    assert found.calls[0] == pytest.approx(2 * 15 / 19)


def test_more_call_takers_than_lines_are_as_good_as_as_many() -> None:
    day = Forward(ONE, np.ones(1), 600.0, 15.0, trunks=3)
    assert day.day(np.array([9])).in_time == pytest.approx(day.day(np.array([3])).in_time)


@pytest.mark.parametrize("patience, chances", [(inf, (1, 2, 4)), (1.0, (1, 2, 2)), (0.25, (1, 2, 0.8))])
def test_one_call_taker_and_one_who_waits_by_hand(patience: float, chances: tuple[float, float, float]) -> None:
    """Who waits behind one is answered within 0.5 s with chance (1 - exp(-0.5 r)) / r, r = 1 + 1 / patience."""
    found = Forward(ONE, np.ones(1), 600.0, 0.5, patience=patience, trunks=2).day(np.array([1]))
    rate, total = 1 + 1 / patience, sum(chances)
    wanted = (chances[0] + chances[1] * (1 - exp(-0.5 * rate)) / rate) / total
    assert (found.in_time[0], found.busy[0]) == pytest.approx((wanted, chances[2] / total))


@pytest.mark.parametrize("guess", [1, 2, 3, 9])
@pytest.mark.parametrize("share, wanted", [(0.06, 1), (0.42, 2), (0.78, 3), (0.80, None)])
def test_the_fewest_are_found_from_any_guess(guess: int, share: float, wanted: int | None) -> None:
    """3 lines at load 2: 1/15, 3/7 or 15/19 are answered at once by 1, 2 or 3 call-takers."""
    shares = {1: 1 / 15, 2: 3 / 7, 3: 15 / 19}
    day = Forward(ONE, np.ones(1), 600.0, 0.0, trunks=3)
    assert {c: day.day(np.array([c])).in_time[0] for c in shares} == pytest.approx(shares)
    found = day.fewest(share, np.array([guess]))
    assert (None if found is None else found.tolist()) == (None if wanted is None else [wanted])


@pytest.mark.parametrize("patience", [inf, 60.0])
def test_a_wait_may_last_over_several_periods(patience: float) -> None:
    """Three periods of ten minutes, and the same day in thirty of one: who asks for two minutes waits through three."""
    lam, handling, c = np.array([0.01, 0.05, 0.02]), np.array([150.0, 100.0, 80.0]), np.array([2, 4, 1])
    whole = Forward(lam, handling, 600.0, 120.0, patience=patience, trunks=7).day(c)
    parts = Forward(np.repeat(lam, 10), np.repeat(handling, 10), 60.0, 120.0, patience=patience, trunks=7)
    cut = parts.day(np.repeat(c, 10))
    assert cut.in_time.reshape(3, 10).mean(axis=1) == pytest.approx(whole.in_time, abs=1e-6)
    assert cut.busy.reshape(3, 10).mean(axis=1) == pytest.approx(whole.busy, abs=1e-9)
    assert cut.calls.reshape(3, 10).mean(axis=1) == pytest.approx(whole.calls, abs=1e-8)


def test_the_rates_of_two_call_takers_and_three_lines_by_hand() -> None:
    assert generator(3.0, 2, 0.5, 0.25, 3).tolist() == [[-3, 3, 0, 0], [2, -5, 3, 0], [0, 4, -7, 3], [0, 0, 8, -8]]
    assert generator(3.0, 2, 0.5, inf, 3)[3].tolist() == [0, 0, 4, -4]


@pytest.mark.parametrize("trunks", [0, MOST_LINES + 1])
def test_no_lines_and_too_many_are_refused(trunks: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 200 lines .*, not {trunks}, 1, 1"):
        Forward(ONE, ONE, 600.0, 15.0, trunks=trunks)


@pytest.mark.parametrize("trunks", [1, MOST_LINES])
def test_one_line_and_the_most_are_taken(trunks: int) -> None:
    assert Forward(ONE, ONE, 600.0, 15.0, trunks=trunks).trunks == trunks


def test_as_many_handling_times_as_rates_are_wanted() -> None:
    with pytest.raises(ValueError, match="as many handling times as rates"):
        Forward(ONE, np.ones(2), 600.0, 15.0)


@pytest.mark.parametrize("c", [[1], [1, 1, 1], [0, 1], [-1, 1], [1, -1]])
def test_call_takers_that_can_not_be_are_refused(c: list[int]) -> None:
    with pytest.raises(ValueError, match="call-takers of 2 periods are wanted, 1 or more"):
        Forward(np.array([2.0, 0.0]), np.ones(2), 600.0, 15.0, trunks=3).day(np.array(c))


def test_endless_call_takers_in_two_periods_by_hand() -> None:
    """Loads 2 and 0 in turn, a period one handling time long: m falls to m / e, and rises to 2 + (m - 2) / e."""
    lam, fade = np.array([2.0, 0.0]), exp(-1)
    low, high = 2 * fade / (1 + fade), 2 / (1 + fade)
    assert busy_at_begins(lam, 1.0, 1.0) == pytest.approx([low, high])
    assert modified_offered_load(lam, 1.0, 1.0) == pytest.approx([high, high])
    # the mean of own + (m - own) exp(-t) over a second
    assert mean_modified_offered_load(lam, 1.0, 1.0) == pytest.approx([2 + (low - 2) * (1 - fade), high * (1 - fade)])
    assert lagged(np.array([2.0, 0.0, 4.0]), 1.5, 1.0) == pytest.approx([1.5 * 2, 1.5 * 3, 1.5 * 1])
