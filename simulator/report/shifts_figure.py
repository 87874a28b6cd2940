"""The shifts over a day as bars, and how many are on duty, as a picture in one HTML file that needs no network."""

from typing import Any

import numpy as np

from simulator.questions.shifts.result import Shifts, days_words
from simulator.report.picture import COLOURS
from simulator.scenario.floor import Shift
from simulator.scenario.units import DAY, HOUR, MINUTE
from simulator.scenario.week import MINUTES_A_DAY, on_duty

NAME = "shifts.html"


def shifts_figure(done: Shifts) -> Any:
    """The figure: above, a bar for each shift, its breaks left open; below, persons on duty by time of day."""
    from plotly.subplots import make_subplots  # noqa: PLC0415

    figure = make_subplots(2, 1, vertical_spacing=0.12, shared_xaxes=True, row_heights=[0.55, 0.45])
    names = []
    for index, shift in enumerate(done.found.shifts):
        names.append(f"{shift.call_takers} × {shift.name}, {days_words(shift)}")
        for begin, end in pieces(shift):
            figure.add_bar(
                y=[names[-1]], x=[(end - begin) / HOUR], base=begin / HOUR, orientation="h", showlegend=False,
                marker_color=COLOURS[index % len(COLOURS)], hoverinfo="y", row=1, col=1,
            )  # fmt: skip
    duty = on_duty(done.found.shifts).reshape(-1, MINUTES_A_DAY)
    own = on_duty(done.experiment.scenario.floor.shifts).reshape(-1, MINUTES_A_DAY)
    _steps(figure, duty.min(axis=0), "on duty, day with fewest", COLOURS[0], "solid")
    if (duty.max(axis=0) != duty.min(axis=0)).any():
        _steps(figure, duty.max(axis=0), "on duty, day with most", COLOURS[1], "dash")
    _steps(figure, own.min(axis=0), "the file's, day with fewest", COLOURS[7], "dot")
    figure.update_layout(
        title=f"{done.experiment.scenario.title}<br><sup>work rules: {done.week.work.title}</sup>",
        template="simple_white",
        height=420 + 36 * len(names),
        barmode="overlay",
        legend={"orientation": "h", "y": -0.15},
    )
    figure.update_xaxes(range=[0, 24], dtick=2)
    figure.update_xaxes(title_text="hour of the day", row=2, col=1)
    figure.update_yaxes(autorange="reversed", row=1, col=1)
    figure.update_yaxes(title_text="persons on duty", rangemode="tozero", dtick=1, row=2, col=1)
    return figure


def _steps(figure: Any, persons: Any, name: str, colour: str, dash: str) -> None:
    """Persons by minute of the day, as steps."""
    changes = [0, *(np.flatnonzero(np.diff(persons)) + 1).tolist()]
    x = [minute * MINUTE / HOUR for minute in changes]
    y = [int(persons[minute]) for minute in changes]
    line = {"shape": "hv", "color": colour, "width": 3, "dash": dash}
    figure.add_scatter(x=[*x, 24], y=[*y, y[-1]], line=line, mode="lines", name=name, row=2, col=1)


def pieces(shift: Shift) -> list[tuple[int, int]]:
    """The stretches of the day, µs from 00:00, in which a shift works: without its breaks, cut at midnight."""
    free, found = shift.from_, []
    end = shift.from_ + shift.length
    for pause in sorted(shift.breaks, key=lambda each: (each.at - shift.from_) % DAY):
        at = shift.from_ + (pause.at - shift.from_) % DAY
        found.append((free, at))
        free = at + pause.for_
    return [piece for begin, until in [*found, (free, end)] for piece in _within_days(begin, until)]


def _within_days(begin: int, end: int) -> list[tuple[int, int]]:
    if end <= DAY:
        return [(begin, end)]
    return [(begin - DAY, end - DAY)] if begin >= DAY else [(begin, DAY), (0, end - DAY)]
