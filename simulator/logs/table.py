"""A table of text with a header: its columns by distinct text, since most texts of a log occur many times.

Spreadsheets write more shapes of CSV than one: a first line ``sep=;``, semicolons or tabs, empty lines or rows of
separators before, between and behind the rows. All of these say plainly what is meant; they are read, and told.
"""

import csv
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import numpy as np

from simulator.logs.conventions import LINES_NAMED, Remark
from simulator.logs.source import lines_of
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.fixes import nearest
from simulator.tables.calls import Bool, Int64

MOST_ROWS = 2_000_000
"""Most rows of a log."""
MOST_FAULTS = 1_000
"""After how many faults of a kind no more are looked for."""
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
BLOCK = 10_000
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?[\s,;|]*', re.IGNORECASE)
_EMPTY_LINE = re.compile(r'[\s,;|"\ufeff]*')
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
_EXCEL_TEXT = re.compile(r'=?"([^"]*)"')


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """The cells of a column: ``texts`` each distinct one once, as in the file, ``codes`` which of them each row has."""

    texts: list[str]
    codes: Int64

    def of_each(self, values: Sequence[int] | Int64) -> Int64:
        """Of each row the value of its text."""
        return np.asarray(values, dtype=np.int64)[self.codes]

    def rows(self, chosen: Iterable[bool]) -> Bool:
        """Whether each row has one of the texts chosen."""
        return np.fromiter(chosen, dtype=np.bool_, count=len(self.texts))[self.codes]


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """A table as it stands in a file."""

    columns: dict[str, Column]
    """Columns asked for that the file has."""
    lines: Int64
    """The line on which each row ends."""
    unused: tuple[str, ...]
    """Names of other columns."""
    remarks: tuple[Remark, ...]
    faults: tuple[Fault, ...]
    """Rows with more or fewer cells than the header."""


