"""Who asks: the key of a request, and whether its role may."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader
from starlette.requests import HTTPConnection

from simulator.standin.keys import Role
from simulator.standin.replies import Unable
from simulator.standin.service import Service

HEADER = "X-API-Key"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who may make it."""

    service: Service
    who: str


class Key(APIKeyHeader):
    """The key of somebody with one of these roles; a supervisor may do what all may."""

    def __init__(self, *roles: Role) -> None:
        super().__init__(name=HEADER, scheme_name="key", description="The key of your role.")
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
        return Visit(service, holder.name)


at_desk = Key("desk")

Intake = Annotated[Visit, Depends(Key("intake"))]
AtDesk = Annotated[Visit, Depends(at_desk)]
Either = Annotated[Visit, Depends(Key("intake", "desk"))]
Supervisor = Annotated[Visit, Depends(Key())]
