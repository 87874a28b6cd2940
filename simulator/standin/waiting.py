"""Desks that wait for a call, each with one request, or one WebSocket, open."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from simulator.standin.calls import Call
from simulator.standin.clock import Clock
from simulator.standin.floor import Floor


class Superseded(Exception):  # noqa: N818  (nothing went wrong)
    """The desk has asked anew, elsewhere: this wait is over."""


class Waiting:
    """Who waits, and how each is told."""

    def __init__(self, floor: Floor, clock: Clock) -> None:
        self._floor, self._clock = floor, clock
        self._waits: dict[int, asyncio.Future[Call | None]] = {}
        self.closing = False
        floor.hand = self._hand

    def _hand(self, desk: int, call: Call) -> None:
        wait = self._waits.pop(desk, None)
        if wait and not wait.done():
            wait.set_result(call)

    async def next_call(
        self, desk: int, who: str, seconds: float | None, gone: Callable[[], Awaitable[bool]]
    ) -> Call | None:
        """The desk's next call within so many (wall) seconds.

        ``gone`` returns when the desk does not wait any more: whether there is nobody left to be told of a call. What
        has been given to such a desk in that very moment is offered to the next.
        """
        self._release(desk, Superseded())
        call = self._floor.ask(self._clock.now(), who, desk)
        if call is not None or seconds == 0 or self.closing:
            self._floor.stop_asking(desk)
            return call
        wait: asyncio.Future[Call | None] = asyncio.get_running_loop().create_future()
        self._waits[desk] = wait
        left = asyncio.ensure_future(gone())
        either: set[asyncio.Future[Any]] = {wait, left}
        try:
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            nobody = left.done() and left.result()
            left.cancel()
            if self._waits.get(desk) is wait:
                del self._waits[desk]
                self._floor.stop_asking(desk)
        call = wait.result() if wait.done() else None
        if call is None or not nobody:
            return call
        self._floor.give_back(self._clock.now(), who, call)
        return None

    def _release(self, desk: int, why: Exception | None) -> None:
        wait = self._waits.pop(desk, None)
        if wait and not wait.done():
            self._floor.stop_asking(desk)
            if why:
                wait.set_exception(why)
            else:
                wait.set_result(None)

    def release(self, desk: int) -> None:
        """The desk goes off duty: its wait is over."""
        self._release(desk, None)

    def release_all(self) -> None:
        """The server stops: every wait is over, and nobody waits any more."""
        self.closing = True
        for desk in list(self._waits):
            self._release(desk, None)
