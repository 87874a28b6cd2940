"""Routes of supervisors: the blocklist and the audit log."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from simulator.live.standin import archive
from simulator.live.standin.access import Supervisor
from simulator.live.standin.bodies import MOST_ID, NUMBER, Before, BlockBody, Limit, NumberInPath
from simulator.live.standin.calls import key_of
from simulator.live.standin.models import AuditLog, Listed, ListedNumbers
from simulator.live.standin.replies import Unable, listed, may_answer, reply

router = APIRouter()


@router.get("/v1/blocklist", tags=["blocklist"], responses=may_answer(422), response_model=ListedNumbers)
async def blocklist(visit: Supervisor, limit: Limit = 100) -> Response:
    """Everything that the rules, or a supervisor, hold against any number now; the longest first."""
    service = visit.service
    now = service.clock.now()
    found = service.floor.watch.all_standing(now)
    await service.on_disk()
    return reply({"now": now, "total": len(found), "listed": [listed(each) for each in found[:limit]]})


@router.get("/v1/blocklist/{number}", tags=["blocklist"], responses=may_answer(404, 422), response_model=Listed)
async def held_against(visit: Supervisor, number: NumberInPath) -> Response:
    """What a call of this number would meet now; else the warning by SMS that it was sent; else 404."""
    service = visit.service
    standing = service.floor.watch.standing(key_of(service.numbers.hashed(number)), service.clock.now())
    if standing is None:
        raise Unable(404, "nothing holds against this number")
    await service.on_disk()
    return reply(listed(standing))


@router.put("/v1/blocklist/{number}", tags=["blocklist"], responses=may_answer(413, 422), response_model=Listed)
async def block(visit: Supervisor, number: NumberInPath, body: BlockBody) -> Response:
    """Block a number, before any rule."""
    service = visit.service
    standing = service.floor.block(service.clock.now(), visit.who, service.numbers.hashed(number), body.seconds)
    await service.on_disk()
    return reply(listed(standing))


@router.delete(
    "/v1/blocklist/{number}",
    tags=["blocklist"],
    status_code=204,
    responses=may_answer(404, 422),
    response_model=None,
)
async def unblock(visit: Supervisor, number: NumberInPath) -> Response:
    """Take a number off: whatever holds against it ends, its strikes are forgotten; ladders stay where they are."""
    service = visit.service
    if not service.floor.unblock(service.clock.now(), visit.who, service.numbers.hashed(number)):
        raise Unable(404, "nothing holds against this number")
    await service.on_disk()
    return Response(status_code=204)


@router.get("/v1/audit", tags=["audit"], responses=may_answer(422), response_model=AuditLog)
async def audit(
    visit: Supervisor,
    call: Annotated[int | None, Query(ge=1, le=MOST_ID, description="Only lines of this call.")] = None,
    number: Annotated[str | None, Query(pattern=NUMBER, description="Only lines of this number.")] = None,
    before: Before = None,
    limit: Limit = 100,
) -> Response:
    """Who did what, and when; the latest first. Numbers are hashed: ask for one to find its lines."""
    service = visit.service
    hashed = service.numbers.hashed(number) if number else None
    return reply({"audit": await service.read(archive.audit(call, hashed, before, limit))})
