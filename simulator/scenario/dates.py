"""Dates: a day of the calendar as people write it, and on which of them a shift is worked."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from simulator.scenario.units import refuse, written

DATE_WANTED = "a date, such as 2025-06-19"


def parse_date(given: object) -> date:
    """The day of ``2025-06-19``."""
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given) if len(str(given)) == len("2025-06-19") else "")
    except ValueError:
        raise refuse(DATE_WANTED, given, "year, month and day as YYYY-MM-DD; there has to be such a day") from None


Date = Annotated[date, BeforeValidator(parse_date), written(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "date", "2025-06-19")]


class Dated(Protocol):
    """What is worked from one day on, or until another, or always."""

    @property
    def since(self) -> date | None:
        """The first day; None: no such bound."""

    @property
    def until(self) -> date | None:
        """The last day."""


def span_of(dated: Dated) -> tuple[int, int]:
    """The first and the last day, as days since 1 January of the year 1."""
    first, last = dated.since or date.min, dated.until or date.max
    return first.toordinal(), last.toordinal()


def in_force(dated: Dated, ordinals: NDArray[np.int64]) -> NDArray[np.bool_]:
    """On which of these days it is in force."""
    first, last = span_of(dated)
    return np.asarray((ordinals >= first) & (ordinals <= last))


def meet(one: tuple[int, int], two: tuple[int, int]) -> bool:
    """Whether two spans have a day in common."""
    return one[0] <= two[1] and two[0] <= one[1]


def any_dated(shifts: Sequence[Dated]) -> bool:
    """Whether any has a bound."""
    return any(shift.since or shift.until for shift in shifts)
