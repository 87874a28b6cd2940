"""Who works which duty, as rows of a programme, and as many duties filled as the rules allow.

    x_pi in {0, 1}: person p works duty i, only where p is not barred from it
    sum_p x_pi + lacking_i = need_i
    at most one of duties that overlap, or have less than the rest between them, or begin on one day
    after a night no other shift within the rest after nights
    of any k + 1 days in a row at least one without any hour of work, and at most k nights in a row
    hours of a week at most the contract, and overtime;  whole days off in every week

Filling makes sum lacking_i least; evenness.py goes on from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from simulator.planning.programme import Best, Programme
from simulator.questions.roster.duties import Duty, Span, barred, most_a_week, row_begins
from simulator.scenario.people import Person, Rules
from simulator.scenario.units import HOUR
from simulator.tables.calls import Bool, Int64


@dataclass(frozen=True, slots=True)
class Case:
    """What a roster is to be made of; ``past``: of each person, the duties worked before its first day."""

    duties: Sequence[Duty]
    people: Sequence[Person]
    rules: Rules
    span: Span
    past: Sequence[Sequence[Duty]] = ()

    def before(self, person: int) -> Sequence[Duty]:
        """What a person worked before."""
        return self.past[person] if person < len(self.past) else ()

    def may(self, person: int) -> list[int]:
        """The duties that a person is not barred from."""
        return [i for i, duty in enumerate(self.duties) if not barred(self.people[person], duty, self.span)]


@dataclass(frozen=True, eq=False, slots=True)
class Filled:
    """A roster that keeps all rules: who works what, [people][duties], and how many each duty lacks.

    ``least``: no roster lacks fewer, all duties together.
    """

    on: Bool
    lacking: Int64
    least: int


@dataclass(slots=True)
class Model:
    """The programme, and which variable says what."""

    case: Case
    programme: Programme = field(default_factory=Programme)
    x: list[dict[int, int]] = field(default_factory=list)
    lacking: list[int] = field(default_factory=list)
    overtime: list[int] = field(default_factory=list)

    def terms(self, person: int, wanted: Callable[[Duty], bool]) -> dict[int, float]:
        """A person's variables of some duties, each once."""
        return {key: 1.0 for i, key in self.x[person].items() if wanted(self.case.duties[i])}

    def start(self, on: Bool) -> dict[int, float]:
        """The values that say who works what."""
        return {key: float(on[person, duty]) for person, row in enumerate(self.x) for duty, key in row.items()}

    def on(self, best: Best) -> Bool:
        """Who works what, [people][duties]."""
        on = np.zeros((len(self.x), len(self.case.duties)), dtype=np.bool_)
        for person, row in enumerate(self.x):
            for duty, key in row.items():
                on[person, duty] = best.values[key] > 0.5
        return on


def fill(case: Case, seconds: float) -> Filled:
    """As many duties filled as the rules allow, as far as is found in so many seconds."""
    model = model_of(case, may_lack=True)
    nobody = np.zeros((len(case.people), len(case.duties)), dtype=np.bool_)
    best = model.programme.best(seconds)
    on = nobody if best is None else model.on(best)
    need = np.array([duty.need for duty in case.duties], dtype=np.int64)
    least = 0 if best is None else ceil(best.bound - 1e-6)
    return Filled(on, need - on.sum(axis=0), max(least, 0))


def model_of(case: Case, *, may_lack: bool = False, overtime: float = 0.0) -> Model:
    """The rules of a case as rows; duties may lack persons at a cost of 1 each, or an hour of overtime has a cost."""
    model = Model(case)
    for person in range(len(case.people)):
        model.x.append({duty: model.programme.variable(whole=True) for duty in case.may(person)})
    for index, duty in enumerate(case.duties):
        terms = {row[index]: 1.0 for row in model.x if index in row}
        if may_lack:
            model.lacking.append(model.programme.variable(upper=float(duty.need), cost=1.0))
            terms[model.lacking[-1]] = 1.0
        model.programme.equal(float(duty.need), terms)
    for person in range(len(case.people)):
        _one_at_a_time(model, person)
        _rest_after_nights(model, person)
        _nights_in_a_row(model, person)
        _hours(model, person, costs=overtime)
        # A night of the last day takes hours of the day after the roster, too.
        free = [_free(model, person, day) for day in range(case.span.days + 1)]
        _days_in_a_row(model, person, free)
        _days_off(model, free)
    return model


