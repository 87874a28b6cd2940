"""A family of rules and its front as a picture in one HTML file that needs no network."""

from math import isfinite
from typing import Any

from simulator.metrics.estimate import Estimate
from simulator.questions.tune.result import Tune
from simulator.report.picture import COLOURS
from simulator.report.trade_off import X, Y

NAME = "front.html"


def front(done: Tune) -> Any:
    """The figure: a point a rule tried, and the front on fresh callers with its intervals as bars."""
    from plotly.graph_objects import Figure  # noqa: PLC0415

    figure = Figure()
    figure.add_scatter(**_members(done))
    figure.add_scatter(**_entries(done))
    if done.best is not None:
        x, y = 100 * done.best.freed.value, 1000 * done.best.never.value
        marker = {"size": 20, "symbol": "circle-open", "color": COLOURS[1], "line": {"width": 3}}
        figure.add_scatter(x=[x], y=[y], mode="markers", marker=marker, name="recommended", hoverinfo="skip")
    if done.request.most_shut_out is not None:
        line = {"dash": "dot", "width": 1.5, "color": "#666666"}
        figure.add_hline(y=done.request.most_shut_out, line=line, annotation_text="most that may be shut out")
    title = f"{done.base.scenario.title}: {done.family.policy.title}, varied"
    figure.update_layout(title=title, xaxis_title=X, yaxis_title=Y, template="simple_white", hovermode="closest")
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(rangemode="tozero")
    return figure


def _members(done: Tune) -> dict[str, Any]:
    texts = (done.family.texts(point) for point in done.scores)
    return {
        "x": [100 * each.freed for each in done.scores.values()],
        "y": [1000 * each.never_because for each in done.scores.values()],
        "text": [", ".join(f"{key}: {value}" for key, value in each.items()) for each in texts],
        "mode": "markers",
        "marker": {"size": 6, "symbol": "x-thin", "line": {"width": 1.5, "color": "#999999"}},
        "name": f"rules tried, seed {done.request.seed}",
        "hovertemplate": "%{text}<br>frees %{x:.1f} %<br>shuts out %{y:.2g} of 1,000<extra></extra>",
    }


def _entries(done: Tune) -> dict[str, Any]:
    freed, lost = [entry.freed for entry in done.entries], [entry.never for entry in done.entries]
    return {
        "x": [100 * each.value for each in freed],
        "y": [1000 * each.value for each in lost],
        "error_x": _bars(freed, 100),
        "error_y": _bars(lost, 1000),
        "text": [entry.rule for entry in done.entries],
        "mode": "markers",
        "marker": {"size": 11, "color": COLOURS[0]},
        "name": "rules judged, on fresh callers",
        "hovertemplate": "%{text}<br>frees %{x:.1f} % of busy time<br>shuts out %{y:.2g} of 1,000<extra></extra>",
    }


def _bars(estimates: list[Estimate], times: float) -> dict[str, Any]:
    """How far the intervals reach; no bar where nothing is known."""
    known = [isfinite(each.low) and isfinite(each.high) for each in estimates]
    up = [times * (each.high - each.value) if sure else 0.0 for each, sure in zip(estimates, known, strict=True)]
    down = [times * (each.value - each.low) if sure else 0.0 for each, sure in zip(estimates, known, strict=True)]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 1}
