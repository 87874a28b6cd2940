"""What ``siaga erlang --day`` prints: a row an hour, in 80 columns."""

from collections.abc import Callable
from math import inf

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.metrics.erlang.forward import MOST_LINES
from simulator.questions.erlang.result import ByHour
from simulator.report.terminal import hanging
from simulator.report.words import counted, number, share

MEANS = (
    "SIPP: each hour by itself; lagged: the load one handling time earlier; MOL: the modified offered load. "
    "Each is put into {}",
    "exact: what those call-takers bring to the callers of each hour, by Kolmogorov's equations on {}; who goes hands "
    "the call over",
)


def show_by_hour(found: ByHour, out: Console) -> None:
    """Print the page of a day."""
    out.print(Text(f"{found.title}: its average day", style="bold"))
    out.print(Text(f"asked: {found.target}, of all callers alike"))
    out.print()
    out.print(_table(found))
    out.print()
    formula = "Erlang C" if found.patience == inf else "Erlang A"
    for line in MEANS:
        hanging(out, "- ", line.format(formula if "SIPP" in line else counted(found.trunks, "line")) + ".", style="")
    for note in found.notes:
        hanging(out, "- ", note.text, style="")
    if None in found.handling:
        hanging(out, "- ", "An hour without calls needs nobody: who is in a call then finishes it.", style="")
    if found.trunks > MOST_LINES:
        hanging(out, "- ", f"More than {MOST_LINES} lines: too many for the exact equations.", style="")


def _table(found: ByHour) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in ("hour", "calls", "mean s", "Erlang", *(head for name in found.methods for head in (name, "exact"))):
        table.add_column(head, justify="right", no_wrap=head == "hour")
    for hour, calls in enumerate(found.calls):
        cells = [
            cell
            for method in found.methods.values()
            for cell in (_few(method.fewest[hour]), _said(method.in_time[hour] if method.in_time else None, share))
        ]
        load = found.methods["SIPP"].load[hour]
        handling = _said(found.handling[hour], "{:.0f}".format)
        table.add_row(f"{hour:02d}:00", number(calls), handling, number(load), *cells)
    totals = [cell for method in found.methods.values() for cell in (_sum(method.fewest), _worst(method.in_time))]
    table.add_row("in all, worst", number(sum(found.calls)), "", "", *totals)
    return table


def _said(value: float | None, words: Callable[[float], str]) -> str:
    """A figure, or - where there is none: nobody calls in that hour, or the line is too large for it."""
    return "-" if value is None else words(value)


def _few(many: int | None) -> str:
    return "none" if many is None else f"{many:,}"


def _sum(fewest: tuple[int | None, ...]) -> str:
    return "-" if None in fewest else f"{sum(many or 0 for many in fewest):,}"


def _worst(in_time: tuple[float | None, ...] | None) -> str:
    return _said(min((each for each in in_time or () if each is not None), default=None), share)
