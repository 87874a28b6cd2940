"""Rows of replications as tables: ``replication``, ``rows`` (attempts), and a column for each named value.

A value is one whole number or a list of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from simulator.tables.parquet import LISTS


def table_of(rows: Sequence[tuple[int, int, Mapping[str, Any]]]) -> pa.Table:
    """A table of number, attempts and values of replications."""
    named = [{"replication": number, "rows": attempts, **values} for number, attempts, values in rows]
    return pa.table({name: _column(name, [row[name] for row in named]) for name in named[0]})


def _column(name: str, values: list[Any]) -> pa.Array:
    # Types are stated, not guessed: of lists that are all empty nobody could guess what they would hold.
    if np.ndim(values[0]) == 0:
        return pa.array(values, pa.int32() if name == "replication" else pa.int64())
    ends = np.cumsum([0, *map(len, values)], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), pa.array(np.concatenate(values).astype(np.int64)), type=LISTS)


def columns_of(table: pa.Table) -> tuple[list[int], dict[str, Any]]:
    """The numbers of the replications of a table, and by name their values. Raises KeyError where it has none."""
    columns = {name: _values(table[name].combine_chunks()) for name in table.column_names if name != "rows"}
    return columns.pop("replication").tolist(), columns


def _values(column: Any) -> Any:
    """Numbers, or lists: as one array where all are as long, which most are."""
    if not pa.types.is_list(column.type):
        return column.to_numpy(zero_copy_only=False)
    ends = column.offsets.to_numpy()
    values, sizes = column.values.to_numpy()[ends[0] : ends[-1]], np.diff(ends)
    if len(sizes) and (sizes == sizes[0]).all():
        return values.reshape(len(sizes), sizes[0])
    return np.split(values, ends[1:-1] - ends[0])
