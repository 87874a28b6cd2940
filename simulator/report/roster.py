"""What ``siaga roster`` prints and writes: people by days in 80 columns, tables, and calendars."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from os.path import commonprefix
from pathlib import Path
from typing import TextIO

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.questions.roster.duties import Duty
from simulator.questions.roster.earlier import COLUMNS
from simulator.questions.roster.roster import Fewest, Roster, manifest
from simulator.questions.roster.shortage import Lack
from simulator.report.calendars import Register, calendars, register_from, times
from simulator.report.roster_words import facts, fewest_words, full_words, lack_words, short_words
from simulator.report.terminal import console, hanging
from simulator.report.words import counted
from simulator.scenario.floor import WEEKDAYS
from simulator.scenario.rewrite import clock_text
from simulator.scenario.units import DAY, HOUR
from simulator.study.manifest import not_writable
from simulator.tables.files import csv_bytes, keep_aside, renew, utf8, write_bytes, write_text

WEEKS_A_BLOCK = 4
MOST_LACKS = 6
LONGEST_NAME = 20
WIDTH = 79
REGISTER = "calendars.json"
"""Beside the rosters of a scenario: what the entries of their calendars said last, told by hashes."""
FREE, AWAY = ".", "-"


def print_roster(done: Roster, to: TextIO, *, as_json: bool) -> None:
    """Write what is to be kept; print the answer as one JSON document, or as a page to read."""
    notes = []
    if done.evened is not None:
        try:
            notes = [*_written(done), f"kept in {done.folder}"]
        except OSError as error:
            raise not_writable(error, done.wish.out) from error
    if as_json:
        to.write(json.dumps(done.document, indent=2, ensure_ascii=False) + "\n")
    else:
        show(done, notes, console(to))


def print_fewest(found: Fewest, to: TextIO, *, as_json: bool) -> None:
    """Print how many people the shifts need."""
    if as_json:
        to.write(json.dumps(found.document, indent=2, ensure_ascii=False) + "\n")
        return
    screen = console(to)
    for line in fewest_words(found):
        screen.print(Text(line))


def show(done: Roster, notes: Sequence[str], to: Console) -> None:
    """Print the whole page; ``notes``: where what was written is."""
    to.print(Text(done.wish.loaded.scenario.title, style="bold"))
    for line in facts(done):
        to.print(Text(line))
    to.print()
    for line in full_words(done) if done.evened else ():
        to.print(Text(line))
    if done.evened:
        _print_tables(done, to)
    else:
        _print_short(done, to)
    for warning in done.warnings:
        hanging(to, "- ", f"{warning}.", style="")
    for note in notes:
        to.print(Text(note), soft_wrap=True)


def _print_short(done: Roster, to: Console) -> None:
    head, *rest = short_words(done)
    to.print(Text(head))
    for lack in done.lacks[:MOST_LACKS]:
        hanging(to, "- ", lack_words(done, lack), style="")
    if len(done.lacks) > MOST_LACKS:
        to.print(Text(_and_more(done.lacks[MOST_LACKS:])))
    to.print()
    for line in rest:
        to.print(Text(line))


def _and_more(lacks: Sequence[Lack]) -> str:
    return f"... and {counted(len(lacks), 'shift')} more that lack {sum(lack.persons for lack in lacks)} in all"


# -- people by days ------------------------------------------------------------------------------------------------


def _print_tables(done: Roster, to: Console) -> None:
    weeks = done.case.span.weeks
    letter = letters([shift.name for shift in done.wish.loaded.scenario.floor.shifts])
    for line in _legend(done, letter):
        to.print(Text(line))
    to.print()
    for first in range(0, weeks, WEEKS_A_BLOCK):
        to.print(_block(done, letter, range(first, min(first + WEEKS_A_BLOCK, weeks)), sums=weeks <= WEEKS_A_BLOCK))
        to.print()
    if weeks > WEEKS_A_BLOCK:
        to.print(_block(done, letter, range(0), sums=True))
        to.print()


def _legend(done: Roster, letter: dict[str, str]) -> list[str]:
    """What the signs mean, in lines that break between them."""
    seen: dict[str, Duty] = {}
    for duty in done.case.duties:
        seen.setdefault(duty.name, duty)
    said = [f"{letter[name]} {name} {times(duty)}" for name, duty in seen.items()]
    away = any(AWAY in days_text(done, p, letter) for p in range(len(done.case.people)))
    lines = [""]
    for part in [*said, f"{FREE} free", *([f"{AWAY} away"] if away else [])]:
        longer = f"{lines[-1]}, {part}" if lines[-1] else part
        if len(longer) > WIDTH and lines[-1]:
            lines[-1] += ","
            lines.append(part)
        else:
            lines[-1] = longer
    return lines


def _block(done: Roster, letter: dict[str, str], weeks: range, *, sums: bool) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True, max_width=LONGEST_NAME)
    if weeks:
        table.add_column(_heads(done.case.span.first, done, weeks), no_wrap=True)
    for head in ("hours", "nights", "weekend") if sums else ():
        table.add_column(head, justify="right", no_wrap=True, vertical="bottom")
    for person, who in enumerate(done.case.people):
        days = days_text(done, person, letter)
        row = [" ".join(days[7 * week : 7 * week + 7] for week in weeks)] if weeks else []
        table.add_row(who.name, *row, *(_sums(done, person) if sums else ()))
    return table


def _heads(first: date, done: Roster, weeks: range) -> str:
    dates = (done.case.span.date(7 * week) for week in weeks)
    letters_ = "".join(WEEKDAYS[(first.weekday() + day) % 7][0].upper() for day in range(7))
    return " ".join(f"{short_date(each):<7}" for each in dates) + "\n" + " ".join([letters_] * len(weeks))


def short_date(on: date) -> str:
    """``3 Jun``."""
    return f"{on.day} {on:%b}"


def days_text(done: Roster, person: int, letter: dict[str, str]) -> str:
    """A person's days, one sign each: the letter of a shift, free, or away (on leave, or not employed)."""
    span, who = done.case.span, done.case.people[person]
    days = [FREE] * span.days
    for day in range(span.days):
        on = span.date(day)
        employed = (who.since or on) <= on <= (who.until or on)
        if not employed or any(first <= on <= last for first, last in who.leave):
            days[day] = AWAY
    for duty in done.own(person):
        days[duty.day] = letter[duty.name]
    return "".join(days)


