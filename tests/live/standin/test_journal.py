"""Rows go to disk many at a time, in their order, and nobody is told before."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text

from simulator.live.standin import database as tables
from simulator.live.standin.book import Entry
from simulator.live.standin.calls import Call
from simulator.live.standin.database import open_database
from simulator.live.standin.journal import Broken, Journal
from simulator.live.standin.numbers import Numbers
from tests.live.standin.servers import SECRET, serving


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    database = open_database(str(tmp_path / "calls.sqlite"))
    yield database.engine
    database.engine.dispose()


def call(count: int) -> Call:
    return Call(count, f"r{count}", None, None, False, None, count)


def rows(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(select(tables.calls.c.id).order_by(tables.calls.c.id)).scalars())


async def begun(engine: Engine, failures: list[BaseException]) -> Journal:
    journal = Journal(engine, Numbers(SECRET), failures.append)
    journal.start()
    return journal


def test_what_is_waited_for_is_on_disk(engine: Engine) -> None:
    async def run() -> None:
        journal = await begun(engine, [])
        journal.keep(call(1))
        waits = journal.on_disk()
        assert waits
        await waits
        assert rows(engine) == [1]
        assert journal.on_disk() is None
        await journal.close()

    asyncio.run(run())


def test_calls_that_come_in_together_go_to_disk_together(engine: Engine) -> None:
    async def run() -> None:
        journal = await begun(engine, [])
        for count in range(100):
            journal.keep(call(count))
            journal.enter(Entry(count, "intake", "ring", call=count))
        await journal.close()
        assert (journal.commits, journal.rows) == (1, 200)

    asyncio.run(run())


def test_while_one_batch_is_written_the_next_gathers(engine: Engine) -> None:
    held, go_on = threading.Event(), threading.Event()

    def hold(_: Any) -> None:
        held.set()
        go_on.wait(10)

    async def run() -> None:
        journal = await begun(engine, [])
        event.listen(engine, "commit", hold)
        journal.keep(call(0))
        await asyncio.to_thread(held.wait, 10)
        for count in range(1, 50):
            journal.keep(call(count))
        waits = journal.on_disk()
        assert waits
        await asyncio.sleep(0.05)
        assert not waits.done()
        go_on.set()
        await waits
        assert journal.commits == 2
        assert rows(engine) == list(range(50))
        await journal.close()

    asyncio.run(run())


def test_a_thing_that_changes_twice_is_written_as_it_is_last(engine: Engine) -> None:
    async def run() -> None:
        journal = await begun(engine, [])
        changing = call(1)
        journal.keep(changing)
        changing.verdict = "prank"
        journal.keep(changing)
        changing.verdict = "never kept"
        await journal.close()
        with engine.connect() as connection:
            assert connection.execute(select(tables.calls.c.verdict)).scalar_one() == "prank"

    asyncio.run(run())


def test_a_commit_that_fails_is_never_acknowledged_nor_is_anything_after(engine: Engine) -> None:
    failures: list[BaseException] = []

    async def run() -> None:
        journal = await begun(engine, failures)
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE siaga_audit"))
        for count in range(2):
            journal.enter(Entry(count, "intake", "ring"))
            waits = journal.on_disk()
            assert waits
            with pytest.raises(Broken):
                await asyncio.wait_for(waits, 10)

    asyncio.run(run())
    assert len(failures) == 1


def test_who_leaves_does_not_cancel_the_commit_of_the_others(engine: Engine) -> None:
    async def run() -> None:
        journal = await begun(engine, [])
        journal.keep(call(1))
        leaves, stays = journal.on_disk(), journal.on_disk()
        assert leaves
        assert stays
        leaves.cancel()
        await stays
        await journal.close()

    asyncio.run(run())
    assert rows(engine) == [1]


def test_a_server_whose_database_fails_acknowledges_nothing(tmp_path: Path) -> None:
    place = tmp_path / "calls.sqlite"
    with serving(database=place) as client:
        assert client.ring("a").status == 201
        with closing(sqlite3.connect(place)) as connection:
            connection.execute("DROP TABLE siaga_calls")
        assert [client.ring(name).status for name in "bc"] == [503, 503]
        assert len(client.failures) == 1


def test_a_database_that_can_not_be_read_is_said_and_is_no_crash(tmp_path: Path) -> None:
    place = tmp_path / "calls.sqlite"
    with serving(database=place) as client:
        with closing(sqlite3.connect(place)) as connection:
            connection.execute("DROP TABLE siaga_tickets")
        said = client.ask("desk", "GET", "/v1/tickets")
        assert (said.status, "no such table" in said.body["detail"]) == (503, True)
        assert client.ring("a").status == 201
