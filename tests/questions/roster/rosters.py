"""Small rosters for tests, and a second telling of the rules: by dates and times, without the code that is tested."""

from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from simulator.questions.roster.assign import Case
from simulator.questions.roster.duties import Duty, Span, duties_of
from simulator.scenario.floor import Shift
from simulator.scenario.people import People

MONDAY = date(2024, 6, 3)
THREE = (
    {"name": "early", "from": "06:00", "to": "14:00", "call_takers": "1"},
    {"name": "late", "from": "14:00", "to": "22:00", "call_takers": "1"},
    {"name": "night", "from": "22:00", "to": "06:00", "call_takers": "1"},
)


def case_of(
    shifts: tuple[dict[str, Any], ...] = THREE,
    people: int | list[dict[str, Any]] = 5,
    weeks: int = 1,
    first: date = MONDAY,
    **rules: Any,
) -> Case:
    persons = [{"name": f"p{n}"} for n in range(people)] if isinstance(people, int) else people
    told = {name: f"{value} h" if name in HOURS else value for name, value in rules.items()}
    read = People.model_validate({"title": "t", "people": persons, "rules": told})
    span = Span(first, weeks)
    floor = [Shift.model_validate(shift) for shift in shifts]
    return Case(duties_of(floor, read.rules, span), read.people, read.rules, span)


HOURS = ("hours_a_week", "overtime", "rest", "rest_after_nights")


def clock(case: Case, time: int) -> datetime:
    return datetime(case.span.first.year, case.span.first.month, case.span.first.day) + timedelta(microseconds=time)


def faults_of(case: Case, person: int, duties: list[Duty]) -> list[str]:
    """What a person's duties break, told by dates and times."""
    who, rules = case.people[person], case.rules
    shifts = sorted((clock(case, d.begin), clock(case, d.end), d) for d in duties)
    found = [fault for begin, end, duty in shifts for fault in _limits(who, begin, end, duty)]
    for (begin, end, one), (after, _, two) in combinations(shifts, 2):
        gap = (after - end) / timedelta(hours=1)
        if gap < 0 or begin.date() == after.date() or gap < rules.rest / 3.6e9:
            found.append(f"rest between {begin} and {after}")
        if one.night and not two.night and gap < rules.rest_after_nights / 3.6e9:
            found.append(f"rest after the night of {begin}")
    days = {day for begin, end, _ in shifts for day in _touched(begin, end)}
    nights = {begin.date() for begin, _, duty in shifts if duty.night}
    found += [f"days in a row from {d}" for d in days if _all_in(days, d, rules.days_in_a_row + 1)]
    found += [f"nights in a row from {d}" for d in nights if _all_in(nights, d, rules.nights_in_a_row + 1)]
    return found + _weeks(case, person, shifts)


def _limits(who: Any, begin: datetime, end: datetime, duty: Duty) -> list[str]:
    """Leave, days of the week, nights and shifts that a person does not work."""
    touched = _touched(begin, end)
    found = [f"leave on {day}" for day in touched for a, b in who.leave if a <= day <= b]
    found += [f"not on {day}" for day in touched if day.strftime("%a").lower() in (who.not_on or ())]
    found += [f"a night on {begin}"] if duty.night and not who.nights else []
    return found + ([f"shift {duty.name}"] if who.shifts and duty.name not in who.shifts else [])


def _touched(begin: datetime, end: datetime) -> list[date]:
    """The dates of which some hour is worked."""
    days = (begin.date() + timedelta(days=n) for n in range((end.date() - begin.date()).days + 1))
    return [day for day in days if datetime(day.year, day.month, day.day) < end]


def _all_in(days: set[date], first: date, many: int) -> bool:
    return all(first + timedelta(days=n) in days for n in range(many))


def _weeks(case: Case, person: int, shifts: list[tuple[datetime, datetime, Duty]]) -> list[str]:
    rules, found = case.rules, []
    most = (case.people[person].hours_a_week or rules.hours_a_week) + rules.overtime
    every = [case.span.first + timedelta(days=n) for n in range(7 * case.span.weeks)]
    free = [
        day for day in every if not any(b.date() <= day <= (e - timedelta(microseconds=1)).date() for b, e, _ in shifts)
    ]
    for week in range(case.span.weeks):
        days = every[7 * week : 7 * week + 7]
        if sum(duty.work for begin, _, duty in shifts if begin.date() in days) > most:
            found.append(f"hours in week {week}")
        if sum(day in free for day in days) < rules.days_off_a_week:
            found.append(f"days off in week {week}")
        row = rules.days_off_in_a_row
        begins = [day for day in days if day + timedelta(days=row - 1) <= every[-1]]
        if row and begins and not any(_all_in(set(free), day, row) for day in begins):
            found.append(f"days off in a row in week {week}")
    return found
