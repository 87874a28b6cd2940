"""What ``siaga shifts`` prints: the shifts in 80 columns, or each phase; and the picture."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.planning.phases import Launch
from simulator.questions.shifts.result import Shifts
from simulator.report.phases import show_phases
from simulator.report.phases_figure import NAME as PHASES_PICTURE
from simulator.report.phases_figure import phases_figure
from simulator.report.picture import picture_note, write_figure
from simulator.report.planned import (
    confirmed,
    heading,
    levels_table,
    not_shown,
    of_whom,
    ruled_out,
    simulated,
    why_not,
)
from simulator.report.shifts_figure import NAME, shifts_figure
from simulator.report.terminal import closing_notes
from simulator.report.words import number


def write_picture(result: Shifts | Launch) -> None:
    """Write the picture into the folder of results, where there is a plan."""
    if not result.has_plan:
        return
    if isinstance(result, Launch):
        write_figure(result.folder / PHASES_PICTURE, phases_figure(result))
    else:
        write_figure(result.folder / NAME, shifts_figure(result))


def show(result: Shifts | Launch, to: Console) -> None:
    """Print the whole page."""
    if isinstance(result, Launch):
        show_phases(result, to)
    else:
        _show_shifts(result, to)


def _show_shifts(done: Shifts, to: Console) -> None:
    scenario = done.experiment.scenario
    heading(to, scenario, f"work rules: {done.week.work.title}", *simulated(done.replications, done.found, scenario))
    for line in _answer(done):
        to.print(Text(line))
    to.print()
    if done.has_plan:
        to.print(_table(done))
        to.print()
    to.print(levels_table("staffing", (done.before, done.fresh or done.plan), scenario.targets))
    for line in of_whom(done.found, done.replications):
        to.print(Text(line))
    closing_notes(to, done.notes, *([picture_note(done.folder / NAME, "the shifts")] if done.has_plan else []))


def _answer(done: Shifts) -> Iterator[str]:
    found = done.found
    if found.state == "cannot be met":
        yield from why_not(found, done.experiment.scenario, done.week)
    elif found.state == "not found":
        yield "NOT FOUND: no shifts under these work rules were found that pass; this does not"
        yield "mean that there are none. Other starts or lengths, or a higher at_most, may help."
    elif not done.has_plan:
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
    for row in done.rows():
        table.add_row(*map(str, row.values()))
    return table
