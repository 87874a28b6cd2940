"""Floors whose equilibrium is known exactly: each case says what is drawn, what is exact, what it would catch.

Times are in seconds here. Most cases run at two calls an hour, where the services live: only the load matters
to the theory, and a fault in handling idle stretches shows nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.engines.simulate import simulate
from simulator.scenario.floor import Floor
from simulator.scenario.policy import INTENTS, NO_POLICY, Policy
from simulator.scenario.units import DAY, NEVER, SECOND
from simulator.tables.calls import Calls
from simulator.tables.outcomes import REDIAL_BITS, Outcomes
from simulator.tables.staffing import always
from tests.plans import floor, plan, policy, rule
from tests.verification import theory

Draws = np.random.Generator
Seconds = NDArray[np.float64]
GENUINE, PRANK = INTENTS.index("genuine"), INTENTS.index("prank")
TWO_AN_HOUR = 2 / 3600


@dataclass(frozen=True)
class Case:
    """A floor in equilibrium: ``exact`` maps the measures of `measures.py` to their values."""

    name: str
    catches: str
    draw: Callable[[Draws, int], Calls]
    call_takers: int
    exact: dict[str, float]
    size: int = 60_000
    floor: Floor = field(default_factory=floor)
    policy: Policy = NO_POLICY
    within: float = 0.0
    """The threshold of the measure ``late``, seconds."""

    def run(self, seed: int, size: int) -> tuple[Calls, Outcomes]:
        calls = self.draw(np.random.default_rng(seed), size)
        return calls, simulate(calls, always(self.call_takers, 0, calls.length + DAY), self.floor, self.policy)


def us(seconds: Seconds | float) -> NDArray[np.int64]:
    """Whole microseconds."""
    return np.rint(np.asarray(seconds) * SECOND).astype(np.int64)


def poisson(rng: Draws, size: int, rate: float) -> NDArray[np.int64]:
    """Arrivals of a Poisson stream (rate a second), µs."""
    return us(rng.exponential(1 / rate, size).cumsum())


def durations(rng: Draws, size: int, mean: float, cv: float = 1.0, law: str = "exponential") -> NDArray[np.int64]:
    """Durations of this law, mean and coefficient of variation, µs."""
    if law == "lognormal":
        sigma2 = np.log1p(cv**2)
        return us(rng.lognormal(np.log(mean) - sigma2 / 2, sigma2**0.5, size))
    if law == "gamma":
        return us(rng.gamma(cv**-2, mean * cv**2, size))
    return us(np.full(size, mean) if law == "fixed" else rng.exponential(mean, size))


def many_server(
    c: int, load: float, *, trunks: int = 0, patience: float = 0.0, rate: float = TWO_AN_HOUR, size: int = 60_000
) -> Case:
    """M/M/c/K+M: ``load`` lam / (c mu); ``trunks`` 0: plenty; mean ``patience`` in mean talk times, 0: no end."""
    talk = load * c / rate
    theta = 1 / (patience * talk) if patience else 0.0
    equilibrium = theory.many_server(rate, 1 / talk, c, trunks or 300, theta)
    exact = theory.measures_of(equilibrium, rate, 1 / talk, c, theta, talk / 2)
    wanted = {"busy": bool(trunks), "abandoned": bool(patience), "wait": trunks != c, "delayed": trunks != c}
    wanted["late"] = trunks != c

    def draw(rng: Draws, size: int) -> Calls:
        impatience = durations(rng, size, patience * talk) if patience else NEVER
        return plan(poisson(rng, size, rate), talk=durations(rng, size, talk), patience=impatience)

    name = f"M/M/{c}" + (f"/{trunks}" if trunks else "") + ("+M" if patience else "") + f", load {load}"
    catches = "served out of turn, a call-taker lost or idle while callers wait"
    catches += ", a trunk not freed by who hangs up" if trunks and patience else ", trunks miscounted" if trunks else ""
    catches += ", patience that goes on once answered" if patience else ""
    keep = {key: exact[key] for key, yes in wanted.items() if yes}
    return Case(name, catches, draw, c, keep, size, floor(trunks or 10**6), within=talk / 2)


def loss(trunks: int, call_takers: int, load: float, law: str, cv: float, size: int = 60_000) -> Case:
    """M/G/K/K: as many callers as the lesser of trunks and call-takers, whatever the law of talk (insensitivity)."""
    talk = load * trunks / TWO_AN_HOUR

    def draw(rng: Draws, size: int) -> Calls:
        return plan(poisson(rng, size, TWO_AN_HOUR), talk=durations(rng, size, talk, cv, law))

    name = f"M/G/{trunks}/{trunks} with {call_takers} call-takers, {law} cv {cv}, load {load}"
    catches = "one trunk too many or too few; a trunk held beyond talk"
    return Case(name, catches, draw, call_takers, {"busy": theory.erlang_b(load * trunks, trunks)}, size, floor(trunks))


def one_call_taker(load: float, law: str, cv: float, wrap: float = 0.0, size: int = 60_000) -> Case:
    """M/G/1: mean wait by Pollaczek and Khinchine on handling time; a share ``wrap`` of it is exponential wrap-up."""
    handling = load / TWO_AN_HOUR
    talk, after = (1 - wrap) * handling, wrap * handling
    joint_cv = ((cv * talk) ** 2 + after**2) ** 0.5 / handling

    def draw(rng: Draws, size: int) -> Calls:
        wraps = durations(rng, size, after) if wrap else 0
        return plan(poisson(rng, size, TWO_AN_HOUR), talk=durations(rng, size, talk, cv, law), wrap=wraps)

    name = f"M/G/1, {law} cv {cv}, load {load}" + (f", {wrap:.0%} wrap-up" if wrap else "")
    exact = {"wait": theory.pollaczek_khinchine(TWO_AN_HOUR, handling, joint_cv), "delayed": load}
    return Case(name, "talk or wrap-up cut short; a call-taker free before wrap-up is done", draw, 1, exact, size)


def wrap_up(trunks: int, load: float, size: int = 60_000) -> Case:
    """M/M/1/K with wrap-up: the trunk is free at the end of talk, the call-taker after wrap-up."""
    talk = wrap = load / TWO_AN_HOUR / 2
    chain = theory.wrap_up_chain(TWO_AN_HOUR, 1 / talk, 1 / wrap, trunks)
    busy = sum(p for (on, _), p in chain.items() if on == trunks)
    at_once = chain[0, 0] / (1 - busy)
    waiting = sum((on - (phase == 1)) * p for (on, phase), p in chain.items())

    def draw(rng: Draws, size: int) -> Calls:
        columns = {"talk": durations(rng, size, talk), "wrap": durations(rng, size, wrap)}
        return plan(poisson(rng, size, TWO_AN_HOUR), **columns)

    exact = {"busy": busy, "delayed": 1 - at_once, "wait": waiting / (TWO_AN_HOUR * (1 - busy))}
    catches = "the trunk freed only after wrap-up, or the call-taker before it"
    return Case(f"M/M/1/{trunks} with wrap-up, load {load}", catches, draw, 1, exact, size, floor(trunks))


def general_patience(c: int, load: float, law: str, cv: float, size: int = 60_000) -> Case:
    """M/M/c+G: patience of mean one talk time, fixed or lognormal."""
    from scipy.stats import lognorm

    talk = load * c / TWO_AN_HOUR
    sigma = np.log1p(cv**2) ** 0.5
    spread = lognorm(s=sigma or 1, scale=talk * np.exp(-(sigma**2) / 2))
    stays = spread.sf if law == "lognormal" else lambda x: (x < talk).astype(float)
    exact = theory.general_patience(TWO_AN_HOUR, 1 / talk, c, stays, 40 * talk)

    def draw(rng: Draws, size: int) -> Calls:
        columns = {"talk": durations(rng, size, talk), "patience": durations(rng, size, talk, cv, law)}
        return plan(poisson(rng, size, TWO_AN_HOUR), **columns)

    catches = "patience counted from elsewhere than arrival, or exponential by accident"
    return Case(f"M/M/{c}+G, {law} patience, load {load}", catches, draw, c, exact, size)


def priority(c: int, load: float, demoted: float, law: str, cv: float, size: int = 60_000) -> Case:
    """Non-preemptive priority: a share of calls comes from number 0, demoted for ever by a prank at the start."""
    talk = load * c / TWO_AN_HOUR
    residual = load * talk * (1 + cv**2) / 2 if c == 1 else theory.erlang_c(load * c, c) * talk / c
    normal, low = theory.cobham(residual, load * (1 - demoted), load * demoted)

    def draw(rng: Draws, size: int) -> Calls:
        number = np.where(rng.random(size) < demoted, 0, np.arange(1, size + 1))
        columns = {"talk": durations(rng, size, talk, cv, law), "intent": np.full(size, GENUINE)}
        for name, first in (("talk", 0), ("intent", PRANK)):
            columns[name][0] = first
        number[0] = 0
        return plan(poisson(rng, size, TWO_AN_HOUR), number=number, **columns)

    exact = {"wait of normal": normal, "wait of demoted": low}
    name = f"M/{'G' if c == 1 else 'M'}/{c} with {demoted:.0%} demoted, load {load}"
    catches = "demotion ignored, demoted callers never served or served within each other out of turn"
    return Case(name, catches, draw, c, exact, size, policy=policy(rule(action="demote")))


def retrials(c: int, load: float, delay: float, attempts: int, size: int = 60_000) -> Case:
    """M/M/c/c whose busy callers redial after an exponential ``delay`` (in talk times): for ever, or just once."""
    talk, rate = load * c / TWO_AN_HOUR, TWO_AN_HOUR
    chain_of = theory.two_attempts_chain if attempts == 2 else theory.retrial_chain
    chain = chain_of(rate, 1 / talk, c, 1 / (delay * talk), 90)
    busy = sum(p for (talking, _), p in chain.items() if talking == c)
    orbit = sum(waiting * p for (_, waiting), p in chain.items())
    redials = orbit / (delay * talk) / rate
    failed = sum(waiting * p for (talking, waiting), p in chain.items() if talking == c) / orbit
    exact = {"first attempts busy": busy, "attempts a call": 1 + redials, "redials busy": failed}

    def draw(rng: Draws, size: int) -> Calls:
        book = 65_536
        columns = {"talk": durations(rng, size + book, talk), "redial_delay": durations(rng, size + book, delay * talk)}
        later = size + rng.integers(0, book - attempts, size)
        redial = 1 << REDIAL_BITS["busy"]
        return plan(poisson(rng, size, rate), attempts=attempts, book=book, later=later, redial=redial, **columns)

    catches = "redials counted from the arrival, lost, or beyond the attempts allowed"
    name = f"M/M/{c}/{c}, load {load}, {attempts} attempts"
    return Case(name, catches, draw, c, exact, size, floor(c))
