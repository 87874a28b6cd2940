"""Calls and Outcomes as Parquet: durations in microseconds, what a column means beside it, the same bytes each time."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.tables.calls import Calls
from simulator.tables.exchanges import Exchanges
from simulator.tables.outcomes import Outcomes

CALL_SCALARS = ("groups", "extras", "persons", "numbers", "incidents", "length", "clock")
CALL_LISTS = ("attempts", "sims", "first_number", "listed", "listed_until")
ROW_GROUP = 2**20
LISTS = pa.list_(pa.field("element", pa.int64()))
"""Lists of whole numbers, their parts named as a file read back names them: else the same rows would be other bytes."""
_DURATIONS = {
    *("arrival", "patience", "talk", "duplicate", "wrap", "accept", "redial_delay"),
    *("queued", "answered", "talk_end", "free", "waited_over", "left", "sent", "acknowledged"),
}


def outcomes_table(runs: Sequence[tuple[int, Outcomes]]) -> pa.Table:
    """One table of several replications' outcomes, with a column ``replication`` ahead."""
    columns = {"replication": _repeated([(number, len(outcomes)) for number, outcomes in runs])}
    for name in Outcomes.DTYPES:
        columns[name] = _column(name, np.concatenate([getattr(outcomes, name) for _, outcomes in runs]))
    return _described(columns, Outcomes)


def outcomes_from(table: pa.Table) -> list[tuple[int, Outcomes]]:
    """Replications and their outcomes, as `outcomes_table` wrote them."""
    arrays = {name: _array(table[name], dtype) for name, dtype in Outcomes.DTYPES.items()}
    return [
        (number, Outcomes.of(**{name: array[rows] for name, array in arrays.items()}))
        for number, rows in parts_of(table)
    ]


def calls_table(runs: Sequence[tuple[int, Calls]]) -> pa.Table:
    """One table of several replications' calls: a row a first attempt, then the book with the call's columns empty.

    What has one value a group or a replication stands in the schema's metadata, key ``replications``, as JSON.
    """
    sizes = [(number, len(calls.talk)) for number, calls in runs]
    columns = {"replication": _repeated(sizes)}
    for name in Calls.CALL_COLUMNS:
        columns[name] = pa.chunked_array([_padded(name, getattr(calls, name), len(calls.talk)) for _, calls in runs])
    for name in Calls.ATTEMPT_COLUMNS:
        columns[name] = _column(name, np.concatenate([getattr(calls, name) for _, calls in runs]))
    about = {str(number): _scalars(calls) for number, calls in runs}
    return _described(columns, Calls, {"replications": json.dumps(about, sort_keys=True)})


def calls_from(table: pa.Table) -> list[tuple[int, Calls]]:
    """Replications and their calls, as `calls_table` wrote them."""
    about = json.loads(table.schema.metadata[b"replications"])
    found = []
    for number, rows in parts_of(table):
        part = table.slice(rows.start, rows.stop - rows.start)
        calls = part.filter(part["arrival"].is_valid())
        scalars = about[str(number)] | {name: tuple(about[str(number)][name]) for name in ("groups", "extras")}
        by_call = {name: _array(calls[name], Calls.DTYPES[name]) for name in Calls.CALL_COLUMNS}
        by_attempt = {name: _array(part[name], Calls.DTYPES[name]) for name in Calls.ATTEMPT_COLUMNS}
        found.append((number, Calls.of(**by_call, **by_attempt, **scalars)))
    return found


def exchanges_table(exchanges: Exchanges) -> pa.Table:
    """What a live API said to each attempt, in the rows of its outcomes."""
    return _described({name: _column(name, column) for name, column in exchanges.columns().items()}, Exchanges)


