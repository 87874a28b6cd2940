"""A server goes on where it was: what is on disk becomes the floor again.

Things that are not over are read as they are. What the blocklist holds against numbers is not on disk at all: it is
what the policy makes of the calls, verdicts and listings that are, told to it again in their order. So a policy that
is new to a database finds the past as if it had always been in force.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Any

from sqlalchemy import Connection, Table, func, select

from simulator.live.standin import database as tables
from simulator.live.standin.calls import LIVE, Call, Desk, State, Ticket, TicketState, key_of
from simulator.live.standin.clock import Anchor
from simulator.live.standin.database import Database
from simulator.live.standin.floor import Floor
from simulator.live.standin.journal import BEGINNING, line_of
from simulator.live.standin.numbers import Numbers
from simulator.live.standin.watch import Watch
from simulator.scenario.errors import BadInput, Fault

AT_ONCE = 5_000
"""Rows that are read at once."""
Step = tuple[int, int, str, Any]
"""When, which of one instant first, what, and the row."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was on disk: where the audit log ends, the last anchor of the clock, and the last moment."""

    seq: int
    link: bytes
    broken_at: int | None
    """The first line of the audit log that is not linked to the one before: somebody has changed it."""
    anchor: Anchor | None
    latest: int
    references: set[int]


def check_secret(connection: Connection, numbers: Numbers, place: str) -> None:
    """A database is gone on with under the secret that it was begun with. Raises BadInput."""
    known = connection.execute(select(tables.about.c.value).where(tables.about.c.key == "secret")).scalar_one_or_none()
    if known is None:
        connection.execute(tables.about.insert(), {"key": "secret", "value": numbers.fingerprint})
    elif known != numbers.fingerprint:
        raise BadInput([Fault(f"the secret that {place} was begun with", "another one", "--database")])


def restore(database: Database, floor: Floor, numbers: Numbers) -> Past:
    """Fill the floor from the database."""
    with database.engine.begin() as connection:
        check_secret(connection, numbers, database.place)
        _take_up(connection, floor)
        if floor.policy.rules or _any(connection, tables.listings):
            tell_again(floor.watch, connection)
        seq, link, broken_at = _audit(connection, numbers)
        return Past(seq, link, broken_at, _anchor(connection), _latest(connection), _references(connection))


def _take_up(connection: Connection, floor: Floor) -> None:
    calls, desks, tickets = tables.calls, tables.desks, tables.tickets
    live = select(calls).where(calls.c.state.in_(sorted(LIVE))).order_by(calls.c.queued, calls.c.id)
    open_ = select(tickets).where(tickets.c.state != TicketState.CLOSED)
    last = tuple(connection.execute(select(func.coalesce(func.max(t.c.id), 0))).scalar_one() for t in (calls, tickets))
    floor.go_on(
        [call_of(row) for row in connection.execute(live).mappings()],
        [Desk(**row) for row in connection.execute(select(desks)).mappings()],
        [ticket_of(row) for row in connection.execute(open_).mappings()],
        (last[0], last[1]),
    )


def call_of(row: Any) -> Call:
    """A call from its row."""
    return Call(**{**row, "state": State(row["state"])})


def ticket_of(row: Any) -> Ticket:
    """A ticket from its row."""
    return Ticket(**{**row, "state": TicketState(row["state"])})


def tell_again(watch: Watch, connection: Connection) -> None:
    """Tell the blocklist of every call, verdict and listing in their order."""
    for now, _, what, row in merge(
        _rings(connection), _verdicts(connection), _listings(connection), key=lambda s: s[:2]
    ):
        if what == "ring":
            watch.rings(key_of(row.number), now)
        elif what == "verdict":
            watch.judged(key_of(row.number), row.verdict, now, now - row.answered)
        elif row.until == row.at:
            watch.take_off(key_of(row.number), now)
        else:
            watch.put(key_of(row.number), row.until, now)


def _rings(connection: Connection) -> Iterator[Step]:
    calls = tables.calls
    found = select(calls.c.arrived, calls.c.number).where(~calls.c.passed_back).order_by(calls.c.arrived)
    return ((row.arrived, 1, "ring", row) for row in _read(connection, found))


def _verdicts(connection: Connection) -> Iterator[Step]:
    calls = tables.calls
    found = select(calls.c.ended, calls.c.answered, calls.c.number, calls.c.verdict).where(calls.c.verdict.is_not(None))
    return ((row.ended, 0, "verdict", row) for row in _read(connection, found.order_by(calls.c.ended)))


def _listings(connection: Connection) -> Iterator[Step]:
    return (
        (row.at, 2, "listing", row) for row in _read(connection, select(tables.listings).order_by(tables.listings.c.at))
    )


def _read(connection: Connection, statement: Any) -> Iterator[Any]:
    return iter(connection.execute(statement, execution_options={"yield_per": AT_ONCE}))


def _any(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None


def _audit(connection: Connection, numbers: Numbers) -> tuple[int, bytes, int | None]:
    """The number and link of the last line, and the first that does not follow on the one before."""
    seq, link, broken_at = 0, BEGINNING, None
    for row in _read(connection, select(tables.audit).order_by(tables.audit.c.seq)):
        right = numbers.chained(link, line_of(row._mapping))
        if broken_at is None and (row.seq != seq + 1 or right.hex() != row.link):
            broken_at = row.seq
        seq, link = row.seq, bytes.fromhex(row.link)
    return seq, link, broken_at


def _anchor(connection: Connection) -> Anchor | None:
    row = connection.execute(select(tables.anchors).order_by(tables.anchors.c.simulated.desc()).limit(1)).first()
    return None if row is None else Anchor(row.wall, row.simulated, row.speed)


def _latest(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(tables.audit.c.at), 0))).scalar_one())


def _references(connection: Connection) -> set[int]:
    """The references in use, as `Service.known` keeps them."""
    return {hash(reference) for (reference,) in _read(connection, select(tables.calls.c.reference))}
