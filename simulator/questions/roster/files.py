"""A roster on disk: two tables, calendars, the document, and where it came from; nothing of an earlier one lost."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version
from typing import Any

from simulator.questions.roster.calendars import Register, calendars, register_from
from simulator.questions.roster.earlier import COLUMNS
from simulator.questions.roster.result import Roster
from simulator.scenario.notes import Note
from simulator.scenario.source import read_text
from simulator.study.experiment import versions
from simulator.study.manifest import not_writable
from simulator.tables.files import csv_bytes, json_text, keep_aside, renew, utf8, write_bytes, write_text

REGISTER = "calendars.json"
"""Beside the rosters of a scenario: what the entries of their calendars said last, told by hashes."""
AWAY = "-"


def keep(made: Roster) -> tuple[Note, ...]:
    """Write all files of a roster, and say where they are; raises BadInput where that cannot be done."""
    try:
        return tuple(Note("hint", text) for text in (*_written(made), f"kept in {made.folder}"))
    except OSError as error:
        raise not_writable(error, made.request.out) from error


def _written(made: Roster) -> Iterator[str]:
    folder = made.folder
    tables = {"roster.csv": csv_bytes(COLUMNS, _rows(made)), "table.csv": csv_bytes(*_wide(made))}
    kept = [renew(folder / name, content) for name, content in tables.items()]
    register, damage = _register(folder.parent / REGISTER)
    for name, content in calendars(made, made.began, register):
        kept.append(_renew_calendar(folder / "calendars" / f"{name}.ics", content))
    write_text(folder.parent / REGISTER, register.text())
    kept.append(renew(folder / "roster.json", utf8(json_text(made.document()))))
    if any(kept) or not (folder / "manifest.json").exists():
        write_text(folder / "manifest.json", json_text(manifest(made)))
    many = len(made.case.people)
    yield f"calendars: {'1 person' if many == 1 else f'{many:,} people'} and everybody, in {folder / 'calendars'}"
    yield from damage
    yield "the next roster goes on from this one: siaga roster ... --after"
    yield f"    {folder / 'roster.csv'}"


def manifest(made: Roster) -> dict[str, Any]:
    """Provenance: everything needed to make the roster again."""
    return {
        "command": made.request.command,
        "scenario_text": made.loaded.text,
        "people_text": read_text(made.people_file),
        "versions": {**versions(), "python": python_version()},
        "began": made.began.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _register(path: Path) -> tuple[Register, tuple[str, ...]]:
    """What the calendars of earlier rosters said; of one that cannot be read, which is kept aside, what follows."""
    try:
        return register_from(path.read_text(encoding="utf-8")), ()
    except FileNotFoundError:
        return Register(), ()
    except ValueError:
        aside = keep_aside(path)
        kept = f"it is kept as {aside.name}" if aside else "it was empty"
        return Register(), (
            f"{path} could not be read as a register of calendars: {kept},",
            "    and counting begins anew. Programs that read an earlier calendar may take a",
            "    change for an old entry: put the file back from a copy, and run this again,",
            "    or have people subscribe to the calendars anew.",
        )


def _rows(made: Roster) -> Iterator[tuple[str, ...]]:
    """One row a person and duty: what ``--after`` reads."""
    for row in made.rows():
        yield tuple(f"{cell:g}" if isinstance(cell, float) else cell for cell in row.values())


def _wide(made: Roster) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    """People by days, the names of shifts in the cells, as a sheet to hang up."""
    span = made.case.span
    header = ("person", *(span.date(day).isoformat() for day in range(span.days)), "hours", "nights", "weekend")

    def rows() -> Iterator[tuple[str, ...]]:
        for person, who in enumerate(made.case.people):
            away = made.away(person)
            cells = [AWAY if day in away else "" for day in range(span.days)]
            for duty in made.own(person):
                cells[duty.day] = duty.name
            yield (who.name, *cells, *made.sums(person))

    return header, rows()


def _renew_calendar(path: Path, content: bytes) -> bool:
    """Write a calendar if it says something new; whether it did."""
    if renew(path, content, lambda said: re.sub(rb"(DTSTAMP|SEQUENCE):[0-9TZ]+", b"", said)):
        return True
    # As before, after having said something else elsewhere: a higher SEQUENCE is no reason to keep two files.
    if re.findall(rb"SEQUENCE:[0-9]+", content) != re.findall(rb"SEQUENCE:[0-9]+", path.read_bytes()):
        write_bytes(path, content)
    return False
