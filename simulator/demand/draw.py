"""A scenario and a seed become Calls: the whole plan of one replication.

Each group's calls are drawn apart. Every column of Calls is then laid out once, in its final type, where each group's
draws go straight to the rows that its calls have in the order of arrival; what nobody drew stays at 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.demand.arrivals import Window, draw_arrivals
from simulator.demand.attempts import draw_attempts
from simulator.demand.blocklist import listed_numbers
from simulator.demand.callers import People, census, draw_callers
from simulator.demand.streams import Streams, Values
from simulator.scenario.callers import CallerGroup
from simulator.scenario.clock import clock_of
from simulator.scenario.model import Scenario
from simulator.scenario.policy import INTENTS
from simulator.tables.calls import EXTRAS, Calls, Int64

Column = NDArray[Any]
LEAST_BOOK, MOST_BOOK = 256, 65_536


@dataclass(frozen=True, slots=True)
class Place:
    """Where the calls of one group in one window stand in the table."""

    rows: Int64
    """The row of each call, in order of arrival."""
    book: slice
    """The spare rows of later attempts, behind the rows of all calls."""
    starts: int
    """At how many rows of the book, from its first, a second attempt can stand."""


Drawn = Values | Callable[[], Values]
Block = tuple[Place, dict[str, Drawn]]
"""Where calls stand and what is drawn for them: columns of Calls, attempt columns with the book's rows behind.

Attempt columns are drawn only when they are laid out, so that there is one at a time in memory beside the table.
"""


def draw_calls(scenario: Scenario, seed: int, replication: int = 0, also: frozenset[str] = frozenset()) -> Calls:
    """The calls of one replication: the same for the same scenario, seed and replication.

    ``also``: what (of EXTRAS) other policies than the scenario's need to have drawn; no other column depends on it.
    A warmed blocklist adds the calls of its past, at negative times, without moving any draw of the scenario's own.
    """
    streams, windows = Streams(seed, replication), windows_of(scenario)
    keys = [(name, window) for name in scenario.callers for window in windows]
    arrivals = [draw_arrivals(scenario, name, window, streams) for name, window in keys]
    sizes = {key: len(drawn.times) for key, drawn in zip(keys, arrivals, strict=True)}
    people = census(scenario, {name: sum(sizes[name, window] for window in windows) for name in scenario.callers})
    times = np.concatenate([drawn.times for drawn in arrivals])
    order = np.argsort(times, kind="stable")
    places = _places([scenario.callers[name] for name, _ in keys], list(sizes.values()), order)
    extras = also | scenario.policy.needs | scenario.floor.needs
    blocks, incidents = [], 0
    for (name, window), drawn, place in zip(keys, arrivals, places, strict=True):
        values: dict[str, Drawn] = {} if drawn.incident is None else {"incident": drawn.incident + incidents}
        first_new = 0 if window is windows[0] else sizes[name, windows[0]]
        values |= draw_callers(scenario, name, people, first_new, len(drawn.times), streams, window.label)
        values |= _attempts(scenario, name, place, extras, streams, window.label)
        blocks.append((place, values))
        incidents += drawn.incidents
    in_order = {"arrival": times.take(order), **_groups_in_order(scenario, sizes, order)}
    return _assemble(scenario, in_order, blocks, people, incidents, extras)


def windows_of(scenario: Scenario) -> tuple[Window, ...]:
    """The scenario's own stretch and, for a warmed blocklist, the past before it."""
    past = scenario.floor.blocklist.warmed
    own = Window("run", 0, scenario.length, -past)
    return (own, Window("past", -past, 0, -past)) if past else (own,)


