"""Which rostered person comes to which shift: Staffing, drawn per person and shift.

The roster, who would be on duty when if everybody came, is the same in every replication, so it is kept. A replication
draws who comes, takes their stretches from the roster and joins those that touch.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from simulator.demand.streams import Streams
from simulator.scenario.clock import clock_of
from simulator.scenario.dates import in_force
from simulator.scenario.model import WEEKDAYS, Break, Scenario, Shift
from simulator.scenario.units import DAY
from simulator.tables.calls import RUN_ON, Bool, Int64
from simulator.tables.staffing import Staffing


@dataclass(frozen=True, slots=True)
class Setting:
    """What a roster depends on: the key under which it is kept. ``first``: the start's date as an ordinal."""

    shifts: tuple[Shift, ...]
    first: int
    clock: int
    length: int
    past: int

    def days(self) -> dict[str, Int64]:
        """Local days on which a shift could begin, counted from the day of the start; the past is counted backwards,
        so that a longer past moves no draw."""
        run = {"run": np.arange(-1, (self.length + RUN_ON) // DAY + 2)}
        return run | ({"past": -np.arange(2, self.past // DAY + 4)} if self.past else {})


@dataclass(frozen=True, eq=False, slots=True)
class Roster:
    """Stretches of duty if everybody came, one a row, by person and then by time.

    person, on, off, pause  as in Staffing; stretches of one person may touch
    cell    index of the stretch's shift in a table of persons by days, row after row
    rank    place of the row in the order by (on, person)
    """

    person: Int64
    on: Int64
    off: Int64
    pause: Bool
    cell: Int64
    rank: Int64


def draw_staffing(scenario: Scenario, seed: int, replication: int = 0) -> Staffing:
    """Who is on duty when, from the (simulated) opening to a day after the scenario's length.

    Attendance is drawn by (shift, place in it, day): another shift, or one more call-taker, moves no other draw.
    """
    shifts, past = scenario.floor.shifts, scenario.floor.blocklist.warmed
    setting = Setting(shifts, scenario.start.toordinal(), clock_of(scenario.start), scenario.length, past)
    if all(shift.attendance.share == 1 for shift in shifts):
        return _everybody(setting)
    streams, roster = Streams(seed, replication), _roster(setting)
    days = {label: len(each) for label, each in setting.days().items()}
    came = np.concatenate([_came(shift, days, streams) for shift in shifts])
    return _staffing(roster, np.flatnonzero(came.take(roster.cell)), len(came))


@lru_cache(maxsize=16)
def _everybody(setting: Setting) -> Staffing:
    """The staffing where nobody ever stays away: nothing to draw."""
    roster = _roster(setting)
    return _staffing(roster, np.arange(len(roster.on)), sum(shift.call_takers for shift in setting.shifts))


def _staffing(roster: Roster, rows: Int64, persons: int) -> Staffing:
    """These rows of the roster; those that touch become one: who stays on for the next shift does not leave."""
    person, on, off = roster.person[rows], roster.on[rows], roster.off[rows]
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = (person[1:] != person[:-1]) | (on[1:] > off[:-1])
    begins, ends = np.flatnonzero(first), np.flatnonzero(np.append(first[1:], True)[: len(rows)])
    order = np.argsort(roster.rank[rows[begins]])
    begins, ends = begins[order], ends[order]
    pause = roster.pause[rows[ends]]
    return Staffing.of(person=person[begins], on=on[begins], off=off[ends], pause=pause, persons=persons)


# -- who comes -----------------------------------------------------------------------------------------------------


def _came(shift: Shift, days: dict[str, int], streams: Streams) -> Bool:
    """Whether each person of the shift comes, a row a person, a column a day: beta-binomial with the shift's share and
    correlation."""
    came = np.ones((shift.call_takers, sum(days.values())), dtype=np.bool_)
    if shift.attendance.share == 1:
        return came
    begin = 0
    for label, size in days.items():
        share = _share_of_day(shift, size, streams, label)
        for place in range(shift.call_takers):
            u = streams.of("shift", shift.name, "person", str(place), label).random(size)
            came[place, begin : begin + size] = u < share
        begin += size
    return came


def _share_of_day(shift: Shift, days: int, streams: Streams, label: str) -> NDArray[np.float64] | float:
    """The share of its persons who come, day by day; the same on all days where it is not left to chance."""
    share, correlation = shift.attendance.share, shift.attendance.correlation
    if correlation == 0 or share == 0:
        return share
    draws = streams.of("shift", shift.name, "attendance of the day", label)
    if correlation == 1:
        return (draws.random(days) < share).astype(float)
    k = 1 / correlation - 1
    return draws.beta(share * k, (1 - share) * k, days)


# -- the roster ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _roster(setting: Setting) -> Roster:
    """The stretches of all persons, cut to the time from the opening to when the last call is cut."""
    day = np.concatenate(list(setting.days().values()))
    persons = [(shift, place) for shift in setting.shifts for place in range(shift.call_takers)]
    parts = [_duty(setting, shift, place, day, number * len(day)) for number, (shift, place) in enumerate(persons)]
    person = np.repeat(np.arange(len(persons)), [part.shape[1] for part in parts])
    on, off, pause, cell = np.concatenate([np.empty((4, 0), dtype=np.int64), *parts], axis=1)
    rank = np.empty(len(on), dtype=np.int64)
    rank[np.lexsort((person, on))] = np.arange(len(on))
    return Roster(person, on, off, pause > 0, cell, rank)


def _duty(setting: Setting, shift: Shift, place: int, day: Int64, first_cell: int) -> Int64:
    """Stretches of duty of one person, one a column, in order of time: rows on, off, pause, cell."""
    weekdays = [WEEKDAYS.index(name) for name in shift.days]
    works = np.argsort(day)
    works = works[np.isin((day[works] + setting.clock // DAY) % 7, weekdays)]
    works = works[in_force(shift, day[works] + setting.first)]
    shift_on = day[works] * DAY + shift.from_ - setting.clock % DAY
    begin, end, pause = np.array(_pieces(shift, place), dtype=np.int64).reshape(-1, 3).T
    on = np.maximum(np.add.outer(shift_on, begin), -setting.past).ravel()
    off = np.minimum(np.add.outer(shift_on, end), setting.length + RUN_ON).ravel()
    duty = np.vstack([on, off, np.tile(pause, len(works)), np.repeat(first_cell + works, len(begin))])
    return np.asarray(duty[:, off > on])


def _pieces(shift: Shift, place: int) -> list[tuple[int, int, bool]]:
    """A shift cut at its breaks, which may overlap: begin and end from the beginning of the shift, and whether a break
    follows rather than the shift's end."""
    cuts = sorted(_break(shift, each, place) for each in shift.breaks)
    begins = [0, *accumulate((end for _, end in cuts), max)]
    ends = [*(min(begin, shift.length) for begin, _ in cuts), shift.length]
    pairs = enumerate(zip(begins, ends, strict=True))
    return [(begin, end, index < len(cuts)) for index, (begin, end) in pairs if end > begin]


def _break(shift: Shift, pause: Break, place: int) -> tuple[int, int]:
    """Begin and end of a person's break, from the beginning of the shift."""
    begin = (pause.at - shift.from_) % DAY + (place * pause.for_ if pause.in_turn else 0)
    return begin, begin + pause.for_
