"""What is sent and what comes back, for validation and for the OpenAPI document. Nothing unknown is let in."""

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from simulator.standin.calls import State, TicketState

MOST_WAIT = 60
MOST_DESK = 9_999
MOST_ID = 2**53 - 1
"""Greater whole numbers are not safe in every client's JSON."""
MOST_SECONDS = 36_525 * 86_400
"""A hundred years."""

NUMBER = r"^\+?[0-9]{3,15}$"
REFERENCE = r"^[A-Za-z0-9._:-]{1,64}$"
PLACE = r"^[^\x00-\x1f\x7f]*$"
AGENCY = r"^[a-z][a-z0-9-]{0,31}$"

ActionName = Literal["accept", "demote", "warn", "challenge", "divert", "block", "sms"]
Verdict = Literal["genuine", "enquiry", "prank", "silent"]
Micros = Annotated[int, Field(ge=0, description="Microseconds of the server's clock.")]
Id = Annotated[int, Field(ge=1, le=MOST_ID)]
Number = Annotated[
    str, Field(pattern=NUMBER, description="A telephone number, as it is shown.", examples=["+999000000017"])
]
Reference = Annotated[
    str,
    Field(
        pattern=REFERENCE,
        description="The intake's own name of the call, never used for another.",
        examples=["7f3a90c1-12-1"],
    ),
]
Rule = Annotated[
    int | None,
    Field(
        ge=0, description="Index of the rule that acted; as many as there are rules: a supervisor's list; null: none."
    ),
]

CallId = Annotated[int, Path(ge=1, le=MOST_ID, description="The call's id.")]
TicketId = Annotated[int, Path(ge=1, le=MOST_ID, description="The ticket's id.")]
DeskNumber = Annotated[int, Path(ge=0, le=MOST_DESK, description="The desk's number.")]
NumberInPath = Annotated[str, Path(pattern=NUMBER, description="A telephone number; + may be written %2B.")]
Limit = Annotated[int, Query(ge=1, le=1_000, description="At most so many.")]
Before = Annotated[int | None, Query(ge=1, le=MOST_ID, description="Only those before this one, the latest first.")]


class Body(BaseModel):
    """What is sent: types as they are, and nothing unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class RingBody(Body):
    """A call that comes in."""

    reference: Reference
    number: Number | None = None
    passed_back: bool = False
    """Another line passes it back: the blocklist is not asked."""
    place: Annotated[str | None, Field(max_length=500, pattern=PLACE, description="Where the caller is.")] = None


class PassBackBody(Body):
    """A diverted call that comes back."""

    reference: Reference


class HeardBody(Body):
    """The message is over."""

    stays: bool
    """Whether the caller goes on to the queue (passed the challenge, or did not heed the warning)."""


class DeskBody(Body):
    """Whether a call-taker is at the desk."""

    on_duty: bool


class VerdictBody(Body):
    """What the call was taken for."""

    verdict: Verdict
    agency: Annotated[str, Field(pattern=AGENCY, description="Whose ticket it becomes, if it is genuine.")] = (
        "emergency"
    )


class VerdictMessage(VerdictBody):
    """What the call of this id was taken for."""

    id: Id


class DeskMessage(Body):
    """What a desk says over its WebSocket: one of these."""

    next: Literal[True] | None = None
    stop: Literal[True] | None = None
    verdict: VerdictMessage | None = None


class BlockBody(Body):
    """How long a number is blocked."""

    seconds: Annotated[
        float | None,
        Field(ge=0.001, le=MOST_SECONDS, allow_inf_nan=False, description="By the server's clock; null: for ever."),
    ]


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
