"""What ``siaga staff`` prints and writes: the plan in 80 columns, a scenario to run, a table and a picture."""

import json
from collections.abc import Iterator
from math import isnan
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.decisions.planning.search import Found
from simulator.decisions.planning.space import Intervals
from simulator.decisions.planning.staff import Level, Staff, stretches
from simulator.metrics.targets import HourVerdict
from simulator.report.staff_figure import draw_staffing
from simulator.report.terminal import console, hanging
from simulator.report.words import counted, number, share, span
from simulator.scenario.rewrite import clock_text, with_floor
from simulator.scenario.target import Target
from simulator.tables.files import keep_aside, write_csv, write_text

SCENARIO, TABLE = "planned.yaml", "staffing.csv"
ASKED = {
    "overall": "all hours together",
    "every hour": "each hour of the day by itself",
    "every clock hour": "each hour of the run",
}


def print_staff(done: Staff, to: TextIO, *, as_json: bool) -> None:
    """Write what is to be kept; print the answer as one JSON document, or as a page to read."""
    notes = [*_written(done), f"kept in {done.folder}"]
    if as_json:
        to.write(json.dumps(done.document, indent=2, ensure_ascii=False) + "\n")
    else:
        show(done, notes, console(to))


def show(done: Staff, notes: list[str], to: Console) -> None:
    """Print the whole page; ``notes``: where what was written is."""
    scenario = done.experiment.scenario
    to.print(Text(scenario.title, style="bold"))
    for target in scenario.targets:
        to.print(Text(f"asked: {target} ({ASKED[target.scope]})"))
    runs = counted(done.replications, "replication")
    to.print(Text(f"simulated: {runs} of {span(scenario.length)}, absences, redials and policy included"))
    to.print()
    for line in _answer(done):
        to.print(Text(line))
    if done.found.state in ("met", "not shown") and len(done.found.judged):
        to.print(_plan(done))
    to.print()
    to.print(_levels("staffing", (done.before, done.plan, *done.more), done))
    to.print()
    to.print(_levels("round the clock", done.uniform, done))
    to.print()
    hanging(to, "- ", _lines(done), style="")
    for warning in done.warnings:
        hanging(to, "- ", f"{warning}.", style="")
    to.print()
    for note in notes:
        to.print(Text(note), soft_wrap=True)


def _answer(done: Staff) -> Iterator[str]:
    found = done.found
    if found.state == "can not be met":
        yield from _why_not(done)
    elif found.state == "not found":
        yield "NOT FOUND: the search gave up; this does not mean that no plan meets the target."
    elif found.state == "not shown" and not found.confirmed:
        yield "NOT SHOWN: even the fullest staffing tried is not surely enough; too few callers were"
        yield "simulated to tell: ask for more --replications."
    else:
        yield f"{number(done.plan.person_hours)} person-hours a day (the file's: {number(done.before.person_hours)})"
        yield _proof(found)
        yield from _confirmed(found)


def _proof(found: Found) -> str:
    if found.proven:
        return "No staffing of fewer person-hours passes on these callers."
    return "Found, not proven the least: a target over the whole day leaves many ways."


def _confirmed(found: Found) -> Iterator[str]:
    failing = [v for v in found.confirmed if not v.met]
    if failing:
        yield f"NOT CONFIRMED on fresh callers: {', '.join(map(_hour, failing[:3]))}; ask for more --replications."
    elif found.confirmed:
        worst = min(found.confirmed, key=lambda v: v.estimate.low - v.target.share)
        bound = f"at least {share(worst.estimate.low)} with 95 % confidence for all together"
        yield f"Confirmed on fresh callers; nearest to failing: {_hour(worst)}, {share(worst.estimate.value)}"
        yield f"({bound})."


def _hour(v: HourVerdict) -> str:
    if v.hour is None:
        return "the whole day"
    return f"{v.hour:02d}:00-{v.hour + 1:02d}:00" if v.target.scope == "every hour" else f"hour {v.hour} of the run"


def _why_not(done: Staff) -> Iterator[str]:
    missed = [v for v in done.found.fullest if v.missed]
    worst = min(missed, key=lambda v: v.estimate.value)
    many = int(done.found.levels.max())
    yield f"CAN NOT BE MET: with {counted(many, 'call-taker')} everywhere, the most tried, {_hour(worst)} has"
    yield f"{share(worst.estimate.value)} in time, wanted {share(worst.target.share)}."
    yield "More persons do not help where lines are few, the policy turns callers away, or"
    yield "persons do not come: siaga run tells who is lost to what."


def _plan(done: Staff) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in ("from", "to", "call-takers"):
        table.add_column(head, justify="right")
    for begin, end, many in _rows(done):
        table.add_row(begin, end, many)
    return table


def _rows(done: Staff) -> Iterator[tuple[str, str, str]]:
    if isinstance(done.space, Intervals):
        for begin, end, many in stretches(done.found.levels, done.space.grid.step):
            yield clock_text(begin), clock_text(end), str(many)
        return
    for shift in done.found.shifts:
        yield clock_text(shift.from_), clock_text(shift.to), f"{shift.call_takers} ({shift.name})"


def _levels(head: str, levels: tuple[Level, ...], done: Staff) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(head)
    table.add_column("hours/day", justify="right")
    targets = done.experiment.scenario.targets
    for target in targets:
        name = "" if len(targets) == 1 else f"{_short(target)}: "
        table.add_column(f"{name}in time, all day", justify="right")
        table.add_column("worst hour", justify="right")
    table.add_column("busy", justify="right")
    for level in levels:
        shares = [
            each
            for place in range(len(targets))
            for each in (share(level.overall[place]), _worst(level.worst[place], level.worst_hour[place]))
        ]
        busy = "-" if isnan(level.occupancy) else share(level.occupancy)
        table.add_row(level.name, number(level.person_hours), *shares, busy)
    return table


def _short(target: Target) -> str:
    return str(target).partition(",")[0]


def _worst(value: float, hour: int | None) -> str:
    return share(value) if hour is None else f"{share(value)} at {hour:02d}"


def _lines(done: Staff) -> str:
    have = done.experiment.scenario.floor.trunks
    now = f"with {counted(have, 'line')} {share(done.busy)} of attempts in the busiest hour find all busy"
    if done.lines is None:
        return f"Lines: {now}; no number tried brings that to 1 % (P.01)."
    return f"Lines: {now}; 1 % (P.01) takes {counted(done.lines, 'line')}, with the plan's call-takers."


def _written(done: Staff) -> Iterator[str]:
    if done.found.state not in ("met", "not shown") or not done.found.judged:
        return
    folder, loaded = done.folder, done.order.loaded
    write_csv(folder / TABLE, ("from", "to", "call_takers"), list(_rows(done)))
    yield draw_staffing(done)
    path = folder / SCENARIO
    text = with_floor(loaded.text, done.found.shifts)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        keep_aside(path)
        write_text(path, text)
    yield f"the plan as a scenario: siaga run {path}"
