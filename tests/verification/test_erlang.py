"""Closed forms to ten digits against sums of many digits, and against the chain solved in another way."""

from math import exp, inf
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from simulator.metrics.erlang.changing import lagged, mean_modified_offered_load, modified_offered_load, sipp
from simulator.metrics.erlang.forward import Forward, generator
from simulator.metrics.erlang.sizing import DEFINITIONS, fewest_staff, fewest_trunks, level, most_load
from simulator.metrics.erlang.states import (
    californias_positions,
    erlang_b,
    erlang_c,
    extended_erlang_b,
    log_erlang_b,
    log_erlang_c,
)
from simulator.metrics.erlang.waiting import Line

DIGITS = 1e-10
LOADS = (0.01, 0.1, 0.7, 1.0, 3.3, 20.0, 99.5, 500.0, 2_000.0, 4_999.0, 5_000.0)
STAFF = (1, 2, 5, 21, 100, 101, 520, 2_000, 5_001, 10_000)


@pytest.fixture(autouse=True)
def many_digits() -> Any:
    with mp.workdps(40):
        yield


def agree(value: float, logarithm: float, wanted: Any) -> bool:
    """Ten digits of the value where it is above 1e-300, else of its logarithm."""
    if wanted > mp.mpf("1e-300"):
        return abs(value / wanted - 1) < DIGITS and abs(exp(logarithm) / wanted - 1) < DIGITS
    return bool(abs(logarithm / mp.log(wanted) - 1) < DIGITS)


def exact_b(load: float, c: int) -> Any:
    inverse = mp.mpf(1)
    for k in range(1, c + 1):
        inverse = 1 + inverse * k / mp.mpf(load)
    return 1 / inverse


@pytest.mark.parametrize("load", LOADS)
def test_erlang_b_and_c_have_ten_digits(load: float) -> None:
    for c in STAFF:
        b = exact_b(load, c)
        assert agree(erlang_b(load, c), log_erlang_b(load, c), b), (load, c)
        if load < c:
            waits = b / (1 - mp.mpf(load) / c * (1 - b))
            assert agree(erlang_c(load, c), log_erlang_c(load, c), waits), (load, c)
        else:
            assert erlang_c(load, c) == 1.0


def exact_chain(lam: float, mu: float, c: int, theta: float, size: int) -> list[Any]:
    weights = [mp.mpf(1)]
    for n in range(1, size + 1):
        weights.append(weights[-1] * mp.mpf(lam) / (min(n, c) * mp.mpf(mu) + max(n - c, 0) * mp.mpf(theta)))
    total = mp.fsum(weights)
    return [weight / total for weight in weights]


@pytest.mark.parametrize("trunks", [0, 3, 40])
@pytest.mark.parametrize("patience", [0.3, 2.0, 50.0])
@pytest.mark.parametrize("load, c", [(0.01, 1), (0.7, 1), (3.3, 5), (20.0, 15), (20.0, 60), (99.5, 100), (300.0, 290)])
def test_a_line_with_patience_and_trunks_has_ten_digits(load: float, c: int, patience: float, trunks: int) -> None:
    """Time in mean handling times; waits by the beta law, its integrals of many digits."""
    theta, size, within = 1 / patience, c + trunks, 0.1
    line = Line(load, 1.0, c, patience, size)
    chain = exact_chain(load, 1.0, c, theta, size)
    y, q = c * mp.mpf(patience), mp.exp(-mp.mpf(theta) * within)
    waits = mp.fsum(chain[c:size])
    in_time = mp.fsum(
        p * y / (y + j + 1) * (1 - mp.betainc(y + 1, j + 1, 0, q, regularized=True))
        for j, p in enumerate(chain[c:size])
    )
    answered = mp.fsum(p * min(n, c) for n, p in enumerate(chain)) / load
    gone = theta * mp.fsum(p * max(n - c, 0) for n, p in enumerate(chain)) / load
    assert agree(line.busy(), line.states.log_share(size, size), chain[size])
    assert abs(exp(line.log_waits()) - waits) <= DIGITS * waits
    assert abs(line.answered_within(within) / (mp.fsum(chain[:c]) + in_time) - 1) < DIGITS
    assert abs(line.answered() / answered - 1) < DIGITS
    assert abs(line.abandoned_within(inf) - gone) <= 1e-9 * gone + 1e-15


@pytest.mark.parametrize("load, c", [(0.01, 1), (3.3, 5), (99.5, 100), (4_999.0, 5_000)])
def test_who_waits_without_patience_waits_exponentially(load: float, c: int) -> None:
    line = Line(load, 1.0, c)
    waits, within = exact_b(load, c) / (1 - mp.mpf(load) / c * (1 - exact_b(load, c))), 0.05
    assert abs(line.answered_within(within) / (1 - waits * mp.exp(-(c - mp.mpf(load)) * within)) - 1) < DIGITS
    assert abs(line.mean_wait() / (waits / (c - mp.mpf(load))) - 1) < DIGITS


