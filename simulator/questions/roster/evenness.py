"""A full roster made as even as whole duties allow, and then calmer: fewer stretches of work, each longer.

Evening makes overtime least; then the sum, over nights, weekend duties and hours, of sum_p n_p^2 / w_p: w_p a person's
weight, contract times share of days at hand. That is n_p in proportion to w_p as near as whole duties allow; told by
steps (2 k - 1) / w_p for the k-th, its relaxation is as good as the best sharing out without any rule, so that a bound
is near at once. Calming leaves everybody's nights, weekends and hours as they are and makes the stretches of days at
work few; that is not proven.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from time import monotonic

import numpy as np

from simulator.planning.programme import Best
from simulator.questions.roster.assign import Case, Filled, Model, model_of
from simulator.questions.roster.duties import Duty, Span, most_a_week
from simulator.scenario.people import Person
from simulator.scenario.units import HOUR
from simulator.tables.calls import Bool

OVERTIME = 1_000.0
"""What an hour of overtime costs, in units of unevenness: it is the last resort."""
CLOSE = 1e-4
AT_ONCE, EACH, IN_VAIN = 3, 1.0, 60
"""Of how many people duties are looked for at once, for how many seconds at most, and how often in vain."""


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
        return self.uneven - self.bound < CLOSE


def even(case: Case, filled: Filled, seconds: float) -> Evened:
    """A full roster as even as is found in so many seconds, beginning with one that is full."""
    model = model_of(case, overtime=OVERTIME)
    shared = [_shared(model, measure, size) for measure, size in _measures(case)]
    floor, least = (sum(each) for each in zip(*shared, strict=True))
    best = model.programme.best(seconds / 6, model.start(filled.on))
    if best is None:
        return Evened(filled.on, float("inf"), least - floor, _overtime(case, filled.on))
    if best.cost - best.bound > CLOSE:
        best = _polished(model, best, seconds * 5 / 6)
    on = model.on(best)
    overtime = _overtime(case, on)
    extra = OVERTIME * overtime
    # Without overtime the best sharing out without any rule is a bound, too, should the solver have had no time.
    bound = max(best.bound - extra, 0.0 if overtime else least)
    return Evened(on, best.cost - extra - floor, max(bound - floor, 0.0), overtime)


def _overtime(case: Case, on: Bool) -> float:
    """Hours worked beyond the contracts of their weeks."""
    over = 0
    for person, row in zip(case.people, on, strict=True):
        weeks = [0] * case.span.weeks
        for index in np.flatnonzero(row).tolist():
            weeks[case.duties[index].week] += case.duties[index].work
        over += sum(max(0, work - most_a_week(person, case.rules)) for work in weeks)
    return over / HOUR


def calm(case: Case, evened: Evened, seconds: float) -> Evened:
    """The same for everybody in sum, in as few stretches of work as are found in so many seconds."""
    model = model_of(case)
    for person, row in enumerate(model.x):
        for measure, _ in _measures(case):
            worked = {i: measure(case.duties[i]) for i in row}
            total = sum(many for i, many in worked.items() if evened.on[person, i])
            model.programme.equal(total, {row[i]: many for i, many in worked.items() if many})
        for day in range(case.span.days):
            _begins(model, person, day)
    if model.overtime:
        model.programme.at_most(evened.overtime + 1e-6, dict.fromkeys(model.overtime, 1.0))
    free = [key for row in model.x for key in row.values()]
    start = model.start(evened.on)
    known = model.programme.best(seconds, start, {key: start[key] for key in free})
    return (
        evened if known is None else replace(evened, on=model.on(_polished(model, replace(known, bound=0.0), seconds)))
    )


def _polished(model: Model, best: Best, seconds: float) -> Best:
    """A better solution: again and again the best duties for a few people, while all others keep theirs."""
    until, rng, in_vain = monotonic() + seconds, np.random.default_rng(1), 0
    people, bound = len(model.x), best.bound
    while in_vain < IN_VAIN and best.cost - bound > CLOSE and (left := until - monotonic()) > 0:
        free = rng.choice(people, min(AT_ONCE, people), replace=False).tolist()
        values = {key: round(float(best.values[key])) for row in model.x for key in row.values()}
        fixed = {key: values[key] for person, row in enumerate(model.x) if person not in free for key in row.values()}
        found = model.programme.best(min(left, EACH), values, fixed)
        in_vain = 0 if found and found.cost < best.cost - CLOSE else in_vain + 1
        best = found if found and found.cost < best.cost - CLOSE else best
    return replace(best, bound=min(bound, best.cost))


def _begins(model: Model, person: int, day: int) -> None:
    """Count a stretch of work that begins on a day: one with a duty after one without."""
    today = model.terms(person, lambda duty: duty.day == day)
    if not today or any(duty.day == day - 1 for duty in model.case.before(person)):
        return
    yesterday = model.terms(person, lambda duty: duty.day == day - 1)
    begun = model.programme.variable(cost=1.0)
    model.programme.at_least(0.0, {begun: 1.0} | dict.fromkeys(today, -1.0) | yesterday)


def contracted(case: Case) -> list[float]:
    """The hours a week of each person's contract, µs, less leave and days not employed."""
    found = []
    for person in case.people:
        away = sum(_away(person, case.span, day) for day in range(case.span.days))
        found.append(most_a_week(person, case.rules) * (1 - away / case.span.days))
    return found


def weights(case: Case) -> list[float]:
    """How much of the work is each person's due: contract times the share of days at hand, the largest 1."""
    found = contracted(case)
    return [weight / max([*found, 1.0]) for weight in found]


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


def _shared(model: Model, measure: Callable[[Duty], float], total: float) -> tuple[float, float]:
    """Add what it costs that a burden is shared out; what it would cost if it could be divided at will, and in whole
    numbers if there were no rule."""
    case, programme = model.case, model.programme
    due, costs = 0.0, [0.0]
    for person, weight in enumerate(weights(case)):
        terms = {key: measure(case.duties[i]) for i, key in model.x[person].items() if measure(case.duties[i])}
        if weight <= 0 or not terms:
            continue
        due += weight
        most = min(ceil(sum(terms.values())), ceil(total))
        own = [(2 * k - 1) / weight for k in range(1, most + 1)]
        costs += own
        programme.equal(0.0, terms | {programme.variable(cost=cost): -1.0 for cost in own})
    cheapest = np.sort(costs[1:])
    whole = int(total)
    rest = (total - whole) * cheapest[whole] if whole < len(cheapest) else 0.0
    return (total**2 / due if due else 0.0), float(cheapest[:whole].sum() + rest)
