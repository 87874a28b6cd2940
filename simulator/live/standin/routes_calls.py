"""Routes of callers: a call comes in, hears a message, hangs up, is passed back; and calls looked up."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from simulator.live.standin import archive
from simulator.live.standin.access import AtDesk, Either, Intake, Visit
from simulator.live.standin.bodies import (
    Before,
    CallId,
    HeardBody,
    Limit,
    PassBackBody,
    RingBody,
    VerdictBody,
)
from simulator.live.standin.calls import Call, State
from simulator.live.standin.floor import NewCall
from simulator.live.standin.models import CallList, CallReply, CallState, Ended, Problem, Rung
from simulator.live.standin.replies import (
    RUNG_STATUS,
    Unable,
    call_reply,
    may_answer,
    problem,
    reply,
    rung,
    steps,
)
from simulator.scenario.actions import action_named

router = APIRouter(prefix="/v1/calls", tags=["calls"])

BLOCKED_OR = {
    "model": Rung | Problem,
    "description": "The blocklist refuses the number; or the key's role may not do this.",
}
BUSY_OR = {"model": Rung | Problem, "description": "No trunk is free; or the server stops."}
STEPS = steps("call_id", "call", "hang_up", "heard", "pass_back", "verdict")
AGAIN = {"model": Rung, "description": "This call was told of before: what became of it as it came in."}
TICKET = {
    "model": Ended,
    "description": "It has ended.",
    "links": steps("ticket_id", "ticket", "accept", "close", id_="ticket"),
}
JUDGED = may_answer(404, 409, 413, 422, s200=TICKET)
RINGS = may_answer(
    409,
    413,
    422,
    s200=AGAIN,
    s201={"model": Rung, "description": "It came in.", "links": STEPS},
    s403=BLOCKED_OR,
    s503=BUSY_OR,
)


async def call_of(visit: Visit, id_: int) -> Call:
    """The call of this id, from memory while it is not over."""
    call = visit.service.floor.calls.get(id_) or await visit.service.read(archive.call_by_id(id_))
    if call is None:
        raise Unable(404, f"there is no call {id_}")
    return call


@router.post("", status_code=201, responses=RINGS, response_model=None)
async def ring(visit: Intake, body: RingBody) -> Response:
    """A call comes in.

    Told again with the same reference (a reply was lost, the server was down), nothing happens twice: the answer is
    that of the first time, with 200 in place of 201.
    """
    service = visit.service
    number = service.numbers.hashed(body.number) if body.number else None
    if hash(body.reference) in service.known:
        before = await service.read(archive.call_by_reference(body.reference))
        if before is not None:
            return _same(before, number, passed_back=body.passed_back)
    new = NewCall(body.reference, number, body.number, body.passed_back, body.place)
    call = service.floor.ring(service.clock.now(), visit.who, new)
    return await _came_in(visit, call)


async def _came_in(visit: Visit, call: Call) -> Response:
    service = visit.service
    service.known.add(hash(call.reference))
    said = rung(call)
    await service.on_disk()
    return reply(said, RUNG_STATUS.get(said["state"], 201))


def _same(call: Call, number: str | None, *, passed_back: bool) -> Response:
    if (call.number, call.passed_back) != (number, passed_back):
        return problem(409, f"{call.reference} is the reference of another call", call.state)
    said = rung(call)
    return reply(said, RUNG_STATUS.get(said["state"], 200))


@router.post("/{call_id}/heard", responses=may_answer(404, 409, 413, 422), response_model=CallState)
async def heard(visit: Intake, call_id: CallId, body: HeardBody) -> Response:
    """The message is over; the caller goes on to the queue, or not."""
    call = await call_of(visit, call_id)
    service = visit.service
    if not (call.state == State.QUEUED and action_named(call.action).traits.plays_message and body.stays):
        state = service.floor.heard(service.clock.now(), visit.who, call, stays=body.stays)
    else:
        state = State.QUEUED  # told again
    await service.on_disk()
    return reply({"id": call.id, "state": state})


@router.post("/{call_id}/hang-up", responses=may_answer(404, 409, 422), response_model=CallState)
async def hang_up(visit: Intake, call_id: CallId) -> Response:
    """The caller leaves; 409 with the state `answered` if a desk was quicker. Told again, it is as it was."""
    call = await call_of(visit, call_id)
    service = visit.service
    if call.state != State.ABANDONED:
        service.floor.hang_up(service.clock.now(), visit.who, call)
    await service.on_disk()
    return reply({"id": call.id, "state": call.state})


@router.post("/{call_id}/pass-back", status_code=201, responses={**RINGS, **may_answer(404)}, response_model=None)
async def pass_back(visit: Intake, call_id: CallId, body: PassBackBody) -> Response:
    """Another line passes a diverted call back: it comes in as a call of its own, past the blocklist."""
    service = visit.service
    call = await call_of(visit, call_id)
    if hash(body.reference) in service.known:
        before = await service.read(archive.call_by_reference(body.reference))
        if before is not None:
            return _same(before, call.number, passed_back=True)
    return await _came_in(visit, service.floor.pass_back(service.clock.now(), visit.who, call, body.reference))


@router.post("/{call_id}/verdict", tags=["desks"], responses=JUDGED, response_model=Ended)
async def verdict(visit: AtDesk, call_id: CallId, body: VerdictBody) -> Response:
    """Talk is over: what the call was taken for. A genuine one becomes a ticket. Told again, it is as it was."""
    call = await call_of(visit, call_id)
    service = visit.service
    if not (call.state == State.ENDED and call.verdict == body.verdict):
        service.floor.judge(service.clock.now(), visit.who, call, body.verdict, body.agency)
    await service.on_disk()
    return reply({"id": call.id, "state": State.ENDED, "ticket": call.ticket})


@router.get("", responses=may_answer(422), response_model=CallList)
async def calls(
    visit: Either,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    before: Before = None,
    limit: Limit = 100,
) -> Response:
    """Calls, the latest first."""
    found = await visit.service.read(archive.calls(state, None, before, limit))
    return reply({"calls": [call_reply(each) for each in found]})


@router.get("/{call_id}", responses=may_answer(404, 422), response_model=CallReply)
async def call(visit: Either, call_id: CallId) -> Response:
    """A call, as far as it has come."""
    found = await call_of(visit, call_id)
    await visit.service.on_disk()
    return reply(call_reply(found))
