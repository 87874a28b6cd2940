"""Routes of agencies: the tickets that genuine calls became."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from simulator.live.standin import archive
from simulator.live.standin.access import AtDesk, Visit
from simulator.live.standin.bodies import AGENCY, Before, Limit, TicketId
from simulator.live.standin.calls import Ticket, TicketState
from simulator.live.standin.models import TicketList, TicketReply
from simulator.live.standin.replies import Unable, may_answer, reply, ticket_reply

router = APIRouter(prefix="/v1/tickets", tags=["tickets"])


async def _ticket(visit: Visit, id_: int) -> Ticket:
    ticket = visit.service.floor.tickets.get(id_) or await visit.service.read(archive.ticket_by_id(id_))
    if ticket is None:
        raise Unable(404, f"there is no ticket {id_}")
    return ticket


@router.get("", responses=may_answer(422), response_model=TicketList)
async def tickets(
    visit: AtDesk,
    agency: Annotated[str | None, Query(pattern=AGENCY, description="Only those of this agency.")] = None,
    state: Annotated[TicketState | None, Query(description="Only those in this state.")] = None,
    before: Before = None,
    limit: Limit = 100,
) -> Response:
    """Tickets, the latest first."""
    found = await visit.service.read(archive.tickets(agency, state, before, limit))
    return reply({"tickets": [ticket_reply(each) for each in found]})


@router.get("/{ticket_id}", responses=may_answer(404, 422), response_model=TicketReply)
async def ticket(visit: AtDesk, ticket_id: TicketId) -> Response:
    """A ticket."""
    found = await _ticket(visit, ticket_id)
    await visit.service.on_disk()
    return reply(ticket_reply(found))


@router.post("/{ticket_id}/accept", responses=may_answer(404, 409, 422), response_model=TicketReply)
async def accept(visit: AtDesk, ticket_id: TicketId) -> Response:
    """The agency takes the ticket on. Told again, it is as it was."""
    ticket = await _ticket(visit, ticket_id)
    service = visit.service
    if ticket.state != TicketState.ACCEPTED:
        service.floor.accept(service.clock.now(), visit.who, ticket)
    await service.on_disk()
    return reply(ticket_reply(ticket))


@router.post("/{ticket_id}/close", responses=may_answer(404, 409, 422), response_model=TicketReply)
async def close(visit: AtDesk, ticket_id: TicketId) -> Response:
    """The agency is done; the caller's number is forgotten. Told again, it is as it was."""
    ticket = await _ticket(visit, ticket_id)
    service = visit.service
    if ticket.state != TicketState.CLOSED:
        service.floor.close(service.clock.now(), visit.who, ticket)
    await service.on_disk()
    return reply(ticket_reply(ticket))
