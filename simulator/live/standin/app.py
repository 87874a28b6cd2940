"""The web application: routes, what is said of errors, and the OpenAPI document."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path

from simulator.live.standin import routes_calls, routes_desks, routes_lists, routes_server, routes_tickets
from simulator.live.standin.book import Refused
from simulator.live.standin.database import said
from simulator.live.standin.journal import Broken
from simulator.live.standin.limits import Limits
from simulator.live.standin.replies import Unable, problem
from simulator.live.standin.service import Service

ABOUT = """A small dispatch API to dial at: calls, queue, desks, verdicts, tickets, and a blocklist that follows siaga's
rules.

Times are microseconds of the server's clock, which may go faster than a wall clock (`/health` says how fast). What was
acknowledged is on disk. Keys have roles: `intake` (the telephone exchange), `desk` (call-takers), `supervisor`.
"""


def create_app(service: Service | None) -> FastAPI:
    """The application through which this service is reached; without one, a document of its routes."""
    app = FastAPI(
        title="siaga stand-in dispatch API",
        version=version("siaga"),
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.service = service
    for routes in (routes_calls, routes_desks, routes_tickets, routes_lists, routes_server):
        app.include_router(routes.router)
    _explain_errors(app)
    app.add_middleware(Limits)
    return app


def _explain_errors(app: FastAPI) -> None:
    app.add_exception_handler(Unable, _unable)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Broken, _broken)
    app.add_exception_handler(SQLAlchemyError, _unreadable)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _http)


async def _unable(_: Request, error: Any) -> Response:
    return problem(error.status, error.detail, error.state, error.headers)


async def _refused(_: Request, error: Any) -> Response:
    return problem(409, str(error), error.state)


async def _broken(_: Request, __: Any) -> Response:
    return problem(503, "the journal cannot be written: nothing is acknowledged any more")


async def _unreadable(_: Request, error: Any) -> Response:
    return problem(503, f"the database cannot be read: {said(error)}")


async def _not_understood(_: Request, error: Any) -> Response:
    """Every fault in one line: where, and what is wrong; not what was sent, which may be anything."""
    faults = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
    return problem(422, "; ".join(faults)[:1_000])


async def _http(request: Request, error: Any) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_allowed(request)))
    # The framework says 400 of bytes that are no text, and 422 of all else that is not understood.
    return problem(422 if error.status_code == 400 else error.status_code, str(error.detail), headers=headers)


def _allowed(request: Request) -> set[str]:
    """The methods that the document has for this path; the framework names those of the first route alone."""
    ways = request.app.openapi()["paths"].items()
    path = request.scope["path"]
    return {method.upper() for shape, has in ways if compile_path(shape)[0].match(path) for method in has} or {"GET"}
