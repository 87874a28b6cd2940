"""What planning by phases prints and writes: each phase and its staffing, a scenario to run, a table and a picture."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TextIO

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.planning.phases import Launch, Phased, document
from simulator.report.phases_figure import draw_phases
from simulator.report.planned import heading, hour_words, keep_scenario, printed, why_not, worst_words
from simulator.report.terminal import closing
from simulator.report.words import number, share
from simulator.scenario.rewrite import clock_text, lengthened, with_floor
from simulator.scenario.units import DAY, MINUTE
from simulator.scenario.week import MINUTES_A_DAY, on_duty
from simulator.tables.files import csv_bytes, renew

TABLE = "phases.csv"


def print_launch(done: Launch, to: TextIO, *, as_json: bool) -> None:
    """Write what is to be kept; print the answer as one JSON document, or as a page to read."""
    notes = [*_written(done), f"kept in {done.folder}"]
    printed(document(done), lambda page: show(done, notes, page), to, as_json=as_json)


def show(done: Launch, notes: list[str], to: Console) -> None:
    """Print the whole page; ``notes``: where what was written is."""
    heading(to, done.horizon.scenario)
    to.print(_phases(done))
    to.print()
    for line in _answer(done):
        to.print(Text(line))
    if done.shown:
        to.print()
        to.print(_on_duty(done))
    closing(to, done.warnings, notes)


def _phases(done: Launch) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("phase")
    for head in ("calls/day", "genuine", "hours/day", "in time", "worst hour", "as it is"):
        table.add_column(head, justify="right", no_wrap=True)
    for phased in done.phases:
        phase, plan, before = phased.phase, phased.plan, phased.before
        hours = number(plan.person_hours) if phased.shown else "-"
        brings = (share(plan.overall[0]), worst_words(plan.worst[0], plan.worst_hour[0]))
        own = worst_words(before.worst[0], before.worst_hour[0])
        calls = number(phase.calls_a_day()), number(phase.calls_a_day("genuine"))
        table.add_row(dates(phase.first, phase.last), *calls, hours, *(brings if phased.shown else "--"), own)
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


def _answer(done: Launch) -> Iterator[str]:
    if done.shown:
        yield "Each phase was confirmed on fresh callers, all phases together at 95 %."
        yield "in time, worst hour: of the fresh callers; hours/day: person-hours rostered;"
        yield "as it is: worst hour with the file's shifts, of the callers of the search."
        yield from _falls_back(done)
        return
    for phased in done.phases:
        yield from _failing(phased)


def _falls_back(done: Launch) -> Iterator[str]:
    first, last = done.phases[0].plan.person_hours, done.phases[-1].plan.person_hours
    if len(done.phases) > 1 and first != last:
        fewer = "fewer" if last < first else "more"
        words = f"{number(abs(first - last))} {fewer} than in the first phase"
        yield f"From {done.phases[-1].phase.first} on: {number(last)} person-hours a day, {words}."


def _failing(phased: Phased) -> Iterator[str]:
    where, found = dates(phased.phase.first, phased.phase.last), phased.found
    if phased.shown:
        yield f"{where}: confirmed."
    elif found.state == "can not be met":
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


def _on_duty(done: Launch) -> Table:
    """Persons on duty by time of day, a column a phase."""
    table = Table(box=None, pad_edge=False)
    table.add_column("from", justify="right")
    table.add_column("to", justify="right")
    for phased in done.phases:
        table.add_column(dates(phased.phase.first, phased.phase.last), justify="right")
    for begin, end, persons in stretches(done):
        table.add_row(clock_text(begin), clock_text(end), *map(str, persons))
    return table


def stretches(done: Launch) -> Iterator[tuple[int, int, list[int]]]:
    """Times of day, µs, between which nobody comes or goes in any phase, and the persons of each phase, fewest day."""
    duty = np.stack([
        on_duty(phased.found.shifts).reshape(-1, MINUTES_A_DAY).min(axis=0) for phased in done.phases
    ])  # fmt: skip
    cuts = [0, *(np.flatnonzero((np.diff(duty) != 0).any(axis=0)) + 1).tolist(), DAY // MINUTE]
    for begin, end in pairwise(cuts):
        yield begin * MINUTE, end * MINUTE, duty[:, begin].tolist()


def _written(done: Launch) -> Iterator[str]:
    if not done.shown:
        return
    folder, loaded = done.folder, done.order.loaded
    rows = [
        (phased.phase.first, phased.phase.last, clock_text(begin), clock_text(end), persons[place])
        for place, phased in enumerate(done.phases)
        for begin, end, persons in stretches(done)
    ]
    renew(folder / TABLE, csv_bytes(("first", "last", "from", "to", "persons"), rows))
    yield draw_phases(done)
    text = with_floor(loaded.text, done.shifts)
    if done.horizon.scenario.length > loaded.scenario.length:
        text = lengthened(text, -(-done.horizon.scenario.length // DAY))
    yield keep_scenario(folder, done.order, text, done.horizon.scenario, "all phases as one scenario")
