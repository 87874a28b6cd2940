"""The trade-off between time freed and callers shut out, as a picture in one HTML file that needs no network."""

from importlib.util import find_spec
from math import isfinite
from typing import Any

from simulator.decisions.compare.compare import Compare
from simulator.decisions.compare.judged import Held
from simulator.metrics.estimate import Estimate
from simulator.tables.files import write_whole

NAME = "trade-off.html"
X, Y = "Share of call-takers' busy time freed (%)", "Genuine callers shut out, of 1,000"
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")


def draw_trade_off(done: Compare) -> str:
    """Write the picture into the comparison's folder; where it is, or how to get one."""
    if find_spec("plotly") is None:
        return "for a picture of the trade-off: pip install 'siaga[web]', and the same command again"
    path = done.folder / NAME
    figure = trade_off(done)
    write_whole(path, lambda draft: figure.write_html(draft, include_plotlyjs=True, full_html=True))
    return f"picture of the trade-off: {path} (opens in any browser)"


def trade_off(done: Compare) -> Any:
    """The figure: a point a design, its simultaneous intervals as bars, and what no rule can beat."""
    from plotly.graph_objects import Figure  # noqa: PLC0415

    figure = Figure()
    staffings = list(dict.fromkeys(design.call_takers for design in done.designs))
    for place, call_takers in enumerate(staffings):
        group = [held for held in done.found.held if held.design.call_takers == call_takers]
        staffed = "" if len(staffings) == 1 else f"with {call_takers} call-takers"
        policies = [held for held in group if held.design.role == "policy"]
        figure.add_scatter(**_points(policies, SYMBOLS[place % len(SYMBOLS)], staffed or "policies"))
        for held in group:
            if held.design.role == "no nuisance":
                most = 100 * held.against["freed"].value
                figure.add_vline(x=most, line_dash="dot", annotation_text=f"no nuisance at all {staffed}".strip())
    figure.add_scatter(x=[0], y=[0], mode="markers+text", text=["no blocklist"], textposition="top right", name="none")
    title = f"{done.designs[0].experiment.scenario.title}: what each rule saves, and whom it shuts out"
    figure.update_layout(title=title, xaxis_title=X, yaxis_title=Y, template="simple_white", hovermode="closest")
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(rangemode="tozero")
    return figure


def _points(policies: list[Held], symbol: str, name: str) -> dict[str, Any]:
    freed, lost = ([held.against[of] for held in policies] for of in ("freed", "lost"))
    return {
        "x": [100 * each.value for each in freed],
        "y": [1000 * each.value for each in lost],
        "error_x": _bars(freed, 100),
        "error_y": _bars(lost, 1000),
        "text": [held.design.policy for held in policies],
        "mode": "markers+text",
        "textposition": "top right",
        "marker": {"size": 11, "symbol": symbol},
        "name": name,
        "hovertemplate": "%{text}<br>frees %{x:.1f} % of busy time<br>shuts out %{y:.2g} of 1,000<extra></extra>",
    }


def _bars(estimates: list[Estimate], times: float) -> dict[str, Any]:
    """How far the interval reaches; of what was never seen, how far up it may; no bar where nothing is known."""
    up = [times * (e.high - e.value) if isfinite(e.high) and e.method != "no bound" else 0.0 for e in estimates]
    down = [times * (e.value - e.low) if isfinite(e.low) else 0.0 for e in estimates]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 1}
