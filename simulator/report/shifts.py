"""What ``siaga shifts`` prints and writes: the shifts in 80 columns, a scenario to run, a table and a picture."""

from collections.abc import Iterator
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.questions.shifts.shifts import Shifts
from simulator.report.planned import (
    confirmed,
    heading,
    keep_scenario,
    levels_table,
    not_shown,
    of_whom,
    printed,
    ruled_out,
    simulated,
    to_confirm,
    why_not,
)
from simulator.report.shifts_figure import days_words, draw_shifts
from simulator.report.terminal import closing
from simulator.report.words import number
from simulator.scenario.floor import Shift
from simulator.scenario.rewrite import clock_text, with_floor
from simulator.scenario.units import DAY
from simulator.tables.files import csv_bytes, renew

TABLE = "shifts.csv"


def print_shifts(done: Shifts, to: TextIO, *, as_json: bool) -> None:
    """Write what is to be kept; print the answer as one JSON document, or as a page to read."""
    notes = [*_written(done), f"kept in {done.folder}"]
    printed(done.document, lambda page: show(done, notes, page), to, as_json=as_json)


def show(done: Shifts, notes: list[str], to: Console) -> None:
    """Print the whole page; ``notes``: where what was written is."""
    scenario = done.experiment.scenario
    heading(to, scenario, f"work rules: {done.week.work.title}", *simulated(done.replications, done.found, scenario))
    for line in _answer(done):
        to.print(Text(line))
    to.print()
    if done.shown:
        to.print(_table(done))
        to.print()
    to.print(levels_table("staffing", (done.before, done.fresh or done.plan), scenario.targets))
    for line in of_whom(done.found, done.replications):
        to.print(Text(line))
    closing(to, done.warnings, notes)


def _answer(done: Shifts) -> Iterator[str]:
    found = done.found
    if found.state == "can not be met":
        yield from why_not(found, done.experiment.scenario, done.week)
    elif found.state == "not found":
        yield "NOT FOUND: no shifts under these work rules were found that pass; this does not"
        yield "mean that there are none. Other starts or lengths, or a higher at_most, may help."
    elif not done.shown:
        yield from not_shown(found, "plan of shifts", space=done.week)
    else:
        own = f"{number(7 * done.before.person_hours)}, cost {number(done.before_cost)}"
        yield f"{number(done.hours)} person-hours a week, cost {number(found.cost)} (the file's: {own})"
        yield from confirmed(found)
        yield from ruled_out(found, "plan of shifts")


def _table(done: Shifts) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in ("persons", "from", "to"):
        table.add_column(head, justify="right")
    for head in ("break", "days", "name"):
        table.add_column(head)
    for persons, begin, end, breaks, days, name in _rows(done):
        table.add_row(persons, begin, end, breaks, days, name)
    return table


def _rows(done: Shifts) -> Iterator[tuple[str, str, str, str, str, str]]:
    for shift in done.found.shifts:
        begin, end = clock_text(shift.from_), clock_text(shift.to)
        yield str(shift.call_takers), begin, end, _breaks(shift), days_words(shift), shift.name


def _breaks(shift: Shift) -> str:
    ends = ((pause.at, (pause.at + pause.for_ - 1) % DAY + 1) for pause in shift.breaks)
    return ", ".join(f"{clock_text(begin)}-{clock_text(end)}" for begin, end in ends) or "none"


def _written(done: Shifts) -> Iterator[str]:
    if not done.shown:
        return
    folder, loaded = done.folder, done.order.loaded
    renew(folder / TABLE, csv_bytes(("persons", "from", "to", "breaks", "days", "name"), _rows(done)))
    yield draw_shifts(done)
    text, options = with_floor(loaded.text, done.found.shifts), to_confirm(done.found, done.experiment)
    yield keep_scenario(folder, done.order, text, done.experiment.scenario, "these shifts as a scenario", options)
