"""Who works which duty: first as many duties filled as the rules allow, then the burden shared out as evenly as can be.

    x_pi in {0, 1}: person p works duty i, only where p is not barred from it
    sum_p x_pi + lacking_i = need_i
    at most one of duties that overlap, or have less than the rest between them, or begin on one day
    after a night no other shift within the rest after nights
    at most k of any k + 1 days in a row worked, and nights alike
    hours of a week at most the contract, and overtime;  whole days off in every week

Filling makes sum lacking_i least. Evening keeps every duty filled and makes overtime least; then the sum, over nights,
weekend duties and hours, of sum_p n_p^2 / w_p: w_p a person's weight, contract times share of days at hand. That is
n_p in proportion to w_p as near as whole duties allow; told by steps (2 k - 1) / w_p for the k-th, its relaxation is
as good as the best sharing out without any rule, so that a bound is near at once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from simulator.decisions.planning.duties import Duty, Span, barred, most_a_week
from simulator.decisions.planning.programme import Best, Programme
from simulator.scenario.people import Person, Rules
from simulator.scenario.units import HOUR
from simulator.tables.calls import Bool, Int64

OVERTIME = 1_000.0
"""What an hour of overtime costs, in units of unevenness: it is the last resort."""


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


@dataclass(frozen=True, eq=False, slots=True)
class Evened:
    """A full roster, how uneven it is, and below what no roster is; ``overtime`` in hours."""

    on: Bool
    uneven: float
    bound: float
    overtime: float

    @property
    def proven(self) -> bool:
        """Whether no full roster is more even."""
        return self.uneven - self.bound < 1e-4


@dataclass(slots=True)
class _Model:
    """The programme, and which variable says what."""

    case: Case
    programme: Programme = field(default_factory=Programme)
    x: list[dict[int, int]] = field(default_factory=list)
    lacking: list[int] = field(default_factory=list)
    overtime: list[int] = field(default_factory=list)

    def terms(self, person: int, wanted: Callable[[Duty], bool]) -> dict[int, float]:
        """A person's variables of some duties, each once."""
        return {key: 1.0 for i, key in self.x[person].items() if wanted(self.case.duties[i])}

    def on(self, best: Best) -> Bool:
        on = np.zeros((len(self.x), len(self.case.duties)), dtype=np.bool_)
        for person, row in enumerate(self.x):
            for duty, key in row.items():
                on[person, duty] = best.values[key] > 0.5
        return on


def fill(case: Case, seconds: float) -> Filled:
    """As many duties filled as the rules allow, as far as is found in so many seconds."""
    model = _model(case, lacking_costs=1.0)
    nobody = np.zeros((len(case.people), len(case.duties)), dtype=np.bool_)
    best = model.programme.best(seconds)
    on = nobody if best is None else model.on(best)
    need = np.array([duty.need for duty in case.duties], dtype=np.int64)
    least = 0 if best is None else ceil(best.bound - 1e-6)
    return Filled(on, need - on.sum(axis=0), max(least, 0))


def even(case: Case, filled: Filled, seconds: float) -> Evened:
    """A full roster as even as is found in so many seconds, beginning with one that is full."""
    model = _model(case, lacking_costs=None)
    floor = sum(_shared(model, measure, size) for measure, size in _measures(case))
    start = {key: float(filled.on[p, i]) for p, row in enumerate(model.x) for i, key in row.items()}
    best = model.programme.best(seconds, start)
    if best is None:
        return Evened(filled.on, float("inf"), 0.0, 0.0)
    overtime = float(sum(best.values[key] for key in model.overtime))
    extra = OVERTIME * overtime
    return Evened(model.on(best), best.cost - extra - floor, max(best.bound - extra - floor, 0.0), overtime)


def _model(case: Case, lacking_costs: float | None) -> _Model:
    model = _Model(case)
    for person in range(len(case.people)):
        model.x.append({duty: model.programme.variable(whole=True) for duty in case.may(person)})
    for index, duty in enumerate(case.duties):
        terms = {row[index]: 1.0 for row in model.x if index in row}
        if lacking_costs is not None:
            model.lacking.append(model.programme.variable(upper=float(duty.need), cost=lacking_costs))
            terms[model.lacking[-1]] = 1.0
        model.programme.equal(float(duty.need), terms)
    for person in range(len(case.people)):
        _one_at_a_time(model, person)
        _rest_after_nights(model, person)
        _in_a_row(model, person, case.rules.days_in_a_row, lambda _: True)
        _in_a_row(model, person, case.rules.nights_in_a_row, lambda duty: duty.night)
        _hours(model, person, costs=OVERTIME if lacking_costs is None else 0.0)
        _days_off(model, person)
    return model


