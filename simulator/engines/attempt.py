"""One attempt while it lives, and the table that all of them become."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from simulator.tables.outcomes import Action, Ending, Outcomes, Why

Row = tuple[int, ...]


class Attempt:
    """One attempt on the floor; the fields that Outcomes names become its row, -1 where it did not come to that."""

    number = rule = call_taker = verdict = -1
    queued = answered = talk_end = free = left = -1
    action, why, ending = int(Action.ACCEPT), int(Why.NONE), int(Ending.OPEN)
    dismissed = False
    handovers = waited_over = 0
    due = waits_since = 0
    """While talking, when talk will end; while waiting to be taken over, the talk left (-1: all of it), since when."""
    unheard = False
    """Nobody has spoken, or pressed 55."""
    patience_ends: Any = None
    message_ends: Any = None
    talk_ends: Any = None

    def __init__(self, call: int, attempt: int, cause: int, row: int, arrival: int, place: int) -> None:
        self.call, self.attempt, self.cause, self.arrival = call, attempt, cause, arrival
        self.row, self.place = row, place
        """Row of the attempt columns of Calls; row of Outcomes."""
        self.rank = (call << 8) + attempt


row_of = attrgetter(*Outcomes.DTYPES)
"""The row of Outcomes that an attempt has become."""


def outcomes_of(log: Sequence[Attempt | Row]) -> Outcomes:
    """The table of these attempts and rows, in their order."""
    rows = [row_of(each) if isinstance(each, Attempt) else each for each in log]
    columns = np.array(rows, dtype=np.int64).reshape(-1, len(Outcomes.DTYPES)).T
    return Outcomes.of(**dict(zip(Outcomes.DTYPES, columns, strict=True)))
