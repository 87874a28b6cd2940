"""Outcomes: what happened, one row per attempt. Measures read this and cannot know which engine wrote it."""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from simulator.scenario.actions import Action
from simulator.tables.calls import Bool, Int8, Int16, Int32, Int64
from simulator.tables.columns import Columns

__all__ = ["DISMISSED_BIT", "OF_A_FLOOR", "REDIAL_BITS", "Action", "Cause", "Ending", "Outcomes", "Why"]


class Ending(IntEnum):
    """How an attempt ended."""

    ANSWERED = 0
    ABANDONED = 1
    BUSY = 2
    BLOCKED = 3
    DIVERTED = 4
    SCREENED = 5
    DETERRED = 6
    OPEN = 7
    FAILED = 8
    """The line itself failed: the API refused, broke, or did not answer. Only a live API can; no engine does."""


OF_A_FLOOR = tuple(Ending)[: Ending.FAILED]
"""How attempts end on a floor that does what it should: on every simulated one."""

DISMISSED_BIT = 6
"""Bit of ``Calls.redial`` for an answered attempt that was dismissed; the other bits are Ending values. Who met a
line that failed tries again as after one that was busy."""


REDIAL_BITS: dict[str, int] = {
    "busy": Ending.BUSY,
    "abandoned": Ending.ABANDONED,
    "blocked": Ending.BLOCKED,
    "diverted": Ending.DIVERTED,
    "screened": Ending.SCREENED,
    "dismissed": DISMISSED_BIT,
}
"""Endings after which a caller may try again, by their names in files."""


class Cause(IntEnum):
    """Why an attempt was made."""

    FIRST = 0
    REDIAL = 1
    PASSBACK = 2


class Why(IntEnum):
    """How a number that a genuine or enquiring caller used came under the policy."""

    NONE = 0
    SHARED_PHONE = 1
    MISJUDGED_EARLIER = 2
    REUSED_NUMBER = 3
    WITHHELD_AS_ONE = 4
    OWN_EARLIER_CALLS = 5


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Outcomes(Columns):
    """One row per attempt, in the order in which attempts were made. Times are int64 microseconds; -1 = did not happen.

    call, attempt   index of the call, attempt counted from 1
    cause           Cause
    number          the number shown; -1 none
    arrival         when the attempt was made
    action, rule    Action of the policy, and the index of the rule that acted (-1 none; as many as there are rules:
                    the list at the start)
    why             Why, of attempts of genuine and enquiring callers that the policy acted on
    ending          Ending
    dismissed       answered, genuine or enquiry, and judged prank or silent
    queued          when it joined the queue, a message or challenge behind it
    answered        when a call-taker took it
    talk_end        when talk ended, or the machine that took over a silent call
    free            when the call-taker was free again, wrap-up done; of a call left to a machine, when that took over
    call_taker      who (the last one, after a hand-over)
    handovers       how often it was handed over, from a machine included
    waited_over     microseconds, after its answer, until someone took it over: a machine's message, and waiting
    verdict         Intent it was taken for; -1 not answered to the end
    left            when it ended
    """

    call: Int32
    attempt: Int16
    cause: Int8
    number: Int32
    arrival: Int64
    action: Int8
    rule: Int16
    why: Int8
    ending: Int8
    dismissed: Bool
    queued: Int64
    answered: Int64
    talk_end: Int64
    free: Int64
    call_taker: Int32
    handovers: Int32
    waited_over: Int64
    verdict: Int8
    left: Int64

    DTYPES: ClassVar[dict[str, str]] = {
        "call": "int32",
        "attempt": "int16",
        "cause": "int8",
        "number": "int32",
        "arrival": "int64",
        "action": "int8",
        "rule": "int16",
        "why": "int8",
        "ending": "int8",
        "dismissed": "bool",
        **dict.fromkeys(("queued", "answered", "talk_end", "free"), "int64"),
        "call_taker": "int32",
        "handovers": "int32",
        "waited_over": "int64",
        "verdict": "int8",
        "left": "int64",
    }

    def __len__(self) -> int:
        """How many attempts there were."""
        return len(self.call)
