"""Routes of call-takers: on duty and off, the next call by long poll or WebSocket, and tickets."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from simulator.standin import archive
from simulator.standin.access import AtDesk, Visit
from simulator.standin.calls import Ticket, TicketState
from simulator.standin.models import (
    AGENCY,
    MOST_WAIT,
    Before,
    DeskBody,
    DeskList,
    DeskNumber,
    DeskReply,
    InHand,
    Limit,
    TicketId,
    TicketList,
    TicketReply,
)
from simulator.standin.replies import Unable, desk_reply, in_hand, may_answer, reply, ticket_reply
from simulator.standin.waiting import Superseded

router = APIRouter(tags=["desks"])

Wait = Annotated[float, Query(ge=0, le=MOST_WAIT, allow_inf_nan=False, description="Wait so many seconds for a call.")]
GIVEN = {"model": InHand, "description": "A call, which the desk now has in hand."}
NONE = {"description": "No call came in time."}


@router.get("/v1/desks", responses=may_answer(), response_model=DeskList)
async def look_at_all(visit: AtDesk) -> Response:
    """Every desk that was ever signed on."""
    service = visit.service
    await service.on_disk()
    return reply({"desks": [desk_reply(each) for _, each in sorted(service.floor.desks.items())]})


@router.get("/v1/desks/{desk}", responses=may_answer(404, 422), response_model=DeskReply)
async def look(visit: AtDesk, desk: DeskNumber) -> Response:
    """A desk."""
    service = visit.service
    at = service.floor.desks.get(desk)
    if at is None:
        raise Unable(404, f"desk {desk} was never signed on")
    await service.on_disk()
    return reply(desk_reply(at))


@router.put("/v1/desks/{desk}", responses=may_answer(413, 422), response_model=DeskReply)
async def sign(visit: AtDesk, desk: DeskNumber, body: DeskBody) -> Response:
    """A call-taker comes on duty, or goes. A call in hand is finished all the same."""
    service = visit.service
    at = service.floor.sign(service.clock.now(), visit.who, desk, on_duty=body.on_duty)
    if not body.on_duty:
        service.waiting.release(desk)
    await service.on_disk()
    return reply(desk_reply(at))


@router.post(
    "/v1/desks/{desk}/next", responses=may_answer(409, 422, s200=GIVEN, s204=NONE), response_model=None, status_code=200
)
async def next_call(visit: AtDesk, desk: DeskNumber, request: Request, wait: Wait = 30.0) -> Response:
    """The call-taker is free: the next call, or 204 when none came in time.

    Of the desks that wait, the one idle longest is given the call; of those idle since the same moment, the lower one.
    Idle means: since it first asked after its last call. A desk that asks again while it has a call in hand is given
    that call again, so a reply that was lost is no call lost. A desk asks in one place at a time: 409 to the earlier.
    """
    await request.body()

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    service = visit.service
    try:
        call = await service.waiting.next_call(desk, visit.who, wait, gone)
    except Superseded:
        raise Unable(409, f"desk {desk} has asked anew elsewhere", "superseded") from None
    await service.on_disk()
    return Response(status_code=204) if call is None else reply(in_hand(call))


# -- tickets -----------------------------------------------------------------------------------------------------------


async def _ticket(visit: Visit, id_: int) -> Ticket:
    ticket = visit.service.floor.tickets.get(id_) or await visit.service.read(archive.ticket_by_id(id_))
    if ticket is None:
        raise Unable(404, f"there is no ticket {id_}")
    return ticket


@router.get("/v1/tickets", tags=["tickets"], responses=may_answer(422), response_model=TicketList)
async def tickets(
    visit: AtDesk,
    agency: Annotated[str | None, Query(pattern=AGENCY, description="Only those of this agency.")] = None,
    state: Annotated[TicketState | None, Query(description="Only those in this state.")] = None,
    before: Before = None,
    limit: Limit = 100,
) -> Response:
    """Tickets, the latest first."""
    found = await visit.service.read(archive.tickets(agency, state, before, limit))
    return reply({"tickets": [ticket_reply(ticket) for ticket in found]})


@router.get("/v1/tickets/{ticket_id}", tags=["tickets"], responses=may_answer(404, 422), response_model=TicketReply)
async def look_at_ticket(visit: AtDesk, ticket_id: TicketId) -> Response:
    """A ticket."""
    ticket = await _ticket(visit, ticket_id)
    await visit.service.on_disk()
    return reply(ticket_reply(ticket))


@router.post(
    "/v1/tickets/{ticket_id}/accept", tags=["tickets"], responses=may_answer(404, 409, 422), response_model=TicketReply
)
async def accept(visit: AtDesk, ticket_id: TicketId) -> Response:
    """The agency takes the ticket on. Told again, it is as it was."""
    ticket = await _ticket(visit, ticket_id)
    service = visit.service
    if ticket.state != TicketState.ACCEPTED:
        service.floor.accept(service.clock.now(), visit.who, ticket)
    await service.on_disk()
    return reply(ticket_reply(ticket))


@router.post(
    "/v1/tickets/{ticket_id}/close", tags=["tickets"], responses=may_answer(404, 409, 422), response_model=TicketReply
)
async def close(visit: AtDesk, ticket_id: TicketId) -> Response:
    """The agency is done; the caller's number is forgotten. Told again, it is as it was."""
    ticket = await _ticket(visit, ticket_id)
    service = visit.service
    if ticket.state != TicketState.CLOSED:
        service.floor.close(service.clock.now(), visit.who, ticket)
    await service.on_disk()
    return reply(ticket_reply(ticket))
