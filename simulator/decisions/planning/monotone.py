"""Whether more persons ever made an hour worse: the cuts of a search are safe where they did not."""

from collections.abc import Sequence

import numpy as np

from simulator.metrics.targets import HourVerdict
from simulator.tables.calls import Int64

FEWEST_TOLD = 5


class Monotone:
    """Plans simulated and the hours that each passed; pairs of them are held against each other."""

    def __init__(self) -> None:
        self._levels: list[Int64] = []
        self._passed: list[frozenset[tuple[int, int | None]]] = []
        self._hours: list[frozenset[tuple[int, int | None]]] = []

    def add(self, levels: Int64, judged: Sequence[HourVerdict]) -> None:
        """A plan and its verdicts."""
        self._levels.append(levels)
        self._hours.append(frozenset((v.place, v.hour) for v in judged))
        self._passed.append(frozenset((v.place, v.hour) for v in judged if v.met))

    def odd(self) -> tuple[str, ...]:
        """Hours that a plan passed and one with at least as many persons everywhere failed, in words."""
        if not self._levels:
            return ()
        levels = np.stack(self._levels)
        found = {
            key
            for more, one in enumerate(levels)
            for fewer in np.flatnonzero((levels <= one).all(axis=1)).tolist()
            for key in (self._passed[fewer] & self._hours[more]) - self._passed[more]
        }
        return tuple(_said(hour) for _, hour in sorted(found, key=str)[:FEWEST_TOLD])


def _said(hour: int | None) -> str:
    where = "the whole day" if hour is None else f"hour {hour}"
    return f"{where}: a plan with fewer persons passed, and one with more did not"
