"""Which rostered person comes to which shift: Staffing, drawn per person and shift."""

from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.demand.streams import Draws, Streams
from simulator.scenario.clock import clock_of
from simulator.scenario.model import WEEKDAYS, Attendance, Break, Scenario, Shift
from simulator.scenario.units import DAY
from simulator.tables.calls import RUN_ON, Bool, Int64
from simulator.tables.staffing import Staffing

Stretches = NDArray[np.int64]
"""Rows on, off, pause; one column a stretch of duty."""


def draw_staffing(scenario: Scenario, seed: int, replication: int = 0) -> Staffing:
    """Who is on duty when, from the (simulated) opening to a day after the scenario's length.

    Attendance is drawn by (shift, place in it, day): another shift, or one more call-taker, moves no other draw.
    """
    streams = Streams(seed, replication)
    persons = [(shift, place) for shift in scenario.floor.shifts for place in range(shift.call_takers)]
    duties = [_within_run(scenario, _duty(scenario, shift, place, streams)) for shift, place in persons]
    person = np.repeat(np.arange(len(persons)), [duty.shape[1] for duty in duties])
    on, off, pause = np.concatenate([np.empty((3, 0), dtype=np.int64), *duties], axis=1)
    order = np.lexsort((person, on))
    return Staffing.of(person=person[order], on=on[order], off=off[order], pause=pause[order] > 0, persons=len(persons))


def _duty(scenario: Scenario, shift: Shift, place: int, streams: Streams) -> Stretches:
    """Stretches of duty of one person, in order of time."""
    clock = clock_of(scenario.start)
    days, present = [], []
    for label, each in _days(scenario):
        days.append(each)
        present.append(_present(shift, place, len(each), streams, label))
    day, came = np.concatenate(days), np.concatenate(present)
    weekday = (day + clock // DAY) % 7
    works = came & np.isin(weekday, [WEEKDAYS.index(name) for name in shift.days])
    on = np.sort(day[works]) * DAY + shift.from_ - clock % DAY
    return _joined(_with_breaks(shift, place, on))


def _days(scenario: Scenario) -> list[tuple[str, Int64]]:
    """Local days on which a shift could begin, counted from the day of the start; the past is counted backwards, so
    that a longer past moves no draw."""
    run = ("run", np.arange(-1, (scenario.length + RUN_ON) // DAY + 2))
    past = scenario.floor.blocklist.warmed
    return [run, ("past", -np.arange(2, past // DAY + 4))] if past else [run]


def _present(shift: Shift, place: int, days: int, streams: Streams, label: str) -> Bool:
    """Whether the person comes, day by day: beta-binomial with the shift's share and correlation."""
    share = _share_of_day(shift.attendance, days, streams.of("shift", shift.name, "attendance of the day", label))
    u = streams.of("shift", shift.name, "person", str(place), label).random(days)
    return np.asarray(u < share)


def _share_of_day(attendance: Attendance, days: int, draws: Draws) -> NDArray[np.float64]:
    share, correlation = attendance.share, attendance.correlation
    if correlation == 0 or share in {0, 1}:
        return np.full(days, share)
    if correlation == 1:
        return (draws.random(days) < share).astype(float)
    k = 1 / correlation - 1
    return draws.beta(share * k, (1 - share) * k, days)


def _with_breaks(shift: Shift, place: int, on: Int64) -> Stretches:
    """Each shift cut at its breaks, which may overlap: what comes before a break ends with a pause."""
    cuts = sorted(_break(shift, each, place) for each in shift.breaks)
    begins = [0, *accumulate((end for _, end in cuts), max)]
    ends = [*(min(begin, shift.length) for begin, _ in cuts), shift.length]
    parts = [
        np.vstack([on + begin, on + end, np.full(len(on), index < len(cuts))])
        for index, (begin, end) in enumerate(zip(begins, ends, strict=True))
        if end > begin
    ]
    joined: NDArray[Any] = np.concatenate([np.empty((3, 0), dtype=np.int64), *parts], axis=1)
    return joined[:, np.argsort(joined[0], kind="stable")]


def _break(shift: Shift, pause: Break, place: int) -> tuple[int, int]:
    """Begin and end of a person's break, from the beginning of the shift."""
    begin = (pause.at - shift.from_) % DAY + (place * pause.for_ if pause.in_turn else 0)
    return begin, begin + pause.for_


def _joined(duty: Stretches) -> Stretches:
    """Stretches that touch become one: who stays on for the next shift does not leave in between."""
    on, off, pause = duty
    touches = on[1:] <= off[:-1]
    first, last = np.concatenate([[True], ~touches]), np.concatenate([~touches, [True]])
    return duty if not len(on) else np.vstack([on[first], off[last], pause[last]])


def _within_run(scenario: Scenario, duty: Stretches) -> Stretches:
    """Duty from the opening to the time when the last call is cut."""
    begin, end = -scenario.floor.blocklist.warmed, scenario.length + RUN_ON
    on, off, pause = duty
    clipped = np.vstack([np.maximum(on, begin), np.minimum(off, end), pause])
    return clipped[:, clipped[1] > clipped[0]]
