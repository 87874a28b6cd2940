"""What is wrong with an input, and where: the one exception that every room raises for bad input."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

MOST_SHOWN = 100
"""Most faults that a text shows."""
SHOWN = 60
"""Most characters of a value that a message repeats."""
LONGEST = 400
"""Most characters of each part of a message."""
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""What moves the cursor, turns the direction of writing, or cannot be seen; and bytes that are no UTF-8."""
_FIELD = re.compile("\ufdd0(\\w+)\ufdd1")
"""A field's name, between two of the characters that Unicode keeps free of any meaning."""


def quoted(given: object) -> str:
    """A value as a message shows it: in quotes, on one line, its middle left out where it is long."""
    text = str(given)
    return repr(text) if len(text) <= SHOWN else f"{_cut(text, SHOWN)!r} ({len(text):,} characters)"


def shown(text: str, most: int | None = None) -> str:
    """A text as it may be printed: what a terminal would obey, or not show, as an escape such as \\u202e.

    Where it is longer than ``most`` its middle is left out, and its length told.
    """
    if most is not None and len(text) > most:
        text = f"{_cut(text, most)} ({len(text):,} characters)"
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _cut(text: str, most: int) -> str:
    behind = most // 4
    return f"{text[: most - behind - 3]}...{text[-behind:]}"


def field_name(field: str) -> str:
    """A field of a Request within a message. Each reader meets it by another name: a command's is its option."""
    return f"\ufdd0{field}\ufdd1"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is, what was given, what is wanted, and the fix.

    ``line`` and ``column`` count from 1, and so do items of a list in ``key``: ``floor.shifts[2].from``.
    ``field`` is the field of a Request that cannot be used; other texts name fields by `field_name`.
    0 and '' stand for what does not apply: a fault of a Request has no line.
    """

    wanted: str
    given: str = ""
    key: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""
    field: str = ""

    def __str__(self) -> str:
        return self.text()

    def text(self, named: Callable[[str], str] = str) -> str:
        """``file:line:column: key: given X; wanted Y``, and the fix on a line of its own.

        ``named``: what the reader calls a field of the Request.
        """
        key = " ".join(part for part in (self.field and field_name(self.field), self.key) if part)
        parts = (self.file, key, self.given, self.wanted, self.hint)
        file, key, given, wanted, hint = (
            shown(_FIELD.sub(lambda found: named(found[1]), part), LONGEST) for part in parts
        )
        place = ":".join(str(part) for part in (file, self.line, self.column) if part)
        said = "; ".join(part for part in (given and f"given {given}", f"wanted {wanted}") if part)
        first = ": ".join(part for part in (place, key, said) if part)
        return f"{first}\n    {hint}" if hint else first


class BadInput(Exception):  # noqa: N818  (the project's word)
    """Input that cannot be used; its text shows every fault in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda each: (each.file, each.line, each.column, each.field, each.key)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        return self.text()

    def text(self, named: Callable[[str], str] = str) -> str:
        """Every fault, as `Fault.text`."""
        more = len(self.faults) - MOST_SHOWN
        lines = [fault.text(named) for fault in self.faults[:MOST_SHOWN]]
        return "\n".join([*lines, *([f"... and {more} more faults"] if more > 0 else [])])

    def at(self, field: str, instead_of: str = "") -> "BadInput":
        """The same, placed at a field of a Request: the faults without a file that have ``instead_of`` for theirs."""
        return BadInput(
            replace(fault, field=field) if not fault.file and fault.field == instead_of else fault
            for fault in self.faults
        )


class ProcessLost(Exception):  # noqa: N818  (as BadInput)
    """A process that siaga started was killed, or ended by itself; nothing is wrong with the input.

    The text says which, and what may help.
    """

    def __init__(self, lost: str, hint: str) -> None:
        super().__init__(f"{lost}\n    {hint}")


class Interrupted(Exception):  # noqa: N818  (nothing is wrong)
    """A person stopped a long run; the text says what is kept and how to go on."""
