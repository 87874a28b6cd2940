"""The tables on disk, in SQLite or PostgreSQL, and how a database is opened.

Rows of ``calls``, ``desks`` and ``tickets`` are things as they are now; ``listings`` and ``audit`` only grow. Times are
simulated microseconds.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from simulator.scenario.errors import BadInput, Fault, quoted

VERSION = "siaga-standin 1"
LOCK = 0x51A6A112
"""What two servers on one PostgreSQL database contend for."""
SETTINGS_OF_SQLITE = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "secure_delete=ON")
"""WAL: readers do not wait for the writer; FULL: a commit is on disk; what is forgotten is overwritten."""

META = MetaData()
about = Table("siaga_about", META, Column("key", String, primary_key=True), Column("value", String, nullable=False))
anchors = Table(
    "siaga_anchors",
    META,
    Column("wall", BigInteger, primary_key=True, autoincrement=False),
    Column("simulated", BigInteger, nullable=False),
    Column("speed", Float, nullable=False),
)
calls = Table(
    "siaga_calls",
    META,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("reference", String(64), nullable=False),
    Column("number", String(16)),
    Column("shown", String(16)),
    Column("passed_back", Boolean, nullable=False),
    Column("place", String(500)),
    Column("arrived", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("rule", Integer),
    Column("position", Integer, nullable=False),
    Column("after", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("queued", BigInteger),
    Column("answered", BigInteger),
    Column("ended", BigInteger),
    Column("desk", Integer),
    Column("verdict", String(16)),
    Column("agency", String(32)),
    Column("ticket", BigInteger),
    Index("siaga_calls_reference", "reference", unique=True),
)
desks = Table(
    "siaga_desks",
    META,
    Column("desk", Integer, primary_key=True, autoincrement=False),
    Column("on_duty", Boolean, nullable=False),
    Column("since", BigInteger),
    Column("in_hand", BigInteger),
)
tickets = Table(
    "siaga_tickets",
    META,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("call", BigInteger, nullable=False),
    Column("agency", String(32), nullable=False),
    Column("shown", String(16)),
    Column("place", String(500)),
    Column("opened", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("accepted", BigInteger),
    Column("closed", BigInteger),
)
listings = Table(
    "siaga_listings",
    META,
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("number", String(16), nullable=False),
    Column("until", BigInteger),
)
audit = Table(
    "siaga_audit",
    META,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("wall", BigInteger, nullable=False),
    Column("who", String(40), nullable=False),
    Column("what", String(20), nullable=False),
    Column("call", BigInteger),
    Column("desk", Integer),
    Column("number", String(16)),
    Column("detail", String(200), nullable=False),
    Column("link", String(32), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: ``engine`` for whoever reads or writes, ``place`` to say where, ``file`` of SQLite's."""

    engine: Engine
    place: str
    file: Path | None

    @property
    def secret_file(self) -> Path | None:
        """Where the secret stands beside it."""
        return self.file and self.file.with_name(self.file.name + ".secret")


def upsert(table: Table, dialect: str) -> Any:
    """The statement that writes a whole row, whether it is there already or not."""
    keys = [column.name for column in table.primary_key]
    make: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(table)
    new = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


def open_database(given: str) -> Database:
    """The database of a URL, or of a file's name (SQLite), made if it is not there. Raises BadInput."""
    if not is_utf8(given):
        raise BadInput([Fault("a name in UTF-8", quoted(given), "--database")])
    url = _url(given)
    file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    if file is not None and not (url.database and file.parent.is_dir()):
        raise BadInput([Fault("a file in a folder that exists", quoted(given), "--database")])
    engine = create_engine(url, pool_size=3, hide_parameters=True)
    if file is not None:
        event.listen(engine, "connect", _set_up_sqlite)
    try:
        with engine.begin() as connection:
            _make_or_check(connection, given)
    except SQLAlchemyError as error:
        engine.dispose()
        raise BadInput(
            [Fault("a database that can be used", f"{_without_password(url)}: {said(error)}", "--database")]
        ) from None
    return Database(engine, str(file) if file else _without_password(url), file)


def is_utf8(text: str) -> bool:
    """Whether a text of the command line was UTF-8."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _url(given: str) -> URL:
    try:
        url = make_url(given if "://" in given else f"sqlite:///{given}")
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError):
        url = None
    if url is None or url.get_backend_name() not in {"sqlite", "postgresql"}:
        wanted = "a file's name, sqlite:///FILE or postgresql://USER@HOST/NAME"
        raise BadInput([Fault(wanted, quoted(given), "--database")])
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url


def _without_password(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def said(error: BaseException) -> str:
    """The first line of what a database complains of."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _set_up_sqlite(connection: Any, _: Any) -> None:
    for setting in SETTINGS_OF_SQLITE:
        connection.execute(f"PRAGMA {setting}")


def _make_or_check(connection: Connection, given: str) -> None:
    """A new database gets its tables; another's, or one of another version, is left alone."""
    there = set(inspect(connection).get_table_names())
    if about.name not in there:
        if (there and connection.dialect.name == "sqlite") or there & set(META.tables):
            raise BadInput(
                [
                    Fault(
                        "an empty database, or one of siaga serve", f"{given}, which holds others' tables", "--database"
                    )
                ]
            )
        META.create_all(connection)
        connection.execute(about.insert(), {"key": "version", "value": VERSION})
        return
    version = connection.execute(about.select().where(about.c.key == "version")).scalar_one_or_none()
    row = connection.execute(about.select().where(about.c.key == "version")).first()
    if version is None or row is None or row.value != VERSION:
        raise BadInput(
            [Fault(f"a database of {VERSION}", f"{given}, of {row.value if row else 'another'}", "--database")]
        )


@contextmanager
def take_alone(database: Database) -> Iterator[None]:
    """Hold the database against a second server meanwhile. Raises BadInput where another has it."""
    if database.file is None:
        with database.engine.connect() as connection:
            free = connection.execute(text(f"SELECT pg_try_advisory_lock({LOCK})")).scalar_one()
            connection.commit()
            _only_if(free, database)
            yield
    else:
        with database.file.with_name(database.file.name + ".lock").open("w") as file:
            _only_if(_locked(file), database)
            yield


def _only_if(free: bool, database: Database) -> None:
    if not free:
        raise BadInput([Fault("a database that no other server has open", database.place, "--database")])


def _locked(file: Any) -> bool:
    if os.name != "posix":
        return True
    import fcntl  # noqa: PLC0415  (not everywhere)

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
