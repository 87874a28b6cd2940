"""Questions to the database: what is over, lists, the audit log."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from simulator.live.standin import database as tables
from simulator.live.standin.calls import Call, Ticket
from simulator.live.standin.restore import call_of, ticket_of

Question = Callable[[Connection], Any]


def call_by_id(id_: int) -> Callable[[Connection], Call | None]:
    """The call of this id."""
    return lambda connection: _first_call(connection, tables.calls.c.id == id_)


def call_by_reference(reference: str) -> Callable[[Connection], Call | None]:
    """The call of this reference."""
    return lambda connection: _first_call(connection, tables.calls.c.reference == reference)


def _first_call(connection: Connection, which: Any) -> Call | None:
    row = connection.execute(select(tables.calls).where(which)).mappings().first()
    return None if row is None else call_of(row)


def ticket_by_id(id_: int) -> Callable[[Connection], Ticket | None]:
    """The ticket of this id."""

    def ask(connection: Connection) -> Ticket | None:
        row = connection.execute(select(tables.tickets).where(tables.tickets.c.id == id_)).mappings().first()
        return None if row is None else ticket_of(row)

    return ask


def calls(state: str | None, number: str | None, before: int | None, limit: int) -> Callable[[Connection], list[Call]]:
    """Calls in a state, of a (hashed) number, the latest first."""
    c = tables.calls.c
    wanted = _latest(select(tables.calls), c.id, before, limit, (c.state, state), (c.number, number))
    return lambda connection: [call_of(row) for row in connection.execute(wanted).mappings()]


def tickets(
    agency: str | None, state: str | None, before: int | None, limit: int
) -> Callable[[Connection], list[Ticket]]:
    """Tickets of an agency, in a state, the latest first."""
    c = tables.tickets.c
    wanted = _latest(select(tables.tickets), c.id, before, limit, (c.agency, agency), (c.state, state))
    return lambda connection: [ticket_of(row) for row in connection.execute(wanted).mappings()]


def audit(
    call: int | None, number: str | None, before: int | None, limit: int
) -> Callable[[Connection], list[dict[str, Any]]]:
    """Lines of the audit log, of a call or of a (hashed) number, the latest first."""
    c = tables.audit.c
    wanted = _latest(select(tables.audit), c.seq, before, limit, (c.call, call), (c.number, number))
    return lambda connection: [{str(name): row[name] for name in row} for row in connection.execute(wanted).mappings()]


def _latest(statement: Any, key: Any, before: int | None, limit: int, *equal: tuple[Any, Any]) -> Any:
    for column, value in equal:
        if value is not None:
            statement = statement.where(column == value)
    if before is not None:
        statement = statement.where(key < before)
    return statement.order_by(key.desc()).limit(limit)
