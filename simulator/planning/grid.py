"""Intervals of the day, and call-takers by interval as shifts of persons.

A person stays on over neighbouring intervals as long as so many are wanted: the first person of an interval is the
first of the next, too. Persons change where the scenario's shifts do, and come as those shifts' persons do.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator.scenario.floor import WEEKDAYS, Attendance, Floor, Shift
from simulator.scenario.units import DAY, HOUR, MINUTE
from simulator.tables.calls import Int64


@dataclass(frozen=True, slots=True)
class Grid:
    """The day cut into intervals of ``step`` µs from 00:00 local time; raises ValueError unless they fill it."""

    step: int = 30 * MINUTE

    def __post_init__(self) -> None:
        if self.step <= 0 or DAY % self.step or self.step % MINUTE:
            raise ValueError(f"intervals of {self.step} us do not fill a day with whole minutes")

    @property
    def size(self) -> int:
        """How many intervals a day has."""
        return DAY // self.step

    def touching(self, begin: int, end: int) -> tuple[int, ...]:
        """The intervals that a stretch [begin, end) of the day touches, which may go past midnight either way."""
        first, last = begin // self.step, -(-end // self.step)
        return tuple(sorted({each % self.size for each in range(first, min(last, first + self.size))}))


def hour_of(grid: Grid) -> Int64:
    """The hour of the day in which each interval begins."""
    return np.asarray(np.arange(grid.size) * grid.step // HOUR, dtype=np.int64)


def layer_shifts(levels: Int64, grid: Grid, floor: Floor) -> tuple[Shift, ...]:
    """Shifts that put ``levels[i]`` persons on duty in interval i of every day.

    levels   int64 [grid.size]
    Pieces of equal hours are one shift; each has the attendance of the scenario's shift that has most persons then.
    """
    cuts = _cuts(grid, floor)
    pieces: dict[tuple[int, int], int] = {}
    for level in range(1, int(levels.max(initial=0)) + 1):
        for piece in _runs(levels >= level, cuts):
            pieces[piece] = pieces.get(piece, 0) + 1
    return tuple(_shift(grid, floor, piece, persons) for piece, persons in sorted(pieces.items()))


def _cuts(grid: Grid, floor: Floor) -> frozenset[int]:
    """Intervals at whose beginning persons change: where shifts of the scenario begin or end; else at midnight."""
    changes = {time % DAY for shift in floor.shifts for time in (shift.from_, shift.to)}
    return frozenset(time // grid.step for time in changes if time % grid.step == 0) or frozenset((0,))


def _runs(on: np.ndarray, cuts: frozenset[int]) -> list[tuple[int, int]]:
    """First interval and length of each run of intervals that are on, the day taken as a circle, cut at ``cuts``."""
    size = len(on)
    starts = [i for i in range(size) if on[i] and (not on[i - 1] or i in cuts)]
    if not starts:
        return [(0, size)] if on.all() else []
    runs = []
    for start, following in pairwise([*starts, starts[0] + size]):
        length = next((k for k in range(following - start) if not on[(start + k) % size]), following - start)
        runs.append((start, length))
    return runs


def _shift(grid: Grid, floor: Floor, piece: tuple[int, int], persons: int) -> Shift:
    begin, end = piece[0] * grid.step, (piece[0] + piece[1]) * grid.step
    name = f"from_{_clock(begin)}_to_{_clock((end - 1) % DAY + 1)}"
    # Built, not validated: a search makes thousands of them, of whole minutes, persons and names that are sound.
    return Shift.model_construct(
        name=name,
        from_=begin,
        to=(end - 1) % DAY + 1,
        call_takers=persons,
        days=WEEKDAYS,
        attendance=attendance_at(floor, begin),
        breaks=(),
        may_overlap=True,
    )


def attendance_at(floor: Floor, time: int) -> Attendance:
    """The attendance of the scenario's shift that has most persons at a time of day; everybody where there is none."""
    on = [shift for shift in floor.shifts if (time - shift.from_) % DAY < shift.length]
    return max(on, key=lambda shift: shift.call_takers).attendance if on else Attendance()


def _clock(time: int) -> str:
    return f"{time // HOUR:02d}{time % HOUR // MINUTE:02d}"
