"""What a plan is made of: columns (intervals, or shifts), each counted in persons, and the places that they staff.

A place is where a number of persons can be too low: an interval of the day, or of the week, or a shift. Plan x (persons
by column) puts A x persons on its places. Cuts say of places what simulation found: one of these needs more than now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.decisions.planning.grid import Grid, layered
from simulator.scenario.floor import Floor, Shift
from simulator.scenario.units import DAY, HOUR
from simulator.tables.calls import Int64

Float = NDArray[np.float64]
HOURS_A_DAY = DAY // HOUR


@dataclass(frozen=True, slots=True)
class Column:
    """So many persons of a column are on all the places it ``covers``, at ``cost`` each; at ``most`` so many."""

    name: str
    covers: tuple[int, ...]
    cost: float
    most: int


@dataclass(frozen=True, slots=True)
class Cut:
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
    def least(self) -> Int64:
        """The fewest persons wanted on each place, int64 [places]."""

    def shifts(self, persons: Int64) -> tuple[Shift, ...]:
        """A plan as the scenario's shifts: ``persons`` int64 [columns]."""

    def sets(self, begin: int, end: int) -> tuple[tuple[int, ...], ...]:
        """The sets of places on duty in [begin, end) µs of the day, a set for each day that has places of its own."""

    def staffed(self, levels: Int64) -> tuple[Shift, ...]:
        """Shifts that put exactly ``levels`` persons on the places, whether or not a plan can: to try a place alone."""


def coverage(space: Space) -> Float:
    """A: float [places][columns], 1 where a column covers a place."""
    matrix = np.zeros((len(space.least), len(space.columns)))
    for place, column in enumerate(space.columns):
        matrix[list(column.covers), place] = 1
    return matrix


def levels_of(space: Space, persons: Int64) -> Int64:
    """Persons on each place under a plan."""
    levels = np.zeros(len(space.least), dtype=np.int64)
    for column, many in zip(space.columns, persons.tolist(), strict=True):
        levels[list(column.covers)] += many
    return levels


@dataclass(frozen=True, slots=True)
class Intervals:
    """Plans by interval of the day, the same every day: a column an interval, its cost the person-hours of a day."""

    grid: Grid
    floor: Floor
    most: int
    at_least: int = 1

    @property
    def columns(self) -> tuple[Column, ...]:
        """A column an interval."""
        hours = self.grid.step / HOUR
        return tuple(Column(str(place), (place,), hours, self.most) for place in range(self.grid.size))

    @property
    def least(self) -> Int64:
        """The same everywhere."""
        return np.full(self.grid.size, self.at_least, dtype=np.int64)

    def shifts(self, persons: Int64) -> tuple[Shift, ...]:
        """As persons who stay on over neighbouring intervals."""
        return layered(persons, self.grid, self.floor)

    def sets(self, begin: int, end: int) -> tuple[tuple[int, ...], ...]:
        """One set: every day is alike."""
        return (self.grid.touching(begin, end),)

    def staffed(self, levels: Int64) -> tuple[Shift, ...]:
        """A place is a column here."""
        return self.shifts(levels)


@dataclass(frozen=True, slots=True)
class OwnShifts:
    """Plans that keep the scenario's shifts and change only how many persons each has; cost: person-hours of a week."""

    own: tuple[Shift, ...]
    most: int
    at_least: int = 0

    @property
    def columns(self) -> tuple[Column, ...]:
        """A column a shift."""
        hours = [len(shift.days) * shift.length / HOUR for shift in self.own]
        return tuple(
            Column(s.name, (k,), cost, self.most) for k, (s, cost) in enumerate(zip(self.own, hours, strict=True))
        )

    @property
    def least(self) -> Int64:
        """The same of every shift."""
        return np.full(len(self.own), self.at_least, dtype=np.int64)

    def shifts(self, persons: Int64) -> tuple[Shift, ...]:
        """The scenario's shifts with other numbers."""
        return tuple(
            shift.model_copy(update={"call_takers": many})
            for shift, many in zip(self.own, persons.tolist(), strict=True)
        )

    def sets(self, begin: int, end: int) -> tuple[tuple[int, ...], ...]:
        """The shifts that are on at some time in the stretch."""
        return (tuple(k for k, shift in enumerate(self.own) if _meets(shift, begin, end)),)

    def staffed(self, levels: Int64) -> tuple[Shift, ...]:
        """A place is a column here."""
        return self.shifts(levels)


def _meets(shift: Shift, begin: int, end: int) -> bool:
    """Whether a shift is on at some time of [begin, end) of any day."""
    length = end - begin
    return (begin - shift.from_) % DAY < shift.length or (shift.from_ - begin) % DAY < length


def most_of(columns: Sequence[Column]) -> Int64:
    """The fullest plan."""
    return np.array([column.most for column in columns], dtype=np.int64)
