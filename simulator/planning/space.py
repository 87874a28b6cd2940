"""What a plan is made of: columns (intervals, or shifts), each counted in persons, and the places that they staff.

A place is where a number of persons can be too low: an interval of the day, or a shift. Where days have cells of their
own (a week of shifts), a place is an interval of every day: it has the persons of the day with fewest. Plan x (persons
by column) puts A x persons on the cells. Cuts say of places what simulation found: one of these needs more than now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.planning.grid import Grid, layer_shifts
from simulator.scenario.floor import Floor, Shift
from simulator.scenario.units import DAY, HOUR
from simulator.tables.calls import Int64

Float = NDArray[np.float64]
HOURS_A_DAY = DAY // HOUR


@dataclass(frozen=True, slots=True)
class Column:
    """So many persons of a column are on all the cells it ``covers``, at ``cost`` each; at ``most`` so many.

    A cell is a place on one day: day * places + place.
    """

    name: str
    covers: tuple[int, ...]
    cost: float
    most: int


@dataclass(frozen=True, slots=True)
class Constraint:
    """One place of these, at least, needs its number of persons: (place, persons); ``hour`` of the day it is of."""

    needs: tuple[tuple[int, int], ...]
    hour: int | None = None

    def broken_by(self, levels: Int64) -> bool:
        """Whether none of its places has its number."""
        return all(levels[place] < persons for place, persons in self.needs)


class Space(Protocol):
    """The plans among which the least is looked for."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is counted."""

    @property
    def days(self) -> int:
        """How many days have cells of their own: 1, or the 7 of a week."""

    @property
    def least(self) -> Int64:
        """The fewest persons wanted on each place, int64 [places]."""

    @property
    def most(self) -> Int64:
        """The persons of the fullest plan on each place, int64 [places]."""

    def shifts(self, persons: Int64) -> tuple[Shift, ...]:
        """A plan as the scenario's shifts: ``persons`` int64 [columns]."""

    def touching(self, begin: int, end: int) -> tuple[int, ...]:
        """The places on duty at some time of [begin, end) µs of the day."""

    def staffed(self, levels: Int64) -> tuple[Shift, ...]:
        """Shifts that put exactly ``levels`` persons on the places, whether or not a plan can: to try a place alone."""


def cells_of(space: Space, persons: Int64) -> Int64:
    """Persons on each cell under a plan, int64 [days][places]."""
    cells = np.zeros(space.days * len(space.least), dtype=np.int64)
    for column, many in zip(space.columns, persons.tolist(), strict=True):
        cells[list(column.covers)] += many
    return cells.reshape(space.days, -1)


def levels_of(space: Space, persons: Int64) -> Int64:
    """Persons on each place under a plan, on the day with fewest."""
    return np.asarray(cells_of(space, persons).min(axis=0))


def cost_of(columns: Sequence[Column], persons: Int64) -> float:
    """What so many persons of each column cost."""
    return float(sum(column.cost * many for column, many in zip(columns, persons.tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class Intervals:
    """Plans by interval of the day, the same every day: a column an interval, its cost the person-hours of a day."""

    grid: Grid
    floor: Floor
    most_each: int
    at_least: int = 1
    quiet: frozenset[int] = frozenset()
    """Hours of the day in which nobody calls: they need nobody."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """A column an interval."""
        hours = self.grid.step / HOUR
        return tuple(Column(str(place), (place,), hours, self.most_each) for place in range(self.grid.size))

    @property
    def days(self) -> int:
        """Every day is alike."""
        return 1

    @property
    def least(self) -> Int64:
        """The same wherever somebody calls."""
        return least_in(self.grid, self.at_least, self.quiet)

    @property
    def most(self) -> Int64:
        """The same everywhere."""
        return np.full(self.grid.size, self.most_each, dtype=np.int64)

    def shifts(self, persons: Int64) -> tuple[Shift, ...]:
        """As persons who stay on over neighbouring intervals."""
        return layer_shifts(persons, self.grid, self.floor)

    def touching(self, begin: int, end: int) -> tuple[int, ...]:
        """The intervals that the stretch touches."""
        return self.grid.touching(begin, end)

    def staffed(self, levels: Int64) -> tuple[Shift, ...]:
        """A place is a column here."""
        return self.shifts(levels)


@dataclass(frozen=True, slots=True)
class OwnShifts:
    """Plans that keep the scenario's shifts and change only how many persons each has; cost: person-hours of a week."""

    own: tuple[Shift, ...]
    most_each: int
    at_least: int = 0
    quiet: frozenset[int] = frozenset()
    """Hours of the day in which nobody calls: a shift in these alone needs nobody."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """A column a shift."""
        hours = [len(shift.days) * shift.length / HOUR for shift in self.own]
        return tuple(
            Column(s.name, (k,), cost, self.most_each) for k, (s, cost) in enumerate(zip(self.own, hours, strict=True))
        )

    @property
    def days(self) -> int:
        """A shift is one place, whatever its days."""
        return 1

    @property
    def least(self) -> Int64:
        """The same of every shift in which somebody calls."""
        calls = [hour for hour in range(HOURS_A_DAY) if hour not in self.quiet]
        some = [any(_meets(shift, hour * HOUR, (hour + 1) * HOUR) for hour in calls) for shift in self.own]
        return np.where(some, self.at_least, 0).astype(np.int64)

    @property
    def most(self) -> Int64:
        """The same of every shift."""
        return np.full(len(self.own), self.most_each, dtype=np.int64)

    def shifts(self, persons: Int64) -> tuple[Shift, ...]:
        """The scenario's shifts with other numbers."""
        return tuple(
            shift.model_copy(update={"call_takers": many})
            for shift, many in zip(self.own, persons.tolist(), strict=True)
        )

    def touching(self, begin: int, end: int) -> tuple[int, ...]:
        """The shifts that are on at some time in the stretch."""
        return tuple(k for k, shift in enumerate(self.own) if _meets(shift, begin, end))

    def staffed(self, levels: Int64) -> tuple[Shift, ...]:
        """A place is a column here."""
        return self.shifts(levels)


def least_in(grid: Grid, least: int, quiet: frozenset[int]) -> Int64:
    """So many persons in every interval but those in which nobody calls, int64 [intervals]."""
    calls = [hour for hour in range(HOURS_A_DAY) if hour not in quiet]
    busy = {place for hour in calls for place in grid.touching(hour * HOUR, (hour + 1) * HOUR)}
    return np.array([least if place in busy else 0 for place in range(grid.size)], dtype=np.int64)


def _meets(shift: Shift, begin: int, end: int) -> bool:
    """Whether a shift is on at some time of [begin, end) of any day."""
    length = end - begin
    return (begin - shift.from_) % DAY < shift.length or (shift.from_ - begin) % DAY < length
