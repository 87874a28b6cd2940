"""The numbers on the list when a scenario starts: a CSV file beside it, read with it, so that a run needs no file.

Columns ``number``, as group/index (children/12, the index from 0), and ``until``: empty or ``forever``, a duration
since the start (``30 d``), or a moment (``2021-09-01T00:00+08:00``).
"""

import csv
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.model import Scenario
from simulator.scenario.source import read_text
from simulator.scenario.units import parse_duration_or, parse_moment

HEADER = ["number", "until"]
NUMBER_WANTED = "a number as group/index, such as children/12"
UNTIL_WANTED = "forever, a duration above zero since the start such as 30 d, or a moment such as 2021-09-01T00:00+08:00"
Row = tuple[int, list[str]]
"""A row's line in the file, from 1, and its cells."""


def with_listed(
    scenario: Scenario, beside: Path, doubtful: frozenset[str] = frozenset()
) -> tuple[Scenario, list[Fault]]:
    """The scenario with its listed numbers in the model, and what is wrong with their file in the folder ``beside``.

    About the groups ``doubtful``, known to be faulty, nothing is said. A file that is not there is left to `checks`.
    """
    blocklist = scenario.floor.blocklist
    if blocklist.file is None or not (beside / blocklist.file).is_file():
        return scenario, []
    try:
        rows, faults = read_listed(beside / blocklist.file, scenario, doubtful)
    except BadInput as error:
        return scenario, list(error.faults)
    floor = scenario.floor.model_copy(update={"blocklist": blocklist.model_copy(update={"listed": rows})})
    return scenario.model_copy(update={"floor": floor}), faults


def read_listed(
    path: Path, scenario: Scenario, doubtful: frozenset[str] = frozenset()
) -> tuple[tuple[tuple[str, int], ...], list[Fault]]:
    """(number as written, blocked until in microseconds since the start, NEVER for ever) of each row; every fault.

    Raises BadInput where the file is no CSV in UTF-8, or has another header.
    """
    found: dict[str, int] = {}
    faults, lines = [], dict[str, int]()
    for line, cells in _rows(path):
        try:
            number, until = _cells(cells)
            _known(number, scenario, doubtful)
            if number in found:
                raise _Refused("each number once", f"{quoted(number)}, which line {lines[number]} has already")
            found[number], lines[number] = _until(until, scenario.start), line
        except _Refused as refused:
            wanted, given, key, hint = refused.args
            faults.append(Fault(wanted, given, key, str(path), line, hint=hint))
    return tuple(found.items()), faults


class _Refused(Exception):  # noqa: N818  (not an error of the program)
    def __init__(self, wanted: str, given: str, key: str = "number", hint: str = "") -> None:
        super().__init__(wanted, given, key, hint)


def _rows(path: Path) -> Iterator[Row]:
    """The rows under the header that are not empty."""
    reader = csv.reader(StringIO(read_text(path), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if header != HEADER:
            given = quoted(",".join(header)) if header else "an empty line"
            raise BadInput([Fault("the header number,until", given, file=str(path), line=1)])
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise BadInput([Fault("a CSV file", str(error), file=str(path), line=reader.line_num)]) from error


def _cells(cells: list[str]) -> tuple[str, str]:
    if len(cells) != len(HEADER):
        raise _Refused("two cells, number and until", quoted(",".join(cells)), "", "end the line with a comma for ever")
    number, until = cells
    if not re.fullmatch(r"[^/]+/(0|[1-9][0-9]{0,8})", number):
        raise _Refused(NUMBER_WANTED, quoted(number) if number else "nothing")
    return number, until


def _known(number: str, scenario: Scenario, doubtful: frozenset[str]) -> None:
    """Whether the number is one that a group's persons own: only those of a pool are there before anyone calls."""
    name, index = number.split("/")
    if name in doubtful:
        return
    if name not in scenario.callers:
        hint = nearest(name, scenario.callers)
        raise _Refused(f"one of the groups {listed(scenario.callers)}", f"{quoted(name)}, no group", hint=hint)
    numbers = scenario.callers[name].numbers
    if not numbers.pool:
        hint = f"add numbers: {{pool: 40}} to {name}"
        raise _Refused("a group with a pool of numbers", f"{name}, whose numbers are new each time", hint=hint)
    if int(index) >= numbers.pool * numbers.sims:
        raise _Refused(f"a number from {name}/0 to {name}/{numbers.pool * numbers.sims - 1}", quoted(number))


def _until(text: str, start: datetime) -> int:
    try:
        if re.match("[0-9]{4}-", text):
            return (parse_moment(text) - start) // timedelta(microseconds=1)
        return parse_duration_or("forever")(text or "forever")
    except ValueError as error:
        hint = str((getattr(error, "context", None) or {}).get("hint", ""))
        raise _Refused(UNTIL_WANTED, quoted(text), "until", "" if hint == f"write {text}" else hint) from error
