"""Counts as rows of replications.parquet, and back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from simulator.metrics.counts import Counts, from_rows, to_row
from simulator.metrics.paired import Paired
from simulator.tables.parquet import LISTS

ALONE = ("replication", "rows", "length")
"""Columns of one number a row; the others hold a list of whole numbers each."""
"""Said rather than guessed: of lists that are all empty nobody could guess what they would hold. Parquet's own name for
what is in a list, so that a table that was read is written again as the same bytes."""


PAIRED = "paired"


@dataclass(frozen=True, slots=True)
class Sums:
    """What is kept of one replication of one design: its sums and, where designs are compared, its paired numbers."""

    counts: Counts
    paired: Paired = ()

    def row(self) -> dict[str, Any]:
        """As one flat row."""
        return to_row(self.counts) | ({PAIRED: np.array(self.paired, dtype=np.int64)} if self.paired else {})


def sums_table(replications: Sequence[tuple[int, int, Sums]]) -> pa.Table:
    """Number, attempts and sums of replications, a row each."""
    rows = [{"replication": n, "rows": attempts, **sums.row()} for n, attempts, sums in replications]
    return pa.table({name: _column(name, [row[name] for row in rows]) for name in rows[0]})


def _column(name: str, values: list[Any]) -> pa.Array:
    if name in ALONE:
        return pa.array(values, pa.int32() if name == "replication" else pa.int64())
    ends = np.cumsum([0, *map(len, values)], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), pa.array(np.concatenate(values).astype(np.int64)), type=LISTS)


def sums_from(tables: Iterable[pa.Table]) -> Iterator[tuple[int, Sums]]:
    """Number and sums of each replication."""
    for table in tables:
        columns = {name: _values(name, table[name].combine_chunks()) for name in table.column_names if name != "rows"}
        numbers = columns.pop("replication")
        paired = columns.pop(PAIRED, [()] * len(numbers))
        for number, counts, pairs in zip(numbers, from_rows(columns), paired, strict=True):
            yield int(number), Sums(counts, tuple(map(int, pairs)))


def _values(name: str, column: Any) -> Any:
    """Numbers, or lists: as one array where all are as long, which most are."""
    if name in ALONE:
        return column.to_numpy(zero_copy_only=False)
    ends = column.offsets.to_numpy()
    values, sizes = column.values.to_numpy()[ends[0] : ends[-1]], np.diff(ends)
    if len(sizes) and (sizes == sizes[0]).all():
        return values.reshape(len(sizes), sizes[0])
    return np.split(values, ends[1:-1] - ends[0])
