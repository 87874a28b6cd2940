"""An earlier roster, read from its CSV: what people worked before a new one, so that rest is kept across both.

A spreadsheet saves the file in another shape. Its separators say plainly what is meant, and are read; a date such as
07/04/2024 has two readings, and is refused with both.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from simulator.questions.roster.duties import Duty, Span, is_night
from simulator.scenario.dates import parse_date
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.people import People
from simulator.scenario.source import read_text
from simulator.scenario.units import DAY, parse_clock
from simulator.tables.cells import as_given

COLUMNS = ("date", "weekday", "shift", "from", "to", "person", "hours")
"""The columns of roster.csv; date, shift, from, to and person are read."""
READ = ("date", "shift", "from", "to", "person")

NAME_IT = "name the roster.csv that siaga roster wrote"
SPREADSHEETS = ("%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y", "%d-%b-%y", "%d-%b-%Y", "%Y-%m-%d")
"""How spreadsheets write a day, whatever stands between its parts."""
_STATED = re.compile(r'"?sep=([,;\t])"?', re.IGNORECASE)
"""The line by which a file tells a spreadsheet what divides its cells."""


class Worked(NamedTuple):
    """A row of an earlier roster: a person's shift on a day, times of day in µs."""

    line: int
    on: date
    shift: str
    from_: int
    to: int
    person: str


def read_roster(path: Path) -> list[Worked]:
    """The rows of a roster.csv; raises BadInput with every fault found."""
    lines = read_text(path).splitlines()
    stated = _STATED.fullmatch(lines[0]) if lines else None
    before = 1 if stated else 0
    head = lines[before : before + 1]
    if not head or not head[0].strip():
        raise BadInput([Fault("the roster.csv that siaga roster wrote", "an empty file", file=str(path), hint=NAME_IT)])
    separator = stated[1] if stated else max(",;\t", key=head[0].count)
    rows = csv.DictReader(lines[before:], delimiter=separator)
    if lacking := [name for name in READ if name not in (rows.fieldnames or ())]:
        given = f"no column {', '.join(lacking)}"
        raise BadInput([Fault(f"the columns {', '.join(READ)}", given, "", str(path), before + 1, 1, NAME_IT)])
    found, faults = [], []
    for row in rows:
        try:
            found.append(_worked(before + rows.line_num, row))
        except ValueError as error:
            hint = _fix(as_given(row["date"] or ""))
            faults.append(Fault(str(error), _given(row), "", str(path), before + rows.line_num, 1, hint))
    if faults or not found:
        raise BadInput(faults or [Fault("a roster with duties", "one without any", file=str(path))])
    return found


def _worked(line: int, row: Mapping[str, str | None]) -> Worked:
    on, shift, from_, to, person = (as_given(row[name] or "") for name in READ)
    return Worked(line, parse_date(on), shift, parse_clock(from_), parse_clock(to), person)


def _fix(text: str) -> str:
    """What to do about a row that cannot be read: how to write its date, where a spreadsheet has rewritten it."""
    meant = {f"{on:%Y-%m-%d}": f"{on.day} {on:%B}" for on in _readings(text)}
    if not meant:
        return f"a spreadsheet changes dates and times as it saves: {NAME_IT}, as it was"
    write = " or ".join(f"{iso} ({words})" for iso, words in meant.items())
    return f"a spreadsheet has rewritten it; write {write}, and all dates so, or {NAME_IT}"


def _readings(text: str) -> Iterator[date]:
    """The days that a spreadsheet may mean by a text."""
    for shape in SPREADSHEETS:
        try:
            yield datetime.strptime(re.sub("[/. ]", "-", text.strip()), shape).date()
        except ValueError:
            continue


def _given(row: Mapping[str, str | None]) -> str:
    return quoted(",".join(str(row[name] or "") for name in READ))


def past_of(worked: Sequence[Worked], people: People, span: Span, path: Path) -> list[list[Duty]]:
    """Of each person what they worked before the roster begins.

    Raises BadInput for what is worked after that, and for a name that differs from a person's in blanks or capitals
    alone: what that person worked would be forgotten.
    """
    late = [row for row in worked if row.on >= span.first]
    if late:
        given = f"{span.first}, while the earlier roster goes on until {max(row.on for row in late)}"
        raise BadInput([Fault(f"a first day after what is rostered in {path}", given, field="start")])
    known = {_folded(person.name): person.name for person in people.people}
    faults = [
        Fault("the name as in the file of people", quoted(row.person), "", str(path), row.line, 1, f"write {meant}")
        for row in worked
        if (meant := known.get(_folded(row.person), row.person)) != row.person
    ]
    if faults:
        raise BadInput(faults)
    return [[_duty(row, people, span) for row in worked if row.person == person.name] for person in people.people]


def _duty(row: Worked, people: People, span: Span) -> Duty:
    day = (row.on - span.first).days
    length = (row.to - row.from_ - 1) % DAY + 1
    begin = day * DAY + row.from_
    night = is_night(row.from_, length, people.rules.night)
    return Duty(-1, row.shift, day, begin, begin + length, length, 1, night, row.on.weekday() >= 5)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def strangers(worked: Sequence[Worked], people: People) -> Iterator[str]:
    """Names of an earlier roster that are not among the people."""
    known = {person.name for person in people.people}
    yield from dict.fromkeys(row.person for row in worked if row.person not in known)
