"""The plan over the day, and what call-takers bring, as a picture in one HTML file that needs no network."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulator.planning.space import Intervals
from simulator.questions.staff.curve import LoadPoint
from simulator.questions.staff.result import Staff
from simulator.report.picture import COLOURS, GREY, mark
from simulator.report.planned import where
from simulator.scenario.average import average_day
from simulator.scenario.units import DAY, HOUR

NAME = "staffing.html"
FEW = 10
"""So many persons are counted one by one on the axis."""


def staffing(done: Staff) -> Any:
    """The figure: above, call-takers and offered load by time of day; below, the share in time by call-takers."""
    from plotly.subplots import make_subplots  # noqa: PLC0415

    rows = 3 if done.curve else 2
    figure = make_subplots(rows, 1, vertical_spacing=0.24 / rows)
    hours, levels = _steps(done)
    scenario = done.experiment.scenario
    figure.add_scatter(
        x=hours, y=levels, line={"shape": "hv", "color": COLOURS[0], "width": 3}, name="call-takers wanted"
    )
    own = np.zeros(24)
    for shift in scenario.floor.shifts:
        for hour in range(24):
            own[hour] += shift.call_takers * ((hour * HOUR - shift.from_) % DAY < shift.length)
    figure.add_scatter(
        x=list(range(25)),
        y=[*own, own[-1]],
        line={"shape": "hv", "color": GREY, "dash": "dot"},
        name="the file's",
    )
    figure.add_scatter(
        x=[hour + 0.5 for hour in range(24)],
        y=average_day(scenario).load.tolist(),
        fill="tozeroy",
        line={"color": COLOURS[4]},
        name="offered load, Erlang",
    )
    for place, target in enumerate(scenario.targets):
        for name, dash in (("overall", "solid"), ("worst", "dash")):
            y = [100 * getattr(level, name)[place] for level in done.uniform]
            words = f"{str(target).partition(',')[0]}: {'over the day' if name == 'overall' else 'worst hour'}"
            line = {"color": COLOURS[1 + place], "dash": dash}
            x = [level.name for level in done.uniform]
            figure.add_scatter(x=x, y=y, line=line, mode="lines+markers", name=words, row=2, col=1)
        figure.add_hline(y=100 * target.share, **mark(COLOURS[1 + place], "dot"), row=2, col=1)
    figure.update_layout(title=f"{scenario.title}: call-takers wanted", template="simple_white", height=380 * rows)
    figure.update_xaxes(title_text="hour of the day", dtick=2, range=[0, 24], row=1, col=1)
    few = {"dtick": 1} if max([*levels, *own.tolist()]) <= FEW else {}
    figure.update_yaxes(title_text="persons, Erlang", rangemode="tozero", row=1, col=1, **few)
    figure.update_xaxes(
        title_text=f"call-takers, the same {where(done.space)}",
        dtick=1,
        row=2,
        col=1,
    )
    shares = [share for level in done.uniform for share in (*level.overall, *level.worst)]
    low = min([100 * x for x in (*shares, *(target.share for target in scenario.targets))], default=0)
    figure.update_yaxes(title_text="answered in time, %", range=[max(low - 2, 0), 101], row=2, col=1)
    if done.curve:
        _by_load(figure, done.curve)
    return figure


def _by_load(figure: Any, curve: Sequence[LoadPoint]) -> None:
    """Person-hours a day against calls a day, as found and by formula."""
    calls = [each.calls for each in curve]
    for name, colour, dash, y in (
        ("person-hours a day", COLOURS[0], "solid", [each.person_hours for each in curve]),
        ("by Erlang C", GREY, "dot", [each.by_formula for each in curve]),
    ):
        line = {"color": colour, "dash": dash}
        figure.add_scatter(x=calls, y=y, line=line, mode="lines+markers", name=name, row=3, col=1)
    figure.update_xaxes(title_text="calls a day", rangemode="tozero", row=3, col=1)
    figure.update_yaxes(title_text="person-hours a day", rangemode="tozero", row=3, col=1)


def _steps(done: Staff) -> tuple[list[float], list[int]]:
    if isinstance(done.space, Intervals):
        levels = done.found.levels.tolist()
        step = done.space.grid.step / HOUR
        return [place * step for place in range(len(levels) + 1)], [*levels, levels[-1]]
    by_hour = [
        sum(s.call_takers for s in done.found.shifts if (hour * HOUR - s.from_) % DAY < s.length) for hour in range(24)
    ]
    return [float(hour) for hour in range(25)], [*by_hour, by_hour[-1]]
