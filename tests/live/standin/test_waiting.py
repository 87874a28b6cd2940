"""A desk that is gone in the very moment in which it is given a call: the call is told to one desk, and to one only."""

import asyncio
from collections.abc import Awaitable, Callable

from simulator.live.standin.calls import Call, State
from simulator.live.standin.clock import Clock
from simulator.live.standin.waiting import Waiting
from tests.live.standin.test_floor import Told

Gone = Callable[[], Awaitable[bool]]


async def stays() -> bool:
    await asyncio.Event().wait()
    return True


def leaving() -> tuple[asyncio.Event, Gone]:
    """A desk that is gone as soon as the event is set."""
    left = asyncio.Event()

    async def gone() -> bool:
        return await left.wait()

    return left, gone


def begun() -> tuple[Told, Waiting]:
    told = Told()
    waiting = Waiting(told.floor, Clock())
    for desk in (1, 2):
        told.floor.sign(0, "desk", desk, on_duty=True)
    return told, waiting


async def soon(waiting: Waiting, desk: int, gone: Gone = stays) -> "asyncio.Task[tuple[Call | None, int]]":
    """A desk that waits."""
    task = asyncio.ensure_future(waiting.next_call(desk, "desk", 10, gone))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task


def test_a_call_that_fell_to_a_desk_just_gone_goes_to_the_next() -> None:
    async def run() -> None:
        told, waiting = begun()
        left, gone = leaving()
        first, second = await soon(waiting, 1, gone), await soon(waiting, 2)
        left.set()
        await asyncio.sleep(0)
        call = told.ring(1)
        assert (await first)[0] is None
        assert (await second)[0] is call
        assert call.desk == 2

    asyncio.run(run())


def test_it_stays_with_the_desk_that_has_asked_anew_elsewhere_before_that_was_noticed() -> None:
    async def run() -> None:
        told, waiting = begun()
        left, gone = leaving()
        first = await soon(waiting, 1, gone)
        call = told.ring(1)
        left.set()
        again, _ = await waiting.next_call(1, "desk", 10, stays)
        await first
        assert again is call
        assert (call.state, call.desk) == (State.ANSWERED, 1)

    asyncio.run(run())


def test_it_stays_with_the_desk_that_asks_anew_while_its_answer_is_written_to_disk() -> None:
    """The connection is found to be gone only when the reply is to be sent; the desk was told over another."""

    async def run() -> None:
        told, waiting = begun()
        first = await soon(waiting, 1)
        call = told.ring(1)
        given, question = await first
        again, _ = await waiting.next_call(1, "desk", 10, stays)
        assert given is again is call
        assert not waiting.offer_again(1, "desk", call, question)
        assert call.desk == 1

    asyncio.run(run())


def test_a_call_that_could_not_be_told_is_offered_again_at_the_head_of_the_queue() -> None:
    async def run() -> None:
        told, waiting = begun()
        first = await soon(waiting, 1)
        call, later = told.ring(1), told.ring(2)
        _, question = await first
        assert waiting.offer_again(1, "desk", call, question)
        assert (call.state, later.state) == (State.QUEUED, State.QUEUED)
        assert (await waiting.next_call(2, "desk", 10, stays))[0] is call

    asyncio.run(run())


def test_a_desk_that_is_let_go_or_whose_time_is_over_waits_no_more() -> None:
    async def run() -> None:
        told, waiting = begun()
        first = await soon(waiting, 1)
        waiting.release(1)
        assert (await first)[0] is None
        assert (await waiting.next_call(1, "desk", 0.01, stays))[0] is None
        assert told.floor.asking == []
        assert told.ring(1).state == State.QUEUED

    asyncio.run(run())
