"""``siaga roster``: the shifts of a scenario worked by named people, under their rules."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from simulator.questions.roster.assign import Case, fill
from simulator.questions.roster.duties import Span, duties_of
from simulator.questions.roster.earlier import past_of, read_roster, strangers
from simulator.questions.roster.evenness import calm, even
from simulator.questions.roster.files import keep
from simulator.questions.roster.request import Request
from simulator.questions.roster.result import Fewest, Roster
from simulator.questions.roster.shortage import further, lacks, unworkable, would_do_without
from simulator.scenario.dates import parse_date
from simulator.scenario.errors import BadInput, Fault, Interrupted, quoted
from simulator.scenario.fixes import listed
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, warnings
from simulator.scenario.people import People, people_named
from simulator.scenario.units import HOUR
from simulator.study.question import SILENT, Progress, loaded

EACH = 20.0
"""Seconds for each of the smaller questions: what would do without a rule, whether so many persons more would."""
MOST = 200_000
"""Most pairs of a person and a duty."""


def answer(request: Request, progress: Progress = SILENT) -> Roster | Fewest:
    """Make the roster and keep it, or count the fewest people. Raises BadInput, and Interrupted."""
    if request.fewest:
        return fewest(request)
    made = roster(request, progress)
    return made if made.evened is None else replace(made, notes=(*made.notes, *keep(made)))


def roster(request: Request, progress: Progress = SILENT) -> Roster:
    """The roster, not kept anywhere. Raises BadInput, and Interrupted."""
    scenario = loaded(request.scenario)
    people, file, case, notes = _case(request, scenario)
    try:
        progress.step("filling every shift")
        filled = fill(case, request.seconds)
        if filled.lacking.any():
            found = tuple(lacks(case, filled))
            progress.step("looking for what is in the way")
            without = tuple(would_do_without(case, EACH))
            progress.step("looking for how many people more would do")
            more = further(case, filled, EACH)
            return Roster(request, scenario, people, file, case, filled, None, found, without, more, notes)
        progress.step("sharing out nights, weekends and hours")
        evened = even(case, filled, request.seconds)
        progress.step("joining days of work")
        evened = calm(case, evened, request.seconds / 4)
    except KeyboardInterrupt:
        raise Interrupted("interrupted before a roster was found: nothing was written") from None
    return Roster(request, scenario, people, file, case, filled, evened, notes=notes)


def fewest(request: Request) -> Fewest:
    """How many people the shifts need under the rules, all on the rules' contract and free at any time."""
    _, _, named, _ = _case(request, loaded(request.scenario))
    case = Case(named.duties, (), named.rules, named.span)
    nobody = fill(case, request.seconds)
    weekly = [0] * case.span.weeks
    for duty in case.duties:
        weekly[duty.week] += duty.need * duty.work
    contract = case.rules.hours_a_week + case.rules.overtime
    return Fewest(case, further(case, nobody, request.seconds), -(-max(weekly) // contract))


def _case(request: Request, scenario: Loaded) -> tuple[People, Path, Case, tuple[Note, ...]]:
    shifts = scenario.scenario.floor.shifts
    if not shifts:
        hint = "name them in the file, or plan them: siaga shifts"
        raise BadInput([Fault("a scenario with shifts", "one without", file=str(scenario.path), hint=hint)])
    people, file = people_named(request.people, scenario.path.parent, tuple(shift.name for shift in shifts))
    worked = read_roster(request.after) if request.after else []
    span = Span(_first(request, scenario, max((row.on for row in worked), default=None)), request.weeks)
    past = past_of(worked, people, span, request.after) if request.after else []
    case = Case(duties_of(shifts, people.rules, span), people.people, people.rules, span, past)
    _refuse(case, scenario, file)
    unknown = list(strangers(worked, people))
    left_out = f"left out what people worked earlier who are not in the file of people: {listed(unknown)}"
    return people, file, case, warnings([left_out] if unknown else [])


def _first(request: Request, scenario: Loaded, last: date | None) -> date:
    """The first day: as asked, or the first Monday of the scenario, or the first after an earlier roster."""
    if request.start is not None:
        try:
            first = parse_date(request.start)
        except ValueError as error:
            raise BadInput([Fault(str(error), quoted(request.start), field="start")]) from None
        if not 1900 <= first.year <= 2200:
            raise BadInput([Fault("a year from 1900 to 2200", quoted(request.start), field="start")])
        return first
    earliest = scenario.scenario.start.date() if last is None else last + timedelta(days=1)
    return earliest + timedelta(days=-earliest.weekday() % 7)


def _refuse(case: Case, scenario: Loaded, file: Path) -> None:
    """Say what no roster can be made of."""
    days = f"{case.span.first} to {case.span.date(case.span.days - 1)}"
    if not case.duties:
        raise BadInput([Fault("shifts with call-takers", f"none from {days}", file=str(scenario.path))])
    if len(case.duties) * len(case.people) > MOST:
        given = f"{len(case.people):,} people and {len(case.duties):,} duties"
        raise BadInput([Fault(f"at most {MOST:,} pairs of both", given, hint="make it for fewer weeks", field="weeks")])
    if found := unworkable(case):
        duty, rule = found
        wanted = f"rules under which every shift can be worked; {rule} keeps everybody from {duty.name}"
        given = f"shift {duty.name}, {duty.work / HOUR:g} h of work, from {duty.begin / HOUR % 24:g} h"
        raise BadInput([Fault(wanted, given, f"rules.{rule}", str(file), hint=f"ease {rule}, or cut the shift")])
