"""Counts: everything that measures need of one replication, as whole numbers that add up.

A sum has one cell for each intent and hour of the day: int64 [4][24], the hour (local time) in which the call's
first attempt was made. Whole numbers add up to the same total in any order, so measures depend neither on how many
workers counted nor on whether a run was interrupted and resumed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, reduce
from typing import Any

import numpy as np

from simulator.metrics import histogram
from simulator.metrics.histogram import Histogram, narrow
from simulator.scenario.policy import Intent
from simulator.tables.calls import Int64
from simulator.tables.columns import freeze
from simulator.tables.outcomes import Ending, Why

INTENT_COUNT = len(Intent)
HOURS = 24
WAIT, TO_ANSWER, TO_REPORT = "wait", "to_answer", "to_report"
DURATIONS = (WAIT, TO_ANSWER, TO_REPORT)
CAUSES = ("policy", "capacity", "nobody_on_duty", "misjudgement", "failure")
"""Why callers are lost or late, and why some of them are never heard."""
TIMES = frozenset({"waited", "handling", "nuisance_handling", "to_accepted_report"})
"""Sums of microseconds; the other sums count things."""


class Stack(Mapping[str, Int64]):
    """Tables of one shape by name, each given as int64.

    They are held as two arrays, counts and microseconds, in the narrowest type that holds them: a sweep holds those of
    thousands of replications at once.
    """

    __slots__ = ("_counts", "_times", "names")

    def __init__(self, names: tuple[str, ...], tables: Int64) -> None:
        """``tables``: int64 [names][...], none negative."""
        counts, times, _ = _halves(names)
        self.names = _shared(names)
        self._counts, self._times = freeze(narrow(tables[counts])), freeze(tables[times])

    def __getstate__(self) -> tuple[tuple[str, ...], Any, Int64]:
        return self.names, self._counts, self._times

    def __setstate__(self, state: tuple[tuple[str, ...], Any, Int64]) -> None:
        names, counts, times = state
        self.names, self._counts, self._times = _shared(names), freeze(counts), freeze(times)

    @classmethod
    def of(cls, tables: Mapping[str, Int64]) -> "Stack":
        """These tables, in their order."""
        return cls(tuple(tables), np.stack(list(tables.values())))

    def __getitem__(self, name: str) -> Int64:
        is_time, place = _halves(self.names)[2][name]
        return freeze((self._times if is_time else self._counts)[place].astype(np.int64))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def all(self) -> Int64:
        """All tables: int64 [names][...]."""
        return self._in_order(self._counts, self._times)

    def totals(self) -> Int64:
        """All tables summed over their last axis: int64 [names][4]."""
        return self._in_order(self._counts.sum(axis=-1, dtype=np.int64), self._times.sum(axis=-1))

    def _in_order(self, counts: Any, times: Int64) -> Int64:
        count_places, time_places, _ = _halves(self.names)
        tables = np.empty((len(self.names), *times.shape[1:]), dtype=np.int64)
        tables[count_places], tables[time_places] = counts, times
        return tables


@cache
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """The same names, once in memory."""
    return names


@cache
def _halves(names: tuple[str, ...]) -> tuple[list[int], list[int], dict[str, tuple[bool, int]]]:
    """Places of the counts, places of the microseconds; and of each name which half it is in, and where."""
    counts = [place for place, name in enumerate(names) if name not in TIMES]
    times = [place for place, name in enumerate(names) if name in TIMES]
    return counts, times, {names[place]: (half is times, k) for half in (counts, times) for k, place in enumerate(half)}


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Counts:
    """Sums over one replication, or one day of it.

    sums        name -> int64 [4 intents][24 hours of the day]: how many, or microseconds
    floor       ``time_busy`` and ``time_on_duty`` -> int64 [24]: call-taker µs in what is counted, by the hour it was
    clock       name -> int64 [4][clock hours], the first one the hour in which counting starts; empty unless asked
    durations   histograms by intent: ``wait`` of answered attempts; ``to_answer`` of callers ever answered, from the
                first attempt to the first answer; ``to_report`` of incidents, to the first accepted report
    thresholds  µs; the headline's first
    length      µs that were counted
    """

    sums: Stack
    floor: Mapping[str, Int64]
    clock: Stack
    durations: Mapping[str, Histogram]
    thresholds: tuple[int, ...]
    length: int

    def __eq__(self, other: object) -> bool:
        """Equal where every sum is."""
        if not isinstance(other, Counts):
            return NotImplemented
        one, two = to_row(self), to_row(other)
        return one.keys() == two.keys() and all(np.array_equal(one[name], two[name]) for name in one)

    __hash__ = None  # type: ignore[assignment]


NO_CLOCK = Stack((), np.zeros((0, INTENT_COUNT, 0), dtype=np.int64))
"""Clock hours that were not asked for."""


def at(name: str, threshold: int) -> str:
    """The name of a sum that depends on a threshold (µs)."""
    return f"{name}:{threshold}"


@cache
def names_of(kinds: type[IntEnum]) -> tuple[str, ...]:
    """The names of things that are numbered from 0, in small letters."""
    return tuple(kind.name.lower() for kind in kinds)


@cache
def sum_names(thresholds: tuple[int, ...]) -> tuple[str, ...]:
    """The names of all sums, in the order in which they are kept."""
    reasons = names_of(Why)[1:]
    return tuple(
        dict.fromkeys(
            (
                *("offered", "never_got_through", "answered_well", "dismissed_callers", "blocked_callers"),
                *(f"blocked_callers_{reason}" for reason in reasons),
                *("diverted_callers", "screened_callers", "deterred_callers", "passed_back_callers"),
                *("turned_away_callers", *(f"turned_away_callers_{reason}" for reason in reasons)),
                *(at("in_time", threshold) for threshold in thresholds),
                *("in_time_and_well", *CAUSES, "never_heard", *(f"never_heard_{cause}" for cause in CAUSES)),
                *("attempts", "planned", *names_of(Ending)),
                *(f"blocked_attempts_{reason}" for reason in reasons),
                *(at("attempt_in_time", threshold) for threshold in thresholds),
                *(at("patient", threshold) for threshold in thresholds),
                *("waited", "wasted_dispatches", "handled", "handling", "nuisance_handling"),
                *("incidents", "incidents_reported", "incidents_unreported", "to_accepted_report"),
            )
        )
    )


def merge(counts: Sequence[Counts]) -> Counts:
    """Their sums together (lengths, too); clock hours add up hour by hour."""
    first = counts[0]
    if any(c.thresholds != first.thresholds for c in counts):
        raise ValueError("counts at different thresholds do not add up: count all replications at the same ones")
    return Counts(
        sums=Stack(first.sums.names, _sum(c.sums.all() for c in counts)),
        floor={name: freeze(_sum(c.floor[name] for c in counts)) for name in first.floor},
        clock=Stack(first.clock.names, _sum(c.clock.all() for c in counts)),
        durations={name: histogram.merge([c.durations[name] for c in counts]) for name in DURATIONS},
        thresholds=first.thresholds,
        length=sum(c.length for c in counts),
    )


def _sum(tables: Iterator[Int64]) -> Int64:
    return reduce(np.add, tables)


def to_row(counts: Counts) -> dict[str, Any]:
    """The counts as one flat row: a number and int64 lists, to keep in a Parquet file."""
    row: dict[str, Any] = {"length": counts.length, "thresholds": np.asarray(counts.thresholds, dtype=np.int64)}
    for part in ("sums", "floor", "clock"):
        row |= {f"{part}.{name}": table.ravel() for name, table in getattr(counts, part).items()}
    for name, counted in counts.durations.items():
        row |= {f"{name}.keys": counted.keys.astype(np.int64), f"{name}.counts": counted.counts.astype(np.int64)}
    return row


def from_rows(columns: Mapping[str, Sequence[Any]]) -> Iterator[Counts]:
    """The counts that ``to_row`` made rows of; of each column the values of all rows."""
    lengths, thresholds = columns["length"], columns["thresholds"]
    sums, clock = _stacked(columns, "sums.", (INTENT_COUNT, HOURS)), _stacked(columns, "clock.", (INTENT_COUNT, -1))
    floor = _stacked(columns, "floor.", (HOURS,))
    for row, length in enumerate(lengths):
        yield Counts(
            sums=Stack(sums[0], sums[1][row]),
            floor={name: freeze(table) for name, table in zip(floor[0], floor[1][row], strict=True)},
            clock=Stack(clock[0], clock[1][row]) if clock[0] else NO_CLOCK,
            durations={name: _histogram(columns, name, row) for name in DURATIONS},
            thresholds=tuple(int(threshold) for threshold in thresholds[row]),
            length=int(length),
        )


def _stacked(columns: Mapping[str, Sequence[Any]], part: str, shape: tuple[int, ...]) -> tuple[tuple[str, ...], Int64]:
    """The names of a part's tables, and the tables: int64 [rows][names][...]."""
    names = tuple(name for name in columns if name.startswith(part))
    rows = len(columns["length"])
    tables = np.array([columns[name] for name in names], dtype=np.int64) if names else np.zeros((0, rows, 0), np.int64)
    plain = tuple(name.removeprefix(part) for name in names)
    return plain, tables.swapaxes(0, 1).reshape((rows, len(names), *shape)) if names else tables.swapaxes(0, 1)


def _histogram(columns: Mapping[str, Sequence[Any]], name: str, row: int) -> Histogram:
    keys, counts = (np.asarray(columns[f"{name}.{column}"][row]) for column in ("keys", "counts"))
    return Histogram(freeze(keys.astype(np.int32)), freeze(narrow(counts.astype(np.int64))))
