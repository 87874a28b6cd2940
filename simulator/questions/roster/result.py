"""A roster, or how many people one needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isinf
from pathlib import Path
from typing import Any

import numpy as np

from simulator.questions.roster.assign import Case, Filled
from simulator.questions.roster.duties import Duty
from simulator.questions.roster.evenness import Evened
from simulator.questions.roster.request import Request
from simulator.questions.roster.shortage import Further, Lack
from simulator.scenario.floor import WEEKDAYS
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, texts_of
from simulator.scenario.people import People
from simulator.scenario.rewrite import clock_text
from simulator.scenario.units import DAY, HOUR
from simulator.tables.calls import Bool
from simulator.tables.store import key_of


@dataclass(frozen=True, eq=False, slots=True)
class Roster:
    """What was found.

    evened    the roster, where every duty is filled
    lacks     the duties that are not; ``without``: the rules each of which alone is in the way; ``more``: who would do
    """

    request: Request
    loaded: Loaded
    people: People
    people_file: Path
    case: Case
    filled: Filled
    evened: Evened | None
    lacks: tuple[Lack, ...] = ()
    without: tuple[str, ...] = ()
    more: Further | None = None
    notes: tuple[Note, ...] = ()
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def on(self) -> Bool:
        """Who works what, [people][duties]."""
        return self.filled.on if self.evened is None else self.evened.on

    @property
    def folder(self) -> Path:
        """Where it is kept: a name of all that determines it."""
        shifts = [shift.model_dump(mode="json") for shift in self.loaded.scenario.floor.shifts]
        past = [[(duty.begin, duty.end) for duty in each] for each in self.case.past]
        span = self.case.span
        parts = (shifts, self.people.model_dump(mode="json"), span.first.isoformat(), span.weeks, past)
        return self.request.out / self.loaded.path.stem / f"roster-{key_of(*parts)}"

    def own(self, person: int) -> list[Duty]:
        """The duties of a person, by time."""
        return [self.case.duties[i] for i in np.flatnonzero(self.on[person]).tolist()]

    def away(self, person: int) -> frozenset[int]:
        """The days on which a person is on leave, or not employed."""
        who, span = self.case.people[person], self.case.span
        dates = [(day, span.date(day)) for day in range(span.days)]
        return frozenset(
            day
            for day, on in dates
            if not (who.since or on) <= on <= (who.until or on) or any(first <= on <= last for first, last in who.leave)
        )

    def sums(self, person: int) -> tuple[str, str, str]:
        """A person's hours, nights and weekend duties, as tables have them."""
        own = self._of_person(person)
        return f"{own['hours']:g}", str(own["nights"]), str(own["weekend_duties"])

    @property
    def exit_code(self) -> int:
        """1 where shifts stay open."""
        return int(self.evened is None)

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        case, span = self.case, self.case.span
        return {
            "scenario": self.loaded.path.stem,
            "people": self.people.title,
            "first_day": span.first.isoformat(),
            "weeks": span.weeks,
            "state": "short" if self.evened is None else "full",
            "uneven": None if self.evened is None or isinf(self.evened.uneven) else self.evened.uneven,
            "no_roster_is_less_uneven_than": None if self.evened is None else self.evened.bound,
            "most_even": self.evened is not None and self.evened.proven,
            "overtime_hours": None if self.evened is None else self.evened.overtime,
            "lacking": [
                {"date": span.date(lack.duty.day).isoformat(), "shift": lack.duty.name, "persons": lack.persons,
                 "why": dict(lack.reasons)}
                for lack in self.lacks
            ],
            "can_not_be_filled": bool(self.filled.least),
            "would_do_without": list(self.without),
            "further_people": None if self.more is None else self.more.persons,
            "further_people_proven": None if self.more is None else self.more.proven,
            "duties": [
                {"date": span.date(duty.day).isoformat(), "shift": duty.name,
                 "people": [case.people[p].name for p in np.flatnonzero(self.on[:, i]).tolist()]}
                for i, duty in enumerate(case.duties)
            ],
            "persons": [self._of_person(person) for person in range(len(case.people))],
            "warnings": texts_of(self.notes, "warning"),
        }  # fmt: skip

    def _of_person(self, person: int) -> dict[str, Any]:
        own = self.own(person)
        return {
            "name": self.case.people[person].name,
            "duties": len(own),
            "hours": sum(duty.work for duty in own) / HOUR,
            "nights": sum(duty.night for duty in own),
            "weekend_duties": sum(duty.weekend for duty in own),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a person and duty, as ``roster.csv`` has them."""
        for index, duty in enumerate(self.case.duties):
            on = self.case.span.date(duty.day)
            for person in np.flatnonzero(self.on[:, index]).tolist():
                yield {
                    "date": on.isoformat(),
                    "weekday": WEEKDAYS[on.weekday()],
                    "shift": duty.name,
                    "from": clock_text(duty.begin % DAY),
                    "to": clock_text((duty.end - 1) % DAY + 1),
                    "person": self.case.people[person].name,
                    "hours": duty.work / HOUR,
                }


@dataclass(frozen=True, slots=True)
class Fewest:
    """How many people the shifts need; ``by_hours``: so many for the hours alone."""

    case: Case
    people: Further
    by_hours: int
    notes: tuple[Note, ...] = ()
    exit_code: int = 0

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

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row: the document."""
        yield self.document()
