"""Work rules: which shifts may be worked, when they begin, their breaks, and what an hour of them costs.

Field names are the keys of the file. `work_named` reads one; what cannot hold together is refused with its place.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from simulator.scenario.callers import Name
from simulator.scenario.distribution import Model
from simulator.scenario.floor import WEEKDAYS, Days
from simulator.scenario.library import file_named, read_model
from simulator.scenario.policy import as_list
from simulator.scenario.units import (
    DAY,
    HOUR,
    MINUTE,
    Clock,
    Count,
    Flag,
    Number,
    PositiveCount,
    PositiveDuration,
    PositiveNumber,
    Share,
    Text,
    parse_clock,
    parse_duration,
    parse_positive_duration,
    refuse,
    written,
)

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_EVERY = rf"every ([0-9]+ ?(?:min|h))(?: from ({_CLOCK}) to ({_CLOCK}))?"
STARTS_WANTED = "times of day, such as ['07:00', '15:00'], or every 1 h, or every 30 min from 06:00 to 10:00"


def parse_starts(given: Any) -> tuple[int, ...]:
    """Times of day at which shifts begin, rising, of a list of them or of ``every 1 h from 06:00 to 10:00``."""
    if isinstance(given, str) and given.startswith("every"):
        return _every(given)
    times = {parse_clock(each) % DAY for each in as_list(given)}
    if not times:
        raise refuse(STARTS_WANTED, "an empty list")
    return tuple(sorted(times))


def _every(given: str) -> tuple[int, ...]:
    found = re.fullmatch(_EVERY, given)
    if not found:
        raise refuse(STARTS_WANTED, given)
    step = parse_positive_duration(found[1])
    first, last = (parse_clock(found[2]), parse_clock(found[3])) if found[2] else (0, DAY - 1)
    last += DAY if last < first else 0
    return tuple(sorted({time % DAY for time in range(first, last + 1, step)}))


def parse_window(given: Any) -> tuple[int, int]:
    """The earliest and the latest time after its beginning at which a break of a shift begins: ``[3 h, 5 h]``."""
    times = tuple(parse_duration(each) for each in as_list(given))
    if len(times) not in (1, 2) or times[0] > times[-1]:
        raise refuse("one duration, or the earliest and the latest as [3 h, 5 h]", given, "put the earlier one first")
    return times[0], times[-1]


_DURATION = {"type": "string", "pattern": "^[0-9]{1,12}([.][0-9]{1,9})? ?(us|ms|s|min|h|d|w)$"}
Starts = Annotated[
    tuple[int, ...],
    BeforeValidator(parse_starts, json_schema_input_type=Annotated[str, written(_EVERY, "starts", "every 1 h")] | Clock
                    | Annotated[list[Clock], Field(min_length=1)]),
]  # fmt: skip
Window = Annotated[
    tuple[int, int],
    BeforeValidator(
        parse_window,
        json_schema_input_type=Annotated[
            str | list[str],
            Field(json_schema_extra={"anyOf": [_DURATION, {"type": "array", "items": _DURATION, "maxItems": 2}]}),
        ],
    ),
]
Lengths = Annotated[
    tuple[PositiveDuration, ...],
    Field(min_length=1),
    BeforeValidator(
        as_list, json_schema_input_type=PositiveDuration | Annotated[list[PositiveDuration], Field(min_length=1)]
    ),
]


class Pause(Model):
    """A break of every person of a shift; persons are given different times so that somebody stays."""

    for_: PositiveDuration = Field(alias="for")
    """How long it is."""
    after: Window
    """How long after the shift's beginning it begins: a duration, or the earliest and the latest as [3 h, 5 h]."""


