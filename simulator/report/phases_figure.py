"""Calls and call-takers over a launch and what follows, as a picture in one HTML file that needs no network."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from simulator.planning.phases import Launch
from simulator.report.picture import COLOURS, mark
from simulator.scenario.clock import clock_of
from simulator.scenario.profile import expected_calls
from simulator.scenario.units import DAY, MINUTE
from simulator.scenario.week import on_dates

NAME = "phases.html"
INTENTS = ("genuine", "enquiry", "prank", "silent")


def phases_figure(done: Launch) -> Any:
    """The figure: above, calls expected each day by intent; below, persons on duty hour by hour, the file's dotted."""
    from plotly.subplots import make_subplots  # noqa: PLC0415

    figure = make_subplots(2, 1, vertical_spacing=0.12, shared_xaxes=True)
    scenario = done.horizon.scenario
    edges = _days(done)
    for place, intent in enumerate(INTENTS):
        groups = [group for group in scenario.callers.values() if group.intent == intent]
        if not groups:
            continue
        calls = [sum(expected_calls(group, scenario, begin, end) for group in groups) for begin, end in pairwise(edges)]
        days = [f"{scenario.start.date() + timedelta(days=day)}T12:00" for day in range(len(calls))]
        figure.add_bar(x=days, y=calls, name=intent, marker_color=COLOURS[place], row=1, col=1)
    for shifts, name, colour, dash in (
        (done.shifts, "planned", COLOURS[0], "solid"),
        (scenario.floor.shifts, "the file's", COLOURS[7], "dot"),
    ):
        floor = scenario.floor.model_copy(update={"shifts": shifts})
        persons = on_dates(scenario.model_copy(update={"floor": floor}))[clock_of(scenario.start) % DAY // MINUTE :]
        changes = [0, *(np.flatnonzero(np.diff(persons)) + 1).tolist(), len(persons) - 1]
        times = [scenario.start.replace(tzinfo=None) + timedelta(minutes=minute) for minute in changes]
        line = {"shape": "hv", "color": colour, "dash": dash}
        figure.add_scatter(
            x=times, y=[int(persons[minute]) for minute in changes], mode="lines", line=line, name=name, row=2, col=1
        )
    for phased in done.phases[1:]:
        figure.add_vline(x=f"{phased.phase.first}T00:00", **mark())
    figure.update_layout(
        title=f"{scenario.title}: phases", template="simple_white", height=720, barmode="stack"
    )  # fmt: skip
    figure.update_yaxes(title_text="calls expected a day", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text="persons on duty", rangemode="tozero", dtick=1, row=2, col=1)
    return figure


def _days(done: Launch) -> list[int]:
    """Midnights of the horizon, µs from its start, with its start and end."""
    scenario = done.horizon.scenario
    first = DAY - clock_of(scenario.start) % DAY
    return [0, *range(first, scenario.length, DAY), scenario.length]
