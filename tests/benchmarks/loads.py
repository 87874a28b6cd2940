"""Loads to measure with: the same calls for everyone."""

from dataclasses import dataclass

import numpy as np

from simulator.scenario.units import SECOND
from simulator.tables.calls import Calls


@dataclass(frozen=True, slots=True)
class Load:
    """Poisson arrivals for some call-takers: offered load in Erlang, patience and redials as in an emergency line."""

    name: str
    calls: int
    call_takers: int
    trunks: int
    erlang: float


LOADS = (
    Load("light", 60_000, 3, 6, 0.6),
    Load("busy", 60_000, 6, 12, 5.0),
    Load("swamped", 40_000, 6, 30, 12.0),
)
TALK_S, PATIENCE_S, WRAP_S, ATTEMPTS = 60.0, 90.0, 15.0, 4


def plan(load: Load, seed: int = 1) -> Calls:
    """Calls of a load; later attempts use a book of a quarter of the calls, as drawn scenarios do."""
    draws, n = np.random.default_rng(seed), load.calls
    rows = n + n // 4 + ATTEMPTS
    arrival = np.cumsum(draws.exponential((TALK_S + WRAP_S) / load.erlang, n) * SECOND).astype(np.int64)
    each, zero, zeros = np.arange(n), np.zeros(n), np.zeros(rows)
    return Calls.of(
        arrival=arrival,
        group=zero,
        intent=zero,
        person=each,
        number=each,
        own=each,
        route=zero,
        incident=zero - 1,
        deceives=zero,
        tendency=zero,
        later=n + draws.integers(0, n // 4, n),
        patience=draws.exponential(PATIENCE_S * SECOND, rows),
        talk=(talk := draws.exponential(TALK_S * SECOND, rows)),
        duplicate=talk,
        wrap=draws.exponential(WRAP_S * SECOND, rows),
        doubt=zeros,
        verdict=zeros,
        accept=zeros,
        rotate=zeros,
        quit=zeros,
        redial=np.full(rows, 0b110),
        redial_delay=draws.exponential(20 * SECOND, rows),
        attempts=[ATTEMPTS],
        sims=[1],
        first_number=[0],
        listed=[],
        listed_until=[],
        groups=("all",),
        persons=n,
        numbers=n,
        incidents=0,
        length=int(arrival[-1]) + 1,
        clock=0,
    )