class ShiftKind(Model):
    """Shifts that may be worked: each length from each start, on each day."""

    name: Name
    """What they are called."""
    lengths: Lengths
    """How long from beginning to end, breaks included: 8 h, or [8 h, 12 h]."""
    starts: Starts
    """When they begin: times of day, or every 1 h, or every 30 min from 06:00 to 10:00."""
    days: Days = WEEKDAYS
    """The days on which they may begin."""
    breaks: tuple[Pause, ...] = ()
    """Breaks, in their order."""

    @model_validator(mode="after")
    def _breaks_fit(self) -> Self:
        if (longest := max(self.lengths)) > DAY:
            raise refuse("shifts of at most 24 h", f"one of {longest / HOUR:g} h")
        shortest, free = min(self.lengths), 0
        for number, pause in enumerate(self.breaks, start=1):
            if pause.after[0] < free:
                wanted = "breaks that follow each other"
                raise refuse(wanted, f"break {number}, which may begin before the one before it has ended")
            free = pause.after[1] + pause.for_
        if free > shortest:
            given = (
                f"a break that may last until {free / HOUR:g} h after the beginning of a shift of {shortest / HOUR:g} h"
            )
            raise refuse(
                "breaks that end with the shift, or before it", given, "shorten the break, or let it be earlier"
            )
        return self


class Extra(Model):
    """Hours that cost more: nights, days of rest."""

    from_: Clock = Field(default=0, alias="from")
    """From this time of day."""
    to: Clock = DAY
    """To this one; the next day where it is not later."""
    days: Days = WEEKDAYS
    """On the days on which the stretch begins."""
    add: Share
    """How much more an hour costs: 25 %; where stretches overlap, all of them."""

    @property
    def length(self) -> int:
        """Microseconds from beginning to end."""
        return (self.to - self.from_ - 1) % DAY + 1


class Cost(Model):
    """What work costs, in a unit of your choice."""

    hour: PositiveNumber = 1.0
    """An hour of one person."""
    shift: Number = 0.0
    """Each time that a person comes, however long the shift."""
    extra: tuple[Extra, ...] = ()
    """Hours that cost more."""
    paid_breaks: Flag = True
    """Whether breaks are paid."""


class Work(Model):
    """Work rules: see docs/guides/shifts.md for every key."""

    title: Text
    """The rules in a few words."""
    sources: tuple[Text, ...] = ()
    """Where they come from."""
    interval: PositiveDuration = 30 * MINUTE
    """Intervals of the day in which persons are counted; starts and lengths are whole numbers of them."""
    at_least: Count = 1
    """At least so many on duty whenever somebody calls, whatever the targets ask."""
    at_most: PositiveCount | None = None
    """At most so many on duty at any time; without it well beyond what formulas ask for."""
    shifts: tuple[ShiftKind, ...] = Field(min_length=1)
    """The kinds of shifts that may be worked."""
    cost: Cost = Cost()
    """What is made least."""

    @model_validator(mode="after")
    def _in_intervals(self) -> Self:
        step = self.interval
        if DAY % step or step % MINUTE:
            raise refuse("intervals that fill a day with whole minutes, such as 15 min, 30 min or 1 h",
                         f"interval: {step / MINUTE:g} min")  # fmt: skip
        for kind in self.shifts:
            for what, times in (("start", kind.starts), ("length", kind.lengths)):
                if odd := next((time for time in times if time % step), None):
                    given = (
                        f"a {what} of {kind.name} at {_hours(odd)}"
                        if what == "start"
                        else f"{_hours(odd)} of {kind.name}"
                    )
                    wanted = f"{what}s that are whole numbers of intervals of {step // MINUTE} min"
                    raise refuse(wanted, given, "take a shorter interval, such as interval: 15 min")
        return self


def _hours(time: int) -> str:
    return f"{time // HOUR:02d}:{time % HOUR // MINUTE:02d}"


def work_named(name: str, beside: Path) -> tuple[Work, Path]:
    """The work rules of a name, or in a file where the text ends in .yaml or .yml, and their file; raises BadInput.

    A name is looked up as ``work/NAME.yaml`` beside the scenario, then in what ships.
    """
    path = file_named(name, "work", beside)
    return read_model(path, Work), path
