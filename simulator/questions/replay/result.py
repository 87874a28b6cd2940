"""What became of a recorded table of calls."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.demand.trace import Trace
from simulator.metrics.summary import Measured
from simulator.scenario.notes import Note, texts_of
from simulator.scenario.policy import INTENTS
from simulator.scenario.units import SECOND
from simulator.tables.calls import Int64
from simulator.tables.outcomes import Action, Cause, Ending, Outcomes

Ints = NDArray[np.integer[Any]]
COLUMNS = (
    *("call", "attempt", "arrival_s", "ending", "wait_s", "number", "cause", "action", "dismissed", "verdict"),
    *("call_taker", "answered_s", "talk_end_s", "free_s", "left_s"),
)


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of a recorded table; ``days``: how many days it spans."""

    trace: Trace
    outcomes: Outcomes
    measures: tuple[Measured, ...]
    days: int
    kept: tuple[str, ...]
    """Where outcomes were written, and what stood there before."""
    exit_code: int = 0

    @property
    def notes(self) -> tuple[Note, ...]:
        """How cells were taken, how much chance is in the figures, and where outcomes are."""
        remarks = [Note("warning" if each.warning else "assumption", str(each)) for each in self.trace.remarks]
        chance = (
            "recorded calls of a day or less: they tell what happened, not how much chance was in it"
            if self.days < 2
            else f"intervals go by the {self.days} recorded days as if these were independent"
        )
        return (*remarks, Note("warning", chance), *(Note("hint", text) for text in self.kept))

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {
            "calls": len(self.trace.calls),
            "attempts": len(self.outcomes),
            "reading": [
                {
                    "column": each.column,
                    "what": each.text,
                    "rows": each.count,
                    "lines": list(each.lines),
                    "warning": each.warning,
                }
                for each in self.trace.remarks
            ],
            "measures": [asdict(measured) for measured in self.measures],
            "warnings": texts_of(self.notes, "warning"),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row an attempt, as the file of outcomes has them."""
        return (dict(zip(COLUMNS, row, strict=True)) for row in rows_of(self.trace, self.outcomes))


def rows_of(trace: Trace, outcomes: Outcomes) -> Iterator[tuple[object, ...]]:
    """Rows of COLUMNS, one per attempt, sorted by call (as in the file, from 0) and attempt (from 1); seconds."""
    o = outcomes
    in_file = trace.order[o.call]
    sort = np.lexsort((o.attempt, in_file))

    def words(kind: type[IntEnum], column: Ints) -> Iterator[str]:
        return map({each.value: each.name.lower() for each in kind}.__getitem__, column[sort].tolist())

    def named(names: Sequence[object], column: Ints) -> Iterator[object]:
        return ("" if index < 0 else names[index] for index in column[sort].tolist())

    def moments(column: Ints) -> Iterator[str]:
        """As the file counts them; empty for what did not happen."""
        return ("" if at < 0 else seconds(at + trace.origin) for at in column[sort].tolist())

    return zip(
        in_file[sort].tolist(),
        o.attempt[sort].tolist(),
        moments(o.arrival),
        words(Ending, o.ending),
        map(seconds, waits_of(o, trace.calls.cut)[sort].tolist()),
        named(trace.numbers, o.number),
        words(Cause, o.cause),
        words(Action, o.action),
        named(("no", "yes"), o.dismissed.astype(np.int64)),
        named(INTENTS, o.verdict),
        named(range(int(o.call_taker.max(initial=0)) + 1), o.call_taker),
        *map(moments, (o.answered, o.talk_end, o.free, o.left)),
        strict=True,
    )


def waits_of(outcomes: Outcomes, cut: int) -> Int64:
    """Answer or leaving less arrival; 0 of an attempt that never queued; until the cut of one that still waits."""
    o = outcomes
    until = np.where(o.answered >= 0, o.answered, np.where(o.left >= 0, o.left, cut))
    return np.where(o.queued >= 0, until - o.arrival, 0)


def seconds(microseconds: int) -> str:
    """Seconds as a decimal, exact to the microsecond."""
    whole, part = divmod(microseconds, SECOND)
    return f"{whole}." + f"{part:06d}".rstrip("0") if part else f"{whole}.0"
