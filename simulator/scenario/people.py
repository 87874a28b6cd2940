"""People who can be rostered: who they are, when they cannot work, and the rules that their work has to keep.

Field names are the keys of the file. `people_named` reads one; what cannot hold together is refused with its place.
"""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from simulator.scenario.callers import Name
from simulator.scenario.dates import DATE_WANTED, Date, parse_date
from simulator.scenario.distribution import Model
from simulator.scenario.errors import Fault, quoted
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.floor import Days
from simulator.scenario.library import file_named, read_model
from simulator.scenario.nodes import Node
from simulator.scenario.policy import as_list
from simulator.scenario.units import (
    DAY,
    HOUR,
    WEEK,
    Clock,
    Count,
    Duration,
    Flag,
    PositiveCount,
    PositiveDuration,
    Text,
    refuse,
    written,
)
from simulator.scenario.wording import locate

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
LEAVE_WANTED = f"{DATE_WANTED}, or the first and the last as 2025-06-19 to 2025-06-22"
MOST_PEOPLE = 500


def parse_leave(given: Any) -> tuple[date, date]:
    """The first and the last day of ``2025-06-19 to 2025-06-22``, or of one date."""
    if isinstance(given, tuple):
        return given
    days = str(given).split(" to ")
    if len(days) > 2 or not all(re.fullmatch(_DATE, day) for day in days):
        raise refuse(LEAVE_WANTED, given)
    first, last = parse_date(days[0]), parse_date(days[-1])
    if last < first:
        raise refuse(LEAVE_WANTED, given, "put the earlier date first")
    return first, last


Leave = Annotated[
    tuple[date, date], BeforeValidator(parse_leave), written(rf"{_DATE}( to {_DATE})?", "days", "2025-06-19")
]
_LEAVES = Field(min_length=1)
Leaves = Annotated[
    tuple[Leave, ...], BeforeValidator(as_list, json_schema_input_type=Leave | Annotated[list[Leave], _LEAVES])
]
Shifts = Annotated[
    tuple[Name, ...],
    Field(min_length=1),
    BeforeValidator(as_list, json_schema_input_type=Name | Annotated[list[Name], Field(min_length=1)]),
]


def _one_line(text: str) -> str:
    if len(text) > 64 or not text.isprintable() or text != text.strip():
        raise refuse("a name on one line, of at most 64 letters", text)
    return text


def _within_a_week(time: int) -> int:
    if time > WEEK:
        raise refuse("at most a week, 168 h", f"{time / HOUR:g} h")
    return time


UpToAWeek = Annotated[Duration, AfterValidator(_within_a_week)]
HoursAWeek = Annotated[PositiveDuration, AfterValidator(_within_a_week)]
PersonName = Annotated[Text, AfterValidator(_one_line)]


class Person(Model):
    """Somebody who can be rostered."""

    name: PersonName
    """What the person is called; every name once."""
    hours_a_week: HoursAWeek | None = None
    """Hours a week by contract; without it those of the rules."""
    nights: Flag = True
    """Whether nights may be worked."""
    shifts: Shifts | None = None
    """The only shifts that may be worked, by the scenario's names; without it all."""
    not_on: Days | None = None
    """Days of the week of which no hour may be worked."""
    leave: Leaves = ()
    """Days of leave, of which no hour may be worked: 2025-06-19, or 2025-06-19 to 2025-06-22."""
    since: Date | None = None
    """The first day of employment, where it falls into the roster."""
    until: Date | None = None
    """The last day of employment, where it falls into the roster."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise refuse("since before until", f"since {self.since}, until {self.until}", "put the earlier date first")
        return self


class Night(Model):
    """Which shifts are nights: those of which so many hours lie between two times of day."""

    from_: Clock = Field(default=23 * HOUR, alias="from")
    """From this time of day; the law's protection begins at 23:00 (Law 13/2003, art. 76)."""
    to: Clock = 7 * HOUR
    """To this one; the next day where it is not later."""
    at_least: PositiveDuration = 3 * HOUR
    """So many hours of it make a shift a night."""

    @property
    def length(self) -> int:
        """Microseconds from beginning to end."""
        return (self.to - self.from_ - 1) % DAY + 1

    @model_validator(mode="after")
    def _can_be_worked(self) -> Self:
        if self.at_least > self.length:
            raise refuse("at_least no longer than the night", f"{self.at_least / HOUR:g} h of a night of "
                         f"{self.length / HOUR:g} h", "shorten at_least")  # fmt: skip
        return self