class _Texts(dict[str, int]):
    """Texts, numbered as they are first asked for."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


def plain(text: str) -> str:
    """A cell without what nobody sees or types: blanks around it, invisible characters, a spreadsheet's quoting.

    A spreadsheet is told that a number is text by a ' in front or by ``="0812..."``.
    """
    text = text.strip()
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", text).strip()
    if text[:1] in ("=", '"', "'"):
        in_quotes = _EXCEL_TEXT.fullmatch(text)
        text = in_quotes[1].strip() if in_quotes else text.removeprefix("'").strip()
    return text


def read_table(path: Path, required: Sequence[str], optional: Sequence[str]) -> Table:
    """The columns of a CSV file with a header; raises BadInput where it has not those required, or is no CSV."""
    wanted = f"a CSV file in UTF-8 with the columns {', '.join(required)}"
    lines = lines_of(path, wanted)
    remarks: list[Remark] = []
    empty: list[int] = []
    first, at, separator = _first_line(lines, required, empty)
    if separator != ",":
        text = f"columns are divided by {SEPARATORS.get(separator, repr(separator))}"
        remarks.append(Remark("", text, 0, (), warning=False))
    reader = csv.reader(chain([first], lines), delimiter=separator, strict=True)
    try:
        header = [plain(name) for name in next(reader, [])]
        _check_header(path, at, header, required, optional, reader)
        columns, ends, faults = _cells(path, reader, at - 1, header, {*required, *optional}, empty)
    except csv.Error as error:
        raise BadInput([Fault(wanted, str(error), file=str(path), line=reader.line_num + at - 1)]) from error
    if empty:
        named = tuple(empty[:LINES_NAMED])
        remarks.append(Remark("", "empty lines left out", len(empty), named, warning=False))
    unused = tuple(name for name in header if name and name not in required and name not in optional)
    return Table(columns, ends, unused, tuple(remarks), tuple(faults))


def _first_line(lines: Iterator[str], required: Sequence[str], empty: list[int]) -> tuple[str, int, str]:
    """The line of the header, its number, and what divides columns: as ``sep=`` says, else what finds the columns."""
    stated = ""
    for number, line in enumerate(lines, start=1):
        if not stated and (found := _SEPARATOR_LINE.fullmatch(line)):
            stated = found[1]
        elif _EMPTY_LINE.fullmatch(line):
            empty.append(number)
        else:
            return line, number, stated or _divides(line, required) or ","
    return "", 1, ","


def _divides(line: str, required: Sequence[str]) -> str:
    """The separator that makes the columns required of a line; '' for none."""
    return next((each for each in SEPARATORS if {*map(plain, line.split(each))} >= {*required}), "")


def _check_header(
    path: Path,
    line: int,
    header: list[str],
    required: Sequence[str],
    optional: Sequence[str],
    below: Iterator[list[str]],
) -> None:
    known = {*required, *optional}
    faults = [Fault("one", f"no column {name}", file=str(path), line=line) for name in required if name not in header]
    if faults:
        wanted = f"the columns {', '.join(required)}, and if you have them {', '.join(optional)}"
        faults[0] = replace(faults[0], wanted=wanted, hint=_where(line, header, required, below))
    faults += [
        Fault("one", f"two columns {name}", file=str(path), line=line)
        for name in (*required, *optional)
        if header.count(name) > 1
    ]
    # A column that is passed over because of a slip would be taken as missing, and callers wait for ever.
    for name in header:
        meant = "" if name in known else nearest(name, known - {*header}, cutoff=0.8)
        if meant:
            faults.append(
                Fault("a known column, or quite another name", f"column {name}", "", str(path), line, 0, meant)
            )
    if faults:
        raise BadInput(faults)


def _where(line: int, header: list[str], required: Sequence[str], below: Iterator[list[str]]) -> str:
    """Where the columns stand instead, if it can be seen."""
    if len(header) == 1 and (divided := re.search("[;\t|,]", header[0])):
        if divided[0] == ",":
            return "the line sep= says otherwise than the header: delete it"
        header = [plain(name) for name in header[0].split(divided[0])]
    for after, row in enumerate(islice(below, 50), start=line + 1):
        if _divides(",".join(row), required):
            return f"delete what stands before the header, which is in line {after}"
    named = ", ".join(quoted(name) for name in header[:8])
    return f"name the columns so; the first line has {named}{', ...' if len(header) > 8 else ''}"


def _cells(
    path: Path, reader: Iterator[list[str]], before: int, header: list[str], known: set[str], empty: list[int]
) -> tuple[dict[str, Column], Int64, list[Fault]]:
    """The columns that are known, the line of each row, and rows with too many or too few cells."""
    used = [(name, place) for place, name in enumerate(header) if name in known]
    texts = {name: _Texts() for name, _ in used}
    codes = {name: array("q") for name, _ in used}
    ends, faults = array("q"), []
    while rows := [(before + reader.line_num, row) for row in islice(reader, BLOCK)]:  # type: ignore[attr-defined]
        kept = []
        for line, row in rows:
            if not any(row) or not any(map(plain, row)):
                empty.append(line)
                continue
            if len(row) != len(header):
                faults.append(_ragged(path, line, row, header))
                if len(faults) == MOST_FAULTS:
                    raise BadInput(faults)
                row = (row + [""] * len(header))[: len(header)]  # noqa: PLW2901
            kept.append(row)
            ends.append(line)
        if len(ends) > MOST_ROWS:
            given, hint = f"more than {MOST_ROWS:,} rows", "cut the log into months"
            raise BadInput([Fault(f"at most {MOST_ROWS:,} calls", given, file=str(path), hint=hint)])
        by_column = list(zip(*kept, strict=True))
        for name, place in used:
            codes[name].extend(map(texts[name].__getitem__, by_column[place] if kept else ()))
    columns = {name: Column(list(texts[name]), np.array(codes[name])) for name, _ in used}
    return columns, np.array(ends, dtype=np.int64), faults


def _ragged(path: Path, line: int, row: list[str], header: list[str]) -> Fault:
    hint = "a decimal comma? put quotes around such cells, or semicolons between them" if len(row) > len(header) else ""
    wanted = f"{len(header)}, as many as the header has"
    return Fault(wanted, f"{len(row)} cells", file=str(path), line=line, hint=hint)
