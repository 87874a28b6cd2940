"""What ``siaga facts`` prints: reported beside simulated, fitted apart from predicted."""

import json
from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.table import Table
from rich.text import Text

from simulator.decisions.facts import Row
from simulator.report.terminal import console
from simulator.report.words import number, share


def print_facts(rows: Sequence[Row], to: TextIO, *, as_json: bool) -> None:
    """A line for each reported figure, or one JSON document."""
    if as_json:
        to.write(json.dumps({"facts": [_plain(row) for row in rows]}, indent=2, ensure_ascii=False) + "\n")
        return
    screen = console(to)
    for name in dict.fromkeys(row.scenario for row in rows):
        mine = [row for row in rows if row.scenario == name]
        screen.print(Text(f"{name} ({mine[0].replications} replications)", style="bold"))
        screen.print(_table(mine))
        screen.print()
    screen.print(Text("fitted: the volumes were solved to meet the figure, so agreement there proves nothing."))
    screen.print(Text("predicted: nothing was solved for it; only these rows can agree or disagree."))


def print_volumes(found: Sequence[tuple[str, Mapping[str, float]]], to: TextIO, *, as_json: bool) -> None:
    """The volumes that meet the fitted figures, as lines to write into the files."""
    if as_json:
        to.write(json.dumps({name: dict(volumes) for name, volumes in found}, indent=2) + "\n")
        return
    screen = console(to)
    for name, volumes in found:
        screen.print(Text(name, style="bold"))
        for group, volume in volumes.items():
            screen.print(Text(f"  {group}: {{volume: {volume:.4g} / d}}"))


def _table(rows: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for head, justify in (("", "left"), ("reported", "right"), ("simulated", "right"), ("95 % of runs", "left")):
        table.add_column(head, justify=justify, overflow="fold")  # type: ignore[arg-type]
    table.add_column("", justify="left", no_wrap=True)
    for row in rows:
        table.add_row(row.reported.name, _figure(row), _simulated(row), _range(row), _judgement(row))
    return table


def _figure(row: Row) -> str:
    low, high = row.reported.figure
    return f"{low:,g}" if low == high else f"{low:,g} to {high:,g}"


def _simulated(row: Row) -> str:
    return f"{share(row.mean)} of days" if row.reported.per == "day" else number(row.mean)


def _range(row: Row) -> str:
    return f"{row.low:,.0f} to {row.high:,.0f}" + (" a day" if row.reported.per == "day" else "")


def _judgement(row: Row) -> Text:
    if row.reported.use == "fitted":
        return Text("fitted" if row.agrees else "fitted, NOT MET", style="" if row.agrees else "bold red")
    agrees = "agrees" if row.agrees else "DISAGREES"
    rare = f"\n({share(row.as_far)} of runs as far out)" if row.as_far < 0.2 else ""
    return Text(f"predicted, {agrees}{rare}", style="green" if row.agrees else "bold red")


def _plain(row: Row) -> dict[str, object]:
    return {
        "scenario": row.scenario,
        "figure": row.reported.name,
        "counts": row.reported.counts,
        "reported": list(row.reported.figure),
        "simulated": row.mean,
        "low": row.low,
        "high": row.high,
        "as_far": row.as_far,
        "use": row.reported.use,
        "agrees": row.agrees,
        "source": row.reported.source,
    }
