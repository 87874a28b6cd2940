"""What ``siaga erlang`` prints: the formulas side by side, in 80 columns, or one JSON document."""

import json
from collections.abc import Callable
from math import isfinite
from typing import TextIO

from rich.table import Table
from rich.text import Text

from simulator.metrics.histogram import ALL
from simulator.questions.erlang.formulas import Formulas, Row
from simulator.report.terminal import console, hanging
from simulator.report.words import counted, number, seconds, share

MEANS = {
    "Erlang C": "nobody gives up, and there is always a line",
    "Erlang A": "callers give up, and there is always a line",
    "finite trunks": "who finds all lines busy is lost",
}


def print_formulas(found: Formulas, to: TextIO, *, as_json: bool) -> None:
    """Print the answer as one JSON document, or as a page to read."""
    if as_json:
        to.write(json.dumps(found.document(), indent=2, ensure_ascii=False) + "\n")
        return
    out = console(to)
    per_hour = number(found.calls_per_hour)
    out.print(Text(f"{per_hour} calls an hour of {found.ask.handling} each: {number(found.load)} Erlang", style="bold"))
    out.print(Text(f"asked: {found.target}, in a steady state"))
    out.print()
    out.print(_side_by_side(found))
    out.print()
    out.print(Text(f"{found.around[0].formula}, a few more and fewer:"))
    out.print(_around(found))
    out.print()
    for line in _lines(found):
        hanging(out, "- ", line, style="")


def _side_by_side(found: Formulas) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(f"with {counted(found.rows[0].call_takers, 'call-taker')}")
    for row in found.rows:
        table.add_column(row.formula, justify="right")
    within = str(found.target).partition(" within ")[2].partition(",")[0]
    for words, told in _measures(within):
        table.add_row(words, *(told(row) for row in found.rows))
    few = [("none" if many is None else f"{many:,}") for many in found.fewest.values()]
    table.add_row("fewest call-takers that reach the target", *few)
    table.add_row("most calls an hour that reach it", *(number(most) for most in found.most_calls.values()))
    return table


def _measures(within: str) -> tuple[tuple[str, Callable[[Row], str]], ...]:
    return (
        (f"answered within {within}, of all offered", lambda row: share(row.in_time)),
        ("  of those answered", lambda row: share(row.in_time_of_answered)),
        ("  of all but who gave up before that", lambda row: share(row.in_time_less_short)),
        ("have to wait", lambda row: share(row.waits)),
        ("give up", lambda row: share(row.abandoned)),
        ("find every line busy", lambda row: share(row.busy)),
        ("average speed of answer", _asa),
        ("occupancy of call-takers", lambda row: share(row.occupancy)),
    )


def _asa(row: Row) -> str:
    return seconds(row.asa) if isfinite(row.asa) else "grows"


def _around(found: Formulas) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in ("call-takers", "in time", "wait", "give up", "ASA", "occupancy"):
        table.add_column(head, justify="right")
    for row in found.around:
        mark = " <" if row.in_time >= found.target.share else ""
        table.add_row(
            f"{row.call_takers:,}",
            share(row.in_time) + mark,
            share(row.waits),
            share(row.abandoned),
            _asa(row),
            share(row.occupancy),
        )
    return table


def _lines(found: Formulas) -> list[str]:
    lines = [f"{row.formula}: {MEANS[row.formula]}." for row in found.rows]
    lines.append("< marks what reaches the target.")
    if not found.rows[0].stable:
        lines.append("Without giving up the queue would grow for ever: there is more work than call-takers.")
    if found.fewest.get("finite trunks", 0) is None:
        lines.append("finite trunks: no number of call-takers reaches the target: too many calls find every line busy.")
    b, queue = found.trunks.values()
    queued = "no number of lines" if queue is None else counted(queue, "line")
    lines.append(
        f"Lines at P.01 (1 call of 100 finds all busy): {b:,} if nobody waits (Erlang B); {queued} with this queue."
    )
    if found.redials:
        lost, load = found.redials
        lines.append(
            f"With redials (Extended Erlang B): {share(lost)} of attempts find all lines busy at {number(load)} Erlang."
        )
    lines.append(
        f"California's rule (twice the calls, a minute longer, P.01): {counted(found.californias, 'position')}."
    )
    if found.target.intent != ALL or found.target.scope != "overall":
        lines.append("Formulas know one kind of caller and one steady hour: the target is taken to be of all callers.")
    lines.append("Formulas know no shifts, prank callers' habits, blocklists or absences: siaga staff simulates them.")
    return lines
