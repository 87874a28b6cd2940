"""Desks that wait for a call, each with one request, or one WebSocket, open."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from simulator.live.standin.calls import Call
from simulator.live.standin.clock import Clock
from simulator.live.standin.floor import Floor


class Superseded(Exception):  # noqa: N818  (nothing went wrong)
    """The desk has asked anew, elsewhere: this wait is over."""


class Waiting:
    """Who waits, and how each is told."""

    def __init__(self, floor: Floor, clock: Clock) -> None:
        self._floor, self._clock = floor, clock
        self._waits: dict[int, asyncio.Future[Call | None]] = {}
        self._asked: Counter[int] = Counter()
        """How often each desk has asked: whoever asked last is the one to be told of its call."""
        self.closing = False
        floor.hand = self._hand

    def _hand(self, desk: int, call: Call) -> None:
        wait = self._waits.pop(desk, None)
        if wait and not wait.done():
            wait.set_result(call)

    async def next_call(
        self, desk: int, who: str, seconds: float | None, gone: Callable[[], Awaitable[bool]]
    ) -> tuple[Call | None, int]:
        """The desk's next call within so many (wall) seconds, and which of the desk's questions this was.

        ``gone`` returns when the desk does not wait any more: whether there is nobody left to be told of a call.
        """
        self._release(desk, Superseded())
        self._asked[desk] += 1
        question = self._asked[desk]
        call = self._floor.ask(self._clock.now(), who, desk)
        if call is not None or seconds == 0 or self.closing:
            self._floor.stop_asking(desk)
            return call, question
        wait: asyncio.Future[Call | None] = asyncio.get_running_loop().create_future()
        self._waits[desk] = wait
        nobody = await self._either(wait, gone, seconds)
        if self._waits.get(desk) is wait:
            del self._waits[desk]
            self._floor.stop_asking(desk)
        call = wait.result() if wait.done() else None
        if call is not None and nobody and self.offer_again(desk, who, call, question):
            call = None
        return call, question

    async def _either(
        self, wait: asyncio.Future[Call | None], gone: Callable[[], Awaitable[bool]], seconds: float | None
    ) -> bool:
        """Wait for a call, the time, or the desk's leaving; whether there is nobody left."""
        left = asyncio.ensure_future(gone())
        either: set[asyncio.Future[Any]] = {wait, left}
        try:
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return left.done() and left.result()
        finally:
            left.cancel()

    def offer_again(self, desk: int, who: str, call: Call, question: int) -> bool:
        """The desk is gone before it was told of the call, which waits again: whether that may be.

        Not if it has asked anew meanwhile, elsewhere: then it is told there.
        """
        if self._asked[desk] != question:
            return False
        self._floor.give_back(self._clock.now(), who, call)
        return True

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
