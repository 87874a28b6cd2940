"""Numbers that are on the blocklist when a scenario starts, from a CSV file."""

import csv
from pathlib import Path

from simulator.demand.callers import People
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.model import Scenario
from simulator.scenario.units import NEVER, parse_duration_or

WANTED = "rows of number,until: a number as group/index (children/12), until as a time since the start or forever"


def read_blocklist(path: Path) -> list[tuple[int, str, int]]:
    """(line, number as written, blocked until in microseconds since the start) of every row of a blocklist file.

    Raises BadInput with file and line for a file that is missing or a row that can not be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput([Fault(WANTED, str(error), file=str(path))]) from error
    if not rows or rows[0] != ["number", "until"]:
        raise BadInput(
            [
                Fault(
                    "the header number,until",
                    quoted(",".join(rows[0])) if rows else "an empty file",
                    file=str(path),
                    line=1,
                )
            ]
        )
    return [_row(path, line, row) for line, row in enumerate(rows[1:], 2) if row]


def _row(path: Path, line: int, row: list[str]) -> tuple[int, str, int]:
    try:
        number, until = row
        return line, number, parse_duration_or("forever")(until or "forever")
    except ValueError as error:
        raise BadInput([Fault(WANTED, quoted(",".join(row)), file=str(path), line=line)]) from error


def listed_numbers(scenario: Scenario, people: dict[str, People]) -> tuple[list[int], list[int]]:
    """Numbers on the list at the start, as ids of Calls, and until when; none unless a file is named."""
    path = scenario.floor.blocklist.file
    found = []
    for line, number, until in read_blocklist(Path(path)) if path else ():
        group, _, index = number.partition("/")
        known = people.get(group)
        if known is None or not index.isdigit() or int(index) >= known.numbers:
            raise BadInput([Fault(WANTED, quoted(number), file=str(path), line=line)])
        found.append((known.first_number + int(index), NEVER if until == NEVER else until))
    return [number for number, _ in found], [until for _, until in found]
