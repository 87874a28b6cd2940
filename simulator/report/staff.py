"""What ``siaga staff`` prints: the plan in 80 columns, or each phase; and its picture."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.planning.phases import Launch
from simulator.planning.search import TINY
from simulator.planning.space import Intervals, cost_of
from simulator.questions.staff.curve import LoadPoint
from simulator.questions.staff.files import table_rows
from simulator.questions.staff.further import gain
from simulator.questions.staff.result import Staff
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
    where,
    why_not,
)
from simulator.report.staff_figure import NAME, staffing
from simulator.report.terminal import closing_notes, hanging, sheet
from simulator.report.words import counted, number, share

POINT = 0.05
"""Less than that, in percentage points, is told as nothing."""


def write_picture(result: Staff | Launch) -> None:
    """Write the picture into the folder of results, where there is a plan."""
    if not result.has_plan:
        return
    if isinstance(result, Launch):
        write_figure(result.folder / PHASES_PICTURE, phases_figure(result))
    else:
        write_figure(result.folder / NAME, staffing(result))


def show(result: Staff | Launch, to: Console) -> None:
    """Print the whole page."""
    if isinstance(result, Launch):
        show_phases(result, to)
    else:
        _show_staff(result, to)


def _show_staff(done: Staff, to: Console) -> None:
    scenario = done.experiment.scenario
    heading(to, scenario, *simulated(done.replications, done.found, scenario))
    for line in _answer(done):
        to.print(Text(line))
    if done.has_plan:
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
    closing_notes(to, done.notes, *([picture_note(done.folder / NAME, "the plan")] if done.has_plan else []))


def _answer(done: Staff) -> Iterator[str]:
    found = done.found
    if found.state == "cannot be met":
        yield from why_not(found, done.experiment.scenario, done.space)
    elif found.state == "not found":
        yield "NOT FOUND: the search gave up; this does not mean that no plan meets the target."
        yield f"So no plan is shown. {_TRY_WIDER}"
    elif not done.has_plan:
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
    space, least = done.space, done.request.least
    cost = cost_of(space.columns, space.least)
    what = f"at least {least} " + ("whenever somebody calls" if isinstance(space, Intervals) else "on every shift")
    return f"{what} (--least)" if least and done.found.bound <= cost + TINY else ""


def _plan(done: Staff) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in ("from", "to", "call-takers"):
        table.add_column(head, justify="right")
    for begin, end, many in table_rows(done):
        table.add_row(begin, end, many)
    return table


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


def _by_load(curve: Sequence[LoadPoint]) -> Table:
    """Staffing against load: a row a volume."""
    table = sheet(("times today", "right"), ("calls/day", "right"), ("Erlang", "right"), ("hours/day", "right"),
                  ("at once", "right"), ("by formula", "right"), ("", "left"))  # fmt: skip
    for each in curve:
        shown = each.found.has_plan
        hours, most = (number(each.person_hours), str(each.most)) if shown else ("-", "-")
        said = "" if shown and each.found.proven else f"gap {share(each.found.gap)}" if shown else each.found.state
        load = f"{each.growth:g}", number(each.calls), f"{each.load:.2f}"
        table.add_row(*load, hours, most, number(each.by_formula), said)
    return table


def _lines(done: Staff) -> str:
    have = done.experiment.scenario.floor.trunks
    whose = "the plan's" if done.has_plan else "the fullest staffing's"
    now = f"with {counted(have, 'line')} {share(done.busy)} of attempts in the busiest hour find all busy"
    if done.lines is None:
        return f"Lines: {now}; no number tried brings that to 1 % (P.01)."
    return f"Lines: {now}; 1 % (P.01) takes {counted(done.lines, 'line')}, with {whose} call-takers{_held(done)}."


def _held(done: Staff) -> str:
    if done.holds is None or not done.has_plan:
        return ""
    if done.holds:
        return ". The plan meets the target on these lines, too, with fresh callers, and is written with them"
    return ". On so few lines the plan is not shown to meet the target: it is written with the file's"
