"""The theory used in this folder agrees with itself: chains with closed forms, closed forms with each other."""

from math import exp

import numpy as np
import pytest

from tests.verification import renewal, theory


@pytest.mark.parametrize("a, c", [(0.02, 1), (0.7, 1), (3.0, 4), (8.0, 5)])
def test_a_chain_without_waiting_room_is_erlangs_loss_formula(a: float, c: int) -> None:
    """P(all busy) of M/M/c/c is Erlang B."""
    assert theory.many_server(a, 1.0, c, c)[-1] == pytest.approx(theory.erlang_b(a, c), rel=1e-12)


@pytest.mark.parametrize("a, c", [(0.02, 1), (0.7, 1), (1.4, 2), (3.0, 4)])
def test_a_chain_with_a_long_waiting_room_is_erlangs_delay_formula(a: float, c: int) -> None:
    """P(wait), mean wait and P(wait > t) of M/M/c are Erlang C's: C, C / (c mu - lam), C exp(-(c mu - lam) t)."""
    found = theory.measures_of(theory.many_server(a, 1.0, c, 200), a, 1.0, c, 0.0, 0.5)
    delayed = theory.erlang_c(a, c)
    assert found["delayed"] == pytest.approx(delayed, rel=1e-9)
    assert found["wait"] == pytest.approx(delayed / (c - a), rel=1e-9)
    assert found["late"] == pytest.approx(delayed * exp(-(c - a) * 0.5), rel=1e-9)


@pytest.mark.parametrize("lam, c, theta", [(0.9, 1, 0.3), (3.0, 2, 1.0)])
def test_general_patience_that_is_exponential_is_the_chain(lam: float, c: int, theta: float) -> None:
    """M/M/c+G with exponential patience is M/M/c+M."""
    chain = theory.measures_of(theory.many_server(lam, 1.0, c, 150, theta), lam, 1.0, c, theta, 1.0)
    general = theory.general_patience(lam, 1.0, c, lambda x: np.exp(-theta * x), 60.0)
    assert general == pytest.approx({name: chain[name] for name in general}, rel=1e-6)


def test_pollaczek_khinchine_and_cobham_are_erlangs_for_exponential_talk() -> None:
    """M/G/1 with cv 1 is M/M/1; classes weighted by their loads keep the mean (conservation law)."""
    assert theory.pollaczek_khinchine(0.7, 1.0, 1.0) == pytest.approx(theory.erlang_c(0.7, 1) / 0.3)
    first, second = theory.cobham(0.7, 0.3, 0.4)
    assert (0.3 * first + 0.4 * second) / 0.7 == pytest.approx(theory.pollaczek_khinchine(0.7, 1.0, 1.0))


def test_the_wrap_up_chain_with_many_trunks_is_pollaczek_khinchine() -> None:
    """Callers on trunks are those waiting and talking: lam (W + talk), W of talk plus wrap-up."""
    lam, talk, wrap = 0.3, 1.0, 2.0
    chain = theory.wrap_up_chain(lam, talk, wrap, 60)
    mean, cv = 1.5, (1.0 + 0.25) ** 0.5 / 1.5
    wait = theory.pollaczek_khinchine(lam, mean, cv)
    assert sum(on * p for (on, _), p in chain.items()) == pytest.approx(lam * (wait + 1.0), rel=1e-9)


def test_the_retrial_chain_of_one_server_is_the_classical_one() -> None:
    """M/M/1 retrial queue: P(busy) = rho, mean orbit rho (lam + rho nu) / (nu (1 - rho)) (Falin and Templeton 1997)."""
    lam, mu, nu = 0.4, 1.0, 0.5
    chain = theory.retrial_chain(lam, mu, 1, nu, 120)
    assert sum(p for (busy, _), p in chain.items() if busy) == pytest.approx(0.4, rel=1e-9)
    orbit = sum(waiting * p for (_, waiting), p in chain.items())
    assert orbit == pytest.approx(0.4 * (lam + 0.4 * nu) / (nu * 0.6), rel=1e-9)


def test_slow_second_attempts_find_the_floor_as_first_ones_do() -> None:
    """With very slow redials P(busy) tends to Erlang B of the load of both attempts together."""
    chain = theory.two_attempts_chain(0.5, 1.0, 1, 1e-3, 400)
    busy = sum(p for (talking, _), p in chain.items() if talking)
    assert busy == pytest.approx(theory.erlang_b(0.5 * (1 + busy), 1), rel=1e-3)


