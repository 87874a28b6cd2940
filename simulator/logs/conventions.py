"""What a log leaves open, and how it is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulator.tables.calls import Bool, Int64

Arrivals = Literal["seconds", "days"]
Durations = Literal["seconds", "days", "m:ss", "mm.ss"]
LINES_NAMED = 5
"""Of how many lines a remark tells the number."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """How the cells of a log are taken where they do not say it themselves.

    region          ISO code of the country whose telephone numbers are written without a country code
    arrivals        seconds from any zero, or days of a spreadsheet; None: seconds, refused if they look like days
    durations       seconds, days, minutes:seconds or minutes.seconds; None: seconds, refused if they look otherwise
    decimal_comma   12,5 is twelve and a half and 1.250 is a thousand and more
    """

    region: str = "ID"
    arrivals: Arrivals | None = None
    durations: Durations | None = None
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What was taken under a convention, or left out: which cells, how many, the lines of the first of them."""

    column: str
    """'' for whole lines."""
    text: str
    count: int
    lines: tuple[int, ...]
    warning: bool = True
    """Whether the answer would be another had it been taken otherwise."""

    def __str__(self) -> str:
        """``number: text (3 cells: lines 2, 4, 5)``."""
        head = f"{self.column}: " if self.column else ""
        return f"{head}{self.text} ({_place(self.count, self.lines)})" if self.count else f"{head}{self.text}"


def remark(column: str, text: str, where: Bool, lines: Int64, *, warning: bool = True) -> Remark:
    """A remark on the rows that are true in ``where``; ``lines`` is the line of each row."""
    rows = np.flatnonzero(where)
    return Remark(column, text, len(rows), tuple(lines[rows[:LINES_NAMED]].tolist()), warning)


def _place(count: int, lines: Sequence[int]) -> str:
    if count == 1:
        return f"line {lines[0]}"
    more = ", ..." if count > len(lines) else ""
    return f"{count:,} lines: {', '.join(map(str, lines))}{more}"
