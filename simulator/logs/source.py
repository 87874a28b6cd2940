"""From a path to lines of text: a regular file in UTF-8, read as a stream and bounded."""

import stat
from collections.abc import Iterator
from pathlib import Path

from simulator.scenario.errors import BadInput, Fault

MOST_BYTES = 1_000_000_000
"""Most bytes of a log; a year of the largest service known, 637,000 calls, has a tenth of it."""
LONGEST_LINE = 100_000
"""Most characters of a line."""
_KINDS = {
    b"PK\x03\x04": ("an Excel workbook, or another zip file", "save the sheet as CSV UTF-8"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "save the sheet as CSV UTF-8"),
    b"\x1f\x8b": ("a file packed by gzip", "unpack it first: gunzip"),
    b"\xff\xfe": ("text in UTF-16", "save the file as UTF-8; in Excel as CSV UTF-8"),
    b"\xfe\xff": ("text in UTF-16", "save the file as UTF-8; in Excel as CSV UTF-8"),
}
"""What the first bytes of a file tell, and the fix."""


def lines_of(path: Path, wanted: str) -> Iterator[str]:
    """The lines of a file, with their ends, without a byte order mark; ``wanted`` says what the file is to be.

    Raises BadInput for what is no regular file (a pipe would be waited for, a device has no end), too large, not in
    UTF-8, or has a line without end.
    """
    _check_file(path, wanted)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            number = 0
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    given = f"a line of more than {LONGEST_LINE:,} characters"
                    raise BadInput([Fault(wanted, given, file=str(path), line=number)])
                yield line
    except UnicodeDecodeError:
        raise BadInput([_bad_byte(path, wanted)]) from None
    except OSError as error:
        raise BadInput([Fault(wanted, error.strerror or str(error), file=str(path))]) from error


def _check_file(path: Path, wanted: str) -> None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            given = "a directory" if stat.S_ISDIR(status.st_mode) else "something that is no regular file"
            hint = "" if stat.S_ISDIR(status.st_mode) else "write the calls into a file first"
            raise BadInput([Fault(wanted, given, file=str(path), hint=hint)])
        if status.st_size > MOST_BYTES:
            given, hint = f"{status.st_size:,} bytes", f"at most {MOST_BYTES:,}: cut it into months"
            raise BadInput([Fault(wanted, given, file=str(path), hint=hint)])
        with path.open("rb") as file:
            first = file.read(4)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise BadInput([Fault(wanted, reason, file=str(path))]) from error
    for mark, (given, hint) in _KINDS.items():
        if first.startswith(mark):
            raise BadInput([Fault(wanted, given, file=str(path), line=1, hint=hint)])


def _bad_byte(path: Path, wanted: str) -> Fault:
    """The first byte that is not UTF-8, and its line."""
    hint = "save the file as UTF-8"
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), start=1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                return Fault(wanted, f"the byte 0x{line[error.start]:02x}", file=str(path), line=number, hint=hint)
    return Fault(wanted, "bytes that are not UTF-8", file=str(path), hint=hint)
