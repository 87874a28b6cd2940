"""What ``siaga capacity`` prints: how far it can grow, what gives way first, and a picture."""

from collections.abc import Iterator
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.questions.capacity.headroom import REMEDIES, Headroom, Point
from simulator.report.picture import COLOURS, draw, mark
from simulator.report.planned import heading, hour_words, printed
from simulator.report.terminal import closing, sheet
from simulator.report.words import counted, share

NAME = "capacity.html"


def print_headroom(done: Headroom, to: TextIO, *, as_json: bool) -> None:
    """Draw the picture; print the answer as one JSON document, or as a page to read."""
    note = draw(done.folder / NAME, lambda: curve(done), "the room to grow")
    printed(done.document, lambda page: show(done, [note, f"kept in {done.folder}"], page), to, as_json=as_json)


def show(done: Headroom, notes: list[str], to: Console) -> None:
    """Print the whole page; ``notes``: where what was written is."""
    runs = counted(done.replications, "replication")
    heading(to, done.experiment.scenario, f"simulated: {runs} of each growth, on the same callers")
    for line in _answer(done):
        to.print(Text(line))
    if done.plain is not None and done.plain.margin < 0:
        to.print()
        to.print(_remedies(done, done.plain))
        to.print(Text(f"What gives way first: {done.bottleneck or 'none of lines, people and attendance alone'}."))
    closing(to, done.warnings, notes)


def _answer(done: Headroom) -> Iterator[str]:
    what = "the volume of all callers" if done.of == "volume" else "prank and silent calls"
    met = f"Surely met to {done.low:.2f}" if done.low > 0 else "Nowhere surely met"
    if done.today.margin < 0:
        yield f"The target FAILS ALREADY TODAY: {_worst(done.today)}."
    if done.state == "beyond":
        yield f"Met up to {done.most:g} times {what}, the most that was tried (--up-to)."
        yield f"{met} (95 %, all hours together)."
        return
    if done.state == "never":
        yield f"It is met at no part of {what} that was tried:"
        yield "growth is not what makes it fail."
        return
    yield f"Met up to {done.growth:.2f} times {what} of today."
    high = f"surely missed from {done.high:.2f}" if done.high is not None else "nowhere surely missed"
    yield f"{met}, {high} (95 %, all hours together)."
    if done.of == "nuisance":
        yield f"The nuisance share: {share(done.share(1))} today, {share(done.share(done.growth))} then."
    if done.plain is not None and done.plain.margin >= 0:
        yield ""
        yield f"Fresh callers still meet it at {done.plain.growth:.2f} times: {_worst(done.plain)}."
        yield "What gives way first can not be told: ask for more --replications."


def _remedies(done: Headroom, plain: Point) -> Table:
    """Where it fails, and what each remedy alone would make of it, on fresh callers."""
    first = f"{'today' if plain.growth == 1 else f'at {plain.growth:.2f} times'}, fresh callers"
    table = sheet((first, "left"), ("in time", "right"), ("wanted", "right"), ("worst hour", "left"))
    for name, point in (("as it is", plain), *((f"with {REMEDIES[n]}", p) for n, p in done.remedies.items())):
        v = point.worst
        table.add_row(name, share(v.estimate.value), share(v.target.share), hour_words(v))
    return table


def _worst(point: Point) -> str:
    v = point.worst
    at = "" if v.hour is None else f" (at {hour_words(v)})"
    return f"{share(v.estimate.value)} in time, {share(v.target.share)} wanted{at}"


def curve(done: Headroom) -> Any:
    """The figure: how far the worst target and hour is above or below what is wanted, against growth."""
    import plotly.graph_objects as go  # noqa: PLC0415

    figure = go.Figure()
    x, values = [p.growth for p in done.curve], [100 * p.margin for p in done.curve]
    figure.add_scatter(x=x, y=values, mode="lines+markers", line={"color": COLOURS[0]}, name="worst hour")
    figure.add_hline(y=0, **mark(dash="dot"))
    figure.add_vline(x=done.growth, **mark())
    figure.update_layout(title=f"{done.experiment.scenario.title}: room to grow", template="simple_white")
    figure.update_xaxes(title_text=f"times today's {done.of}", rangemode="tozero")
    figure.update_yaxes(title_text="in time, points above what is wanted")
    return figure
