"""From a path to text: what can go wrong before a single key is read."""

import re
import stat
from difflib import get_close_matches
from pathlib import Path

from simulator.scenario.errors import BadInput, Fault

LOOK = "check the name and the folder"
LARGEST = 2_000_000
"""Most bytes of a file; the largest scenario that people write by hand is a hundredth of it."""

UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML does not allow in a file."""

LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML counts as the end of a line."""


def read_text(path: Path) -> str:
    """The text of a UTF-8 file of at most `LARGEST` bytes; raises BadInput where it is none."""
    data = read_bytes(path, LARGEST)
    text = _decode(data, str(path))
    if found := UNPRINTABLE.search(text):
        raise BadInput([_control_character(text, found.start(), str(path))])
    return text


def read_bytes(path: Path, largest: int) -> bytes:
    """The bytes of a regular file of at most ``largest``; raises BadInput where it is none."""
    data = _read_bytes(path, largest + 1)
    if len(data) > largest:
        raise BadInput([Fault(f"a file of at most {largest:,} bytes", "a larger one", file=str(path))])
    return data


def _read_bytes(path: Path, most: int) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            given = "a directory" if path.is_dir() else "something that is no regular file"
            raise BadInput([Fault("a file", given, file=str(path), hint=_files_in(path))])
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise BadInput([Fault("a file that exists", "no such file", file=str(path), hint=_nearest(path))]) from None
    except PermissionError:
        hint = "ask its owner for permission to read it"
        raise BadInput([Fault("a file that may be read", "one that may not", file=str(path), hint=hint)]) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise BadInput([Fault("a file that can be read", reason, file=str(path))]) from None


def _files_in(path: Path) -> str:
    names = sorted(each.name for each in path.glob("*.yaml"))[:5] if path.is_dir() else []
    return f"name a file in it: {', '.join(names)}" if names else ""


def _nearest(path: Path) -> str:
    alike = "*.y*ml" if path.suffix in ("", ".yml", ".yaml") else f"*{path.suffix}"
    try:
        names = [each.name for each in path.parent.glob(alike)]
    except (OSError, ValueError):
        return LOOK
    match = get_close_matches(path.name, names, n=1)
    return f"did you mean {path.parent / match[0]}?" if match else LOOK


def _decode(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        given = f"byte {error.start} is 0x{data[error.start]:02x}, which is not UTF-8"
        hint = "save the file as UTF-8 in your editor"
        raise BadInput([Fault("text in UTF-8", given, "", file, line, column, hint)]) from None


def _control_character(text: str, index: int, file: str) -> Fault:
    ends = [end.end() for end in LINE_END.finditer(text, 0, index)]
    column = index - (ends[-1] if ends else 0) + 1
    given = f"the control character U+{ord(text[index]):04X}"
    return Fault("printable characters", given, "", file, len(ends) + 1, column, "delete it")
