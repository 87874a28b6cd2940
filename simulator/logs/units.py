"""Columns of numbers that look as if another unit was meant than the one they are read in.

A spreadsheet exports times as fractions of a day, some systems write minutes.seconds: each a number that can be read
as seconds, and a day's calls then pass in an instant. One cell tells nothing, a whole column does.
"""

import re
from collections.abc import Collection, Iterable

import numpy as np

from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.tables.calls import Int64

FEW = 10
"""From how many values on a column is refused rather than warned of."""
_YEARS = 20_000 * SECOND, 80_000 * SECOND
"""Days from 1954 to 2119, taken for seconds."""
BUSIEST = SECOND // 5
"""No line is called more often, hour after hour: the busiest known had 2.2 million calls a month, one in 1.2 s."""
_SHORT = 1000 * SECOND
"""A log of less than three years of days; of seconds, a quarter of an hour."""
SHORTEST = 10 * SECOND
"""A call takes longer, by the middle one of a log; a bank's fourteenth took 10 s or less."""


def arrivals_in_days(arrivals: Int64) -> bool:
    """Whether arrivals, µs if they are seconds, are days: near 45,000 and all within a quarter of an hour, or there or
    below 1 and five calls a second or more."""
    if len(arrivals) < 2 or np.mean(arrivals % SECOND > 0) < 0.5:
        return False
    least, most = int(arrivals.min()), int(arrivals.max())
    crowded = most - least < BUSIEST * (len(arrivals) - 1)
    dated = _YEARS[0] <= least and most <= _YEARS[1] and (crowded or most - least < _SHORT)
    return bool(dated or (crowded and most < SECOND and len(arrivals) >= FEW))


def mostly_short(durations: Int64) -> bool:
    """Whether half of the durations are shorter than any log of calls has them; of FEW or more."""
    some = durations[durations > 0]
    return bool(len(some) >= FEW and np.median(some) < SHORTEST)


def durations_in_days(durations: Int64) -> bool:
    """Whether durations, µs if they are seconds, are days: all below one, half of them a second of the day or more."""
    some = durations[durations > 0]
    return bool(len(some) and some.max() < SECOND and np.median(some) >= SECOND * SECOND / DAY)


def mostly_hours(durations: Int64) -> bool:
    """Whether half of the durations are longer than four hours."""
    some = durations[durations > 0]
    return bool(len(some) and np.median(some) > 4 * HOUR)


def minutes_point_seconds(texts: Iterable[str]) -> int:
    """How many distinct texts look like minutes.seconds, if all with a point do; else 0.

    All have two digits behind the point at most, most of them two, and none more than 59: of seconds with two decimals
    four in ten would. A zero at the end may have been dropped. Halves and quarters of seconds are not meant.
    """
    parts = [found[1] for text in texts if (found := re.fullmatch(r"[0-9]{1,3}[.]([0-9]+)", text))]
    two = sum(len(part) == 2 for part in parts)
    alike = all(len(part) <= 2 and part.ljust(2, "0") < "60" for part in parts)
    return len(parts) if alike and len({*parts}) > 3 and two >= 0.6 * len(parts) else 0


def points_of_thousands(texts: Collection[str]) -> tuple[int, bool]:
    """How many distinct texts such as 1.250 may be a thousand and more, and whether that is all but sure.

    That is so where all others are whole numbers below a thousand: decimals would be there too, or written out. Whoever
    drops zeros behind the point never writes 1.250, so one that ends in 0 makes it sure.
    """
    points = {text for text in texts if "." in text}
    others = all(re.fullmatch(r"[0-9]{0,3}", text) for text in texts if "." not in text)
    alike = bool(points) and all(re.fullmatch(r"[1-9][0-9]{0,2}[.][0-9]{3}", text) for text in points)
    if not (alike and others and any("." not in text for text in texts)):
        return 0, False
    return len(points), any(text.endswith("0") for text in points)
