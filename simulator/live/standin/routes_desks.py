"""Routes of call-takers: on duty and off, and the next call by long poll or WebSocket."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, WebSocket
from starlette.responses import Response

from simulator.live.standin.access import AtDesk, at_desk
from simulator.live.standin.bodies import MOST_WAIT, DeskBody, DeskNumber
from simulator.live.standin.desk_socket import Desk
from simulator.live.standin.models import DeskList, DeskReply, InHand
from simulator.live.standin.replies import Unable, desk_reply, in_hand, may_answer, reply, steps
from simulator.live.standin.waiting import Superseded

router = APIRouter(tags=["desks"])

Wait = Annotated[float, Query(ge=0, le=MOST_WAIT, allow_inf_nan=False, description="Wait so many seconds for a call.")]
GIVEN = {
    "model": InHand,
    "description": "A call, which the desk now has in hand.",
    "links": steps("call_id", "verdict"),
}
NONE = {"description": "No call came in time."}
POLICY_VIOLATION = 1008


@router.get("/v1/desks", responses=may_answer(), response_model=DeskList)
async def desks(visit: AtDesk) -> Response:
    """Every desk that was ever signed on."""
    service = visit.service
    await service.on_disk()
    return reply({"desks": [desk_reply(each) for _, each in sorted(service.floor.desks.items())]})


@router.get("/v1/desks/{desk}", responses=may_answer(404, 422), response_model=DeskReply)
async def desk(visit: AtDesk, desk: DeskNumber) -> Response:
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
    "/v1/desks/{desk}/next",
    responses=may_answer(409, 422, s200=GIVEN, s204=NONE),
    response_model=None,
    status_code=200,
)
async def next_call(visit: AtDesk, desk: DeskNumber, request: Request, wait: Wait = 30.0) -> Response:
    """The call-taker is free: the next call, or 204 when none came in time.

    Of the desks that wait, the one idle longest is given the call; of those idle since the same moment, the lower one.
    Idle means: since it first asked after its last call. A desk that asks again while it has a call in hand is given
    that call again, so a reply that was lost is no call lost. A desk asks in one place at a time: 409 to the earlier.
    """
    await request.body()

    async def gone() -> bool:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        return True

    service = visit.service
    try:
        call, question = await service.waiting.next_call(desk, visit.who, wait, gone)
    except Superseded:
        raise Unable(409, f"desk {desk} has asked anew elsewhere", "superseded") from None
    await service.on_disk()
    if call is not None and await request.is_disconnected():
        service.waiting.offer_again(desk, visit.who, call, question)
        call = None
    return Response(status_code=204) if call is None else reply(in_hand(call))


@router.websocket("/v1/desks/{desk}/ws")
async def talk(socket: WebSocket, desk: DeskNumber) -> None:
    """A desk that stays connected: ``{"next": true}`` for a call, ``{"verdict": {...}}`` to end it."""
    try:
        visit = at_desk.let_in(socket)
    except Unable as error:
        await socket.close(POLICY_VIOLATION, error.detail)
        return
    await socket.accept()
    await Desk(socket, visit, desk).run()
