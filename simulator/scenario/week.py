"""Who is on duty in the minutes of a week, as rostered: where shifts overlap and where nobody is."""

from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.clock import clock_of
from simulator.scenario.dates import in_force, span_of
from simulator.scenario.floor import WEEKDAYS, Break, Shift
from simulator.scenario.model import Scenario
from simulator.scenario.units import DAY, MINUTE, WEEK

MINUTES = WEEK // MINUTE
MINUTES_A_DAY = DAY // MINUTE


def minutes_of(shift: Shift) -> NDArray[np.bool_]:
    """In which of the 10,080 minutes of the week, from Monday 00:00, the shift is on, breaks not taken off."""
    return _stretches(shift, shift.from_, shift.length)


def _stretches(shift: Shift, begin: int, length: int) -> NDArray[np.bool_]:
    """The whole minutes of a stretch that begins at ``begin`` on each day of the shift."""
    on = np.zeros(MINUTES, dtype=np.bool_)
    for day in shift.days:
        first = (WEEKDAYS.index(day) * DAY + begin) // MINUTE
        on[np.arange(first, first + length // MINUTE) % MINUTES] = True
    return on


def minutes_of_break(shift: Shift, pause: Break) -> tuple[NDArray[np.bool_], int]:
    """In which minutes of the week somebody of the shift is at break, and how many at a time."""
    begin = shift.from_ + (pause.at - shift.from_) % DAY
    if pause.in_turn:
        return _stretches(shift, begin, min(pause.for_ * shift.call_takers, DAY)), 1
    return _stretches(shift, begin, min(pause.for_, DAY)), shift.call_takers


def overlap(one: Shift, two: Shift) -> NDArray[np.bool_]:
    """The minutes of the week in which two shifts overlap on some date, each on the dates that it has."""
    on = np.zeros(MINUTES, dtype=np.bool_)
    (first, last), (begin, end) = span_of(one), span_of(two)
    for later in (-1, 0, 1):
        since = max(one.from_, two.from_ + later * DAY) // MINUTE
        until = min(one.from_ + one.length, two.from_ + two.length + later * DAY) // MINUTE
        # The days on which the first can begin, the second ``later`` days after it; a week of them has every weekday.
        days = range(max(first, begin - later), min(last, end - later) + 1)[:7]
        for day in ((ordinal - 1) % 7 for ordinal in days):
            if WEEKDAYS[day] in one.days and WEEKDAYS[(day + later) % 7] in two.days:
                on[np.arange(since, max(since, until)) + day * MINUTES_A_DAY - MINUTES] = True
    return on


def on_duty(shifts: tuple[Shift, ...]) -> NDArray[np.int64]:
    """How many persons are rostered and not at break, by minute of the week."""
    persons = np.zeros(MINUTES, dtype=np.int64)
    for shift in shifts:
        present = minutes_of(shift) * shift.call_takers
        for pause in shift.breaks:
            minutes, away = minutes_of_break(shift, pause)
            present = present - minutes * away
        persons += np.maximum(present, 0)
    return persons


def on_dates(scenario: Scenario) -> NDArray[np.int64]:
    """How many persons are rostered and not at break, by minute from 00:00 of the day of the start to the end."""
    first = scenario.start.toordinal()
    minutes = -(-(clock_of(scenario.start) % DAY + scenario.length) // MINUTE)
    days = np.arange(-1, -(-minutes // MINUTES_A_DAY))
    persons = np.zeros((len(days) + 1) * MINUTES_A_DAY, dtype=np.int64)
    for shift in scenario.floor.shifts:
        alone = on_duty((shift.model_copy(update={"days": WEEKDAYS[:1]}),))[: 2 * MINUTES_A_DAY]
        works = np.isin((days + first - 1) % 7, [WEEKDAYS.index(day) for day in shift.days])
        for day in np.flatnonzero(works & in_force(shift, days + first)).tolist():
            persons[day * MINUTES_A_DAY :][: len(alone)] += alone[: len(persons) - day * MINUTES_A_DAY]
    return persons[MINUTES_A_DAY : MINUTES_A_DAY + minutes]


def within(scenario: Scenario) -> NDArray[np.bool_]:
    """The minutes of the week that the scenario touches."""
    first = clock_of(scenario.start) // MINUTE
    last = -(-(clock_of(scenario.start) + scenario.length) // MINUTE)
    touched = np.zeros(MINUTES, dtype=np.bool_)
    touched[np.arange(first, min(last, first + MINUTES)) % MINUTES] = True
    return touched


def spoken(minutes: NDArray[np.bool_]) -> str:
    """Minutes of the week in words: ``mon to fri 22:00-06:00, sat 12:00 to mon 06:00``."""
    if minutes.all():
        return "all week"
    days_of: dict[tuple[int, int], list[int]] = {}
    for first, length in _runs(minutes):
        days_of.setdefault((first % MINUTES_A_DAY, length), []).append(first // MINUTES_A_DAY)
    return ", ".join(_said(sorted(days), clock, length) for (clock, length), days in days_of.items())


def _runs(minutes: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First minute and length of each run of true minutes, the week taken as a circle."""
    turn = int(np.flatnonzero(~minutes)[0])
    turned = np.concatenate(([False], np.roll(minutes, -turn), [False]))
    changes = np.flatnonzero(np.diff(turned.astype(np.int8)))
    runs = zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True)
    return sorted(((begin + turn) % MINUTES, end - begin) for begin, end in runs)


def _said(days: list[int], clock: int, length: int) -> str:
    if length > MINUTES_A_DAY:
        ends = (_at((day * MINUTES_A_DAY + clock + length) % MINUTES) for day in days)
        begins = (_at(day * MINUTES_A_DAY + clock) for day in days)
        return ", ".join(f"{begin} to {end}" for begin, end in zip(begins, ends, strict=True))
    end = (clock + length - 1) % MINUTES_A_DAY + 1
    return f"{_days(days)} {_clock(clock)}-{_clock(end)}"


def _at(minute: int) -> str:
    return f"{WEEKDAYS[minute // MINUTES_A_DAY]} {_clock(minute % MINUTES_A_DAY)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _days(days: list[int]) -> str:
    """Days of the week: three or more in a row as ``mon to wed``."""
    said = []
    for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        names = [WEEKDAYS[day] for _, day in run]
        said.append(f"{names[0]} to {names[-1]}" if len(names) > 2 else ", ".join(names))
    return ", ".join(said)
