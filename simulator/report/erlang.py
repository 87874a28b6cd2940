"""What ``siaga erlang`` prints: the formulas side by side, or a row an hour, in 80 columns."""

from collections.abc import Callable
from math import isfinite

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.questions.erlang.result import ByHour, Formulas, Row
from simulator.report.erlang_by_hour import show_by_hour
from simulator.report.terminal import hanging
from simulator.report.words import counted, number, seconds, share

MEANS = {
    "Erlang C": "nobody gives up, and there is always a line",
    "Erlang A": "callers give up, and there is always a line",
    "finite trunks": "who finds all lines busy is lost",
}


def show(found: Formulas | ByHour, to: Console) -> None:
    """Print the whole page."""
    if isinstance(found, ByHour):
        show_by_hour(found, to)
    else:
        _show_formulas(found, to)


def _show_formulas(found: Formulas, out: Console) -> None:
    per_hour = number(found.calls_per_hour)
    out.print(
        Text(f"{per_hour} calls an hour of {found.request.handling} each: {number(found.load)} Erlang", style="bold")
    )
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
    table.add_column(f"with {counted(found.by_formula[0].call_takers, 'call-taker')}")
    for row in found.by_formula:
        table.add_column(row.formula, justify="right")
    within = str(found.target).partition(" within ")[2].partition(",")[0]
    for words, told in _measures(within):
        table.add_row(words, *(told(row) for row in found.by_formula))
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
    lines = [f"{row.formula}: {MEANS[row.formula]}." for row in found.by_formula]
    lines.append("< marks what reaches the target.")
    if not found.by_formula[0].stable:
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
    return [*lines, *(note.text for note in found.notes)]
