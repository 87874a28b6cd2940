"""What is drawn anew for each attempt: patience, talk, wrap-up, judgement, acceptance, and trying again."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.demand.streams import Draws, Streams, happens
from simulator.scenario.callers import CallerGroup, Misjudged, Redial
from simulator.scenario.distribution import FixedDuration
from simulator.scenario.model import Acceptance
from simulator.scenario.policy import INTENTS
from simulator.tables.calls import DOUBT_SCALE, Int64
from simulator.tables.outcomes import REDIAL_BITS

Column = NDArray[Any]
AT_ONCE = FixedDuration(fixed=0)


def draw_attempts(
    group: CallerGroup, acceptance: Acceptance | None, size: int, streams: Streams, *name: str
) -> dict[str, Column]:
    """The attempt columns of Calls, ``size`` rows, one stream a column."""
    redial, misjudged = group.redial, group.misjudged
    columns: dict[str, Callable[[Draws], Column]] = {
        "patience": lambda draws: group.patience.sample(draws, size),
        "talk": lambda draws: group.talk.sample(draws, size),
        "wrap": lambda draws: group.wrap_up.sample(draws, size),
        "doubt": lambda draws: _doubt(misjudged, size, draws),
        "verdict": lambda draws: mistakes(misjudged, size, draws),
        "accept": lambda draws: (acceptance.delay if acceptance else AT_ONCE).sample(draws, size),
        "redial": lambda draws: redial_bits(redial, size, draws),
        "redial_delay": lambda draws: (redial.delay if redial else AT_ONCE).sample(draws, size),
        "rotate": lambda draws: happens(group.numbers.rotate, size, draws),
        "quit": lambda draws: happens(group.gives_up, size, draws),
    }
    drawn = {column: draw(streams.of(*name, column)) for column, draw in columns.items()}
    drawn["duplicate"] = drawn["talk"]
    if group.incidents and group.incidents.duplicate_talk:
        drawn["duplicate"] = group.incidents.duplicate_talk.sample(streams.of(*name, "duplicate"), size)
    return drawn


def mistakes(misjudged: Misjudged | None, size: int, draws: Draws) -> Int64:
    """The verdict of a call-taker who errs, in the proportions of ``misjudged.as``."""
    shares = np.array([misjudged.as_.get(name, 0.0) if misjudged else 0.0 for name in INTENTS])
    if not shares.any():
        return np.zeros(size, dtype=np.int64)
    edges = np.cumsum(shares) / shares.sum()
    return np.searchsorted(edges, draws.random(size), side="right").astype(np.int64)


def redial_bits(redial: Redial | None, size: int, draws: Draws) -> Int64:
    """Bits of the endings after which the caller tries again.

    One uniform serves all endings: who tries again after the less likely one does so after the likelier one too.
    """
    if redial is None:
        return np.zeros(size, dtype=np.int64)
    u, bits = draws.random(size), np.zeros(size, dtype=np.int64)
    for name, bit in REDIAL_BITS.items():
        bits |= (u < getattr(redial.after, name)).astype(np.int64) << bit
    return bits


def _doubt(misjudged: Misjudged | None, size: int, draws: Draws) -> Int64:
    return draws.integers(0, DOUBT_SCALE, size) if misjudged else np.zeros(size, dtype=np.int64)
