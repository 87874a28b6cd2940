"""The server's parts put together: floor, clock, journal, keys, and what was written long ago."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from simulator.live.standin import database as tables
from simulator.live.standin.clock import Anchor, Clock, goes_on
from simulator.live.standin.database import Database
from simulator.live.standin.floor import Floor
from simulator.live.standin.journal import Journal
from simulator.live.standin.keys import Holder, Keys
from simulator.live.standin.numbers import Numbers
from simulator.live.standin.restore import Past, restore
from simulator.live.standin.waiting import Waiting
from simulator.scenario.policy import Policy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a server is started with."""

    policy: Policy
    trunks: int
    speed: float
    database: Database
    numbers: Numbers
    keys: dict[str, Holder]
    on_failure: Callable[[BaseException], None]
    """Told, on the writing thread, that a commit failed."""


class Service:
    """Everything that a request may need. Made where the event loop runs."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.numbers, self.keys = setting.numbers, Keys(setting.keys)
        self.journal = Journal(setting.database.engine, setting.numbers, setting.on_failure)
        self.floor = Floor(setting.trunks, setting.policy, self.journal)
        self.past: Past = restore(setting.database, self.floor, setting.numbers)
        self.clock = _clock(setting, self.past)
        self.known = self.past.references
        """Hashes of every reference that was ever used: one that is not here is new."""
        self.waiting = Waiting(self.floor, self.clock)

        self._reader = ThreadPoolExecutor(1, "reader")
        self.journal.start(self.past.seq, self.past.link)

    async def on_disk(self) -> None:
        """Wait until everything that was decided so far is on disk."""
        last = self.journal.on_disk()
        if last is not None:
            await last

    async def read(self, question: Callable[[Connection], T]) -> T:
        """Ask the database, which first is told all that was decided; on a thread of its own."""
        await self.on_disk()
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._ask, question)

    def _ask(self, question: Callable[[Connection], T]) -> T:
        with self.setting.database.engine.connect() as connection:
            return question(connection)

    async def close(self) -> None:
        """Write what is left, and let go of the database."""
        self.waiting.release_all()
        await self.journal.close()
        self._reader.shutdown()
        self.setting.database.engine.dispose()


def _clock(setting: Setting, past: Past) -> Clock:
    anchor = goes_on(past.anchor, past.latest, setting.speed)
    with setting.database.engine.begin() as connection:
        row: dict[str, Any] = {name: getattr(anchor, name) for name in Anchor.__slots__}
        connection.execute(tables.upsert(tables.anchors, connection.dialect.name), row)
    return Clock(setting.speed, anchor.simulated)
