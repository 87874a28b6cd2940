"""What ``siaga staff`` prints and writes: the plan in 80 columns, a scenario to run, a table and a picture."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.planning.search import TINY
from simulator.planning.space import Intervals, cost_of
from simulator.planning.split import PLANS
from simulator.questions.staff.curve import Loaded
from simulator.questions.staff.further import gain
from simulator.questions.staff.staff import Staff, stretches
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
    where,
    why_not,
)
from simulator.report.staff_figure import draw_staffing
from simulator.report.terminal import closing, hanging, sheet
from simulator.report.words import counted, number, share
from simulator.scenario.rewrite import clock_text, with_floor
from simulator.tables.files import csv_bytes, renew

TABLE = "staffing.csv"
POINT = 0.05
"""Less than that, in percentage points, is told as nothing."""


def print_staff(done: Staff, to: TextIO, *, as_json: bool) -> None:
    """Write what is to be kept; print the answer as one JSON document, or as a page to read."""
    notes = [*_written(done), f"kept in {done.folder}"]
    printed(done.document, lambda page: show(done, notes, page), to, as_json=as_json)


def show(done: Staff, notes: list[str], to: Console) -> None:
    """Print the whole page; ``notes``: where what was written is."""
    scenario = done.experiment.scenario
    heading(to, scenario, *simulated(done.replications, done.found, scenario))
    for line in _answer(done):
        to.print(Text(line))
    if done.shown:
        to.print(_plan(done))
    to.print()
    to.print(levels_table("staffing", (done.before, done.fresh or done.plan, *done.more), scenario.targets))
    for line in of_whom(done.found, done.replications):
        to.print(Text(line))
    to.print()
    if done.further:
        to.print(levels_table("one person more", done.further, scenario.targets))
        to.print(Text(_best_further(done)))
        to.print()
    to.print(levels_table(where(done.space), done.uniform, scenario.targets))
    if done.curve:
        to.print()
        to.print(_by_load(done.curve))
        to.print(Text("by formula: Erlang C hour by hour, without redials, policy or absences."))
    to.print()
    hanging(to, "- ", _lines(done), style="")
    closing(to, done.warnings, notes)


def _answer(done: Staff) -> Iterator[str]:
    found = done.found
    if found.state == "can not be met":
        yield from why_not(found, done.experiment.scenario, done.space)
    elif found.state == "not found":
        yield "NOT FOUND: the search gave up; this does not mean that no plan meets the target."
        yield f"So no plan is shown. {_TRY_WIDER}"
    elif not done.shown:
        yield from not_shown(found, "staffing", _unit(done), _fewest(done), space=done.space)
    else:
        yield f"{number(done.plan.person_hours)} person-hours a day (the file's: {number(done.before.person_hours)})"
        yield from confirmed(found)
        yield from ruled_out(found, "staffing", _unit(done), _fewest(done))


_TRY_WIDER = "Try a higher --most, or --interval shift."


def _unit(done: Staff) -> float:
    """What the search's costs are of person-hours a day: shifts of the file are counted by the week."""
    return 1.0 if isinstance(done.space, Intervals) else 7.0


def _fewest(done: Staff) -> str:
    """What all plans have that were looked among, where nothing else bounds their cost; else nothing."""
    space, least = done.space, done.wish.least
    cost = cost_of(space.columns, space.least)
    what = f"at least {least} " + ("whenever somebody calls" if isinstance(space, Intervals) else "on every shift")
    return f"{what} (--least)" if least and done.found.bound <= cost + TINY else ""


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


def _best_further(done: Staff) -> str:
    """When one person more is worth most."""
    scopes = tuple(target.scope for target in done.experiment.scenario.targets)
    best = max(done.further, key=lambda level: gain(level, done.plan, scopes))
    points = 100 * gain(best, done.plan, scopes)
    if points < POINT:
        return "No single person more makes a difference."
    daily = {scope == "overall" for scope in scopes}
    where = "over all targets" if len(daily) > 1 else "over the day" if True in daily else "in the worst hour"
    return f"Worth most at {best.name}: {points:.1f} points more in time {where}."


def _by_load(curve: Sequence[Loaded]) -> Table:
    """Staffing against load: a row a volume."""
    table = sheet(("times today", "right"), ("calls/day", "right"), ("Erlang", "right"), ("hours/day", "right"),
                  ("at once", "right"), ("by formula", "right"), ("", "left"))  # fmt: skip
    for each in curve:
        shown = each.found.shown
        hours, most = (number(each.person_hours), str(each.most)) if shown else ("-", "-")
        said = "" if shown and each.found.proven else f"gap {share(each.found.gap)}" if shown else each.found.state
        load = f"{each.growth:g}", number(each.calls), f"{each.load:.2f}"
        table.add_row(*load, hours, most, number(each.by_formula), said)
    return table


def _lines(done: Staff) -> str:
    have = done.experiment.scenario.floor.trunks
    whose = "the plan's" if done.shown else "the fullest staffing's"
    now = f"with {counted(have, 'line')} {share(done.busy)} of attempts in the busiest hour find all busy"
    if done.lines is None:
        return f"Lines: {now}; no number tried brings that to 1 % (P.01)."
    return f"Lines: {now}; 1 % (P.01) takes {counted(done.lines, 'line')}, with {whose} call-takers{_held(done)}."


def _trunks(done: Staff) -> int | None:
    """The lines to write: those asked for, as few as P.01 allows if the plan holds on them; None: the file's."""
    if done.holds:
        return done.lines
    asked = done.experiment.scenario.floor.trunks
    return asked if asked != done.order.loaded.scenario.floor.trunks else None


def _held(done: Staff) -> str:
    if done.holds is None or not done.shown:
        return ""
    if done.holds:
        return ". The plan meets the target on these lines, too, with fresh callers, and is written with them"
    return ". On so few lines the plan is not shown to meet the target: it is written with the file's"


def _written(done: Staff) -> Iterator[str]:
    if not done.shown:
        return
    folder, loaded = done.folder, done.order.loaded
    renew(folder / TABLE, csv_bytes(("from", "to", "call_takers"), _rows(done)))
    yield draw_staffing(done)
    text = with_floor(loaded.text, done.found.shifts, _trunks(done))
    planned, seed = done.experiment.scenario, done.experiment.seed + PLANS + 1 if done.holds else None
    options = to_confirm(done.found, done.experiment, seed)
    yield keep_scenario(folder, done.order, text, planned, "the plan as a scenario", options)