@pytest.mark.parametrize("within", [0.05, 0.5, 3.0])
@pytest.mark.parametrize("definition", DEFINITIONS)
def test_the_law_of_the_wait_is_that_of_the_chain_with_one_caller_marked(definition: str, within: float) -> None:
    """Independent of the beta law: the caller, and those ahead, as a chain of its own."""
    load, c, theta, size = 3.3, 3, 0.8, 9
    line = Line(load, 1.0, c, 1 / theta, size)
    chain = exact_chain(load, 1.0, c, theta, size)
    in_time, gone_by, gone = mp.fsum(chain[:c]), mp.mpf(0), mp.mpf(0)
    for j in range(size - c):
        # states 0..j: so many ahead; then answered, gone
        rates = mp.zeros(j + 3)
        for ahead in range(j + 1):
            on = j + 1 if ahead == 0 else ahead - 1
            rates[ahead, on] = c + ahead * mp.mpf(theta)
            rates[ahead, j + 2] = theta
            rates[ahead, ahead] = -(c + (ahead + 1) * mp.mpf(theta))
        path = mp.expm(rates * within)
        in_time += chain[c + j] * path[j, j + 1]
        gone_by += chain[c + j] * path[j, j + 2]
        gone += chain[c + j] * mp.expm(rates * 200)[j, j + 2]
    over = {"offered": 1, "answered": 1 - chain[size] - gone}.get(definition, 1 - gone_by)
    assert abs(level(line, within, definition) / (in_time / over) - 1) < DIGITS


def test_where_others_fail_the_formulas_hold() -> None:
    """A peer underflows to 0.27 where 0.979 is right, another divides by zero at 2 calls an hour, another skips the
    smallest stable staff."""
    assert abs(erlang_c(5_000.0, 5_001) - 0.979) < 5e-3
    two_an_hour = Line(2 / 3600, 150.0, 1)
    assert two_an_hour.answered_within(15) == pytest.approx(1 - 2 / 3600 * 150 * exp(-(1 / 150 - 2 / 3600) * 15))
    assert fewest_staff(2 / 3600, 150.0, 15.0, 0.9) == 1
    assert fewest_staff(9.99 / 150, 150.0, 15.0, 0.001) == 10


@pytest.mark.parametrize("load", [0.01, 0.5, 4.9, 30.0, 800.0, 5_000.0])
@pytest.mark.parametrize("patience, trunks", [(inf, inf), (90.0, inf), (90.0, 6_000)])
def test_one_call_taker_less_than_the_fewest_is_too_few(load: float, patience: float, trunks: float) -> None:
    found = fewest_staff(load / 150, 150.0, 15.0, 0.9, patience=patience, trunks=trunks)
    assert found is not None
    assert Line(load / 150, 150.0, found, patience, trunks).answered_within(15.0) >= 0.9
    assert found == 1 or Line(load / 150, 150.0, found - 1, patience, trunks).answered_within(15.0) < 0.9


@pytest.mark.parametrize("c", [1, 4, 60])
@pytest.mark.parametrize("patience, trunks", [(inf, inf), (90.0, inf), (90.0, 80)])
def test_the_most_load_is_where_the_target_begins_to_fail(c: int, patience: float, trunks: float) -> None:
    most = most_load(150.0, c, 15.0, 0.9, patience=patience, trunks=trunks)
    less, more = (Line(most * by, 150.0, c, patience, trunks).answered_within(15.0) for by in (1 - 1e-6, 1 + 1e-6))
    assert less >= 0.9 > more


def test_trunks_at_a_grade_of_service_are_the_fewest() -> None:
    found = fewest_trunks(0.05, 150.0, 10, 0.01, patience=90.0)
    assert found is not None
    assert Line(0.05, 150.0, 10, 90.0, found).busy() <= 0.01 < Line(0.05, 150.0, 10, 90.0, found - 1).busy()


@pytest.mark.parametrize("load, c, redials", [(0.01, 1, 0.5), (10.0, 10, 0.5), (5_000.0, 5_050, 0.9), (5.0, 10, 1.0)])
def test_redials_solve_their_balance(load: float, c: int, redials: float) -> None:
    lost, total = extended_erlang_b(load, c, redials)
    wanted = mp.findroot(lambda a: a - load - redials * a * exact_b(a, c), mp.mpf(total))
    assert abs(total / wanted - 1) < DIGITS
    assert abs(lost / exact_b(wanted, c) - 1) < DIGITS
    assert extended_erlang_b(11.0, 10, 1.0) == (1.0, inf)


