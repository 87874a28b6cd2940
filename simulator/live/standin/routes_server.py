"""Routes that need no key: health, figures for Prometheus, and a page that tells of all routes."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from simulator.live.standin import metrics
from simulator.live.standin.guide import page
from simulator.live.standin.models import Health
from simulator.live.standin.replies import reply

router = APIRouter(tags=["server"])


@router.get("/health", response_model=Health)
async def health(request: Request) -> Response:
    """Whether it serves, and how it is set up."""
    service = request.app.state.service
    floor = service.floor
    return reply(
        {
            "status": "ok",
            "service": "siaga stand-in",
            "now": service.clock.now(),
            "speed": service.clock.speed,
            "policy": floor.policy.title,
            "rules": len(floor.policy.rules),
            "trunks": floor.trunks,
            "on_trunks": floor.on_trunks,
            "waiting": sum(floor.waiting),
            "desks_on_duty": sum(desk.on_duty for desk in floor.desks.values()),
        }
    )


@router.get(
    "/metrics", responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}, response_model=None
)
async def figures(request: Request) -> Response:
    """Figures for Prometheus: counts alone, no numbers."""
    return Response(metrics.text(request.app.state.service), media_type=metrics.CONTENT_TYPE)


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """Every route on one page, which loads nothing from elsewhere."""
    return HTMLResponse(page(request.app.openapi()))
