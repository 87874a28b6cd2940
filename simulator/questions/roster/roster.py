"""``siaga roster`` from order to answer: the shifts of a scenario worked by named people, under their rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import isinf
from pathlib import Path
from platform import python_version
from typing import Any

import numpy as np

from simulator.questions.roster.assign import Case, Filled, fill
from simulator.questions.roster.duties import Duty, Span, duties_of
from simulator.questions.roster.earlier import past_of, read_roster, strangers
from simulator.questions.roster.evenness import Evened, calm, even
from simulator.questions.roster.shortage import Further, Lack, further, lacks, unworkable, would_do_without
from simulator.scenario.dates import parse_date
from simulator.scenario.errors import BadInput, Fault, Interrupted, quoted
from simulator.scenario.load import Loaded
from simulator.scenario.mend import listed
from simulator.scenario.people import People, people_named
from simulator.scenario.source import read_text
from simulator.scenario.units import HOUR
from simulator.study.experiment import versions
from simulator.tables.calls import Bool
from simulator.tables.store import key_of

WEEKS = 4
SECONDS = 60.0
EACH = 20.0
"""Seconds for each of the smaller questions: what would do without a rule, whether so many persons more would."""
MOST = 200_000
"""Most pairs of a person and a duty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for.

    people   a name or a file
    start    the first day as text; None: the first Monday of the scenario, or after the earlier roster
    after    the roster.csv before this one
    seconds  how long to look for a more even roster
    """

    loaded: Loaded
    people: str
    weeks: int = WEEKS
    start: str | None = None
    after: Path | None = None
    seconds: float = SECONDS
    out: Path = Path("results")
    command: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Roster:
    """What was found.

    evened    the roster, where every duty is filled
    lacks     the duties that are not; ``without``: the rules each of which alone is in the way; ``more``: who would do
    """

    wish: Wish
    people: People
    people_file: Path
    case: Case
    filled: Filled
    evened: Evened | None
    lacks: tuple[Lack, ...] = ()
    without: tuple[str, ...] = ()
    more: Further | None = None
    warnings: tuple[str, ...] = ()
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def on(self) -> Bool:
        """Who works what, [people][duties]."""
        return self.filled.on if self.evened is None else self.evened.on

    @property
    def folder(self) -> Path:
        """Where it is kept: a name of all that determines it."""
        shifts = [shift.model_dump(mode="json") for shift in self.wish.loaded.scenario.floor.shifts]
        past = [[(duty.begin, duty.end) for duty in each] for each in self.case.past]
        span = self.case.span
        parts = (shifts, self.people.model_dump(mode="json"), span.first.isoformat(), span.weeks, past)
        return self.wish.out / self.wish.loaded.path.stem / f"roster-{key_of(*parts)}"

    def own(self, person: int) -> list[Duty]:
        """The duties of a person, by time."""
        return [self.case.duties[i] for i in np.flatnonzero(self.on[person]).tolist()]

    @property
    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return _document(self)


@dataclass(frozen=True, slots=True)
class Fewest:
    """How many people the shifts need; ``by_hours``: so many for the hours alone."""

    case: Case
    people: Further
    by_hours: int

    @property
    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {
            "first_day": self.case.span.first.isoformat(),
            "weeks": self.case.span.weeks,
            "fewest_people": self.people.persons,
            "proven": self.people.proven,
            "by_hours_alone": self.by_hours,
            "hours": sum(duty.need * duty.work for duty in self.case.duties) / HOUR,
        }


def carry_out(wish: Wish, notice: Callable[[str], None] = lambda _: None) -> Roster:
    """Make the roster; ``notice`` is told what is being looked for. Raises BadInput, and Interrupted."""
    people, file, case, warnings = _case(wish)
    try:
        notice("filling every shift")
        filled = fill(case, wish.seconds)
        if filled.lacking.any():
            return _short(wish, people, file, case, filled, warnings, notice)
        notice("sharing out nights, weekends and hours")
        evened = even(case, filled, wish.seconds)
        notice("joining days of work")
        evened = calm(case, evened, wish.seconds / 4)
    except KeyboardInterrupt:
        raise Interrupted("interrupted before a roster was found: nothing was written") from None
    return Roster(wish, people, file, case, filled, evened, warnings=warnings)


def fewest(wish: Wish) -> Fewest:
    """How many people the shifts need under the rules, all on the rules' contract and free at any time."""
    _, _, named, _ = _case(wish)
    case = Case(named.duties, (), named.rules, named.span)
    nobody = fill(case, wish.seconds)
    weekly = [0] * case.span.weeks
    for duty in case.duties:
        weekly[duty.week] += duty.need * duty.work
    contract = case.rules.hours_a_week + case.rules.overtime
    return Fewest(case, further(case, nobody, wish.seconds), -(-max(weekly) // contract))


def _short(
    wish: Wish,
    people: People,
    file: Path,
    case: Case,
    filled: Filled,
    warnings: tuple[str, ...],
    notice: Callable[[str], None],
) -> Roster:
    """What lacks, and what would do."""
    found = tuple(lacks(case, filled))
    notice("looking for what is in the way")
    without = tuple(would_do_without(case, EACH))
    notice("looking for how many people more would do")
    more = further(case, filled, EACH)
    return Roster(wish, people, file, case, filled, None, found, without, more, warnings)


def _case(wish: Wish) -> tuple[People, Path, Case, tuple[str, ...]]:
    loaded = wish.loaded
    shifts = loaded.scenario.floor.shifts
    if not shifts:
        hint = "name them in the file, or plan them: siaga shifts"
        raise BadInput([Fault("a scenario with shifts", "one without", file=str(loaded.path), hint=hint)])
    people, file = people_named(wish.people, loaded.path.parent, tuple(shift.name for shift in shifts))
    worked = read_roster(wish.after) if wish.after else []
    span = Span(_first(wish, max((row.on for row in worked), default=None)), wish.weeks)
    past = past_of(worked, people, span, wish.after) if wish.after else []
    case = Case(duties_of(shifts, people.rules, span), people.people, people.rules, span, past)
    _refuse(case, wish, file)
    unknown = list(strangers(worked, people))
    left_out = f"left out what people worked earlier who are not in the file of people: {listed(unknown)}"
    warnings = [left_out] if unknown else []
    return people, file, case, tuple(warnings)


def _first(wish: Wish, last: date | None) -> date:
    """The first day: as asked, or the first Monday of the scenario, or the first after an earlier roster."""
    if wish.start is not None:
        try:
            first = parse_date(wish.start)
        except ValueError as error:
            raise BadInput([Fault(str(error), quoted(wish.start), "--start")]) from None
        if not 1900 <= first.year <= 2200:
            raise BadInput([Fault("a year from 1900 to 2200", quoted(wish.start), "--start")])
        return first
    earliest = wish.loaded.scenario.start.date() if last is None else last + timedelta(days=1)
    return earliest + timedelta(days=-earliest.weekday() % 7)


def _refuse(case: Case, wish: Wish, file: Path) -> None:
    """Say what no roster can be made of."""
    days = f"{case.span.first} to {case.span.date(case.span.days - 1)}"
    if not case.duties:
        raise BadInput([Fault("shifts with call-takers", f"none from {days}", file=str(wish.loaded.path))])
    if len(case.duties) * len(case.people) > MOST:
        given = f"{len(case.people):,} people and {len(case.duties):,} duties"
        raise BadInput([Fault(f"at most {MOST:,} pairs of both", given, "--weeks", hint="make it for fewer weeks")])
    if found := unworkable(case):
        duty, rule = found
        wanted = f"rules under which every shift can be worked; {rule} keeps everybody from {duty.name}"
        given = f"shift {duty.name}, {duty.work / HOUR:g} h of work, from {duty.begin / HOUR % 24:g} h"
        raise BadInput([Fault(wanted, given, f"rules.{rule}", str(file), hint=f"ease {rule}, or cut the shift")])


def _document(done: Roster) -> dict[str, Any]:
    case, span = done.case, done.case.span
    return {
        "scenario": done.wish.loaded.path.stem,
        "people": done.people.title,
        "first_day": span.first.isoformat(),
        "weeks": span.weeks,
        "state": "short" if done.evened is None else "full",
        "uneven": None if done.evened is None or isinf(done.evened.uneven) else done.evened.uneven,
        "no_roster_is_less_uneven_than": None if done.evened is None else done.evened.bound,
        "most_even": done.evened is not None and done.evened.proven,
        "overtime_hours": None if done.evened is None else done.evened.overtime,
        "lacking": [
            {"date": span.date(lack.duty.day).isoformat(), "shift": lack.duty.name, "persons": lack.persons,
             "why": dict(lack.reasons)}
            for lack in done.lacks
        ],
        "can_not_be_filled": bool(done.filled.least),
        "would_do_without": list(done.without),
        "further_people": None if done.more is None else done.more.persons,
        "further_people_proven": None if done.more is None else done.more.proven,
        "duties": [
            {"date": span.date(duty.day).isoformat(), "shift": duty.name,
             "people": [case.people[p].name for p in np.flatnonzero(done.on[:, i]).tolist()]}
            for i, duty in enumerate(case.duties)
        ],
        "persons": [_of_person(done, person) for person in range(len(case.people))],
        "warnings": list(done.warnings),
    }  # fmt: skip


def _of_person(done: Roster, person: int) -> dict[str, Any]:
    own = done.own(person)
    return {
        "name": done.case.people[person].name,
        "duties": len(own),
        "hours": sum(duty.work for duty in own) / HOUR,
        "nights": sum(duty.night for duty in own),
        "weekend_duties": sum(duty.weekend for duty in own),
    }


def manifest(done: Roster) -> dict[str, Any]:
    """Provenance: everything needed to make the roster again."""
    return {
        "command": done.wish.command,
        "scenario_text": done.wish.loaded.text,
        "people_text": read_text(done.people_file),
        "versions": {**versions(), "python": python_version()},
        "began": done.began.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
