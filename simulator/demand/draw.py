"""A scenario and a seed become Calls: the whole plan of one replication."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.demand.arrivals import Arrivals, Window, draw_arrivals
from simulator.demand.attempts import draw_attempts
from simulator.demand.blocklist import listed_numbers
from simulator.demand.callers import Callers, People, census, draw_callers
from simulator.demand.streams import Streams
from simulator.scenario.clock import clock_of
from simulator.scenario.model import Scenario
from simulator.scenario.policy import INTENTS
from simulator.tables.calls import Calls

Column = NDArray[Any]
LEAST_BOOK, MOST_BOOK = 256, 65_536


@dataclass(frozen=True, slots=True)
class Block:
    """The calls of one group in one window: columns of Calls, the attempt columns with the book behind."""

    by_call: dict[str, Column]
    by_attempt: dict[str, Column]
    starts: Column
    """Where in the block's book the second attempt of each call stands."""

    @property
    def size(self) -> int:
        """How many calls."""
        return len(self.starts)

    @property
    def book(self) -> int:
        """How many spare rows."""
        return len(self.by_attempt["talk"]) - self.size


def draw_calls(scenario: Scenario, seed: int, replication: int = 0) -> Calls:
    """The calls of one replication: the same for the same scenario, seed and replication.

    A warmed blocklist adds the calls of its past, at negative times, without moving any draw of the scenario's own.
    """
    streams, windows = Streams(seed, replication), windows_of(scenario)
    arrivals = {
        (name, window): draw_arrivals(scenario, name, window, streams)
        for name in scenario.callers
        for window in windows
    }
    sizes = {key: len(drawn.times) for key, drawn in arrivals.items()}
    people = census(scenario, {name: sum(sizes[name, window] for window in windows) for name in scenario.callers})
    blocks, incidents = [], 0
    for (name, window), drawn in arrivals.items():
        first_new = 0 if window is windows[0] else sizes[name, windows[0]]
        callers = draw_callers(scenario, name, people, first_new, sizes[name, window], streams, window.label)
        blocks.append(_block(scenario, name, drawn, incidents, callers, streams, window.label))
        incidents += drawn.incidents
    return _assemble(scenario, blocks, people, incidents)


def windows_of(scenario: Scenario) -> tuple[Window, ...]:
    """The scenario's own stretch and, for a warmed blocklist, the past before it."""
    past = scenario.floor.blocklist.warmed
    own = Window("run", 0, scenario.length, -past)
    return (own, Window("past", -past, 0, -past)) if past else (own,)


def book_starts(calls: int, attempts: int) -> int:
    """At how many rows of a group's book a second attempt can stand: clip(calls / 4, 256, 65536)."""
    return int(np.clip(calls // 4, LEAST_BOOK, MOST_BOOK)) if attempts > 1 else 0


def _block(
    scenario: Scenario, name: str, drawn: Arrivals, incidents: int, callers: Callers, streams: Streams, label: str
) -> Block:
    group, size = scenario.callers[name], len(drawn.times)
    attempts = group.redial.attempts if group.redial else 1
    starts = book_starts(size, attempts)
    rows = size + (starts + attempts if starts else 0)
    by_call = {
        "arrival": drawn.times,
        "group": np.full(size, list(scenario.callers).index(name)),
        "intent": np.full(size, INTENTS.index(group.intent)),
        "incident": np.where(drawn.incident >= 0, drawn.incident + incidents, -1),
        **{field.name: getattr(callers, field.name) for field in fields(callers)},
    }
    chosen = streams.of(name, "later", label).integers(0, max(starts, 1), size)
    return Block(by_call, draw_attempts(group, scenario.floor.acceptance, rows, streams, name, label), chosen)


def _assemble(scenario: Scenario, blocks: list[Block], people: dict[str, People], incidents: int) -> Calls:
    """One table: first attempts of all blocks by arrival (ties in the order of the file), then every block's book."""
    by_call = {name: np.concatenate([b.by_call[name] for b in blocks]) for name in blocks[0].by_call}
    books = sum(block.size for block in blocks) + np.cumsum([0, *(block.book for block in blocks)])
    by_call["later"] = np.concatenate([b.starts + at for b, at in zip(blocks, books, strict=False)])
    order = np.argsort(by_call["arrival"], kind="stable")
    by_attempt = {
        name: np.concatenate(
            [
                np.concatenate([b.by_attempt[name][: b.size] for b in blocks])[order],
                *(b.by_attempt[name][b.size :] for b in blocks),
            ]
        )
        for name in blocks[0].by_attempt
    }
    groups = scenario.callers.values()
    listed, until = listed_numbers(scenario, people)
    return Calls.of(
        **{name: column[order] for name, column in by_call.items()},
        **by_attempt,
        attempts=[group.redial.attempts if group.redial else 1 for group in groups],
        sims=[group.numbers.sims for group in groups],
        first_number=[each.first_number for each in people.values()],
        listed=listed,
        listed_until=until,
        groups=tuple(scenario.callers),
        persons=sum(each.persons for each in people.values()),
        numbers=sum(each.numbers for each in people.values()),
        incidents=incidents,
        length=scenario.length,
        clock=clock_of(scenario.start),
    )
