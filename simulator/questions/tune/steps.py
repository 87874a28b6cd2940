"""The values between the ends of a range: whole numbers, durations and shares that people would choose."""

from decimal import Decimal

from simulator.scenario.units import DAY, HOUR, MINUTE, SECOND

MOST_COUNTS = 10
MOST_SHARES = 10
NATURAL = (
    *(each * SECOND for each in (1, 2, 5, 10, 15, 20, 30, 45)),
    *(each * MINUTE for each in (1, 2, 5, 10, 15, 30)),
    *(each * HOUR for each in (1, 2, 4, 8, 12)),
    *(each * DAY for each in (1, 2, 4, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650)),
)
"""Durations of windows, blocks and messages that a rule would name, µs."""


def counts(low: int, high: int) -> tuple[int, ...]:
    """Every whole number from low to high, both included; where they are many, MOST_COUNTS of them in equal ratios."""
    if high - low < MOST_COUNTS:
        return tuple(range(low, high + 1))
    ratio = high / low
    return tuple(dict.fromkeys(round(low * ratio ** (k / (MOST_COUNTS - 1))) for k in range(MOST_COUNTS)))


def durations(low: int, high: int, whole: int) -> tuple[int, ...]:
    """Low, the natural steps between, and high (µs).

    Between the ends no step is taken that is as long as ``whole``, all the time there is: it does what forever does.
    """
    return tuple(dict.fromkeys((low, *(each for each in NATURAL if low < each < min(high, whole)), high)))


def shares(low: float, high: float) -> tuple[float, ...]:
    """Low, multiples of 1, 2 or 5 times a power of ten between, and high; fractions of one."""
    least, most = (Decimal(str(each)) for each in (low, high))
    step = _step((most - least) / MOST_SHARES)
    if not step:
        return (low,)
    between = (step * k for k in range(int(least / step) + 1, int(most / step) + 1))
    return tuple(dict.fromkeys((low, *(float(each) for each in between if least < each < most), high)))


def _step(least: Decimal) -> Decimal:
    """The smallest of 1, 2, 5 times a power of ten that is no less; 0 for 0."""
    if not least:
        return least
    power = Decimal(10) ** least.adjusted()
    return next(each * power for each in (1, 2, 5, 10) if each * power >= least)
