"""What ``siaga capacity`` prints: how far it can grow, what gives way first, and a picture."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.questions.capacity.capacity import REMEDIES
from simulator.questions.capacity.result import Capacity, Point
from simulator.report.picture import COLOURS, mark, picture_note, write_figure
from simulator.report.planned import heading, hour_words
from simulator.report.terminal import closing_notes, sheet
from simulator.report.words import counted, share

NAME = "capacity.html"


def write_picture(result: Capacity) -> None:
    """Write the picture into the folder of results."""
    write_figure(result.folder / NAME, curve(result))


def show(result: Capacity, to: Console) -> None:
    """Print the whole page."""
    runs = counted(result.replications, "replication")
    heading(to, result.experiment.scenario, f"simulated: {runs} of each growth, on the same callers")
    for line in _answer(result):
        to.print(Text(line))
    if result.plain is not None and result.plain.margin < 0:
        to.print()
        to.print(_remedies(result, result.plain))
        to.print(Text(f"What gives way first: {result.bottleneck or 'none of lines, people and attendance alone'}."))
    closing_notes(to, result.notes, picture_note(result.folder / NAME, "the room to grow"))


def _answer(result: Capacity) -> Iterator[str]:
    what = "the volume of all callers" if result.request.of == "volume" else "prank and silent calls"
    met = f"Surely met to {result.low:.2f}" if result.low > 0 else "Nowhere surely met"
    if result.today.margin < 0:
        yield f"The target FAILS ALREADY TODAY: {_worst(result.today)}."
    if result.state == "beyond":
        yield f"Met up to {result.most:g} times {what}, the most that was tried (--up-to)."
        yield f"{met} (95 %, all hours together)."
        return
    if result.state == "never":
        yield f"It is met at no part of {what} that was tried:"
        yield "growth is not what makes it fail."
        return
    yield f"Met up to {result.growth:.2f} times {what} of today."
    high = f"surely missed from {result.high:.2f}" if result.high is not None else "nowhere surely missed"
    yield f"{met}, {high} (95 %, all hours together)."
    if result.request.of == "nuisance":
        yield f"The nuisance share: {share(result.share(1))} today, {share(result.share(result.growth))} then."
    if result.plain is not None and result.plain.margin >= 0:
        yield ""
        yield f"Fresh callers still meet it at {result.plain.growth:.2f} times: {_worst(result.plain)}."
        yield "What gives way first cannot be told: ask for more --replications."


def _remedies(result: Capacity, plain: Point) -> Table:
    """Where it fails, and what each remedy alone would make of it, on fresh callers."""
    first = f"{'today' if plain.growth == 1 else f'at {plain.growth:.2f} times'}, fresh callers"
    table = sheet((first, "left"), ("in time", "right"), ("wanted", "right"), ("worst hour", "left"))
    for name, point in (("as it is", plain), *((f"with {REMEDIES[n]}", p) for n, p in result.remedies.items())):
        v = point.worst
        table.add_row(name, share(v.estimate.value), share(v.target.share), hour_words(v))
    return table


def _worst(point: Point) -> str:
    v = point.worst
    at = "" if v.hour is None else f" (at {hour_words(v)})"
    return f"{share(v.estimate.value)} in time, {share(v.target.share)} wanted{at}"


def curve(result: Capacity) -> Any:
    """The figure: how far the worst target and hour is above or below what is wanted, against growth."""
    import plotly.graph_objects as go  # noqa: PLC0415

    figure = go.Figure()
    x, values = [p.growth for p in result.curve], [100 * p.margin for p in result.curve]
    figure.add_scatter(x=x, y=values, mode="lines+markers", line={"color": COLOURS[0]}, name="worst hour")
    figure.add_hline(y=0, **mark(dash="dot"))
    figure.add_vline(x=result.growth, **mark())
    figure.update_layout(title=f"{result.experiment.scenario.title}: room to grow", template="simple_white")
    figure.update_xaxes(title_text=f"times today's {result.request.of}", rangemode="tozero")
    figure.update_yaxes(title_text="in time, points above what is wanted")
    return figure
