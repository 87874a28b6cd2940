"""The trade-off between time freed and callers never heard, as a picture in one HTML file that needs no network."""

from collections.abc import Sequence
from math import isfinite
from textwrap import wrap
from typing import Any

from simulator.metrics.estimate import Estimate
from simulator.questions.compare.comparison import DesignEffects
from simulator.questions.compare.result import CompareResult
from simulator.report.compare_words import conclusion
from simulator.report.picture import COLOURS, mark
from simulator.report.words import counted

NAME = "trade-off.html"
X, Y = "Share of call-takers' busy time freed, %", "Never heard because of it, of 1,000"
MOST = "no nuisance at all: no rule frees more"
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "pentagon", "hexagon")
"""With the colours: told apart in print, too."""
LINE = 110
"""Letters to a line of the conclusion."""
PLACES = ("top right", "bottom right")


def trade_off(result: CompareResult) -> Any:
    """The figure: a panel a staffing, in it a point a policy, its simultaneous intervals as bars, and the most that any
    rule can free."""
    from plotly.subplots import make_subplots  # noqa: PLC0415

    staffings = list(dict.fromkeys(design.call_takers for design in result.designs))
    titles = ["" if many is None else counted(many, "call-taker") for many in staffings]
    figure = make_subplots(
        1, len(staffings), shared_yaxes=True, subplot_titles=titles, x_title=X, y_title=Y, horizontal_spacing=0.03
    )
    for column, call_takers in enumerate(staffings, start=1):
        group = [effects for effects in result.comparison.effects if effects.design.call_takers == call_takers]
        for trace in _traces(group):
            figure.add_scatter(**trace, showlegend=column == 1, row=1, col=column)
        most = next(100 * effects.against["freed"].value for effects in group if effects.design.role == "no nuisance")
        if isfinite(most):
            figure.add_vline(x=most, **mark(dash="dot"), row=1, col=column)
    said = wrap(" ".join(conclusion(result)), LINE, break_on_hyphens=False)
    title = {"text": result.designs[0].experiment.scenario.title, "subtitle": {"text": "<br>".join(said)}}
    margin = {"l": 90, "b": 90, "t": 100 + 20 * len(said)}
    figure.update_layout(title=title, template="simple_white", hovermode="closest", margin=margin)
    figure.update_annotations(font_size=13)
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(rangemode="tozero")
    return figure


def _traces(group: Sequence[DesignEffects]) -> list[dict[str, Any]]:
    """No blocklist at the corner, the policies, and no nuisance."""
    traces = [_point([0.0], [0.0], "no blocklist", len(SYMBOLS) - 1, 0) | {"mode": "markers"}]
    shown = [effects for effects in group if "freed" in effects.against]
    for place, effects in enumerate(shown):
        freed, lost = effects.against["freed"], effects.against["never_because"]
        name = MOST if effects.design.role == "no nuisance" else effects.design.policy
        trace = _point([100 * freed.value], [1000 * lost.value], name, place, place)
        traces.append(trace | {"error_x": _bars(freed, 100), "error_y": _bars(lost, 1000)})
        if effects.design.role == "no nuisance":
            traces[-1] |= {"marker": {"size": 12, "symbol": "star", "color": "#666666"}, "mode": "markers"}
    return traces


def _point(x: list[float], y: list[float], name: str, colour: int, place: int) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": [name],
        "mode": "markers+text",
        "textposition": PLACES[place % len(PLACES)],
        "marker": {"size": 11, "symbol": SYMBOLS[colour % len(SYMBOLS)], "color": COLOURS[colour % len(COLOURS)]},
        "name": name,
        "legendgroup": name,
        "cliponaxis": False,
        "hovertemplate": "%{text}<br>frees %{x:.1f} % of busy time<br>"
        "%{y:.2g} of 1,000 never heard because of it<extra></extra>",
    }


def _bars(estimate: Estimate, times: float) -> dict[str, Any]:
    """How far the interval reaches; of what was never seen, how far up it may; no bar where nothing is known."""
    known = isfinite(estimate.low) and isfinite(estimate.high) and estimate.method != "no bound"
    up, down = (estimate.high - estimate.value, estimate.value - estimate.low) if known else (0.0, 0.0)
    bars = {"array": [times * up], "arrayminus": [times * down]}
    return {"type": "data", "symmetric": False, "thickness": 1, **bars}
