"""Chances of numbers of calls, where they are known: Poisson's, and those that fall by one ratio."""

from math import exp, inf, lgamma, log

import numpy as np
import pytest

from simulator.metrics.erlang.states import (
    States,
    californias_positions,
    erlang_b,
    erlang_c,
    extended_erlang_b,
    log_erlang_c,
    spread,
)


def poisson(load: float, n: int) -> float:
    return n * log(load) - load - lgamma(n + 1)


@pytest.mark.parametrize("load", [0.3, 40.0, 5_000.0, 5_000_000.0])
@pytest.mark.parametrize("c", [0, 1, 30, 6_000])
def test_where_who_waits_leaves_as_fast_as_who_is_served_calls_are_poisson(load: float, c: int) -> None:
    states = States(2 * load, 2.0, c, 2.0)
    for n in {0, 1, int(load) // 2, int(load), int(load) + 3}:
        assert states.log_share(n, n) == pytest.approx(poisson(load, n), rel=1e-9, abs=1e-9)
    assert states.log_share(0, inf) == 0.0


@pytest.mark.parametrize("low, high", [(0, 9), (3, 3), (0, 40), (12, 40), (5, inf)])
def test_chances_from_a_state_on_are_poissons_of_that_many_states(low: int, high: float) -> None:
    first, weights, factor = States(10.0, 1.0, 4, 1.0).relative(low, high)
    assert first == low
    assert len(weights) == high - low + 1 or high == inf
    assert weights * exp(factor) == pytest.approx([exp(poisson(10.0, low + k)) for k in range(len(weights))], abs=1e-15)
    assert weights.sum() * exp(factor) == pytest.approx(
        sum(exp(poisson(10.0, n)) for n in range(low, 100) if n <= high), rel=1e-10
    )


def test_states_beyond_the_last_have_no_chance() -> None:
    states = States(2.0, 1.0, 2, size=2)
    assert states.log_mass(3, 5) == -inf
    first, weights, factor = states.relative(3, 5)
    assert (first, len(weights), factor) == (3, 0, -inf)
    # 1, 2, 2 of 5
    assert [exp(states.log_share(n, n)) for n in range(3)] == pytest.approx([0.2, 0.4, 0.4])
    assert exp(states.log_share(1, 9)) == pytest.approx(0.8)


@pytest.mark.parametrize("c, waits", [(1, 0.8), (2, 1.28 / 1.8)])
def test_a_queue_that_nobody_leaves_falls_by_one_ratio(c: int, waits: float) -> None:
    states = States(0.8 * c, 1.0, c)
    assert exp(states.log_share(c, inf)) == pytest.approx(waits)
    assert exp(states.log_share(c + 3, inf)) == pytest.approx(waits * 0.8**3)
    assert exp(states.log_share(c + 3, c + 3)) == pytest.approx(waits * 0.8**3 * 0.2)
    assert exp(states.log_share(0, c + 2)) == pytest.approx(1 - waits * 0.8**3)


@pytest.mark.parametrize(
    "states, stable",
    [
        (States(3.0, 1.0, 4), True),
        (States(4.0, 1.0, 4), False),
        (States(9.0, 1.0, 4, size=9), True),
        (States(9.0, 1.0, 4, theta=0.1), True),
    ],
)
def test_a_queue_is_bounded_by_trunks_patience_or_enough_call_takers(states: States, stable: bool) -> None:
    assert states.stable is stable


def test_where_nobody_serves_and_nobody_leaves_calls_only_pile_up() -> None:
    states = States(1.0, 1.0, 0, size=3)
    assert np.isinf(states.ratio(np.arange(1.0, 4.0))).all()


def test_the_formulas_of_two_trunks_by_hand() -> None:
    """Load 1.6: B is 1.28 / 3.88, and C is 2 rho^2 / (1 + rho)."""
    assert erlang_b(1.6, 2) == pytest.approx(1.28 / 3.88)
    assert erlang_c(1.6, 2) == pytest.approx(1.28 / 1.8)
    assert (erlang_c(2.0, 2), log_erlang_c(2.0, 2)) == (1.0, 0.0)


@pytest.mark.parametrize(
    "load, trunks, redials, lost, total",
    [
        (1.6, 2, 0.0, 1.28 / 3.88, 1.6),
        # one trunk: B(1, A) = A / (1 + A), and A = a + r A^2 / (1 + A)
        (0.5, 1, 1.0, 0.5, 1.0),
        (0.75, 1, 0.5, 0.5, 1.0),
        (1.0, 1, 1.0, 1.0, inf),
        (2.0, 1, 1.0, 1.0, inf),
    ],
)
def test_redials_at_one_trunk_by_hand(load: float, trunks: int, redials: float, lost: float, total: float) -> None:
    assert extended_erlang_b(load, trunks, redials) == pytest.approx((lost, total))


def test_california_s_rule_by_hand() -> None:
    """1 call of 30 s: 0.05 Erlang, B(1) = 1/21, B(2) = 0.0012; 30 of 60 s: 2 Erlang, B(6) = 0.0121, B(7) = 0.0034."""
    assert californias_positions(1, 30) == 2
    assert californias_positions(30, 60) == 7
    assert californias_positions(30, 60, grade=0.02) == 6
    assert californias_positions(1, 30, grade=0.05) == 1
    assert californias_positions(0, 30) == 1


def test_there_is_nothing_to_gain_forty_deviations_beyond_the_load() -> None:
    assert [spread(load) for load in (0.0, 0.25, 1.0, 100.0)] == [40, 41, 41, 500]
