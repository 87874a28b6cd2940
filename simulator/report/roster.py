"""What ``siaga roster`` prints: people by days in 80 columns, or what lacks."""

import re
from collections.abc import Sequence
from datetime import date
from os.path import commonprefix

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.questions.roster.calendars import times
from simulator.questions.roster.duties import Duty
from simulator.questions.roster.files import AWAY
from simulator.questions.roster.result import Fewest, Roster
from simulator.questions.roster.shortage import Lack
from simulator.report.roster_words import facts, fewest_words, full_words, lack_words, short_words
from simulator.report.terminal import hanging
from simulator.report.words import counted
from simulator.scenario.floor import WEEKDAYS
from simulator.scenario.notes import texts_of

WEEKS_A_BLOCK = 4
MOST_LACKS = 6
LONGEST_NAME = 20
WIDTH = 79
FREE = "."


def show(found: Roster | Fewest, to: Console) -> None:
    """Print the whole page."""
    if isinstance(found, Fewest):
        for line in fewest_words(found):
            to.print(Text(line))
        return
    to.print(Text(found.loaded.scenario.title, style="bold"))
    for line in facts(found):
        to.print(Text(line))
    to.print()
    for line in full_words(found) if found.evened else ():
        to.print(Text(line))
    if found.evened:
        _print_tables(found, to)
    else:
        _print_short(found, to)
    for warning in texts_of(found.notes, "warning"):
        hanging(to, "- ", f"{warning}.", style="")
    for note in texts_of(found.notes, "hint"):
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
    letter = letters([shift.name for shift in done.loaded.scenario.floor.shifts])
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
        table.add_row(who.name, *row, *(done.sums(person) if sums else ()))
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
    away = done.away(person)
    days = [AWAY if day in away else FREE for day in range(done.case.span.days)]
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
