"""Recorded calls: a CSV table becomes Calls, so that a real log goes through the floor."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from simulator.demand.recorded import ids_of, recorded_calls
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.mend import mend_number, nearest
from simulator.scenario.policy import INTENTS
from simulator.scenario.units import NEVER, SECOND
from simulator.tables.calls import Calls, Int64
from simulator.tables.outcomes import REDIAL_BITS

Parser = Callable[[str], Any]
LONGEST_S = Decimal(3_155_760_000)
_SECONDS = re.compile(r"[+-]?([0-9]{1,40}([.][0-9]{0,40})?|[.][0-9]{1,40})([eE][+-]?[0-9]{1,3})?")
MOST_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Trace:
    """Recorded calls as Calls, and how to find the way back to the file."""

    calls: Calls
    order: Int64
    """Position in the file, counted from 0, of each call (calls are sorted by arrival, ties as in the file)."""
    numbers: tuple[str, ...]
    """The numbers as written, by their index in Calls."""
    origin: int
    """The first arrival as written, microseconds: Calls count from it (a log's seconds may count from 1970)."""
    warnings: tuple[str, ...]


def seconds(text: str) -> int:
    """Microseconds of decimal seconds such as ``12.5``; ValueError says what is wanted."""
    value = Decimal(text) if _SECONDS.fullmatch(text) else Decimal(-1)
    if value < 0:
        raise ValueError("seconds as a decimal number, zero or more, such as 12.5")
    if value > LONGEST_S:
        raise ValueError(f"at most {LONGEST_S} seconds, a hundred years; count them from a moment near the first call")
    return int((value * SECOND).to_integral_value())


def _intent(text: str) -> int:
    if text not in INTENTS:
        raise ValueError("one of " + ", ".join(INTENTS))
    return INTENTS.index(text)


def _attempts(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= MOST_ATTEMPTS:
        raise ValueError(f"a whole number from 1 to {MOST_ATTEMPTS}, the first attempt included")
    return int(text)


def _endings(text: str) -> int:
    names = text.replace(";", " ").split()
    if not all(name in REDIAL_BITS for name in names):
        raise ValueError("endings out of " + ", ".join(REDIAL_BITS) + ", with ; between them")
    return sum(1 << REDIAL_BITS[name] for name in set(names))


ALL_ENDINGS = sum(1 << bit for bit in REDIAL_BITS.values())
REQUIRED: dict[str, Parser] = {"arrival_s": seconds, "handling_s": seconds}
OPTIONAL: dict[str, tuple[Parser, Any]] = {
    "patience_s": (seconds, NEVER),
    "number": (str, ""),
    "intent": (_intent, 0),
    "wrap_up_s": (seconds, 0),
    "verdict": (_intent, -1),
    "person": (str, ""),
    "incident": (str, ""),
    "accept_s": (seconds, 0),
    "attempts": (_attempts, 1),
    "redial_after": (_endings, ALL_ENDINGS),
    "redial_delay_s": (seconds, 0),
}
"""Columns that may be missing or empty: how a cell is read, and what an empty one means."""


def read_trace(path: Path) -> Trace:
    """The calls of a CSV file: columns REQUIRED, and those of OPTIONAL that it has.

    Handling counts as talk. Without a column for it: patience never ends, the number is withheld, the call genuine,
    wrap-up 0, the verdict the intent, the person the number, no redials. Raises BadInput with file and line.
    """
    faults: list[Fault] = []
    header: list[str] = []
    rows = list(_rows(path, header, faults))
    if not (rows or faults):
        faults.append(Fault("a line for each call", "none", file=str(path), line=2))
    if faults:
        raise BadInput(faults)
    order = np.argsort([row["arrival_s"] for row in rows], kind="stable")
    extra = [name for name in header if name and name not in REQUIRED and name not in OPTIONAL]
    warnings = (f"{path}: columns not used: {', '.join(extra)}",) if extra else ()
    return _trace([rows[index] for index in order], order, warnings)


def _rows(path: Path, header: list[str], faults: list[Fault]) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(StringIO(_text(path), newline=""), strict=True)
    try:
        header += [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = header
        _check_header(path, header)
        for record in reader:
            yield _row(path, reader.line_num, record, faults)
    except csv.Error as error:
        raise BadInput([Fault("a CSV file", str(error), file=str(path), line=reader.reader.line_num)]) from error


def _text(path: Path) -> str:
    wanted = "a CSV file in UTF-8 with the columns " + ", ".join(REQUIRED)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        given, hint = f"the byte 0x{error.object[error.start]:02x}", "save the file as UTF-8"
        raise BadInput([Fault(wanted, given, file=str(path), line=line, hint=hint)]) from error
    except OSError as error:
        raise BadInput([Fault(wanted, error.strerror or str(error), file=str(path))]) from error


def _check_header(path: Path, header: list[str]) -> None:
    wanted = f"the columns {', '.join(REQUIRED)}, and if you have them {', '.join(OPTIONAL)}"
    hint = "put commas between the columns" if len(header) == 1 and re.search("[;\t]", header[0]) else ""
    faults = [
        Fault(wanted, f"no column {name}", file=str(path), line=1, hint=hint) for name in REQUIRED if name not in header
    ]
    faults += [
        Fault("one", f"two columns {name}", file=str(path), line=1)
        for name in (*REQUIRED, *OPTIONAL)
        if header.count(name) > 1
    ]
    # A column that is passed over because of a slip would be taken as missing, and callers wait for ever.
    for name in header:
        meant = nearest(name, {*REQUIRED, *OPTIONAL} - {*header}, cutoff=0.8)
        if name not in REQUIRED and name not in OPTIONAL and meant:
            faults.append(
                Fault("a known column, or quite another name", f"column {name}", "", str(path), 1, hint=meant)
            )
    if faults:
        raise BadInput(faults)


def _row(path: Path, line: int, record: dict[Any, Any], faults: list[Fault]) -> dict[str, Any]:
    """One call, cell by cell; what can not be read is added to ``faults``."""
    if None in record or None in record.values():
        cells = sum(cell is not None for name, cell in record.items() if name is not None) + len(record.get(None, ()))
        wanted = f"{len(record) - (None in record)}, as many as the header has"
        faults.append(Fault(wanted, f"{cells} cells", file=str(path), line=line))
    row = {}
    for name, parse in (*REQUIRED.items(), *((name, parse) for name, (parse, _) in OPTIONAL.items())):
        text = (record.get(name) or "").strip()
        if not text and name in OPTIONAL:
            row[name] = OPTIONAL[name][1]
            continue
        try:
            row[name] = parse(text)
        except ValueError as error:
            given = quoted(text) if text else "nothing"
            faults.append(Fault(str(error), given, name, str(path), line, hint=_mend(text)))
    return row


def _mend(text: str) -> str:
    """What was most likely meant by a cell that can not be read."""
    if found := re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", text):
        hours, minutes, rest = (int(part or 0) for part in found.groups())
        return f"count the seconds: {3600 * hours + 60 * minutes + rest} from midnight"
    return mend_number(text) or nearest(text, (*INTENTS, *REDIAL_BITS))


def _trace(rows: list[dict[str, Any]], order: Int64, warnings: tuple[str, ...]) -> Trace:
    columns = {name: [row[name] for row in rows] for name in (*REQUIRED, *OPTIONAL)}
    origin = columns["arrival_s"][0]
    columns["arrival_s"] = [arrival - origin for arrival in columns["arrival_s"]]
    number, numbers = ids_of(columns["number"], order)
    return Trace(recorded_calls(columns, number, len(numbers), order), order, numbers, origin, warnings)
