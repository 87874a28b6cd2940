"""What a roster says in words: what was asked, how even it is, what it lacks and what would do."""

from collections.abc import Callable, Iterator

from simulator.questions.roster.duties import Duty
from simulator.questions.roster.evenness import contracted, weights
from simulator.questions.roster.result import Fewest, Roster
from simulator.questions.roster.shortage import Lack, short_weeks
from simulator.report.words import counted, number
from simulator.scenario.people import Rules
from simulator.scenario.units import HOUR

RULE_WORDS = {
    "are on leave": "leave",
    "cannot work that day of the week": "not_on",
    "may not work nights": "nights: no",
    "do not work that shift": "shifts",
}
"""The keys of a person's limits, by what they say of those whom they keep from a duty."""


def facts(done: Roster) -> Iterator[str]:
    """Whose roster it is, when, what is asked of them, and under what rules."""
    case = done.case
    first, last = case.span.first, case.span.date(case.span.days - 1)
    days = " to ".join(f"{on:%a} {on.day} {on:%b %Y}" for on in (first, last))
    yield f"{counted(case.span.weeks, 'week')}, {days}"
    title = " ".join(done.people.title.split())
    yield f"{people(len(case.people))}: {title}"
    asked = sum(duty.need * duty.work for duty in case.duties) / HOUR / case.span.weeks
    have = sum(contracted(case)) / HOUR
    yield f"hours a week: {number(asked)} asked for by the shifts, {number(have)} in the contracts less leave"
    yield from rules_words(case.rules)


def rules_words(rules: Rules) -> Iterator[str]:
    """The rules, in two lines."""
    together = f", {rules.days_off_in_a_row} in a row" if rules.days_off_in_a_row > 1 else ""
    overtime = f" and {rules.overtime / HOUR:g} h overtime" if rules.overtime else ""
    yield (
        f"rules: {rules.hours_a_week / HOUR:g} h a week{overtime}; rest {rules.rest / HOUR:g} h, "
        f"after nights {rules.rest_after_nights / HOUR:g} h;"
    )
    yield (
        f"       in a row at most {counted(rules.nights_in_a_row, 'night')} and {counted(rules.days_in_a_row, 'day')}; "
        f"{counted(rules.days_off_a_week, 'day')} off a week{together}"
    )


def people(many: int) -> str:
    """``1 person``, ``15 people``."""
    return "1 person" if many == 1 else f"{many:,} people"


def full_words(done: Roster) -> Iterator[str]:
    """That every shift is filled, how evenly, and whether it could be more so."""
    found = done.evened
    if found is None:
        return
    yield "Every shift is filled and every rule kept."
    if found.proven:
        yield "No roster shares out nights, weekends and hours more evenly."
    else:
        yield f"A more even one may exist: unevenness {number(found.uneven)}, none is below {number(found.bound)}."
    parts = [
        _spread(done, "nights", lambda duty: float(duty.night)),
        _spread(done, "weekend shifts", lambda duty: float(duty.weekend)),
        _spread(done, "hours", lambda duty: duty.work / HOUR),
    ]
    if said := [part for part in parts if part]:
        yield "Full-time: " + "; ".join(said) + "."
    if found.overtime > 1e-6:
        yield f"Overtime: {number(found.overtime)} hours in all" + (", no less would do." if found.proven else ".")


def _spread(done: Roster, what: str, measure: Callable[[Duty], float]) -> str:
    """``5 to 7 nights``: of those whose due is the largest and who may work them."""
    case = done.case
    full = [
        sum(map(measure, done.own(person)))
        for person, weight in enumerate(weights(case))
        if weight > 1 - 1e-9 and any(measure(case.duties[i]) for i in case.may(person))
    ]
    if not full or not any(full):
        return ""
    low, high = min(full), max(full)
    return f"{low:g} {what}" if low == high else f"{low:g} to {high:g} {what}"


def short_words(done: Roster) -> Iterator[str]:
    """The verdict, then (after what lacks) which rules are in the way and how many people more would do."""
    filled, more = done.filled, done.more
    if more is None:
        return
    lacking = int(filled.lacking.sum())
    if filled.least:
        stay = "stays" if lacking == 1 else "stay"
        fewest = "" if filled.least == lacking else f" (in the best found; {filled.least} at least)"
        yield f"CAN NOT BE FILLED: under these rules {counted(lacking, 'place')} in shifts {stay} open{fewest}."
    else:
        yield "NOT FOUND: no roster was found that fills every shift; this does not mean that there is none."
    for short in short_weeks(done.case):
        on = done.case.span.date(7 * short.week)
        asked, have = short.asked / HOUR, short.have / HOUR
        yield f"Hours alone are too few in the week of {on.day} {on:%b}: {asked:g} asked for, {have:g} at most."
    if done.without:
        names = [RULE_WORDS.get(name, name) for name in done.without]
        yield "It could be filled without any one of these: " + ", ".join(names) + "."
    else:
        yield "No single rule is in the way."
    fewer = "no fewer would" if more.proven else "fewer may"
    contract = f"{done.case.rules.hours_a_week / HOUR:g} h a week"
    yield f"{people(more.persons)} more, on {contract} and free at any time, would do; {fewer}."


def lack_words(done: Roster, lack: Lack) -> str:
    """``night of Tue 3 Jun lacks 1 of 3: of the others 5 are at their hours of the week, ...``."""
    on = done.case.span.date(lack.duty.day)
    why = ", ".join(f"{many} {singular(reason) if many == 1 else reason}" for reason, many in lack.reasons)
    of = f" of {lack.duty.need}" if lack.persons < lack.duty.need else ""
    lacks = f"{lack.duty.name} of {on:%a} {on.day} {on:%b} lacks {lack.persons}{of}"
    return f"{lacks}: of the others {why}" if why else f"{lacks}: there is nobody else"


def singular(reason: str) -> str:
    """A reason said of one person."""
    verb, _, rest = reason.partition(" ")
    return f"{ {'are': 'is', 'do': 'does', 'work': 'works'}.get(verb, verb) } {rest}".replace("their", "the")


def fewest_words(found: Fewest) -> Iterator[str]:
    """How many people the shifts need."""
    case, more = found.case, found.people
    first = case.span.first
    hours = sum(duty.need * duty.work for duty in case.duties) / HOUR
    yield f"{counted(case.span.weeks, 'week')} from {first:%a} {first.day} {first:%b %Y}: {number(hours)} hours of work"
    yield from rules_words(case.rules)
    yield ""
    proof = "no fewer would do under these rules" if more.proven else "fewer may; looking longer (--seconds) may tell"
    yield f"{people(more.persons)} on {case.rules.hours_a_week / HOUR:g} h a week and free at any time would do;"
    yield f"{proof}."
    yield f"For the hours alone: {people(found.by_hours)}. Leave and illness come on top."
