"""What happened goes to disk: many rows in one commit, and no reply before it (group commit).

Rows are handed over on the event loop and gathered in a batch. One thread writes the batch in one transaction, while
the next one gathers. A commit that fails stops the server: nothing that it would go on to say could be trusted.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Table

from simulator.live.standin import database as tables
from simulator.live.standin.book import Entry
from simulator.live.standin.calls import Call, Desk, Ticket, row_of
from simulator.live.standin.clock import wall
from simulator.live.standin.database import said, upsert
from simulator.live.standin.numbers import Numbers

ORDER = (tables.calls, tables.desks, tables.tickets, tables.listings, tables.audit)
TABLES: dict[type, tuple[Table, str]] = {
    Call: (tables.calls, "id"),
    Desk: (tables.desks, "desk"),
    Ticket: (tables.tickets, "id"),
}
LINE = ("seq", "at", "wall", "who", "what", "call", "desk", "number", "detail")
BEGINNING = b""
"""What the first link of the audit log follows on."""


@dataclass(slots=True)
class Batch:
    """Rows that go to disk together, and the future of everybody who waits for it."""

    done: asyncio.Future[None]
    rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=lambda: {table.name: {} for table in ORDER})
    empty: bool = True


class Broken(Exception):  # noqa: N818  (a state)
    """The journal cannot be written any more."""


class Journal:
    """The `Book` of a floor: keeps what it is told, and says when it is on disk.

    ``on_failure`` is told, on the writing thread, why a commit failed; nothing is acknowledged afterwards.
    """

    def __init__(self, engine: Engine, numbers: Numbers, on_failure: Callable[[BaseException], None]) -> None:
        self._engine, self._numbers, self._on_failure = engine, numbers, on_failure
        self._statements = {
            table.name: table.insert() if table is tables.audit else upsert(table, engine.dialect.name)
            for table in ORDER
        }
        self._loop = asyncio.get_running_loop()
        self._batch = self._new_batch()
        self._in_flight: Batch | None = None
        self._handed: SimpleQueue[Batch | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self.seq, self.link = 0, BEGINNING
        self.commits, self.rows, self.busy_s = 0, 0, 0.0
        """How many transactions and rows there were, and the seconds that they took."""

    def start(self, seq: int = 0, link: bytes = BEGINNING) -> None:
        """Go on behind the last line of the audit log."""
        self.seq, self.link = seq, link
        self._thread.start()

    # -- on the event loop -----------------------------------------------------------------------------------------

    def keep(self, thing: Call | Desk | Ticket) -> None:
        """Write the thing as it is now."""
        table, key = TABLES[type(thing)]
        row = row_of(thing)
        self._put(table, row[key], row)

    def list(self, number: str, at: int, until: int | None) -> None:
        """Write that a supervisor put a number on the list, or took it off."""
        self._put(tables.listings, at, {"at": at, "number": number, "until": until})

    def enter(self, entry: Entry) -> None:
        """Write a line of the audit log, linked to the one before."""
        self.seq += 1
        row: dict[str, Any] = {name: getattr(entry, name) for name in entry.__slots__}
        row["seq"], row["wall"] = self.seq, wall()
        self.link = self._numbers.chained(self.link, line_of(row))
        row["link"] = self.link.hex()
        self._put(tables.audit, self.seq, row)

    def _put(self, table: Table, key: int, row: dict[str, Any]) -> None:
        batch = self._batch
        batch.rows[table.name][key] = row
        if batch.empty:
            batch.empty = False
            if self._in_flight is None:
                # At the end of this turn of the loop: calls that came in together go to disk together.
                self._loop.call_soon(self._hand_over)

    def _hand_over(self) -> None:
        if self._in_flight is None and not self._batch.empty:
            self._in_flight, self._batch = self._batch, self._new_batch()
            self._handed.put(self._in_flight)

    def _new_batch(self) -> Batch:
        return Batch(self._loop.create_future())

    def on_disk(self) -> asyncio.Future[None] | None:
        """What to wait for until all that was kept so far is on disk; None: it is. Nobody's leaving cancels it."""
        last = self._in_flight if self._batch.empty else self._batch
        return asyncio.shield(last.done) if last else None

    def _finished(self, batch: Batch, error: BaseException | None) -> None:
        if error is None:
            self._in_flight = None
            batch.done.set_result(None)
            self._hand_over()
            return
        for each in (batch, self._batch):
            each.done.set_exception(Broken(said(error)))
            each.done.exception()  # seen, even if nobody waits

    async def close(self) -> None:
        """Write what is left, and stop."""
        with suppress(Broken):
            while (last := self.on_disk()) is not None:
                await last
        self._handed.put(None)
        self._thread.join()

    # -- on the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        with self._engine.connect() as connection:
            while batch := self._handed.get():
                error = self._commit(connection, batch)
                if error:
                    self._on_failure(error)
                self._loop.call_soon_threadsafe(self._finished, batch, error)
                if error:
                    return

    def _commit(self, connection: Connection, batch: Batch) -> BaseException | None:
        began = time.perf_counter()
        try:
            for name, rows in batch.rows.items():
                if rows:
                    connection.execute(self._statements[name], list(rows.values()))
                    self.rows += len(rows)
            connection.commit()
        except BaseException as error:
            return error
        self.commits += 1
        self.busy_s += time.perf_counter() - began
        return None


def line_of(row: Mapping[str, Any]) -> bytes:
    """A line of the audit log as its link covers it."""
    return orjson.dumps([row[name] for name in LINE])