def _one_at_a_time(model: _Model, person: int) -> None:
    """Of all duties that reach, with the rest behind them, over the beginning of one, at most one."""
    case, rest = model.case, model.case.rules.rest
    for index in model.x[person]:
        begin = case.duties[index].begin

        def reaches(duty: Duty, begin: int = begin) -> bool:
            return duty.begin <= begin < duty.end + rest

        _at_most(model, person, 1, reaches)
    for day in range(case.span.days):
        _at_most(model, person, 1, lambda duty, day=day: duty.day == day)  # type: ignore[misc]


def _rest_after_nights(model: _Model, person: int) -> None:
    case, rest = model.case, model.case.rules.rest_after_nights
    nights = [case.duties[i] for i in model.x[person] if case.duties[i].night]
    for night in [*(duty for duty in case.before(person) if duty.night), *nights]:
        for day in range(max(night.day, 0), (night.end + rest) // (24 * HOUR) + 1):

            def wanted(duty: Duty, night: Duty = night, day: int = day) -> bool:
                soon = night.begin < duty.begin < night.end + rest
                return duty is night or (not duty.night and duty.day == day and soon)

            _at_most(model, person, 1, wanted)


def _in_a_row(model: _Model, person: int, most: int, counts: Callable[[Duty], bool]) -> None:
    for first in range(-most, model.case.span.days - most):

        def wanted(duty: Duty, first: int = first) -> bool:
            return first <= duty.day <= first + most and counts(duty)

        _at_most(model, person, most, wanted)


def _at_most(model: _Model, person: int, most: int, wanted: Callable[[Duty], bool]) -> None:
    """At most so many of some duties, what was worked before counted in; the past itself is not judged."""
    before = sum(map(wanted, model.case.before(person)))
    model.programme.at_most(float(max(most - before, 0)), model.terms(person, wanted))


def _hours(model: _Model, person: int, costs: float) -> None:
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


def _days_off(model: _Model, person: int) -> None:
    case, programme = model.case, model.programme
    if not case.rules.days_off_a_week:
        return
    for week in range(case.span.weeks):
        free = [_free(model, person, day) for day in range(7 * week, 7 * week + 7)]
        programme.at_least(float(case.rules.days_off_a_week), dict.fromkeys(free, 1.0))


def _free(model: _Model, person: int, day: int) -> int:
    """The variable that says that no hour of a day is worked, neither by a duty that begins on it nor by one before."""
    spilt = any(day in duty.days for duty in model.case.before(person))
    free = model.programme.variable(upper=0.0 if spilt else 1.0)
    today = model.terms(person, lambda duty: duty.day == day)
    spilling = model.terms(person, lambda duty: duty.day != day and day in duty.days)
    for taken in (today, spilling):
        model.programme.at_most(1.0, taken | {free: 1.0})
    return free


# -- evenness ------------------------------------------------------------------------------------------------------


def weights(case: Case) -> list[float]:
    """How much of the work is each person's due: contract times the share of days at hand, the largest 1."""
    found = []
    for person in case.people:
        away = sum(_away(person, case.span, day) for day in range(case.span.days))
        found.append(most_a_week(person, case.rules) * (1 - away / case.span.days))
    return [weight / max(max(found), 1.0) for weight in found]


def _away(person: Person, span: Span, day: int) -> bool:
    on = span.date(day)
    employed = not ((person.since and on < person.since) or (person.until and on > person.until))
    return not employed or any(first <= on <= last for first, last in person.leave)


def _measures(case: Case) -> Iterator[tuple[Callable[[Duty], float], float]]:
    """What is shared out: of each duty how much of it, and the total."""
    unit = min((duty.work for duty in case.duties if duty.work), default=HOUR)
    measures: tuple[Callable[[Duty], float], ...] = (
        lambda duty: float(duty.night),
        lambda duty: float(duty.weekend),
        lambda duty: duty.work / unit,
    )
    for measure in measures:
        yield measure, sum(measure(duty) * duty.need for duty in case.duties)


def _shared(model: _Model, measure: Callable[[Duty], float], total: float) -> float:
    """Add what it costs that a burden is shared out; what it would cost if it could be divided at will."""
    case, programme = model.case, model.programme
    due = 0.0
    for person, weight in enumerate(weights(case)):
        terms = {key: measure(case.duties[i]) for i, key in model.x[person].items() if measure(case.duties[i])}
        if weight <= 0 or not terms:
            continue
        due += weight
        most = min(ceil(sum(terms.values())), ceil(total))
        steps = {programme.variable(cost=(2 * k - 1) / weight): -1.0 for k in range(1, most + 1)}
        programme.equal(0.0, terms | steps)
    return total**2 / due if due else 0.0
