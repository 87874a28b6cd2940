"""What planning by phases prints: each phase and its staffing."""

from collections.abc import Iterator
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.planning.phases import Launch, PhasePlan
from simulator.report.phases_figure import NAME
from simulator.report.picture import picture_note
from simulator.report.planned import heading, hour_words, why_not, worst_words
from simulator.report.terminal import closing_notes
from simulator.report.words import number, share
from simulator.scenario.rewrite import clock_text


def show_phases(launch: Launch, to: Console) -> None:
    """Print the whole page."""
    heading(to, launch.horizon.scenario)
    to.print(_phases(launch))
    to.print()
    for line in _answer(launch):
        to.print(Text(line))
    if launch.has_plan:
        to.print()
        to.print(_on_duty(launch))
    closing_notes(to, launch.notes, *([picture_note(launch.folder / NAME, "the phases")] if launch.has_plan else []))


def _phases(launch: Launch) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("phase")
    for head in ("calls/day", "genuine", "hours/day", "in time", "worst hour", "as it is"):
        table.add_column(head, justify="right", no_wrap=True)
    for phased in launch.phases:
        phase, plan, before = phased.phase, phased.plan, phased.before
        hours = number(plan.person_hours) if phased.has_plan else "-"
        brings = (share(plan.overall[0]), worst_words(plan.worst[0], plan.worst_hour[0]))
        own = worst_words(before.worst[0], before.worst_hour[0])
        calls = number(phase.calls_a_day()), number(phase.calls_a_day("genuine"))
        table.add_row(dates(phase.first, phase.last), *calls, hours, *(brings if phased.has_plan else "--"), own)
    return table


def dates(first: date, last: date) -> str:
    """``12-18 Jun``, ``26 Aug-1 Sep``, ``29 Dec 2025-4 Jan 2026``."""
    if first == last:
        return f"{last.day} {last:%b}"
    if first.year != last.year:
        return f"{first.day} {first:%b %Y}-{last.day} {last:%b %Y}"
    return (
        f"{first.day}-{last.day} {last:%b}"
        if first.month == last.month
        else f"{first.day} {first:%b}-{last.day} {last:%b}"
    )


def _answer(launch: Launch) -> Iterator[str]:
    if launch.has_plan:
        yield "Each phase was confirmed on fresh callers, all phases together at 95 %."
        yield "in time, worst hour: of the fresh callers; hours/day: person-hours rostered;"
        yield "as it is: worst hour with the file's shifts, of the callers of the search."
        yield from _falls_back(launch)
        return
    for phased in launch.phases:
        yield from _failing(phased)


def _falls_back(launch: Launch) -> Iterator[str]:
    first, last = launch.phases[0].plan.person_hours, launch.phases[-1].plan.person_hours
    if len(launch.phases) > 1 and first != last:
        fewer = "fewer" if last < first else "more"
        words = f"{number(abs(first - last))} {fewer} than in the first phase"
        yield f"From {launch.phases[-1].phase.first} on: {number(last)} person-hours a day, {words}."


def _failing(phased: PhasePlan) -> Iterator[str]:
    where, found = dates(phased.phase.first, phased.phase.last), phased.found
    if phased.has_plan:
        yield f"{where}: confirmed."
    elif found.state == "cannot be met":
        yield f"{where}:"
        yield from why_not(found, phased.phase.experiment.scenario, phased.space)
    elif found.state == "not found":
        yield f"{where}: NOT FOUND: the search gave up; this does not mean that there is"
        yield "no plan that meets the target."
    else:
        failing = [verdict for verdict in (*found.confirmed, *phased.short) if not verdict.met]
        at = f" at {hour_words(failing[0])}" if failing else ""
        yield f"{where}: NOT SHOWN{at}: too few callers to tell."
        yield "Ask for more --replications, or for longer phases."


def _on_duty(launch: Launch) -> Table:
    """Persons on duty by time of day, a column a phase."""
    table = Table(box=None, pad_edge=False)
    table.add_column("from", justify="right")
    table.add_column("to", justify="right")
    for phased in launch.phases:
        table.add_column(dates(phased.phase.first, phased.phase.last), justify="right")
    for begin, end, persons in launch.stretches():
        table.add_row(clock_text(begin), clock_text(end), *map(str, persons))
    return table
