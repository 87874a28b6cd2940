"""Stretches in which a live API answered nothing, and then everybody who waited: a freeze, not a lack of capacity.

A long pause of a collector, a lock, a database that fails over: nothing fails, replies only come late and all at once.
Told from a quiet hour by the rings that were sent into the silence, and from a generator that stood still by the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.units import SECOND

Times = NDArray[np.int64]

LEAST = SECOND // 2
"""A shorter silence is not worth a word."""
UNUSUAL = 10
"""How many times as long as a reply usually takes."""
WAITED = 3
"""So many rings at least waited through it."""
NOTABLE = SECOND // 10
"""A ring whose reply took less did not wait."""


class Rings(NamedTuple):
    """Rings at an API that were answered: when sent, and when the reply was there (µs of the wall clock)."""

    sent: Times
    replied: Times


@dataclass(frozen=True, slots=True)
class Freeze:
    """Nothing was answered from ``begin`` to ``end`` (µs of the wall clock); rings waited, up to ``longest``."""

    begin: int
    end: int
    rings: int
    longest: int

    def sentence(self, when: Callable[[int], str]) -> str:
        """The freeze in words; ``when`` says a time."""
        rings = f"{self.rings:,} attempts"
        lasted, longest = (each / SECOND for each in (self.end - self.begin, self.longest))
        return (
            f"the API answered nothing from {when(self.begin)} to {when(self.end)} ({lasted:.1f} s on the wall): "
            f"{rings} waited up to {longest:.1f} s for the reply to their ring"
        )


def freezes(rings: Rings) -> list[Freeze]:
    """All of them, in order; none where replies always take that long."""
    if len(rings.sent) < WAITED:
        return []
    order = np.argsort(rings.replied, kind="stable")
    sent, replied = rings.sent[order], rings.replied[order]
    least = max(LEAST, UNUSUAL * int(np.median(replied - sent)))
    before = np.concatenate(([sent.min()], replied[:-1]))
    places = np.flatnonzero(replied - before >= least)
    found = (_freeze(sent, replied, int(place), int(before[place])) for place in places)
    return [each for each in found if each is not None and each.end - each.begin >= least]


def _freeze(sent: Times, replied: Times, place: int, last: int) -> Freeze | None:
    """The silence behind the reply at ``last``, broken by the one at ``place``."""
    end = int(replied[place])
    waits = replied[place:] - sent[place:]
    waiting = (sent[place:] < end) & (waits >= NOTABLE)
    if np.count_nonzero(waiting) < WAITED:
        return None
    began = sent[place:][waiting]
    begin = max(last, int(began.min()))
    if began.max() < (begin + end) // 2:
        return None  # stragglers, or the sender itself stood still: nothing was sent into most of the silence
    return Freeze(begin, end, len(began), int(waits[waiting].max()))