def test_californias_rule_is_erlang_b_at_p01_of_twice_the_calls_a_minute_longer() -> None:
    for calls, seconds in ((1, 30), (20, 120), (200, 90)):
        found, load = californias_positions(calls, seconds), 2 * calls * (seconds + 60) / 3600
        assert exact_b(load, found) <= 0.01 < exact_b(load, found - 1)


def test_nothing_overflows_or_warns_at_the_ends_of_the_range() -> None:
    for load, c, patience, trunks in (
        (0.0, 0, inf, inf), (0.0, 3, 9.0, 4), (1e-9, 1, inf, inf), (1e-9, 10_000, 1e-3, 10_000), (5_000.0, 1, 1e4, inf),
        (5_000.0, 10_000, 1e6, inf), (5_000.0, 0, 60.0, inf), (5_000.0, 0, 60.0, 3), (5_000.0, 10, inf, inf),
        (3.0, 3, inf, 3), (5_000.0, 4_000, inf, 9_000),
    ):  # fmt: skip
        line = Line(load, 1.0, c, patience, trunks)
        for of in DEFINITIONS:
            assert 0.0 <= level(line, 0.1, of) <= 1.0
        assert 0.0 <= line.busy() <= 1.0
        assert 0.0 <= line.abandoned_within(inf) <= 1.0 + 1e-9
        assert line.mean_wait() >= 0.0


def test_a_day_without_change_is_the_steady_state() -> None:
    lam, c = np.full(24, 0.02), np.full(24, 4)
    line = Line(0.02, 150.0, 4, 90.0, 8)
    exact = Forward(lam, np.full(24, 150.0), 3600.0, 15.0, patience=90.0, trunks=8).day(c)
    assert exact.in_time == pytest.approx(np.full(24, line.answered_within(15.0)), abs=1e-9)
    assert exact.busy == pytest.approx(np.full(24, line.busy()), abs=1e-9)
    loads = (lagged, modified_offered_load, mean_modified_offered_load)
    for load in (sipp(lam, 150.0), *(of(lam, 150.0, 3600.0) for of in loads)):
        assert load == pytest.approx(np.full(24, 3.0))


def test_the_busiest_floor_comes_after_the_busiest_callers() -> None:
    """With endless call-takers the modified offered load is exact, and a lag comes nearer to it than none."""
    lam = 0.01 * (1 + 0.8 * np.sin(np.arange(96) * 2 * np.pi / 96))
    load = modified_offered_load(lam, 1800.0, 900.0)
    assert np.argmax(load) > np.argmax(lam)
    endless = Forward(lam, np.full(96, 1800.0), 900.0, 15.0, trunks=80).day(np.full(96, 80))
    assert mean_modified_offered_load(lam, 1800.0, 900.0) == pytest.approx(endless.calls, rel=1e-6)
    off = [np.abs(each - endless.calls).max() for each in (load, lagged(lam, 1800.0, 900.0), sipp(lam, 1800.0))]
    assert off[0] < off[2] / 2
    assert off[1] < off[2] / 2


def test_the_modified_offered_load_of_a_sine_is_the_closed_form() -> None:
    """m(t) = h (1 + a (sin wt - wh cos wt) / (1 + (wh)^2)) of lam (1 + a sin wt): Eick, Massey and Whitt (1993)."""
    many, handling = 2880, 3600.0
    period = 86_400 / many
    at = np.arange(many) * 2 * np.pi / many
    step, lag = 2 * np.pi / many, 2 * np.pi * handling / 86_400
    # the mean rate over each period
    lam = 0.01 * (1 + 0.8 * (np.cos(at) - np.cos(at + step)) / step)
    middle = at + step / 2
    wanted = 0.01 * handling * (1 + 0.8 * (np.sin(middle) - lag * np.cos(middle)) / (1 + lag**2))
    assert mean_modified_offered_load(lam, handling, period) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("handling", [150.0, 900.0, 2000.0, 100_000.0])
