"""What is sent, for validation and for the OpenAPI document. Nothing unknown is let in."""

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from simulator.scenario import actions

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

ActionName = Literal["accept", actions.ActionName]
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
