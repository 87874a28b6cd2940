"""Who asks: the key of a request, and whether its role may."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader
from starlette.requests import HTTPConnection

from simulator.live.standin.keys import Role
from simulator.live.standin.replies import Unable
from simulator.live.standin.service import Service

HEADER = "X-API-Key"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who may make it."""

    service: Service
    who: str


class Key(APIKeyHeader):
    """The key of somebody with one of these roles; a supervisor may do what all may."""

    def __init__(self, *roles: Role) -> None:
        name, description = (
            "-or-".join(roles or ("supervisor",)),
            "The key of somebody with this role; a supervisor's does.",
        )
        super().__init__(name=HEADER, scheme_name=name, description=description)
        self.roles = frozenset[str]([*roles, "supervisor"])

    async def __call__(self, request: Request) -> Visit:  # type: ignore[override]
        """Let in, or say why not."""
        return self.let_in(request)

    def let_in(self, request: HTTPConnection) -> Visit:
        """Who it is; 401 without a key that is known, 403 with one whose role may not."""
        service: Service = request.app.state.service
        holder = service.keys.holder(request.headers.get(HEADER, ""))
        if holder is None:
            raise Unable(401, f"a key in the header {HEADER} is wanted", headers={"WWW-Authenticate": "ApiKey"})
        if holder.role not in self.roles:
            raise Unable(403, f"the role {holder.role} may not do this")
        if request.scope["query_string"]:
            _refuse_unknown(request)
        return Visit(service, holder.name)


def _refuse_unknown(request: HTTPConnection) -> None:
    """A parameter that the route does not know is a mistake of whoever asks, who would not notice otherwise."""
    route = request.scope.get("route")
    known = {each.alias for each in route.dependant.query_params} if isinstance(route, APIRoute) else set()
    if unknown := sorted(set(request.query_params) - known):
        raise Unable(422, f"query: {', '.join(unknown)[:200]} is not known here")


at_desk = Key("desk")

Intake = Annotated[Visit, Depends(Key("intake"))]
AtDesk = Annotated[Visit, Depends(at_desk)]
Either = Annotated[Visit, Depends(Key("intake", "desk"))]
Supervisor = Annotated[Visit, Depends(Key())]
