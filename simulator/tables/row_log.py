"""The log of a live run: lines of whole numbers, appended as attempts begin and end, folded into Outcomes.

    B call attempt cause number arrival sent                  an attempt began
    E call attempt action rule ending ... (ENDED)             it ended
    F call attempt free                                       its call-taker was free again

Whoever is killed leaves a log that still counts: a line that was cut off is passed over, and an attempt that began and
never ended is ``open``. A line may come twice, or before the line that it follows.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from simulator.tables.exchanges import Exchanges
from simulator.tables.outcomes import Ending, Outcomes

BEGUN = ("call", "attempt", "cause", "number", "arrival", "sent")
ENDED = (
    *("call", "attempt", "action", "rule", "ending", "dismissed", "queued", "answered", "talk_end", "call_taker"),
    *("verdict", "left", "acknowledged", "trouble", "status"),
)
FREED = ("call", "attempt", "free")
KINDS = {"B": BEGUN, "E": ENDED, "F": FREED}
UNTIL_SAID = {"action": 0, "dismissed": 0, "why": 0, "handovers": 0, "waited_over": 0, "trouble": 0, "status": 0}
"""What a column holds until a line says otherwise; all others hold -1, and ``ending`` open."""


def line(kind: str, values: Iterable[int]) -> str:
    """A line of the log, its end included."""
    return f"{kind} {' '.join(map(str, values))}\n"


def read_log(path: Path) -> tuple[Outcomes, Exchanges]:
    """What a log says, in the order of arrival."""
    with path.open(encoding="ascii", errors="replace") as lines:
        return folded(lines)


def folded(lines: Iterable[str]) -> tuple[Outcomes, Exchanges]:
    """Lines of a log as tables, one row per attempt that began, sorted by arrival, call and attempt."""
    rows: dict[tuple[int, int], dict[str, int]] = {}
    for names, values in _parsed(lines):
        said = dict(zip(names, values, strict=True))
        rows.setdefault((said["call"], said["attempt"]), {}).update(said)
    begun = [row for row in rows.values() if "arrival" in row]
    begun.sort(key=lambda row: (row["arrival"], row["call"], row["attempt"]))
    columns = {name: _column(name, begun) for name in (*Outcomes.DTYPES, *Exchanges.DTYPES)}
    outcomes = Outcomes.of(**{name: columns[name] for name in Outcomes.DTYPES})
    return outcomes, Exchanges.of(**{name: columns[name] for name in Exchanges.DTYPES})


def _column(name: str, rows: list[dict[str, int]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    otherwise = int(Ending.OPEN) if name == "ending" else UNTIL_SAID.get(name, -1)
    return np.array([row.get(name, otherwise) for row in rows], dtype=np.int64)


def _parsed(lines: Iterable[str]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Names and values of every whole line."""
    for text in lines:
        kind, *words = text.split()[:1] and text.split()
        names = KINDS.get(kind, ())
        if not text.endswith("\n") or len(words) != len(names):
            continue
        try:
            yield names, [int(word) for word in words]
        except ValueError:
            continue
