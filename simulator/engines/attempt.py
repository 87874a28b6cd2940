"""One attempt while it lives, and the table that all of them become."""

from collections.abc import Sequence
from typing import Any

from simulator.tables.outcomes import Action, Cause, Ending, Outcomes, Why


class Attempt:
    """One attempt on the floor; the fields that Outcomes names become its row."""

    __slots__ = (*Outcomes.DTYPES, "due", "patience_ends", "row", "talk_ends", "waits_since")

    def __init__(self, call: int, attempt: int, cause: Cause, row: int, arrival: int) -> None:
        self.call, self.attempt, self.cause, self.arrival = call, attempt, int(cause), arrival
        self.row = row
        """Row of the attempt columns of Calls."""
        self.number = self.rule = self.call_taker = self.verdict = -1
        self.queued = self.answered = self.talk_end = self.free = self.left = -1
        self.action, self.why, self.ending = int(Action.ACCEPT), int(Why.NONE), int(Ending.OPEN)
        self.dismissed, self.handovers, self.waited_over = False, 0, 0
        self.due = self.waits_since = 0
        """While talking, when talk will end; while waiting to be taken over, the talk left, and since when."""
        self.patience_ends: Any = None
        self.talk_ends: Any = None


def outcomes_of(attempts: Sequence[Attempt]) -> Outcomes:
    """The table of these attempts, in their order."""
    return Outcomes.of(**{name: [getattr(attempt, name) for attempt in attempts] for name in Outcomes.DTYPES})
