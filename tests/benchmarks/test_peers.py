"""The comparison is fair: every contender tells M/M/c with abandonment as queueing theory does.

pytest -m benchmark -n0 tests/benchmarks/test_peers.py
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from math import exp
from multiprocessing import get_context
from statistics import mean, stdev

import numpy as np
import pytest

from tests.benchmarks.contender import Contender, Met
from tests.benchmarks.erlang_a import erlang_a
from tests.benchmarks.loads import PATIENCE_S, QUEUES, TALK_S, UNLIMITED, Load
from tests.benchmarks.measure import Measured, measure
from tests.benchmarks.parts import PEERS, cells
from tests.verification.theory import many_server, served_by

REPLICATIONS = 20
CALLS = {"reference engine": 10_000, "plain SimPy idiom": 10_000, "Ciw, draw in it": 10_000}
"""Fewer calls where they take long."""
PLACES_MET = 60
"""Queue places that callers of these loads ever meet: more have a chance of under one in a million."""
BARS = 4
"""Standard errors that a mean of so many replications may be off; more than one in a thousand are not."""


def in_own_process(contender: Contender, load: Load, given: tuple[str, ...]) -> list[Met]:
    """Replications in a fresh process: cimba compiles only where Numba has compiled nothing before it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(replicate, contender, load, given).result()


def replicate(contender: Contender, load: Load, given: tuple[str, ...]) -> list[Met]:
    return [contender.get_ready(load, seed, *given).works["run"]()() for seed in range(1, REPLICATIONS + 1)]


@pytest.mark.benchmark
@pytest.mark.parametrize("load", QUEUES, ids=lambda load: load.name)
@pytest.mark.parametrize("name, ready, given, needs", PEERS, ids=[peer[0] for peer in PEERS])
def test_share_abandoned_and_mean_wait_agree_with_erlang_a(
    name: str, ready: str, given: tuple[str, ...], needs: str, load: Load
) -> None:
    contender = Contender(name, ready, needs=needs)
    if not contender.installed:
        pytest.skip(f"{needs} is not installed")
    found = in_own_process(contender, replace(load, calls=CALLS.get(name, 100_000)), given)
    for name_of, expected in erlang_a(load)._asdict().items():
        values = [getattr(met, name_of) for met in found]
        bar = stdev(values) / REPLICATIONS**0.5
        assert bar < 0.1 * expected, f"{name_of}: error bars too wide to tell anything"
        assert abs(mean(values) - expected) < BARS * bar, f"{name_of}: {mean(values)}, theory {expected} +- {bar}"


@pytest.mark.parametrize(
    "erlang",
    [0.3, 1.0, 4.0],
)
def test_where_patience_is_like_talk_erlang_a_has_a_poisson_number_of_callers(
    erlang: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each caller then leaves at the same rate, waiting or talking, as with ever so many call-takers: of one
    call-taker, P(idle) = exp(-a), and what he answers, (1 - exp(-a)) / a of the calls, is not abandoned."""
    monkeypatch.setattr("tests.benchmarks.erlang_a.PATIENCE_S", TALK_S)
    found = erlang_a(Load("", 1, 1, UNLIMITED, erlang)).abandoned
    assert found == pytest.approx(1 - (1 - exp(-erlang)) / erlang, rel=1e-9)


@pytest.mark.parametrize("load", QUEUES, ids=lambda load: load.name)
def test_erlang_a_keeps_littles_law_and_the_absorbing_chain_of_queue_places(load: Load) -> None:
    """Callers leave at rate theta each while they wait: lam P(abandoned) = theta E[waiting].

    The wait of the answered is also the integral of P(answered, but not by t), from a chain solved numerically.
    """
    theta, mu, lam, c = 1 / PATIENCE_S, 1 / TALK_S, load.erlang / TALK_S, load.call_takers
    p, met = many_server(lam, mu, c, c + PLACES_MET, theta), erlang_a(load)
    waiting = float(np.maximum(np.arange(len(p)) - c, 0) @ p)
    assert met.abandoned == pytest.approx(theta * waiting / lam, rel=1e-9)
    times = np.linspace(0, 900, 901)
    by = np.array([p[c:] @ served_by(t, PLACES_MET + 1, c * mu, theta) for t in times])
    waited = float(np.trapezoid(by[-1] - by, times))
    assert met.wait == pytest.approx(waited / (1 - met.abandoned), rel=1e-3)


def test_a_peer_that_is_not_installed_gets_a_row_that_says_so() -> None:
    absent = Contender("a peer", "peers_ciw:abandonment", needs="no_such_package")
    assert measure([absent], rounds=1, least=0) == [None]
    there = Measured({"run": 1.0}, {"run": [1.0]}, calls=1, peak=1.0, above=0.0)
    assert cells(None, there)[0] == "not installed"
