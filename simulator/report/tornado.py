"""What assumed values do to the two leading policies, as a tornado: a picture in one HTML file that needs no network."""

from collections.abc import Sequence
from importlib.util import find_spec
from math import isfinite
from typing import Any

from simulator.decisions.sensitivity.flips import Point, Varied
from simulator.decisions.sensitivity.score import Criterion
from simulator.decisions.sensitivity.sensitivity import Sensitivity
from simulator.metrics.estimate import Estimate
from simulator.tables.files import write_whole

NAME = "tornado.html"
UNITS: dict[Criterion, tuple[float, str]] = {
    "net": (1000, "of 1,000 genuine callers (saved less shut out)"),
    "shut_out": (1000, "of 1,000 genuine callers fewer shut out"),
    "freed": (100, "% of call-takers' busy time freed"),
}
LOW, HIGH = "#56B4E9", "#D55E00"
"""Told apart by who does not see all colours (Okabe and Ito, 2008)."""


def draw_tornado(done: Sensitivity) -> str:
    """Write the picture into the folder of the analysis; where it is, or how to get one."""
    if find_spec("plotly") is None:
        return "for a picture: pip install 'siaga[web]', and the same command again"
    path, figure = done.folder / NAME, tornado(done)
    write_whole(path, lambda draft: figure.write_html(draft, include_plotlyjs=True, full_html=True))
    return f"picture of what it hangs on: {path} (opens in any browser)"


def tornado(done: Sensitivity) -> Any:
    """The figure: how far the leader is ahead with each value at the low and the high end of its range, all else as in
    the file, the widest on top; with what can not be told apart as bars of error."""
    from plotly.graph_objects import Figure  # noqa: PLC0415

    times, words = UNITS[done.by]
    one, other = ("no blocklist" if not policy else done.names[policy] for policy in done.leaders)
    shown = sorted(done.varied, key=_width)
    figure = Figure()
    if shown:
        file = times * _of_file(shown[0]).apart.estimate.value
        for colour, which in ((LOW, 0), (HIGH, -1)):
            figure.add_bar(**_bars(shown, which, file, times), marker_color=colour, name=("low end", "high end")[which])
        figure.add_vline(x=file, line={"width": 1, "color": "#333333"}, annotation_text="as in the file")
    figure.add_vline(x=0, line={"dash": "dot", "width": 1.5, "color": "#666666"})
    title = f"{done.order.loaded.scenario.title}: how far {one} is ahead of {other}"
    figure.update_layout(
        title=title, template="simple_white", barmode="overlay", xaxis_title=f"{words}; below 0 {other} leads"
    )
    figure.update_yaxes(automargin=True)
    return figure


def _bars(shown: Sequence[Varied], which: int, file: float, times: float) -> dict[str, Any]:
    """The bars of one end, from what the file has."""
    ends = [each.points[which] for each in shown]
    ahead = [times * point.apart.estimate.value for point in ends]
    return {
        "orientation": "h",
        "y": [each.range.key for each in shown],
        "base": [file] * len(shown),
        "x": [value - file for value in ahead],
        "text": [point.text for point in ends],
        "error_x": _errors([point.apart.estimate for point in ends], times),
        "customdata": ahead,
        "hovertemplate": "%{y} = %{text}<br>ahead by %{customdata:.3g}<extra></extra>",
    }


def _errors(estimates: Sequence[Estimate], times: float) -> dict[str, Any]:
    up = [times * (each.high - each.value) if isfinite(each.high) else 0.0 for each in estimates]
    down = [times * (each.value - each.low) if isfinite(each.low) else 0.0 for each in estimates]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 1}


def _width(varied: Varied) -> float:
    low, high = (varied.points[which].apart.estimate.value for which in (0, -1))
    return abs(high - low)


def _of_file(varied: Varied) -> Point:
    return next(point for point in varied.points if point.text == varied.range.value)