class Rules(Model):
    """What everybody's work has to keep; weeks are counted from the roster's first day."""

    hours_a_week: HoursAWeek = 40 * HOUR
    """Most hours a week of who has no contract of their own (Law 13/2003, art. 77)."""
    overtime: UpToAWeek = 0
    """Hours a week that may be asked of everybody beyond that; used only where it cannot be helped."""
    paid_breaks: Flag = False
    """Whether breaks of shifts count as hours of work (not so by Law 13/2003, art. 79)."""
    rest: UpToAWeek = 11 * HOUR
    """Least time from the end of a shift to the beginning of the next."""
    rest_after_nights: UpToAWeek = 24 * HOUR
    """Least time from the end of a night to the beginning of a shift that is none."""
    nights_in_a_row: PositiveCount = 3
    """Most nights in a row."""
    days_in_a_row: PositiveCount = 6
    """Most days in a row of which some hour is worked: a night that ends at 07:00 takes that day, too."""
    days_off_a_week: Count = 1
    """Days in every week of which no hour is worked: a night that ends at 07:00 takes that day, too."""
    days_off_in_a_row: Count = 0
    """In every week a row of so many days off, which may reach into the next."""
    night: Night = Night()
    """Which shifts are nights."""

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        for name, days in (("days_off_a_week", self.days_off_a_week), ("days_off_in_a_row", self.days_off_in_a_row)):
            if days > 6:
                raise refuse(f"{name} of at most 6", f"{days}", "leave a day to work on")
        return self


class People(Model):
    """People and their rules: see docs/guides/roster.md for every key."""

    title: Text
    """Who they are, in a few words."""
    sources: tuple[Text, ...] = ()
    """Where the rules come from."""
    people: tuple[Person, ...] = Field(min_length=1, max_length=MOST_PEOPLE)
    """Who can be rostered."""
    rules: Rules = Rules()
    """What their work has to keep."""

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        seen: set[str] = set()
        for person in self.people:
            if person.name.casefold() in seen:
                raise refuse("every name once", f"{person.name} twice", "tell them apart: Siti A., Siti B.")
            seen.add(person.name.casefold())
        return self


def people_named(name: str, beside: Path, shifts: tuple[str, ...] | None = None) -> tuple[People, Path]:
    """The people of a name, or in a file where the text ends in .yaml or .yml, and their file; raises BadInput.

    A name is looked up as ``people/NAME.yaml`` beside the scenario, then in what ships; ``shifts``: the names of shifts
    that people may give.
    """
    path = file_named(name, "people", beside)
    return read_people(path, shifts), path


def read_people(path: Path, shifts: tuple[str, ...] | None = None) -> People:
    """The people in a YAML file; raises BadInput with every fault found."""

    def unknown(people: People, root: Node) -> list[Fault]:
        return [] if shifts is None else _unknown_shifts(people, root, path, shifts)

    return read_model(path, People, unknown)


def _unknown_shifts(people: People, root: Node, path: Path, shifts: tuple[str, ...]) -> list[Fault]:
    faults = []
    for index, person in enumerate(people.people):
        for place, name in enumerate(person.shifts or ()):
            if name not in shifts:
                node = locate(root, ("people", index, "shifts", place))[-1]
                wanted = f"a shift of the scenario: {listed(shifts)}"
                hint = nearest(name, shifts)
                faults.append(Fault(wanted, quoted(name), node.label, str(path), node.line, node.column, hint))
    return faults
