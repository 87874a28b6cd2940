"""Genuine callers under a block that others brought about: on a nuisance caller's phone, or withheld as one."""

from typing import Any

import numpy as np

from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.tables.calls import OWN, SHARED, Calls
from tests.plans import plan, policy, rule
from tests.verification import renewal, theory
from tests.verification.floors import GENUINE, PRANK, Case, Draws, poisson

DAY_S = DAY / SECOND
TEN_A_DAY = 10 / DAY_S


def shared_phone(choose: str, strikes: int, phones: int, exponent: float, size: int = 60_000) -> Case:
    """Half of the calls are pranks from a pool of phones, four of ten genuine ones from these phones, one of ten not.

    Phone i makes pranks at rate lam_i, and is let through until N of them were answered, then blocked for D: a share
    b_i = lam_i D / (N + lam_i D) of all time. Genuine calls leave no strikes and arrive as a Poisson stream of their
    own, so they meet that share (PASTA), and over the phones sum of w_i b_i: w_i = 1 / n where the phone is chosen by
    number, lam_i / lam where it is chosen by call.
    """
    busy = renewal.zipf(phones, exponent)
    chosen = np.full(phones, 1 / phones) if choose == "by number" else busy
    blocked = theory.blocked_share(strikes, DAY_S, TEN_A_DAY * busy)

    def draw(rng: Draws, size: int) -> Calls:
        kind = rng.choice(3, size, p=[0.5, 0.4, 0.1])
        of_pool, of_sharers = rng.choice(phones, size, p=busy), rng.choice(phones, size, p=chosen)
        number = np.choose(kind, [of_pool, of_sharers, phones + np.arange(size)])
        columns = {"intent": np.where(kind == 0, PRANK, GENUINE), "route": np.where(kind == 1, SHARED, OWN)}
        return plan(poisson(rng, size, 2 * TEN_A_DAY), number=number, **columns)

    met = float(chosen @ blocked)
    exact = {"blocked of shared": met, "blocked for a shared phone": met, "blocked of pranks": float(busy @ blocked)}
    name = f"phones of {phones} pranksters {choose}, Zipf {exponent}, {strikes} strikes"
    catches = "strikes kept by person, genuine callers minded who never left one, or another route told"
    rules = policy(rule("prank", strikes=strikes, for_=(DAY,)))
    return Case(name, catches, draw, 1, exact, size, policy=rules)


def withheld(name: str, answered: float, nuisance: float, size: int = 60_000, **rules: Any) -> Case:
    """Five persons without a number, whose streams, superposed, are one Poisson stream under one history.

    It is let through for ``answered`` attempts on average and then blocked for D; everybody, genuine or not, meets the
    same share of time (PASTA).
    """
    blocked = theory.blocked_share(answered, 12 * HOUR / SECOND, TEN_A_DAY)

    def draw(rng: Draws, size: int) -> Calls:
        person = rng.choice(5, size, p=[0.4, 0.3, 0.15, 0.1, 0.05])
        intent = np.where(rng.random(size) < nuisance, PRANK, GENUINE)
        return plan(poisson(rng, size, TEN_A_DAY), person=person, number=-1, own=person, intent=intent)

    catches = "withheld calls let through, or held against persons"
    rules_ = policy(rule("prank", for_=(12 * HOUR,), **rules), as_one=True)
    exact = {"blocked": blocked, "blocked of genuine": blocked, "blocked, withheld as one": blocked}
    return Case(f"withheld as one: {name}", catches, draw, 1, exact, size, policy=rules_)


def sharers() -> list[Case]:
    """Phones by call and by number under one strike and under three; withheld as one with and without a reset."""
    return [
        *(shared_phone(choose, 1, 40, 1.9) for choose in ("by number", "by call")),
        *(shared_phone(choose, 3, 8, 1.0) for choose in ("by number", "by call")),
        withheld("3 strikes", 3 / 0.3, 0.3, strikes=3),
        withheld("2 strikes in a row", theory.strikes_in_a_row(2, 0.6), 0.6, strikes=2, reset_by="genuine"),
    ]