def concatenated(pieces: Sequence[pa.Table]) -> pa.Table:
    """Pieces of tables as one, with what their schemas say of the replications in them put together."""
    about: dict[str, Any] = {}
    metadata = dict(pieces[0].schema.metadata or {})
    for said in {(piece.schema.metadata or {}).get(b"replications", b"{}") for piece in pieces}:
        about |= json.loads(said)
    if about:
        kept = {str(number) for piece in pieces for number, _ in parts_of(piece)}
        about = {number: said for number, said in about.items() if number in kept}
        metadata[b"replications"] = json.dumps(about, sort_keys=True).encode()
    bare = [piece.replace_schema_metadata(None) for piece in pieces]
    return pa.concat_tables(bare).replace_schema_metadata(metadata).combine_chunks()


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A file to read; what of it is damaged is found out when it is read.

    Arrow gets an open file, here and below: it would take ``run12:30/calls.parquet`` for the address of a service, and
    cannot open a path that is no UTF-8.
    """
    with path.open("rb") as file, pq.ParquetFile(file, page_checksum_verification=True) as found:
        yield found


def read(path: Path, columns: list[str] | None = None) -> pa.Table:
    """A file, or some columns of it; raises KeyError where it has no such column."""
    with opened(path) as file:
        table = file.read(columns=columns)
    return table if columns is None else table.select(columns)


def slices(file: pq.ParquetFile, rows: Sequence[slice]) -> Iterator[pa.Table]:
    """These rows of a file, ascending; no more than one row group of it is in memory at once."""
    begin, group, table = 0, -1, None
    for each in rows:
        start = each.start
        while start < each.stop:
            while table is None or start >= begin + table.num_rows:
                begin += 0 if table is None else table.num_rows
                group += 1
                table = file.read_row_group(group)
            stop = min(each.stop, begin + table.num_rows)
            yield table.slice(start - begin, stop - start)
            start = stop


def regrouped(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """The rows of these tables, ``size`` at a time."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        while sum(each.num_rows for each in waiting) >= size:
            together = pa.concat_tables(waiting)
            yield together.slice(0, size).combine_chunks()
            waiting = [together.slice(size)]
    if sum(each.num_rows for each in waiting):
        yield pa.concat_tables(waiting).combine_chunks()


def write(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet, zstd, floats and integers split by byte where that packs better."""
    with path.open("wb") as file:
        pq.write_table(table, file, row_group_size=ROW_GROUP, **_packing(table.schema))


def write_each(tables: Iterable[pa.Table], path: Path) -> None:
    """Write tables of one schema as the row groups of one Parquet file; there must be one."""
    first, *_ = head = list(islice(tables := iter(tables), 1))
    with path.open("wb") as file, pq.ParquetWriter(file, first.schema, **_packing(first.schema)) as writer:
        for table in chain(head, tables):
            writer.write_table(table, row_group_size=max(table.num_rows, 1))


def _packing(schema: pa.Schema) -> dict[str, Any]:
    wide = [field.name for field in schema if not pa.types.is_nested(field.type) and field.type.bit_width >= 32]
    narrow = [field.name for field in schema if field.name not in wide]
    return {
        "compression": "zstd",
        "use_dictionary": narrow,
        "use_byte_stream_split": wide,
        # so that a damaged file is noticed, and does not give wrong numbers
        "write_page_checksum": True,
    }


def _scalars(calls: Calls) -> dict[str, Any]:
    lists = {name: getattr(calls, name).tolist() for name in CALL_LISTS}
    return lists | {name: getattr(calls, name) for name in CALL_SCALARS}


def _repeated(sizes: list[tuple[int, int]]) -> pa.Array:
    return pa.array(np.repeat([n for n, _ in sizes], [size for _, size in sizes]).astype(np.int32))


def _column(name: str, array: np.ndarray[Any, Any]) -> pa.Array:
    return pa.array(array.view("timedelta64[us]") if name in _DURATIONS else array)


def _padded(name: str, array: np.ndarray[Any, Any], size: int) -> pa.Array:
    filled = np.concatenate([array, np.zeros(size - len(array), dtype=array.dtype)])
    absent = np.arange(size) >= len(array)
    return pa.array(filled.view("timedelta64[us]") if name in _DURATIONS else filled, mask=absent)


def _array(column: pa.ChunkedArray, dtype: str) -> np.ndarray[Any, Any]:
    array = column.to_numpy()
    whole: np.ndarray[Any, Any] = array.view("int64") if array.dtype.kind == "m" else array
    return whole.astype(dtype)


def parts_of(table: pa.Table) -> list[tuple[int, slice]]:
    """The replications of a table and the rows of each."""
    replication = table["replication"].to_numpy()
    starts = np.flatnonzero(np.diff(replication, prepend=-1)).tolist()
    return [(int(replication[a]), slice(a, b)) for a, b in pairwise([*starts, len(replication)])]


def _described(columns: dict[str, Any], of: type, metadata: dict[str, str] | None = None) -> pa.Table:
    """A table whose columns carry their unit, and whose metadata tell what each column means."""
    fields = [
        pa.field(name, column.type, metadata={"unit": "us"} if name in _DURATIONS else None)
        for name, column in columns.items()
    ]
    about = {"columns": of.__doc__ or "", **(metadata or {})}
    return pa.table(columns, schema=pa.schema(fields, metadata=about))
