"""What assumed values do to the leading policies, as tornadoes: a picture in one HTML file, without network."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from simulator.metrics.estimate import Estimate
from simulator.questions.sensitivity.flips import Variation
from simulator.questions.sensitivity.result import Sensitivity
from simulator.questions.sensitivity.score import Apart, Criterion
from simulator.report.picture import COLOURS, mark
from simulator.report.words import range_text, short

NAME = "tornado.html"
UNITS: dict[Criterion, tuple[float, str]] = {
    "net": (1000, "Of 1,000 genuine callers: how many fewer never heard"),
    "shut_out": (1000, "Of 1,000 genuine callers: how many fewer never heard because of it"),
    "freed": (100, "Call-takers' busy time freed, how many % points more"),
}
ENDS = (("low end of the range", 0, COLOURS[0]), ("high end", -1, COLOURS[1]))
ROW, BESIDES = 46, 170
"""Pixels a bar, and beside them."""


def tornado(done: Sensitivity) -> Any:
    """The figure: a panel a pair, in it how far the first is ahead of the second with each value at either end of its
    range, all else as in the file, the widest on top; and the 99 % intervals."""
    from plotly.graph_objects import Figure  # noqa: PLC0415
    from plotly.subplots import make_subplots  # noqa: PLC0415

    (times, words), pairs = UNITS[done.by], [pair for pair in done.pairs if pair.varied]
    if not pairs:
        return Figure(layout={"title": f"{done.loaded.scenario.title}: the ranking hangs on nothing that is assumed"})
    titles = [f"{_name(done, pair.one)} ahead of {_name(done, pair.other)}" for pair in pairs]
    heights = [len(pair.varied) for pair in pairs]
    figure = make_subplots(
        len(pairs), 1, subplot_titles=titles, row_heights=heights, x_title=words, vertical_spacing=0.3 / len(heights)
    )
    for row, pair in enumerate(pairs, start=1):
        shown = sorted(pair.varied, key=_width)
        for trace in _traces(shown, times):
            figure.add_bar(**trace, showlegend=row == 1, row=row, col=1)
        figure.add_vline(x=0, **mark(dash="dot"), row=row, col=1)
    figure.update_layout(
        title=f"{done.loaded.scenario.title}: what the ranking hangs on",
        template="simple_white",
        barmode="overlay",
        height=BESIDES * (1 + len(pairs)) + ROW * sum(heights),
    )
    figure.update_yaxes(automargin=True)
    return figure


def _name(done: Sensitivity, policy: int) -> str:
    return done.names[policy] if policy else "no blocklist"


def _traces(shown: Sequence[Variation], times: float) -> list[dict[str, Any]]:
    """The bars of both ends, from where the file is."""
    file = times * _ahead(next(p for p in shown[0].points if p.text == shown[0].range.value).apart).value
    return [_bars(shown, which, file, times) | {"name": name, "marker_color": c} for name, which, c in ENDS]


def _bars(shown: Sequence[Variation], which: int, file: float, times: float) -> dict[str, Any]:
    ends = [each.points[which] for each in shown]
    ahead = [times * _ahead(point.apart).value for point in ends]
    return {
        "orientation": "h",
        "y": [f"{short(each.range.key)}<br>{range_text(each.range)}" for each in shown],
        "base": [file] * len(shown),
        "x": [value - file for value in ahead],
        "opacity": 0.8,
        "error_x": _errors([_ahead(point.apart) for point in ends], times),
        "customdata": [[point.text, value] for point, value in zip(ends, ahead, strict=True)],
        "hovertemplate": "%{customdata[0]}: ahead by %{customdata[1]:.3g}<extra></extra>",
    }


def _ahead(apart: Apart) -> Estimate:
    """How far the first is ahead; of callers never heard not at all where those late decide."""
    return Estimate(0.0, 0.0, 0.0, 0, "late") if apart.late else apart.estimate


def _errors(estimates: Sequence[Estimate], times: float) -> dict[str, Any]:
    up = [times * (each.high - each.value) if isfinite(each.high) else 0.0 for each in estimates]
    down = [times * (each.value - each.low) if isfinite(each.low) else 0.0 for each in estimates]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 1}


def _width(varied: Variation) -> float:
    low, high = (_ahead(varied.points[which].apart).value for which in (0, -1))
    return abs(high - low)
