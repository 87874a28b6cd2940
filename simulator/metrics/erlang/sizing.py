"""The inverses: the fewest call-takers or trunks, and the most load, with which a target is still met."""

from collections.abc import Callable
from functools import cache
from math import ceil, inf, sqrt

from simulator.metrics.erlang.patience import DEFINITIONS, level_with_patience
from simulator.metrics.erlang.states import spread
from simulator.metrics.erlang.waiting import Line

MOST = 100_000
NEAR = 1e-8
"""So near to the share that is asked for, the quick formula does not decide."""


def level(line: Line, within: float, of: str = "offered") -> float:
    """The service level at ``within`` s in one of DEFINITIONS."""
    return {"offered": line.level_offered, "answered": line.level_answered}.get(of, line.level_less_short)(within)


def fewest_staff(
    lam: float,
    handling: float,
    within: float,
    share: float,
    *,
    patience: float = inf,
    trunks: float = inf,
    of: str = "offered",
) -> int | None:
    """The fewest call-takers with which ``share`` is answered within ``within`` s; None where no number is enough.

    No number answers all calls in time: of a share of 1 there is none.
    Units: calls a second, seconds. From the load and its deviation outwards, then by bisection, since more call-takers
    never make it worse; the smallest stable number is tried like any other.
    """
    if lam == 0:
        return 1
    if share >= 1:
        return None
    load = lam * handling

    @cache
    def enough(c: int) -> bool:
        return _enough(Line(lam, handling, c, patience, trunks), within, share, of)

    most = max(spread(load) if trunks == inf else int(min(trunks, MOST)), 1)
    low, high = _around(enough, min(ceil(load + sqrt(load) / 2), most), most)
    return _first(enough, low, high)


def fewest_trunks(
    lam: float, handling: float, c: int, grade: float = 0.01, *, patience: float = inf, most: int = MOST
) -> int | None:
    """The fewest trunks with which at most ``grade`` of attempts find all busy (P.01: 0.01); None of up to ``most``."""

    def enough(trunks: int) -> bool:
        return Line(lam, handling, c, patience, trunks).busy() <= grade

    high = 1
    while not enough(high):
        high *= 2
        if high > most:
            return None
    return _first(enough, high // 2, high)


def most_load(
    handling: float,
    c: int,
    within: float,
    share: float,
    *,
    patience: float = inf,
    trunks: float = inf,
    of: str = "offered",
) -> float:
    """The most calls a second of which ``share`` is still answered within ``within`` s; 0 where not even one is."""

    def enough(lam: float) -> bool:
        return _enough(Line(lam, handling, c, patience, trunks), within, share, of)

    low, high = 0.0, max(c, 1) / handling
    if c == 0 or share >= 1:
        return 0.0
    while enough(high):
        high *= 2
        if high * handling > MOST:
            return high
    while low < (middle := (low + high) / 2) < high and high - low > 1e-12 * high:
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low


def _enough(line: Line, within: float, share: float, of: str) -> bool:
    """Whether the line's service level reaches the share: by the quick formula, near to it by the exact one."""
    if line.trunks == inf and line.lam > 0 and line.c > 0:
        quick = level_with_patience(line.lam, line.handling, line.c, line.patience, within, of)
        if quick is not None and abs(quick - share) > NEAR:
            return quick > share
    return level(line, within, of) >= share


def _around(enough: Callable[[int], bool], start: int, most: int) -> tuple[int, int]:
    """Numbers between which the first that is enough lies, by strides that double away from ``start``."""
    stride = 1
    if enough(start):
        while start > 1 and enough(max(start - stride, 1)):
            start, stride = max(start - stride, 1), 2 * stride
        return max(start - stride, 0) + 1, start
    while start < most and not enough(min(start + stride, most)):
        start, stride = min(start + stride, most), 2 * stride
    return min(start + 1, most), min(start + stride, most)


def _first(enough: Callable[[int], bool], low: int, high: int) -> int | None:
    """The first number in [low, high] that is enough; None where even the last is not."""
    if not enough(high):
        return None
    low -= 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


__all__ = ["DEFINITIONS", "fewest_staff", "fewest_trunks", "level", "most_load"]