def test_the_lagged_load_is_that_of_the_stretch_one_handling_time_earlier(handling: float) -> None:
    rates, period = np.array([0.01, 0.05, 0.02, 0.0, 0.09, 0.03]), 900.0
    starts = np.arange(6) * period - handling
    cuts = starts[:, None] + (np.arange(90_000) + 0.5) * period / 90_000
    wanted = handling * rates[(cuts // period).astype(int) % 6].mean(axis=1)
    assert lagged(rates, handling, period) == pytest.approx(wanted, rel=1e-4)


THREE = (np.array([0.01, 0.05, 0.0]), np.array([150.0, 100.0, 80.0]), np.array([2, 4, 1]))
"""Calls a second, handling times and call-takers of three periods of ten minutes; seven lines, patience a minute."""


def answered_by_steps(arrival: float, place: int, within: float) -> np.ndarray:
    """The chance to be answered in time of who finds 0 .. 6 calls, so many seconds after a period began.

    A caller is followed second by second: of those ahead each talks with a call-taker or waits, and goes at its rate.
    """
    _, handling, c = THREE
    waiting, answered, done, step = np.eye(7), np.zeros(7), 0.0, 0.1

    def change(waits: np.ndarray, many: int, talk: float) -> np.ndarray:
        ahead = np.arange(7)
        goes = np.where(ahead < many, 0.0, many / talk + (ahead - many) / 60)
        gives_up = np.where(ahead < many, 0.0, 1 / 60)
        return np.hstack((waits[:, 1:] * goes[1:], np.zeros((7, 1)))) - waits * (goes + gives_up)

    def move_up(many: int) -> None:
        answered[:] += waiting[:, :many].sum(axis=1)
        waiting[:, :many] = 0.0

    move_up(int(c[place]))
    while True:
        now = (place + int((arrival + done + 1e-9) // 600)) % 3
        many, talk = int(c[now]), float(handling[now])
        move_up(many)
        if done >= within - 1e-9:
            return answered
        half = waiting + step / 2 * change(waiting, many, talk)
        waiting = waiting + step * change(half, many, talk)
        done += step
        move_up(many)


@pytest.mark.parametrize("within", [15.0, 60.0])
def test_a_day_of_three_periods_is_that_of_the_equations_stepped_finely(within: float) -> None:
    """Stepped by Runge and Kutta's method of order 8, their means by a further equation; a caller near the end of a
    period is served by the next call-takers, too."""
    from scipy.integrate import simpson, solve_ivp

    lam, handling, c = THREE
    day = Forward(lam, handling, 600.0, within, patience=60.0, trunks=7)
    chances, means, late = np.eye(8)[0], np.zeros((3, 8)), np.zeros((3, 31, 8))
    for _ in range(6):
        for place in range(3):
            rates = generator(lam[place], int(c[place]), handling[place], 60.0, 7)
            path = solve_ivp(
                lambda _, y, q=rates: np.concatenate((y[:8] @ q, y[:8])), (0.0, 600.0),
                np.concatenate((chances, np.zeros(8))), method="DOP853", rtol=1e-12, atol=1e-15, dense_output=True,
            )  # fmt: skip
            chances, means[place] = path.y[:8, -1], path.y[8:, -1] / 600
            late[place] = path.sol(np.linspace(600 - within, 600, 31))[:8].T
    found = day.day(c)
    assert found.busy == pytest.approx(means[:, 7], abs=1e-9)
    assert found.calls == pytest.approx(means @ np.arange(8), abs=1e-9)
    gains = []
    for place in range(3):
        own = answered_by_steps(0.0, place, within)
        near = [answered_by_steps(round(at, 1), place, within) - own for at in np.linspace(600 - within, 600, 31)]
        gained = simpson((late[place][:, :7] * np.array(near)).sum(axis=1), dx=within / 30) / 600
        assert found.in_time[place] == pytest.approx(means[place, :7] @ own + gained, abs=1e-6)
        gains.append(abs(gained))
    assert max(gains) > 3e-4


def test_a_line_that_is_closed_is_empty_when_it_opens_and_answers_nobody_who_waits() -> None:
    lam, handling = np.array([0.02, 0.02, 0.0]), np.full(3, 100.0)
    closes = Forward(lam, handling, 3600.0, 300.0, patience=600.0, trunks=12).day(np.array([2, 2, 0]))
    goes_on = Forward(lam[:2], handling[:2], 3600.0, 300.0, patience=600.0, trunks=12).day(np.array([2, 2]))
    assert np.isnan([closes.in_time[2], closes.busy[2], closes.calls[2]]).all()
    assert closes.in_time[0] > goes_on.in_time[0]
    assert closes.in_time[1] < goes_on.in_time[1]
    with pytest.raises(ValueError, match="0 where nobody calls"):
        Forward(lam, handling, 3600.0, 300.0).day(np.array([2, 0, 0]))


def test_the_fewest_by_the_forward_equations_are_enough_and_one_less_in_a_period_is_not() -> None:
    lam = 0.02 * (1 + 0.8 * np.sin(np.arange(12) * 2 * np.pi / 12))
    day = Forward(lam, np.full(12, 150.0), 1800.0, 15.0, patience=90.0, trunks=16)
    found = day.fewest(0.9, np.full(12, 3))
    assert found is not None
    assert (day.day(found).in_time >= 0.9).all()
    for place in np.flatnonzero(found > 1):
        less = found.copy()
        less[place] -= 1
        assert day.day(less).in_time[place] < 0.9
    assert day.fewest(1.0, np.full(12, 3)) is None
