"""A call, a desk and a ticket as the server keeps them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where a call is; those in LIVE may still change."""

    MESSAGE = "message"
    """It hears the message of a warning or a challenge, on a trunk."""
    QUEUED = "queued"
    """It waits for a desk, on a trunk."""
    ANSWERED = "answered"
    """A desk has it in hand."""
    DIVERTED = "diverted"
    """Another line has it, which may pass it back."""
    ENDED = "ended"
    """A desk has talked to the caller, and said what the call was."""
    ABANDONED = "abandoned"
    """The caller left the queue, or the message."""
    SCREENED = "screened"
    """The caller did not pass the challenge."""
    BLOCKED = "blocked"
    """The blocklist refused it."""
    BUSY = "busy"
    """No trunk was free."""
    PASSED_BACK = "passed_back"
    """The other line passed it back: it goes on as another call."""


ON_TRUNK = frozenset([State.MESSAGE, State.QUEUED, State.ANSWERED])
LIVE = ON_TRUNK | {State.DIVERTED}


class TicketState(StrEnum):
    """Where a ticket is."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CLOSED = "closed"


@dataclass(slots=True)
class Call:
    """One attempt to reach the line.

    number    the number's keyed hash, as 16 hexadecimal digits; None withheld
    shown     the number itself, for the desk to call back; forgotten when the call is over
    rule      index of the rule that acted; as many as there are rules: a supervisor's list; None none
    position  in the queue as it came in, 1 the next to be answered; 0 it did not queue at once
    after     microseconds: how long the message is, or until the other line answers
    until     until when the block holds; None for ever, or no block
    Times are simulated microseconds; None: did not happen.
    """

    id: int
    reference: str
    number: str | None
    shown: str | None
    passed_back: bool
    place: str | None
    arrived: int
    state: State = State.QUEUED
    action: str = "accept"
    rule: int | None = None
    position: int = 0
    after: int = 0
    until: int | None = None
    queued: int | None = None
    answered: int | None = None
    ended: int | None = None
    desk: int | None = None
    verdict: str | None = None
    agency: str | None = None
    ticket: int | None = None

    @property
    def number_key(self) -> int:
        """The hashed number as the blocklist knows it; -1 withheld."""
        return key_of(self.number)


def key_of(number: str | None) -> int:
    """A hashed number as the blocklist knows it; -1 withheld."""
    return -1 if number is None else int(number, 16)


@dataclass(slots=True)
class Desk:
    """A call-taker's desk; ``since``: idle since then, counted from when it first asked after its last call."""

    desk: int
    on_duty: bool = False
    since: int | None = None
    in_hand: int | None = None


@dataclass(slots=True)
class Ticket:
    """What an agency is asked to see to; the number is forgotten once it is closed."""

    id: int
    call: int
    agency: str
    shown: str | None
    place: str | None
    opened: int
    state: TicketState = TicketState.OPEN
    accepted: int | None = None
    closed: int | None = None


def row_of(thing: Call | Desk | Ticket) -> dict[str, Any]:
    """Its columns."""
    return {name: getattr(thing, name) for name in thing.__slots__}
