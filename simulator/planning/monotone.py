"""Whether more persons ever made an hour worse: the cuts of a search are safe where they did not."""

from collections.abc import Sequence

import numpy as np

from simulator.metrics.targets import HourVerdict
from simulator.tables.calls import Int64

MOST_TOLD = 5


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

    def odd(self) -> tuple[int | None, ...]:
        """Hours that a plan passed and one with at least as many persons everywhere failed; None: the whole day."""
        if not self._levels:
            return ()
        levels = np.stack(self._levels)
        found = {
            hour
            for more, one in enumerate(levels)
            for fewer in np.flatnonzero((levels <= one).all(axis=1)).tolist()
            for _, hour in (self._passed[fewer] & self._hours[more]) - self._passed[more]
        }
        return tuple(sorted(found, key=lambda hour: -1 if hour is None else hour))


def monotonicity_warning(odd: Sequence[int | None]) -> str:
    """What that means, in a sentence; empty where there are none."""
    if not odd:
        return ""
    told = ["the whole day" if hour is None else str(hour) for hour in odd[:MOST_TOLD]]
    more = ", ..." if len(odd) > MOST_TOLD else ""
    where = "" if None in odd else "hour " if len(odd) == 1 else "hours "
    return (
        f"more persons once made it worse ({where}{', '.join(told)}{more}), as it may where others come or stay away: "
        "what is said of the least is less sure there"
    )
