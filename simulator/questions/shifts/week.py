"""A week of shifts: which may be worked under work rules, which intervals each staffs, and what each costs.

A column is a shift on all the days of its kind: its beginning, length and the times of its breaks. So a plan is the
same on all days alike, and people can learn it. A place is an interval of every day of the week, and has the persons of
the day with fewest: what is needed at 3 o'clock is needed every night.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from simulator.planning.grid import Grid, attendance_at, layer_shifts
from simulator.planning.space import Column, Float, least_in
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.floor import WEEKDAYS, Break, Floor, Shift, Weekday
from simulator.scenario.rewrite import clock_text
from simulator.scenario.units import DAY, HOUR, MINUTE
from simulator.scenario.week import MINUTES, MINUTES_A_DAY, spoken
from simulator.scenario.work import Cost, Pause, ShiftKind, Work
from simulator.tables.calls import Int64

DAYS = len(WEEKDAYS)
MOST_COLUMNS = 30_000


@dataclass(frozen=True, slots=True, order=True)
class Pattern:
    """A shift that may be worked, µs: ``breaks`` as (time after the beginning, length)."""

    kind: str
    begin: int
    length: int
    breaks: tuple[tuple[int, int], ...]

    @property
    def name(self) -> str:
        """The kind and the time of its beginning: ``shift_0700``."""
        return f"{self.kind}_{clock_text(self.begin).replace(':', '')}"


@dataclass(frozen=True)
class Week:
    """Plans made of shifts under work rules; cost: of a week."""

    work: Work
    floor: Floor
    most_each: int
    quiet: frozenset[int] = frozenset()
    """Hours of the day in which nobody calls: they need nobody."""

    @property
    def days(self) -> int:
        """Each day of the week has cells of its own."""
        return DAYS

    @cached_property
    def grid(self) -> Grid:
        """The intervals of the day."""
        return Grid(self.work.interval)

    @cached_property
    def choices(self) -> tuple[tuple[Pattern, tuple[Weekday, ...]], ...]:
        """Each shift that may be worked, and the days on which it begins; in the order of the columns."""
        return tuple(
            (pattern, kind.days) for kind in self.work.shifts for pattern in patterns(kind, self.grid.step)
        )  # fmt: skip

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """A column a choice."""
        rate = rates(self.work.cost)
        return tuple(
            self._column(pattern, [WEEKDAYS.index(day) for day in days], rate) for pattern, days in self.choices
        )

    def _column(self, pattern: Pattern, days: Sequence[int], rate: Float) -> Column:
        cost = sum(_cost(self.work.cost, pattern, day, rate) for day in days)
        cells = (cell for day in days for cell in _cells(pattern, day, self.grid))
        return Column(pattern.name, tuple(cells), cost, self.most_each)

    @cached_property
    def least(self) -> Int64:
        """The same wherever somebody calls."""
        return least_in(self.grid, self.work.at_least, self.quiet)

    @cached_property
    def most(self) -> Int64:
        """The same everywhere, none where no shift comes on some day."""
        return np.where(self.reached.all(axis=0), self.most_each, 0)

    @cached_property
    def reached(self) -> Any:
        """Whether some shift staffs each interval of each day, bool [days][intervals]."""
        reached = np.zeros(DAYS * self.grid.size, dtype=np.bool_)
        for column in self.columns:
            reached[list(column.covers)] = True
        return reached.reshape(DAYS, -1)

    def shifts(self, persons: Int64) -> tuple[Shift, ...]:
        """A plan as the scenario's shifts."""
        chosen = sorted((p, days, many) for (p, days), many in zip(self.choices, persons.tolist(), strict=True) if many)
        chosen.sort(key=lambda each: each[0].begin)
        names = _distinct([pattern.name for pattern, _, _ in chosen])
        return tuple(self._shift(name, *each) for name, each in zip(names, chosen, strict=True))

    def _shift(self, name: str, pattern: Pattern, days: tuple[Weekday, ...], persons: int) -> Shift:
        end = pattern.begin + pattern.length
        breaks = ((pattern.begin + after, length) for after, length in pattern.breaks)
        return Shift.model_construct(
            name=name,
            from_=pattern.begin,
            to=(end - 1) % DAY + 1,
            call_takers=persons,
            days=days,
            attendance=attendance_at(self.floor, pattern.begin),
            breaks=tuple(Break.model_construct(at=at % DAY, for_=length, in_turn=False) for at, length in breaks),
            may_overlap=True,
        )

    def touching(self, begin: int, end: int) -> tuple[int, ...]:
        """The intervals that the stretch touches."""
        return self.grid.touching(begin, end)

    def staffed(self, levels: Int64) -> tuple[Shift, ...]:
        """So many persons in each interval of every day, whether or not shifts can."""
        return layer_shifts(levels, self.grid, self.floor)


