"""What comes back, for the OpenAPI document: replies are written as they are, and held against it by tests."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator.live.standin.bodies import ActionName, Id, Micros, Rule, Verdict
from simulator.live.standin.calls import State, TicketState


class Reply(BaseModel):
    """What comes back."""

    model_config = ConfigDict(extra="forbid")


class Problem(Reply):
    """Why it was not done."""

    detail: str
    state: str | None = None
    """How the call, desk or ticket stands, where that is why."""


class Rung(Reply):
    """What became of a call that came in."""

    id: Id
    state: Literal["queued", "message", "diverted", "blocked", "busy"]
    action: ActionName
    rule: Rule
    position: Annotated[int | None, Field(ge=1, description="In the queue: 1 is the next to be answered.")] = None
    message_us: Annotated[
        int | None, Field(ge=0, description="How long the message is, microseconds of the server's clock.")
    ] = None
    answers_after_us: Annotated[
        int | None, Field(ge=0, description="When the other line answers; its mean where that varies.")
    ] = None
    until: Annotated[int | None, Field(ge=0, description="Until when the number is blocked; null: for ever.")] = None


class CallState(Reply):
    """Where the call is now."""

    id: Id
    state: State


class Ended(Reply):
    """The call is over; the ticket, if it became one."""

    id: Id
    state: Literal["ended"]
    ticket: Id | None


class InHand(Reply):
    """A call that the desk has in hand."""

    id: Id
    reference: str
    number: str | None
    """To call back; null: withheld."""
    place: str | None
    action: ActionName
    queued_at: Micros
    answered_at: Micros


class CallReply(Reply):
    """A call, as far as it has come. Its number is kept hashed."""

    id: Id
    reference: str
    number: Annotated[str | None, Field(description="The number's keyed hash; null: withheld.")]
    passed_back: bool
    place: str | None
    state: State
    action: ActionName
    rule: Rule
    until: Micros | None
    arrived_at: Micros
    queued_at: Micros | None
    answered_at: Micros | None
    ended_at: Micros | None
    desk: int | None
    verdict: Verdict | None
    ticket: Id | None


class CallList(Reply):
    """Calls, the latest first."""

    calls: list[CallReply]


class DeskReply(Reply):
    """A desk: on duty or not, idle since when, and the call in hand."""

    desk: int
    on_duty: bool
    idle_since: Micros | None
    call: Id | None


class DeskList(Reply):
    """Every desk that was ever signed on."""

    desks: list[DeskReply]


class TicketReply(Reply):
    """A ticket of an agency."""

    id: Id
    call: Id
    agency: str
    number: str | None
    """To call back; null: withheld, or the ticket is closed."""
    place: str | None
    state: TicketState
    opened_at: Micros
    accepted_at: Micros | None
    closed_at: Micros | None


class TicketList(Reply):
    """Tickets, the latest first."""

    tickets: list[TicketReply]


class Hold(Reply):
    """An action that holds."""

    action: ActionName
    rule: Rule
    until: Annotated[int | None, Field(description="Until when; null: for ever.")]


class Listed(Hold):
    """What holds against a number: what a call of it meets; else the warning by SMS that it was sent."""

    number: Annotated[str, Field(description="The number's keyed hash.")]
    sms: Annotated[Hold | None, Field(description="The warning by SMS that it was sent, which stops no call.")]


class ListedNumbers(Reply):
    """Everything that holds against any number, the longest first."""

    now: Micros
    total: int
    listed: list[Listed]


class AuditLine(Reply):
    """Who did what, and when. Each line's link covers it and the line before."""

    seq: int
    at: Micros
    wall: Annotated[int, Field(description="Unix time, microseconds.")]
    who: str
    what: str
    call: int | None
    desk: int | None
    number: Annotated[str | None, Field(description="The number's keyed hash.")]
    detail: str
    link: str


class AuditLog(Reply):
    """Lines of the audit log, the latest first."""

    audit: list[AuditLine]


class Health(Reply):
    """Whether it serves, and how it is set up."""

    status: Literal["ok"]
    service: Literal["siaga stand-in"]
    now: Micros
    speed: float
    policy: str
    rules: int
    trunks: int
    on_trunks: int
    waiting: int
    desks_on_duty: int
