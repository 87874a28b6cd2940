"""Numbers in the words of a report: shares, seconds, so many of 1,000 callers."""

from collections.abc import Callable
from math import floor, isfinite, log10

from simulator.metrics.summary import Measured
from simulator.scenario.ranges import Range
from simulator.scenario.units import DAY, HOUR, MINUTE, SECOND

NOTHING = "-"
"""Stands where there is nothing to say a number from."""


def share(value: float | None) -> str:
    """``97.2 %``; never a rounded 0 %, -0.0 % or 100 % where it is not quite so."""
    if value is None or not isfinite(value):
        return NOTHING
    percent = 100 * value
    if 0 < percent < 0.05:
        return "< 0.1 %"
    if -0.05 < percent < 0:
        return "> -0.1 %"
    if 99.95 <= percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %"


def number(value: float | None, per: float | None = 1.0) -> str:
    """Three significant digits at least, thousands with commas; ``per`` divides."""
    if value is None or not per or not isfinite(value):
        return NOTHING
    value /= per
    if value == 0:
        return "0"
    digits = max(0, 2 - floor(log10(abs(value))))
    return f"{value:,.{digits}f}"


def seconds(value: float | None) -> str:
    """``3.2 s``, ``4 min 10 s``, ``2 h 05 min``."""
    if value is None or not isfinite(value):
        return NOTHING
    if value < 59.95:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def per_thousand(value: float | None) -> str:
    """So many of 1,000: one decimal, more where it is small; whole classes then still add up to 1,000."""
    if value is None or not isfinite(value):
        return NOTHING
    many = 1000 * value
    return "0" if many == 0 else f"{many:.1f}" if many >= 0.95 else f"{many:.2g}"


def per_thousand_interval(found: Measured) -> str:
    """The interval of so many of 1,000."""
    return interval(found, per_thousand)


def interval(found: Measured, words: Callable[[float | None], str]) -> str:
    """``3.1 to 4.2``; ``at least`` where nothing bounds it above."""
    if found.low is None and found.high is None:
        return NOTHING
    if found.high is None:
        return f"at least {words(found.low)}"
    return f"{words(found.low)} to {words(found.high)}"


def hours(hour: int) -> str:
    """``07:00-08:00`` for hour 7 of the day."""
    return f"{hour:02d}:00-{(hour + 1) % 24:02d}:00"


def counted(count: int, what: str) -> str:
    """A count with its noun: ``1 replication``, ``200 replications``."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def span(microseconds: int) -> str:
    """A duration in the largest unit that divides it: ``14 days``, ``90 minutes``."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if microseconds % unit == 0:
            return counted(microseconds // unit, name)
    return seconds(microseconds / SECOND)


def short(key: str) -> str:
    """A key path without what goes without saying: ``children.pool``."""
    return key.removeprefix("callers.").replace(".numbers.", ".")


def range_text(range_: Range) -> str:
    """The value of the file and its range: ``4 % (2 % to 8 %)``, ``by_number, or by_call``."""
    if range_.options:
        return f"{range_.value}, or {' or '.join(option for option in range_.options if option != range_.value)}"
    return f"{range_.value} ({range_.low} to {range_.high})"