def _one_at_a_time(model: Model, person: int) -> None:
    """Of all duties that reach, with the rest behind them, over the beginning of one, at most one."""
    case, rest = model.case, model.case.rules.rest
    for index in model.x[person]:
        begin = case.duties[index].begin

        def reaches(duty: Duty, begin: int = begin) -> bool:
            return duty.begin <= begin < duty.end + rest

        _at_most(model, person, 1, reaches)
    for day in range(case.span.days):
        _at_most(model, person, 1, lambda duty, day=day: duty.day == day)  # type: ignore[misc]


def _rest_after_nights(model: Model, person: int) -> None:
    case, rest = model.case, model.case.rules.rest_after_nights
    nights = [case.duties[i] for i in model.x[person] if case.duties[i].night]
    for night in [*(duty for duty in case.before(person) if duty.night), *nights]:
        for day in range(max(night.day, 0), (night.end + rest) // (24 * HOUR) + 1):

            def wanted(duty: Duty, night: Duty = night, day: int = day) -> bool:
                soon = night.begin < duty.begin < night.end + rest
                return duty is night or (not duty.night and duty.day == day and soon)

            _at_most(model, person, 1, wanted)


def _nights_in_a_row(model: Model, person: int) -> None:
    most = model.case.rules.nights_in_a_row
    for first in range(-most, model.case.span.days - most):

        def wanted(duty: Duty, first: int = first) -> bool:
            return duty.night and first <= duty.day <= first + most

        _at_most(model, person, most, wanted)


def _days_in_a_row(model: Model, person: int, free: Sequence[int]) -> None:
    """A day off in any stretch one day too long; what was worked before is counted in, and itself not judged."""
    most = model.case.rules.days_in_a_row
    worked = {day for duty in model.case.before(person) for day in duty.days}
    for last in range(len(free)):
        days = range(last - most, last + 1)
        if all(day in worked for day in days if day < 0) and not worked.issuperset(days):
            model.programme.at_least(1.0, {free[day]: 1.0 for day in days if day >= 0})


def _at_most(model: Model, person: int, most: int, wanted: Callable[[Duty], bool]) -> None:
    """At most so many of some duties, what was worked before counted in; the past itself is not judged."""
    before = sum(map(wanted, model.case.before(person)))
    model.programme.at_most(float(max(most - before, 0)), model.terms(person, wanted))


def _hours(model: Model, person: int, costs: float) -> None:
    case, programme = model.case, model.programme
    contract, more = most_a_week(case.people[person], case.rules), case.rules.overtime
    for week in range(case.span.weeks):
        own = {key: case.duties[i] for i, key in model.x[person].items() if case.duties[i].week == week}
        terms = {key: duty.work / HOUR for key, duty in own.items()}
        if more:
            terms[programme.variable(upper=more / HOUR, cost=costs)] = -1.0
            model.overtime.append(len(programme.cost) - 1)
        programme.at_most(contract / HOUR, terms)
        # Whole duties: how many fit at most is known before the solver finds it.
        shortest = min((duty.work for duty in own.values()), default=0)
        if shortest:
            programme.at_most(float((contract + more) // shortest), dict.fromkeys(own, 1.0))


def _days_off(model: Model, free: Sequence[int]) -> None:
    case, programme = model.case, model.programme
    off, row = case.rules.days_off_a_week, case.rules.days_off_in_a_row
    for week in range(case.span.weeks):
        programme.at_least(float(off), dict.fromkeys(free[7 * week : 7 * week + 7], 1.0))
        begins = row_begins(week, row, case.span) if row else range(0)
        rows = {programme.variable(): free[day : day + row] for day in begins}
        for begun, days in rows.items():
            for day in days:
                programme.at_most(0.0, {begun: 1.0, day: -1.0})
        if rows:
            programme.at_least(1.0, dict.fromkeys(rows, 1.0))


def _free(model: Model, person: int, day: int) -> int:
    """The variable that says that no hour of a day is worked, neither by a duty that begins on it nor by one before."""
    spilt = any(day in duty.days for duty in model.case.before(person))
    free = model.programme.variable(upper=0.0 if spilt else 1.0)
    today = model.terms(person, lambda duty: duty.day == day)
    spilling = model.terms(person, lambda duty: duty.day != day and day in duty.days)
    for taken in (today, spilling):
        model.programme.at_most(1.0, taken | {free: 1.0})
    return free
