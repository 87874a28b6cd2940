"""The local calendar of a scenario: Indonesian time zones have no daylight saving time, so every day has 24 hours."""

from datetime import datetime

from simulator.scenario.units import DAY, HOUR, MINUTE, SECOND


def clock_of(start: datetime) -> int:
    """Microseconds from Monday 00:00 local time to ``start``."""
    seconds = start.hour * HOUR + start.minute * MINUTE + start.second * SECOND + start.microsecond
    return start.weekday() * DAY + seconds


def days_touched(clock: int, start: int, end: int) -> int:
    """How many local days the stretch [start, end) touches, microseconds from where ``clock`` was read (`clock_of`)."""
    return (clock + end - 1) // DAY - (clock + start) // DAY + 1 if end > start else 0
