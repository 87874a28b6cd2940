"""What a floor tells of what happens on it: things as they are now, and lines of the audit log."""

from dataclasses import dataclass
from typing import Protocol

from simulator.live.standin.calls import Call, Desk, Ticket


class Refused(Exception):  # noqa: N818  (nothing went wrong)
    """The step is not possible as things stand; ``state`` says how they stand."""

    def __init__(self, why: str, state: str) -> None:
        super().__init__(why)
        self.state = state


@dataclass(frozen=True, slots=True)
class Entry:
    """What the audit log holds of a step: when, who, what, of which call, desk or number."""

    at: int
    who: str
    what: str
    call: int | None = None
    desk: int | None = None
    number: str | None = None
    detail: str = ""


class Book(Protocol):
    """Where what happens is kept."""

    def keep(self, thing: Call | Desk | Ticket) -> None:
        """Keep the thing as it is now."""

    def enter(self, entry: Entry) -> None:
        """Write a line of the audit log."""

    def list(self, number: str, at: int, until: int | None) -> None:
        """A supervisor put a number on the blocklist, or, with ``until`` = ``at``, took it off."""
