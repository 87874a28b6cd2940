"""Duties: a scenario's shifts on the days of a roster, who may work each, and which rules somebody's duties break.

Times are microseconds from 00:00 of the roster's first day, local time; days are counted from it. A duty belongs to the
day, and the week, on which it begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from simulator.scenario.dates import span_of
from simulator.scenario.floor import WEEKDAYS, Shift
from simulator.scenario.people import Night, Person, Rules
from simulator.scenario.units import DAY, HOUR

WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift on one day, worked by ``need`` persons.

    shift       index of the scenario's shift
    day         the day on which it begins; before the roster: negative
    begin, end  µs
    work        µs that count as hours of work
    night       whether it counts as a night
    weekend     whether it begins on a Saturday or Sunday
    """

    shift: int
    name: str
    day: int
    begin: int
    end: int
    work: int
    need: int
    night: bool
    weekend: bool

    @property
    def week(self) -> int:
        """The week of the roster in which it begins."""
        return self.day // 7

    @property
    def days(self) -> range:
        """The days of which it takes some hours."""
        return range(self.begin // DAY, (self.end - 1) // DAY + 1)


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a roster: the first, and how many weeks."""

    first: date
    weeks: int

    @property
    def days(self) -> int:
        """How many days."""
        return 7 * self.weeks

    def date(self, day: int) -> date:
        """The date of a day."""
        return self.first + timedelta(days=day)


def duties_of(shifts: Sequence[Shift], rules: Rules, span: Span) -> list[Duty]:
    """All duties of a roster, by when they begin."""
    found = [duty_on(shifts, index, day, rules, span) for index in range(len(shifts)) for day in range(span.days)]
    return sorted((duty for duty in found if duty and duty.need), key=lambda duty: (duty.begin, duty.end, duty.shift))


def duty_on(shifts: Sequence[Shift], index: int, day: int, rules: Rules, span: Span) -> Duty | None:
    """The duty of a shift on a day; None where it is not worked then."""
    shift, on = shifts[index], span.date(day)
    first, last = span_of(shift)
    if WEEKDAYS[on.weekday()] not in shift.days or not first <= on.toordinal() <= last:
        return None
    begin = day * DAY + shift.from_
    breaks = 0 if rules.paid_breaks else sum(pause.for_ for pause in shift.breaks)
    return Duty(
        shift=index,
        name=shift.name,
        day=day,
        begin=begin,
        end=begin + shift.length,
        work=max(shift.length - breaks, 0),
        need=shift.call_takers,
        night=is_night(shift.from_, shift.length, rules.night),
        weekend=on.weekday() in WEEKEND,
    )


def is_night(from_: int, length: int, night: Night) -> bool:
    """Whether enough of a shift lies in the night: in the one before, that of its day, or the one after."""
    nights = ((night.from_ + day * DAY, night.from_ + day * DAY + night.length) for day in (-1, 0, 1))
    return sum(max(0, min(from_ + length, off) - max(from_, on)) for on, off in nights) >= night.at_least


def most_a_week(person: Person, rules: Rules) -> int:
    """Hours of work a week of a person by contract, µs, overtime left out."""
    return person.hours_a_week or rules.hours_a_week


def barred(person: Person, duty: Duty, span: Span) -> str:
    """Why a person may never work a duty, whatever else they work; '' where they may."""
    dates = [span.date(day) for day in duty.days]
    if (person.since and dates[0] < person.since) or (person.until and dates[-1] > person.until):
        return "are not employed then"
    if any(first <= each <= last for each in dates for first, last in person.leave):
        return "are on leave"
    if person.not_on and any(WEEKDAYS[each.weekday()] in person.not_on for each in dates):
        return "cannot work that day of the week"
    if not person.nights and duty.night:
        return "may not work nights"
    if person.shifts is not None and duty.name not in person.shifts:
        return "do not work that shift"
    return ""


def broken(duties: Sequence[Duty], person: Person, rules: Rules, span: Span) -> set[str]:
    """The rules that a person's duties break, in the words of `REASONS`; who is barred from one is not looked at."""
    own = sorted(duties, key=lambda duty: duty.begin)
    found = set(_too_close(own, rules))
    taken = {day for duty in own for day in duty.days}
    if longest_run(taken) > rules.days_in_a_row:
        found.add("days_in_a_row")
    if longest_run({duty.day for duty in own if duty.night}) > rules.nights_in_a_row:
        found.add("nights_in_a_row")
    for week in range(span.weeks):
        if sum(duty.work for duty in own if duty.week == week) > most_a_week(person, rules) + rules.overtime:
            found.add("hours_a_week")
        if 7 - len(taken & set(range(7 * week, 7 * week + 7))) < rules.days_off_a_week:
            found.add("days_off_a_week")
        if not _off_in_a_row(taken, week, rules.days_off_in_a_row, span):
            found.add("days_off_in_a_row")
    return found


def _off_in_a_row(taken: set[int], week: int, many: int, span: Span) -> bool:
    """Whether a row of so many days off begins in a week, and ends within the roster."""
    begins = row_begins(week, many, span)
    return not many or not begins or any(taken.isdisjoint(range(day, day + many)) for day in begins)


def row_begins(week: int, many: int, span: Span) -> range:
    """The days of a week on which a row of so many days can begin that ends within the roster."""
    return range(7 * week, min(7 * week + 7, span.days - many + 1))


REASONS = {
    "at_once": "work another shift then",
    "rest": "would lack rest between shifts",
    "rest_after_nights": "would lack rest after a night",
    "hours_a_week": "are at their hours of the week",
    "days_in_a_row": "are at their days in a row",
    "nights_in_a_row": "are at their nights in a row",
    "days_off_a_week": "would lack a day off",
    "days_off_in_a_row": "would lack days off in a row",
}
"""What each rule says of those whom it keeps from a duty; the first that holds is told."""


def _too_close(own: Sequence[Duty], rules: Rules) -> Iterator[str]:
    for before, after in pairwise(own):
        gap = after.begin - before.end
        if gap < 0 or before.day == after.day:
            yield "at_once"
        elif gap < rules.rest:
            yield "rest"
    # A night and a day shift need not be neighbours where the rest after nights is longer than the shift between.
    for place, before in enumerate(own):
        for after in own[place + 1 :]:
            if before.night and not after.night and after.begin - before.end < rules.rest_after_nights:
                yield "rest_after_nights"


def longest_run(days: set[int]) -> int:
    """How many days in a row at most."""
    longest = run = 0
    for day in sorted(days):
        run = run + 1 if day - 1 in days else 1
        longest = max(longest, run)
    return longest


def hours(work: int) -> float:
    """Hours of µs of work."""
    return work / HOUR
