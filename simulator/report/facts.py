"""What ``siaga facts`` prints: reported beside simulated, fitted apart from predicted."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.questions.facts.result import LEAST_GIVEN, Facts, Row, Volumes
from simulator.report.words import number, share


def show(found: Facts | Volumes, to: Console) -> None:
    """A line for each reported figure; or the volumes that meet the fitted ones, as lines to write into the files."""
    if isinstance(found, Volumes):
        for name, volumes in found.of.items():
            to.print(Text(name, style="bold"))
            for group, volume in volumes.items():
                to.print(Text(f"  {group}: {{volume: {volume:.4g} / d}}"))
        return
    for name in dict.fromkeys(row.scenario for row in found.figures):
        mine = [row for row in found.figures if row.scenario == name]
        to.print(Text(f"{name} ({mine[0].replications} replications)", style="bold"))
        to.print(_table(mine))
        for row in mine:
            if row.power is not None:
                to.print()
                to.print(Text.assemble((f"{row.reported.name}: ", "bold"), _told(row)))
        to.print()
    for note in found.notes:
        to.print(Text(note.text))


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
    said = {
        "fitted": Text("fitted"),
        "not met": Text("fitted, NOT MET", style="bold red"),
        "agrees": Text("predicted: agrees", style="green"),
        "agrees, weakly": Text("predicted: agrees, weakly", style="yellow"),
        "nothing could disagree": Text("nothing could disagree", style="yellow"),
        "disagrees": Text("predicted: DISAGREES", style="bold red"),
    }
    return said[row.verdict]


def _told(row: Row) -> str:
    """Of a predicted row: what it was judged by, and what would have disagreed."""
    return " ".join((*_judged_by(row), *_would_disagree(row)))


def _judged_by(row: Row) -> Iterator[str]:
    given = f"the fitted figure{'s' * (len(row.given) > 1)} ({', '.join(row.given)})"
    conditioned = bool(row.given) and row.kept >= LEAST_GIVEN
    if row.given and not conditioned:
        yield f"Too few runs ({row.kept}) have {given}: it is judged by all; ask for more --replications."
    runs = f"the {row.kept:,} runs with {given}" if conditioned else f"all {row.replications:,} runs"
    if row.reported.per == "run":
        out = share(row.as_far) if row.as_far else "none"
        yield f"As far out in {out} of {runs}." if row.as_far < 0.2 else f"Judged by {runs}."


def _would_disagree(row: Row) -> Iterator[str]:
    power = row.power
    if power is None:
        return
    if row.reported.per == "day":
        yield f"A range that ends below {power.below:,.0f} or begins above it would have disagreed."
        if power.cv is not None:
            yield (
                "But the mean of the days follows from what was fitted: with it, days would have to differ by a "
                f"coefficient of variation of {power.cv:.2f} or more to disagree."
            )
        return
    sides = [f"below {power.below:,.0f}"] if power.below is not None else []
    sides += [f"above {power.above:,.0f}"] if power.above is not None else []
    most = "" if power.possible is None else f"0 to {power.possible:,.0f}, as fitted"
    if not sides:
        yield f"No figure that is possible ({most or 'any'}) would have disagreed."
        return
    yield f"A reported figure {' or '.join(sides)} would have disagreed."
    if most:
        yield f"Of what is possible ({most}), {share(power.also)} would have agreed as well."
    elif power.also:
        yield "Of two services one four times as busy as the other, both would have agreed."