@pytest.mark.parametrize("strikes", [2, 3])
@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_strikes_in_a_window_are_those_counted_by_hand(strikes: int, rate: float) -> None:
    """The renewal equation agrees with a count over drawn gaps, within five standard errors; a long window needs N."""
    gaps = np.random.default_rng(5).exponential(1 / rate, (20_000, 400)).cumsum(axis=1)
    near = gaps[:, strikes - 1 :] - gaps[:, : -(strikes - 1)] < 1.0
    counts = near.argmax(axis=1) + strikes
    assert near.any(axis=1).all()
    found = theory.strikes_in_window(strikes, rate, 1.0)
    assert abs(counts.mean() - found) < 5 * counts.std() / len(counts) ** 0.5
    assert theory.strikes_in_window(strikes, rate, 100.0) == pytest.approx(strikes, rel=1e-3)


@pytest.mark.parametrize("strikes, judged", [(1, 1.0), (1, 0.7), (3, 0.7)])
def test_the_chain_over_many_calls_is_the_renewal_process(strikes: int, judged: float) -> None:
    """Of many calls the share met tends to lam D / (N / d + lam D), with an error of the order of one cycle."""

    def moves(held: int) -> list[tuple[float, int, float]]:
        full = held + 1 == strikes
        return [(judged, 0 if full else held + 1, 2.5 if full else 0.0), (1 - judged, held, 0.0)]

    many, more = (renewal.met_of_first(n, 0, moves) for n in (400, 800))  # type: ignore[arg-type]
    assert 2 * more - many == pytest.approx(theory.blocked_share(strikes / judged, 2.5, 1.0), rel=1e-6)


@pytest.mark.parametrize("judged, met", [(0.3, 0.5), (1.0, 4.0), (0.6, float("inf"))])
def test_the_chain_over_two_calls_is_as_worked_by_hand(judged: float, met: float) -> None:
    """The second call is met if the first was a strike and another came within D: d (1 - e^(-lam D)), half of two."""
    found = renewal.met_of_first(2, 0, lambda _: [(judged, 0, met), (1 - judged, 0, 0.0)])
    assert found == pytest.approx(judged * (1 - exp(-met)) / 2)


@pytest.mark.parametrize("mean, correlation", [(0.15, 0.3), (0.02, 0.01), (0.5, 0.5)])
def test_means_over_a_beta_are_its_moments(mean: float, correlation: float) -> None:
    """Mean m, variance r m (1 - m), and E[x^3] = m (m k + 1) (m k + 2) / ((k + 1) (k + 2))."""
    k = 1 / correlation - 1
    assert renewal.over_beta(mean, correlation, 3, lambda x: x) == pytest.approx(mean)
    second = renewal.over_beta(mean, correlation, 3, lambda x: x * x)
    assert second - mean**2 == pytest.approx(correlation * mean * (1 - mean))
    third = mean * (mean * k + 1) * (mean * k + 2) / ((k + 1) * (k + 2))
    assert renewal.over_beta(mean, correlation, 3, lambda x: x**3) == pytest.approx(third)


@pytest.mark.parametrize("rate", [0.4, 1.5])
def test_an_action_that_events_prolong_lasts_as_counted_by_hand(rate: float) -> None:
    """From drawn gaps, within five standard errors: until D after the last event before the first gap beyond D = 1."""
    gaps = np.random.default_rng(6).exponential(1 / rate, (20_000, 100))
    beyond = (gaps > 1.0).argmax(axis=1)
    lasts = np.where(np.arange(100) < beyond[:, None], gaps, 0).sum(axis=1) + 1.0
    assert abs(lasts.mean() - renewal.prolonged(rate, 1.0)) < 5 * lasts.std() / len(lasts) ** 0.5


def test_phones_of_a_pool_are_called_less_and_less_and_all_together_always() -> None:
    """The second phone gets 1 / 2^s of the first one's calls."""
    shares = renewal.zipf(40, 1.9)
    assert shares.sum() == pytest.approx(1)
    assert shares[1] / shares[0] == pytest.approx(2**-1.9)
