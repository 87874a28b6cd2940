"""The inverses: the fewest call-takers or trunks, and the most load, with which a target is still met."""

from collections.abc import Callable
from math import inf

from simulator.metrics.erlang.states import spread
from simulator.metrics.erlang.waiting import Line

DEFINITIONS = ("offered", "answered", "less short abandons")
"""Definitions of the service level by attempt, as in `measures.service_levels`."""
MOST = 100_000


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

    Units: calls a second, seconds. By bisection, since more call-takers never make it worse; the smallest stable
    number is tried like any other.
    """
    if lam == 0:
        return 1

    def enough(c: int) -> bool:
        return level(Line(lam, handling, c, patience, trunks), within, of) >= share

    most = spread(lam * handling) if trunks == inf else int(min(trunks, MOST))
    return _first(enough, 1, max(most, 1))


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
        return level(Line(lam, handling, c, patience, trunks), within, of) >= share

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


def _first(enough: Callable[[int], bool], low: int, high: int) -> int | None:
    """The first number in [low, high] that is enough; None where even the last is not."""
    if not enough(high):
        return None
    low -= 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