def book_starts(calls: int, attempts: int) -> int:
    """At how many rows of a group's book a second attempt can stand: clip(calls / 4, 256, 65536)."""
    return min(max(calls // 4, LEAST_BOOK), MOST_BOOK) if attempts > 1 else 0


def _most_attempts(group: CallerGroup) -> int:
    return group.redial.attempts if group.redial else 1


def _places(groups: Sequence[CallerGroup], sizes: Sequence[int], order: Int64) -> list[Place]:
    """Where the calls of each group and window stand once all are sorted by ``order``, and every block's book."""
    row = np.empty_like(order)
    row[order] = np.arange(len(order))
    attempts = [_most_attempts(group) for group in groups]
    starts = [book_starts(size, most) for size, most in zip(sizes, attempts, strict=True)]
    ends = list(accumulate(sizes, initial=0))
    books = [each + most if each else 0 for each, most in zip(starts, attempts, strict=True)]
    edges = list(accumulate(books, initial=len(order)))
    return [Place(row[ends[i] : ends[i + 1]], slice(edges[i], edges[i + 1]), starts[i]) for i in range(len(groups))]


def _attempts(
    scenario: Scenario, name: str, place: Place, extras: frozenset[str], streams: Streams, label: str
) -> dict[str, Drawn]:
    """The attempt columns of a group's calls and of its book, and where in it their second attempts stand."""
    size = len(place.rows)
    rows = size + place.book.stop - place.book.start
    group, acceptance = scenario.callers[name], scenario.floor.acceptance
    drawn: dict[str, Drawn] = {**draw_attempts(group, acceptance, extras, rows, streams, name, label)}
    if place.starts:
        drawn["later"] = streams.of(name, "later", label).integers(0, place.starts, size) + place.book.start
    return drawn


def _groups_in_order(scenario: Scenario, sizes: dict[tuple[str, Window], int], order: Int64) -> dict[str, Column]:
    """The group of each call and what it is, in order of arrival: ties in the order of the file."""
    index = {name: number for number, name in enumerate(scenario.callers)}
    blocks = np.array([index[name] for name, _ in sizes], dtype=np.int16)
    group = np.repeat(blocks, list(sizes.values())).take(order)
    intents = np.array([INTENTS.index(each.intent) for each in scenario.callers.values()], dtype=np.int8)
    return {"group": group, "intent": intents.take(group)}


def _assemble(
    scenario: Scenario,
    in_order: dict[str, Column],
    blocks: list[Block],
    people: dict[str, People],
    incidents: int,
    extras: frozenset[str],
) -> Calls:
    """One table: first attempts by arrival, then every block's book."""
    groups = scenario.callers.values()
    listed, until = listed_numbers(scenario, people)
    return Calls.of(
        **in_order,
        **_columns(blocks, len(in_order["arrival"])),
        attempts=[_most_attempts(group) for group in groups],
        sims=[group.numbers.sims for group in groups],
        first_number=[each.first_number for each in people.values()],
        listed=listed,
        listed_until=until,
        groups=tuple(scenario.callers),
        extras=tuple(name for name in EXTRAS if name in extras),
        persons=sum(each.persons for each in people.values()),
        numbers=sum(each.numbers for each in people.values()),
        incidents=incidents,
        length=scenario.length,
        clock=clock_of(scenario.start),
    )


SAME_UNLESS_DRAWN = {"own": "person", "number": "own", "duplicate": "talk"}
"""Columns that most scenarios need not tell apart from another; they are then one array, which nobody can change."""


def _columns(blocks: list[Block], calls: int) -> dict[str, Column]:
    """Every column that was drawn, its blocks' values at their rows."""
    rows = blocks[-1][0].book.stop
    columns = {"incident": _filled(np.full(calls, -1, dtype=np.int32), "incident", blocks)}
    for name in ("person", "route", "deceives", "tendency", "voiceless", "heeds", "later"):
        columns[name] = _filled(np.zeros(calls, dtype=Calls.DTYPES[name]), name, blocks)
    for name in Calls.ATTEMPT_COLUMNS:
        if name not in SAME_UNLESS_DRAWN:
            columns[name] = _filled(np.zeros(rows, dtype=Calls.DTYPES[name]), name, blocks)
    for name, other in SAME_UNLESS_DRAWN.items():
        drawn = any(name in values for _, values in blocks)
        columns[name] = _filled(columns[other].copy(), name, blocks) if drawn else columns[other]
    return columns


def _filled(column: Column, name: str, blocks: list[Block]) -> Column:
    """The column with what was drawn for each block at its rows."""
    for place, values in blocks:
        drawn = values.get(name)
        drawn = drawn() if callable(drawn) else drawn
        if isinstance(drawn, np.ndarray):
            calls = len(place.rows)
            # Cast first: a scatter that casts on its way takes 3.1 ns a row, the two apart 2.4.
            drawn = drawn.astype(column.dtype, copy=False)
            column[place.rows] = drawn[:calls]
            column[place.book] = drawn[calls:]
        elif drawn is not None:
            column[place.rows] = column[place.book] = drawn
    return column
