"""A desk that stays connected: what it says and what it is told, over one WebSocket.

{"next": true}                                       -> {"call": {...}}, as soon as there is one
{"stop": true}                                       -> {"stopped": true}; any other message ends a wait, too
{"verdict": {"id": 7, "verdict": "prank"}}           -> {"ended": {...}}
whatever is not possible, or not understood          -> {"problem": {"detail": ..., "state": ...}}
"""

from typing import Any

import orjson
from fastapi import WebSocket
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from simulator.live.standin.access import Visit
from simulator.live.standin.bodies import DeskMessage, VerdictMessage
from simulator.live.standin.book import Refused
from simulator.live.standin.replies import in_hand
from simulator.live.standin.waiting import Superseded


class Desk:
    """One desk at one WebSocket."""

    def __init__(self, socket: WebSocket, visit: Visit, desk: int) -> None:
        self.socket, self.visit, self.service, self.desk = socket, visit, visit.service, desk
        self._said: list[str] = []
        """What the desk said while it waited for a call."""

    async def run(self) -> None:
        """Answer each message, until the desk is gone."""
        try:
            while True:
                await self._answer(self._said.pop() if self._said else await self.socket.receive_text())
        except WebSocketDisconnect:
            return

    async def _answer(self, text: str) -> None:
        try:
            await self._do(DeskMessage.model_validate_json(text))
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            await self._problem(f"{where}: {error.errors()[0]['msg']}", None)
        except Refused as refused:
            await self._problem(str(refused), refused.state)
        except Superseded:
            await self._problem(f"desk {self.desk} has asked anew elsewhere", "superseded")

    async def _do(self, message: DeskMessage) -> None:
        if message.verdict:
            await self._judge(message.verdict)
        elif message.next:
            await self._next()
        else:
            await self._tell({"stopped": True})

    async def _next(self) -> None:
        call, _ = await self.service.waiting.next_call(self.desk, self.visit.who, None, self._gone)
        await self.service.on_disk()
        if call is not None:
            await self._tell({"call": in_hand(call)})

    async def _gone(self) -> bool:
        """Wait for a message, which ends the wait for a call; whether it was the last."""
        try:
            self._said.append(await self.socket.receive_text())
        except WebSocketDisconnect:
            return True
        return False

    async def _judge(self, said: VerdictMessage) -> None:
        call = self.service.floor.calls.get(said.id)
        if call is None:
            raise Refused(f"no desk has call {said.id} in hand", "over")
        self.service.floor.judge(self.service.clock.now(), self.visit.who, call, said.verdict, said.agency)
        await self.service.on_disk()
        await self._tell({"ended": {"id": call.id, "state": call.state, "ticket": call.ticket}})

    async def _problem(self, detail: str, state: str | None) -> None:
        await self._tell({"problem": {"detail": detail, "state": state}})

    async def _tell(self, what: dict[str, Any]) -> None:
        await self.socket.send_text(orjson.dumps(what).decode())
