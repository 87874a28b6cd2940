"""Counts: everything that measures need of one replication, as whole numbers that add up.

A sum has one cell for each intent and hour of the day: int64 [4][24], the hour (local time) in which the call's
first attempt was made. Whole numbers add up to the same total in any order, so measures depend neither on how many
workers counted nor on whether a run was interrupted and resumed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.metrics import histogram
from simulator.metrics.histogram import Histogram
from simulator.scenario.policy import Intent
from simulator.tables.calls import Int64
from simulator.tables.columns import freeze

INTENT_COUNT = len(Intent)
HOURS = 24
WAIT, TO_ANSWER, TO_REPORT = "wait", "to_answer", "to_report"
DURATIONS = (WAIT, TO_ANSWER, TO_REPORT)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Counts:
    """Sums over one replication, or one day of it.

    sums        name -> int64 [4 intents][24 hours of the day]: how many, or microseconds
    floor       ``time_busy`` and ``time_on_duty`` -> int64 [24]: call-taker µs within [0, length), by the hour it was
    clock       name -> int64 [4][clock hours of the run], the first one the hour in which it starts; empty unless asked
    durations   histograms by intent: ``wait`` of answered attempts; ``to_answer`` of callers ever answered, from the
                first attempt to the first answer; ``to_report`` of incidents, to the first accepted report
    thresholds  µs; the headline's first
    length      µs that were counted
    """

    sums: Mapping[str, Int64]
    floor: Mapping[str, Int64]
    clock: Mapping[str, Int64]
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


def at(name: str, threshold: int) -> str:
    """The name of a sum that depends on a threshold (µs)."""
    return f"{name}:{threshold}"


def merge(counts: Sequence[Counts]) -> Counts:
    """Their sums together (lengths, too); clock hours add up hour by hour."""

    def add(of: str) -> dict[str, Int64]:
        return {name: freeze(sum(getattr(c, of)[name] for c in counts)) for name in getattr(counts[0], of)}

    if any(c.thresholds != counts[0].thresholds for c in counts):
        raise ValueError("counts at different thresholds do not add up: count all replications at the same ones")
    durations = {name: histogram.merge([c.durations[name] for c in counts]) for name in DURATIONS}
    length = sum(c.length for c in counts)
    return Counts(
        sums=add("sums"),
        floor=add("floor"),
        clock=add("clock"),
        durations=durations,
        thresholds=counts[0].thresholds,
        length=length,
    )


def to_row(counts: Counts) -> dict[str, Any]:
    """The counts as one flat row: a number and int64 lists, to keep in a Parquet file."""
    row: dict[str, Any] = {"length": counts.length, "thresholds": np.asarray(counts.thresholds, dtype=np.int64)}
    for part in ("sums", "floor", "clock"):
        row |= {f"{part}.{name}": table.ravel() for name, table in getattr(counts, part).items()}
    for name, counted in counts.durations.items():
        row |= {f"{name}.keys": counted.keys, f"{name}.counts": counted.counts}
    return row


def from_row(row: Mapping[str, Any]) -> Counts:
    """The counts that ``to_row`` made a row of; its lists may have become Python lists meanwhile."""

    def part(prefix: str, *shape: int) -> dict[str, Int64]:
        found = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
        return {name: freeze(np.asarray(value, dtype=np.int64).reshape(shape)) for name, value in found.items()}

    def durations(name: str) -> Histogram:
        keys, counts = (np.asarray(row[f"{name}.{column}"], dtype=np.int64) for column in ("keys", "counts"))
        return Histogram(freeze(keys), freeze(counts))

    return Counts(
        sums=part("sums.", INTENT_COUNT, HOURS),
        floor=part("floor.", HOURS),
        clock=part("clock.", INTENT_COUNT, -1),
        durations={name: durations(name) for name in DURATIONS},
        thresholds=tuple(int(threshold) for threshold in row["thresholds"]),
        length=int(row["length"]),
    )
