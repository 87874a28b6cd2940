"""How long the API took, from the moment at which each step was meant to begin, in milliseconds on the wall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.scenario.policy import INTENTS
from simulator.scenario.units import MILLISECOND
from simulator.tables.calls import Calls, Int64
from simulator.tables.exchanges import Exchanges
from simulator.tables.outcomes import Outcomes

RING = "ring"


@dataclass(frozen=True, slots=True)
class Latency:
    """One milestone of one intent: how many reached it, and how soon (ms)."""

    milestone: str
    intent: str
    count: int
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float


def latencies(
    summary: Mapping[str, Any], calls: Calls, outcomes: Outcomes, exchanges: Exchanges, speed: float
) -> list[Latency]:
    """What the generator measured; of one that died, the replies to rings, from the rows."""
    told = [each for row in summary.get("latency", ()) if (each := _told(row)) is not None]
    return told or _of_rows(calls, outcomes, exchanges, speed)


def _told(row: Mapping[str, Any]) -> Latency | None:
    """None, too, of a step with a call of somebody else, whose intent nobody knows."""
    try:
        return Latency(**{name: row[name] for name in Latency.__slots__}) if row["count"] and row["intent"] else None
    except KeyError:
        return None


def _of_rows(calls: Calls, outcomes: Outcomes, exchanges: Exchanges, speed: float) -> list[Latency]:
    took = (exchanges.acknowledged - outcomes.arrival) / (speed * MILLISECOND)
    intent = np.where(exchanges.acknowledged >= 0, calls.intent[outcomes.call], -1)
    return [_row(name, took[intent == number]) for number, name in enumerate(INTENTS) if (intent == number).any()]


def _row(intent: str, took: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Latency:
    # The value that so many did not exceed, as of every percentile here: no mean of two neighbours.
    p50, p90, p99 = (float(value) for value in np.quantile(took, (0.5, 0.9, 0.99), method="inverted_cdf"))
    return Latency(RING, intent, len(took), p50, p90, p99, float(took.max()))


def worst(rows: Sequence[Latency], milestone: str = RING) -> Latency | None:
    """The intent whose slowest replies were slowest."""
    return max((row for row in rows if row.milestone == milestone), key=lambda row: row.p99_ms, default=None)


def waits(outcomes: Outcomes) -> Int64:
    """Waits of answered attempts (µs of simulated time)."""
    answered = outcomes.answered >= 0
    return np.asarray(outcomes.answered[answered] - outcomes.arrival[answered])
