"""A line in its steady state, by hand: few states, nobody calling, nobody answering, more load than can be served."""

from math import exp, inf

import pytest

from simulator.metrics.erlang.waiting import Line


def test_two_call_takers_and_two_who_wait() -> None:
    """Services of half a second, 3.2 calls a second: weights 1, 1.6, 1.28, 1.024 and 0.8192 of 0 to 4 calls."""
    line, total = Line(3.2, 0.5, 2, trunks=4), 5.7232
    first, second = 1 - exp(-4 * 0.3), 1 - exp(-4 * 0.3) * (1 + 4 * 0.3)
    assert line.busy() == pytest.approx(0.8192 / total)
    assert line.at_once() == pytest.approx(2.6 / total)
    assert exp(line.log_waits()) == pytest.approx(2.304 / total)
    assert line.answered_within(0.3) == pytest.approx((2.6 + 1.28 * first + 1.024 * second) / total)
    assert (line.answered_within(inf), line.answered()) == pytest.approx((4.904 / total, 4.904 / total))
    assert line.abandoned_within(inf) == 0.0
    assert line.mean_wait() == pytest.approx((1.28 / 4 + 1.024 * 2 / 4) / 4.904)
    assert line.occupancy() == pytest.approx(1.6 * 4.904 / total / 2)


@pytest.mark.parametrize("patience", [inf, 1e9])
def test_patience_of_a_thousand_million_services_is_as_good_as_endless(patience: float) -> None:
    """Two call-takers at load 1.6: Erlang C is 2 rho^2 / (1 + rho) = 0.7111."""
    line, waits = Line(3.2, 0.5, 2, patience), 1.28 / 1.8
    assert line.answered_within(2.0) == pytest.approx(1 - waits * exp(-0.8 * 2), abs=1e-7)
    assert line.answered_within(inf) == pytest.approx(1.0, abs=1e-7)
    assert line.mean_wait() == pytest.approx(waits / 0.8, abs=1e-7)
    assert line.abandoned_within(2.0) == pytest.approx(0.0, abs=1e-7)
    assert line.occupancy() == pytest.approx(0.8, abs=1e-7)


@pytest.mark.parametrize("handling, c, patience", [(1.0, 1, 2.0), (2.0, 3, 0.7), (0.5, 2, 30.0)])
def test_the_mean_wait_of_who_is_answered_is_that_of_the_waits_transform(
    handling: float, c: int, patience: float
) -> None:
    """A wait V behind j others has transform L(s), a product of r / (r + s); E[V exp(-theta V)] is -L'(theta)."""
    lam, theta, size = 1.5, 1 / patience, c + 4
    weights = [1.0]
    for n in range(1, size + 1):
        weights.append(weights[-1] * lam / (min(n, c) / handling + max(n - c, 0) * theta))
    waited = 0.0
    answered = sum(weights[:c])
    for j in range(size - c):
        transform, slope = 1.0, 0.0
        for rate in (c / handling + i * theta for i in range(j + 1)):
            transform *= rate / (rate + theta)
            slope += 1 / (rate + theta)
        answered += weights[c + j] * transform
        waited += weights[c + j] * transform * slope
    line = Line(lam, handling, c, patience, size)
    assert line.mean_wait() == pytest.approx(waited / answered)
    assert line.answered() == pytest.approx(answered / sum(weights))
    assert line.occupancy() == pytest.approx(lam * handling * answered / sum(weights) / c)


def test_fewer_trunks_than_call_takers_are_a_loss_system_of_so_many() -> None:
    """Load 2 at 2 trunks: Erlang B is 2 / (1 + 2 + 2); five on duty share what gets through."""
    line = Line(2.0, 1.0, 5, trunks=2)
    assert (line.busy(), line.answered(), line.at_once()) == pytest.approx((0.4, 0.6, 0.6))
    assert line.answered_within(15.0) == pytest.approx(0.6)
    assert line.occupancy() == pytest.approx(2 * 0.6 / 5)


def test_no_trunks_are_always_busy() -> None:
    line = Line(2.0, 1.0, 5, trunks=0)
    assert (line.busy(), line.answered(), line.level_answered(15.0)) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("load, c", [(5.0, 3), (3.0, 3)])
def test_more_load_than_can_be_served_makes_everybody_wait_for_ever(load: float, c: int) -> None:
    line = Line(load, 1.0, c)
    assert not line.stable
    assert (line.at_once(), line.log_waits(), line.mean_wait()) == (0.0, 0.0, inf)
    assert (line.answered(), line.occupancy()) == (c / load, 1.0)
    assert (line.level_offered(15.0), line.level_answered(15.0), line.level_less_short(15.0)) == (0.0, 0.0, 0.0)


def test_where_nobody_is_on_duty_and_nobody_gives_up_nobody_is_answered() -> None:
    line = Line(5.0, 1.0, 0)
    assert (line.answered(), line.occupancy(), line.level_answered(15.0), line.mean_wait()) == (0.0, 0.0, 0.0, inf)


def test_where_nobody_is_on_duty_everybody_gives_up() -> None:
    line = Line(2.0, 1.0, 0, 5.0)
    assert line.abandoned_within(3.0) == pytest.approx(1 - exp(-3 / 5))
    assert line.abandoned_within(inf) == pytest.approx(1.0)
    assert line.answered() == pytest.approx(0.0, abs=1e-12)
    assert (line.answered_within(3.0), line.occupancy(), line.level_less_short(inf)) == (0.0, 0.0, 0.0)
    assert line.mean_wait() == pytest.approx(0.0, abs=1e-12)


def test_a_call_at_a_line_that_nobody_calls_would_be_answered_at_once() -> None:
    line = Line(0.0, 1.0, 3, 9.0, 4)
    assert line.stable
    assert (line.at_once(), line.answered_within(0.0), line.answered()) == (1.0, 1.0, 1.0)
    assert (line.level_offered(9.0), line.level_answered(9.0), line.level_less_short(9.0)) == (1.0, 1.0, 1.0)
    assert (line.busy(), line.abandoned_within(9.0), line.mean_wait(), line.occupancy()) == (0.0, 0.0, 0.0, 0.0)
    assert line.log_waits() == -inf
    assert Line(0.0, 1.0, 0).at_once() == 0.0
    assert Line(0.0, 1.0, 0).occupancy() == 0.0


@pytest.mark.parametrize(
    "given",
    [(-0.1, 1, 1, 1, 1), (1, 0, 1, 1, 1), (1, -1, 1, 1, 1), (1, 1, -1, 1, 1), (1, 1, 1, 0, 1), (1, 1, 1, 1, -1)],
)
def test_a_line_that_can_not_be_is_refused(given: tuple[float, float, int, float, float]) -> None:
    with pytest.raises(ValueError, match="times above 0"):
        Line(*given)


@pytest.mark.parametrize("given", [(0.5, 0.5, 1, 0.5, 0.5), (0.0, 1, 0, 1, 0)])
def test_small_numbers_and_nothing_are_taken(given: tuple[float, float, int, float, float]) -> None:
    assert Line(*given).load == given[0] * given[1]
