"""Files written whole or not at all, and nothing of anybody's lost."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import Any, TextIO

from simulator.tables.cells import harmless


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file so that a reader finds the old one or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole, as `utf8`."""
    write_bytes(path, utf8(text))


def utf8(text: str) -> bytes:
    """A text as a file holds it. Bytes of options and names of files that were no UTF-8 are written as JSON would."""
    return text.encode("utf-8", "backslashreplace")


def json_text(document: object) -> str:
    """A document as siaga prints and keeps it. JSON has no endless or missing numbers: these are null."""
    return json.dumps(finite(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def finite(value: Any) -> Any:
    """The same value, its numbers that are endless or none as None."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file of these bytes whole."""

    def write(draft: Path) -> None:
        draft.write_bytes(content)

    write_whole(path, write)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file's content; text that a spreadsheet would run as a formula is made `harmless`."""
    text = io.StringIO()
    _write_rows(text, header, rows)
    return utf8(text.getvalue())


def _write_rows(file: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    for row in chain([header], rows):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])


def renew(path: Path, content: bytes, less: Callable[[bytes], bytes] = bytes) -> bool:
    """Write a file whole if it says something new, what stood there before kept aside; whether it did.

    ``less``: content without what says nothing, such as the time of writing.
    """
    if path.exists() and less(path.read_bytes()) == less(content):
        return False
    keep_aside(path)
    write_bytes(path, content)
    return True


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path | None:
    """Write a CSV file; where the file that stood there before was renamed to, if there was one.

    Text that a spreadsheet would run as a formula is made `harmless`. A link is followed; what is no regular file (a
    pipe, a terminal) is written into as it is.
    """

    def write(draft: Path) -> None:
        with draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            _write_rows(file, header, rows)

    target = path.resolve()
    if target.exists() and not target.is_file():
        write(path)
        return None
    aside = keep_aside(target)
    write_whole(target, write)
    return aside


def keep_aside(path: Path) -> Path | None:
    """Rename a file that would be written over to the first free of NAME.1, NAME.2, ...; where it went, if it was."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    aside = next(p for n in range(1, 10**6) if not (p := path.with_name(f"{path.name}.{n}")).exists())
    path.rename(aside)
    return aside
