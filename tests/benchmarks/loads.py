"""Loads to measure with: the same calls for everyone.

`LOADS` with `plan` have all that a call floor has: trunks, wrap-up, redials. `QUEUES` with `queue` are M/M/c with
abandonment and nothing else, which other packages can tell too. `SCALED` are pairs, the second 100 times the first.
"""

from dataclasses import dataclass, replace
from typing import Any

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

UNLIMITED = 999_999_999
"""More trunks than there are calls; as many as a floor may have."""
QUEUES = (
    Load("light", 60_000, 3, UNLIMITED, 0.6),
    Load("busy", 60_000, 6, UNLIMITED, 5.0),
    Load("heavy", 60_000, 6, UNLIMITED, 12.0),
)
_FEW, _MANY = Load("light, many staff", 200_000, 3, 6, 0.6), Load("busy, many staff", 200_000, 6, 12, 5.0)
SCALED = {
    "light: 60 thousand calls, 6 million": (LOADS[0], replace(LOADS[0], calls=6_000_000)),
    "busy: 60 thousand calls, 6 million": (LOADS[1], replace(LOADS[1], calls=6_000_000)),
    "light: 3 call-takers and 0.6 Erlang, 300 and 60": (_FEW, replace(_FEW, call_takers=300, trunks=600, erlang=60.0)),
    "busy: 6 call-takers and 5 Erlang, 600 and 500": (
        *(_MANY, replace(_MANY, call_takers=600, trunks=1200, erlang=500.0)),
    ),
}


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
        voiceless=zero,
        heeds=zero,
        later=n + draws.integers(0, n // 4, n),
        patience=draws.exponential(PATIENCE_S * SECOND, rows),
        talk=(talk := draws.exponential(TALK_S * SECOND, rows)),
        duplicate=talk,
        wrap=draws.exponential(WRAP_S * SECOND, rows),
        doubt=zeros,
        verdict=zeros,
        accept=zeros,
        **dict.fromkeys(("rotate", "quit", "challenge", "passback", "passback_delay", "press55"), zeros),
        redial=np.full(rows, 0b110),
        redial_delay=draws.exponential(20 * SECOND, rows),
        attempts=[ATTEMPTS],
        sims=[1],
        first_number=[0],
        listed=[],
        listed_until=[],
        groups=("all",),
        extras=(),
        persons=n,
        numbers=n,
        incidents=0,
        length=int(arrival[-1]) + 1,
        clock=0,
    )


def queue(load: Load, seed: int = 1) -> Calls:
    """Calls of an M/M/c queue with abandonment, drawn in as few steps as NumPy allows: what a user of it would do.

    Wrap-up, redials and policies are not used; their columns are zeros, one array for all of a kind.
    """
    draws, n = np.random.Generator(np.random.SFC64(seed)), load.calls
    zero: dict[str, Any] = {kind: np.zeros(n, dtype=kind) for kind in sorted(set(Calls.DTYPES.values()))}
    unused = {name: zero[Calls.DTYPES[name]] for name in (*Calls.CALL_COLUMNS, *Calls.ATTEMPT_COLUMNS)}
    used: dict[str, Any] = {
        **dict.fromkeys(("person", "number", "own"), np.arange(n, dtype=np.int32)),
        **dict.fromkeys(("talk", "duplicate"), (draws.standard_exponential(n) * (TALK_S * SECOND)).astype(np.int64)),
        "arrival": np.cumsum(draws.standard_exponential(n) * (TALK_S / load.erlang * SECOND)).astype(np.int64),
        "patience": (draws.standard_exponential(n) * (PATIENCE_S * SECOND)).astype(np.int64),
        "incident": np.full(n, -1, dtype=np.int32),
    }
    return Calls.of(
        **{**unused, **used},
        attempts=[1],
        sims=[1],
        first_number=[0],
        listed=[],
        listed_until=[],
        groups=("all",),
        extras=(),
        persons=n,
        numbers=n,
        incidents=0,
        length=int(used["arrival"][-1]) + 1,
        clock=0,
    )
