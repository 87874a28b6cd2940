"""The log of a live run: lines of whole numbers, appended as attempts begin and end, folded into Outcomes.

    B call attempt cause number arrival sent                  an attempt began
    E call attempt action rule ending ... (ENDED)             it ended
    F call attempt free                                       its call-taker was free again

Whoever is killed leaves a log that still counts: a line that was cut off is passed over, and an attempt that began and
never ended is ``open``. A line may come twice, or before the line that it follows.
"""

from array import array
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from simulator.tables.calls import Int64
from simulator.tables.exchanges import Exchanges
from simulator.tables.outcomes import Ending, Outcomes

BEGUN = ("call", "attempt", "cause", "number", "arrival", "sent")
ENDED = (
    *("call", "attempt", "action", "rule", "ending", "dismissed", "queued", "answered", "talk_end", "call_taker"),
    *("verdict", "left", "acknowledged", "trouble", "status", "kept"),
)
FREED = ("call", "attempt", "free")
KINDS = {"B": BEGUN, "E": ENDED, "F": FREED}
UNTIL_SAID = {"ending": int(Ending.OPEN), **dict.fromkeys(("action", "dismissed", "trouble", "status"), 0)}
"""What a column holds until a line says otherwise; all others hold -1."""
NOT_SAID = ("why", "handovers", "waited_over")
"""Columns that no live run knows of: 0."""


def line(kind: str, values: Iterable[int]) -> str:
    """A line of the log, its end included."""
    return f"{kind} {' '.join(map(str, values))}\n"


def read_log(path: Path) -> tuple[Outcomes, Exchanges]:
    """What a log says, in the order of arrival."""
    with path.open(encoding="ascii", errors="replace") as lines:
        return folded(lines)


def folded(lines: Iterable[str]) -> tuple[Outcomes, Exchanges]:
    """Lines of a log as tables, one row per attempt that began, sorted by arrival, call and attempt."""
    said = _by_kind(lines)
    begun = said["B"]
    begun = begun[np.lexsort((begun[:, 1], begun[:, 0], begun[:, BEGUN.index("arrival")]))]
    columns = dict(zip(BEGUN, begun.T, strict=True))
    for kind in ("E", "F"):
        columns |= _beside(_key(begun), KINDS[kind], said[kind])
    columns |= {name: np.zeros(len(begun), dtype=np.int64) for name in NOT_SAID}
    outcomes = Outcomes.of(**{name: columns[name] for name in Outcomes.DTYPES})
    return outcomes, Exchanges.of(**{name: columns[name] for name in Exchanges.DTYPES})


def _beside(keys: Int64, names: tuple[str, ...], rows: Int64) -> dict[str, Int64]:
    """What rows say of each of ``keys``, beside it; of those of which none speaks, what holds until then."""
    place = np.searchsorted(of := _key(rows), keys)
    found = place < len(rows)
    found[found] = of[place[found]] == keys[found]
    columns = {}
    for index, name in enumerate(names[2:], start=2):
        columns[name] = np.full(len(keys), UNTIL_SAID.get(name, -1), dtype=np.int64)
        columns[name][found] = rows[place[found], index]
    return columns


def _by_kind(lines: Iterable[str]) -> dict[str, Int64]:
    """Rows of whole numbers of each kind of line, by call and attempt; of those that come twice, the first."""
    numbers = {kind: array("q") for kind in KINDS}
    for text in lines:
        kind, _, rest = text.partition(" ")
        words = rest.split()
        if kind in KINDS and len(words) == len(KINDS[kind]) and text.endswith("\n"):
            _append(numbers[kind], words)
    tables = {kind: np.array(flat, dtype=np.int64).reshape(-1, len(KINDS[kind])) for kind, flat in numbers.items()}
    return {kind: rows[np.unique(_key(rows), return_index=True)[1]] for kind, rows in tables.items()}


def _append(numbers: "array[int]", words: list[str]) -> None:
    try:
        numbers.extend([int(word) for word in words])
    except (ValueError, OverflowError):
        return


def _key(rows: Int64) -> Int64:
    """Call and attempt as one number."""
    return np.asarray((rows[:, 0] << 8) + rows[:, 1])
