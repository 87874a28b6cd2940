"""A roster that cannot be filled: what lacks, who is kept from it by which rule, and what would do."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from simulator.questions.roster.assign import Case, Filled, fill
from simulator.questions.roster.duties import REASONS, Duty, barred, broken, most_a_week
from simulator.scenario.people import Person
from simulator.scenario.units import WEEK

COULD = "could, if others changed"


@dataclass(frozen=True, slots=True)
class Lack:
    """A duty that lacks so many persons, and how many of those who do not work it are kept by what, most first."""

    duty: Duty
    persons: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Further:
    """So many persons more, on the rules' contract and free at any time, would do; ``proven``: no fewer would."""

    persons: int
    proven: bool


def lacks(case: Case, filled: Filled) -> Iterator[Lack]:
    """Every duty that lacks somebody, in order of time."""
    own = [[case.duties[i] for i in np.flatnonzero(row).tolist()] for row in filled.on]
    for index in np.flatnonzero(filled.lacking).tolist():
        duty = case.duties[index]
        others = [person for person in range(len(case.people)) if not filled.on[person, index]]
        told = Counter(_kept_from(case, person, own[person], duty) for person in others)
        yield Lack(duty, int(filled.lacking[index]), tuple(told.most_common()))


def _kept_from(case: Case, person: int, own: Sequence[Duty], duty: Duty) -> str:
    who, before = case.people[person], case.before(person)
    if reason := barred(who, duty, case.span):
        return reason
    breaks = broken([*before, *own, duty], who, case.rules, case.span)
    breaks -= broken([*before, *own], who, case.rules, case.span)
    return next((words for name, words in REASONS.items() if name in breaks), COULD)


@dataclass(frozen=True, slots=True)
class Week:
    """A week whose shifts ask for more hours of work, µs, than people could work, whoever works what."""

    week: int
    asked: int
    have: int


def short_weeks(case: Case) -> Iterator[Week]:
    """The weeks in which hours alone are too few: contracts, leave and days off taken together."""
    for week in range(case.span.weeks):
        asked = sum(duty.need * duty.work for duty in case.duties if duty.week == week)
        have = sum(_most_work(case, person, week) for person in range(len(case.people)))
        if have < asked:
            yield Week(week, asked, have)


def _most_work(case: Case, person: int, week: int) -> int:
    """More work than a person can have in a week, or just as much."""
    own = [case.duties[i] for i in case.may(person) if case.duties[i].week == week]
    works = [duty.work for duty in own if duty.work]
    if not works:
        return 0
    contract = most_a_week(case.people[person], case.rules) + case.rules.overtime
    days = min(len({duty.day for duty in own}), 7 - case.rules.days_off_a_week)
    return min(contract, max(works) * min(days, contract // min(works)))


def would_do_without(case: Case, seconds: float) -> Iterator[str]:
    """The rules without each of which alone every duty is filled.

    Of all rules, not of those only that keep somebody from a duty that lacks persons: which duty lacks them is chance
    where several could.
    """
    for name, eased in _eased(case):
        changed = (eased.rules, list(eased.people)) != (case.rules, list(case.people))
        if changed and not fill(eased, seconds).lacking.any():
            yield name


def _eased(case: Case) -> Iterator[tuple[str, Case]]:
    """The case without each of its rules."""
    ever = case.span.days + 366
    rules: dict[str, dict[str, int]] = {
        "hours_a_week": {"overtime": WEEK},
        "rest": {"rest": 0},
        "rest_after_nights": {"rest_after_nights": 0},
        "nights_in_a_row": {"nights_in_a_row": ever},
        "days_in_a_row": {"days_in_a_row": ever},
        "days_off_a_week": {"days_off_a_week": 0},
        "days_off_in_a_row": {"days_off_in_a_row": 0},
    }
    for name, update in rules.items():
        yield name, replace(case, rules=case.rules.model_copy(update=update))
    for name, change in (
        ("are on leave", {"leave": ()}),
        ("cannot work that day of the week", {"not_on": None}),
        ("may not work nights", {"nights": True}),
        ("do not work that shift", {"shifts": None}),
    ):
        yield name, replace(case, people=[person.model_copy(update=change) for person in case.people])


def further(case: Case, filled: Filled, seconds: float) -> Further:
    """The fewest persons more with whom every duty is filled.

    Each fills no more duties than fit into a contract, so that at least lacking / those are needed; from there upwards.
    """
    each = most_duties(case)
    persons, proven, least = 0, True, filled.least
    lacking = int(filled.lacking.sum())
    while lacking:
        # Where no proof was found that duties stay open, fewer persons may do: then this number is only enough.
        proven &= least > 0
        persons += max(1, ceil(least / each))
        more = [Person(name=f"further person {number}") for number in range(1, persons + 1)]
        tried = fill(replace(case, people=[*case.people, *more]), seconds)
        lacking, least = int(tried.lacking.sum()), tried.least
    return Further(persons, proven)


def most_duties(case: Case) -> int:
    """How many duties a person on the rules' contract works at most in all weeks together."""
    rules = case.rules
    shortest = min((duty.work for duty in case.duties if duty.work), default=0)
    by_hours = (rules.hours_a_week + rules.overtime) // shortest if shortest else 7
    return case.span.weeks * max(1, min(by_hours, 7 - rules.days_off_a_week))


def unworkable(case: Case) -> tuple[Duty, str] | None:
    """A duty that nobody could work even as the only one, and the rule that it breaks; None where there is none."""
    anybody = Person(name="anybody")
    for duty in case.duties:
        if rules := broken([duty], anybody, case.rules, case.span):
            return duty, min(rules)
    return None