def week_of(work: Work, floor: Floor, most: int, file: str = "", quiet: frozenset[int] = frozenset()) -> Week:
    """The shifts of a week under work rules; raises BadInput where they leave a time with callers without any shift.

    ``quiet``: hours of the day in which nobody calls.
    """
    week = Week(work, floor, work.at_most or most, quiet)
    if week.work.at_least > week.most_each:
        given = f"at_least: {work.at_least}, and at_most: {work.at_most or most}"
        raise BadInput([Fault("at most as many persons as at least, or more", given, file=file)])
    if (many := len(week.choices)) > MOST_COLUMNS:
        hint = "take fewer starts, a longer interval or narrower windows for breaks"
        raise BadInput([Fault(f"at most {MOST_COLUMNS:,} different shifts", f"{many:,}", file=file, hint=hint)])
    if (unstaffed := ~week.reached & (week.least > 0)).any():
        bare = np.repeat(unstaffed.ravel(), week.grid.step // MINUTE)
        wanted = f"shifts that staff all hours with callers, since at_least is {work.at_least}"
        hint = "add a start, a longer shift or a day; or move the breaks apart; or set at_least: 0"
        raise BadInput([Fault(wanted, f"no shift that covers {spoken(bare)}", "shifts", file, hint=hint)])
    return week


def patterns(kind: ShiftKind, step: int) -> Iterator[Pattern]:
    """Every shift of a kind: each start, length and time of each break, in steps of ``step`` µs."""
    breaks = [tuple(_breaks(pause, step)) for pause in kind.breaks]
    for begin, length, chosen in product(kind.starts, sorted(set(kind.lengths)), product(*breaks)):
        yield Pattern(kind.name, begin, length, chosen)


def _breaks(pause: Pause, step: int) -> Iterator[tuple[int, int]]:
    first, last = pause.after
    yield from ((time, pause.for_) for time in range(first, last + 1, step))


def _cells(pattern: Pattern, day: int, grid: Grid) -> Iterator[int]:
    """The cells in the whole of which a person of the shift is on duty, not at break."""
    for begin in range(0, pattern.length, grid.step):
        end = begin + grid.step
        if all(end <= after or after + length <= begin for after, length in pattern.breaks):
            yield (day * grid.size + (pattern.begin + begin) // grid.step) % (DAYS * grid.size)


def rates(cost: Cost) -> Float:
    """What an hour costs in each minute of the week, float [10,080]."""
    more = np.ones(MINUTES)
    for extra in cost.extra:
        for day in extra.days:
            first = WEEKDAYS.index(day) * MINUTES_A_DAY + extra.from_ // MINUTE
            more[np.arange(first, first + extra.length // MINUTE) % MINUTES] += extra.add
    return np.asarray(cost.hour * more)


def _cost(cost: Cost, pattern: Pattern, day: int, rate: Float) -> float:
    first = day * MINUTES_A_DAY + pattern.begin // MINUTE
    paid = np.ones(pattern.length // MINUTE)
    for after, length in pattern.breaks if not cost.paid_breaks else ():
        paid[after // MINUTE : (after + length) // MINUTE] = 0
    # A sum, not a dot product: a linear algebra library's goes by where in memory things are.
    return float((rate[np.arange(first, first + len(paid)) % MINUTES] * paid).sum()) * MINUTE / HOUR + cost.shift


def cost_of(shifts: Sequence[Shift], cost: Cost) -> float:
    """What shifts cost in a week."""
    rate = rates(cost)
    return sum(
        shift.call_takers * _cost(cost, _pattern(shift), WEEKDAYS.index(day), rate)
        for shift in shifts
        for day in shift.days
    )


def _pattern(shift: Shift) -> Pattern:
    breaks = tuple(((pause.at - shift.from_) % DAY, pause.for_) for pause in shift.breaks)
    return Pattern(shift.name, shift.from_, shift.length, breaks)


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of which several are the same, numbered."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if names.count(name) == 1 else f"{name}_{seen[name]}")
    return found