def letters(names: Sequence[str]) -> dict[str, str]:
    """A sign for each shift: a letter of its name where one is free, else another letter or digit."""
    found: dict[str, str] = {}
    # Letter by letter, down to the last - or _: shift_ of shift_0700 and shift_0800.
    shared = re.sub("[^_-]*$", "", commonprefix(list(names))) if len(names) > 1 else ""  # noqa: RUF071
    spare = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz"
    for name in names:
        wanted = [
            sign
            for sign in [*_signs(name.removeprefix(shared)), *spare]
            if sign.isalnum() and sign not in found.values()
        ]
        found[name] = wanted[0] if wanted else "*"
    return found


def _signs(name: str) -> str:
    """The letters of a name; none where it begins with a digit, as shift_0700 does behind what all names share."""
    plain = name.strip("_-").upper()
    return plain if plain[:1].isalpha() else ""


def _sums(done: Roster, person: int) -> tuple[str, str, str]:
    own = done.own(person)
    hours = sum(duty.work for duty in own) / HOUR
    return f"{hours:g}", str(sum(duty.night for duty in own)), str(sum(duty.weekend for duty in own))


# -- files ---------------------------------------------------------------------------------------------------------


def _written(done: Roster) -> Iterator[str]:
    folder = done.folder
    tables = {"roster.csv": csv_bytes(COLUMNS, _rows(done)), "table.csv": csv_bytes(*_wide(done))}
    kept = [renew(folder / name, content) for name, content in tables.items()]
    many = 0
    register, said = _register(folder.parent / REGISTER)
    for name, content in calendars(done, done.began, register):
        kept.append(_renew_calendar(folder / "calendars" / f"{name}.ics", content))
        many += 1
    write_text(folder.parent / REGISTER, register.text())
    kept.append(renew(folder / "roster.json", _json(done.document)))
    if any(kept) or not (folder / "manifest.json").exists():
        write_bytes(folder / "manifest.json", _json(manifest(done)))
    yield f"calendars: {counted(many - 1, 'person')} and everybody, in {folder / 'calendars'}".replace(
        "persons", "people"
    )
    yield from said
    yield "the next roster goes on from this one: siaga roster ... --after"
    yield f"    {folder / 'roster.csv'}"


def _register(path: Path) -> tuple[Register, tuple[str, ...]]:
    """What the calendars of earlier rosters said; of one that can not be read, which is kept aside, what follows."""
    try:
        return register_from(path.read_text(encoding="utf-8")), ()
    except FileNotFoundError:
        return Register(), ()
    except ValueError:
        aside = keep_aside(path)
        found = f"it is kept as {aside.name}" if aside else "it was empty"
        return Register(), (
            f"{path} could not be read as a register of calendars: {found},",
            "    and counting begins anew. Programs that read an earlier calendar may take a",
            "    change for an old entry: put the file back from a copy, and run this again,",
            "    or have people subscribe to the calendars anew.",
        )


def _json(document: object) -> bytes:
    return utf8(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _rows(done: Roster) -> Iterator[tuple[str, ...]]:
    """One row a person and duty: what ``--after`` reads."""
    for index, duty in enumerate(done.case.duties):
        on = done.case.span.date(duty.day)
        begin, end = clock_text(duty.begin % DAY), clock_text((duty.end - 1) % DAY + 1)
        head = (on.isoformat(), WEEKDAYS[on.weekday()], duty.name, begin, end)
        for person in np.flatnonzero(done.on[:, index]).tolist():
            yield (*head, done.case.people[person].name, f"{duty.work / HOUR:g}")


def _wide(done: Roster) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    """People by days, the names of shifts in the cells, as a sheet to hang up."""
    span = done.case.span
    header = ("person", *(span.date(day).isoformat() for day in range(span.days)), "hours", "nights", "weekend")

    def rows() -> Iterator[tuple[str, ...]]:
        for person, who in enumerate(done.case.people):
            cells = [AWAY if sign == AWAY else "" for sign in days_text(done, person, letters_of(done))]
            for duty in done.own(person):
                cells[duty.day] = duty.name
            yield (who.name, *cells, *_sums(done, person))

    return header, rows()


def letters_of(done: Roster) -> dict[str, str]:
    """The signs of the scenario's shifts."""
    return letters([shift.name for shift in done.wish.loaded.scenario.floor.shifts])


def _renew_calendar(path: Path, content: bytes) -> bool:
    """Write a calendar if it says something new; whether it did."""
    if renew(path, content, lambda said: re.sub(rb"(DTSTAMP|SEQUENCE):[0-9TZ]+", b"", said)):
        return True
    # As before, after having said something else elsewhere: a higher SEQUENCE is no reason to keep two files.
    if re.findall(rb"SEQUENCE:[0-9]+", content) != re.findall(rb"SEQUENCE:[0-9]+", path.read_bytes()):
        write_bytes(path, content)
    return False
