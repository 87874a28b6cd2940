"""What is wrong with an input, and where: the one exception that every room raises for bad input."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_SHOWN = 100
"""Most faults that a text shows."""
SHOWN = 60
"""Most characters of a value that a message repeats."""


def quoted(given: object) -> str:
    """A value as a message shows it: in quotes, on one line, cut where it is long."""
    text = str(given)
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 3] + "...")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is, what was given, what is wanted, and the mend.

    ``line`` and ``column`` count from 1, and so do items of a list in ``key``: ``floor.shifts[2].from``.
    0 and '' stand for what does not apply: a fault of the command line has no line.
    """

    wanted: str
    given: str = ""
    key: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""

    def __str__(self) -> str:
        """``file:line:column: key: given X; wanted Y``, and the mend on a line of its own."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        said = "; ".join(part for part in (self.given and f"given {self.given}", f"wanted {self.wanted}") if part)
        first = ": ".join(part for part in (place, self.key, said) if part)
        return f"{first}\n    {self.hint}" if self.hint else first


class BadInput(Exception):  # noqa: N818  (the project's word)
    """Input that can not be used; its text shows every fault in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column, fault.key)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        more = len(self.faults) - MOST_SHOWN
        said = [*map(str, self.faults[:MOST_SHOWN]), *([f"... and {more} more faults"] if more > 0 else [])]
        return "\n".join(said)


class ProcessLost(Exception):  # noqa: N818  (as BadInput)
    """A process that siaga started was killed, or ended by itself; nothing is wrong with the input.

    The text says which, and what may help.
    """

    def __init__(self, lost: str, hint: str) -> None:
        super().__init__(f"{lost}\n    {hint}")


class Interrupted(Exception):  # noqa: N818  (nothing is wrong)
    """A person stopped a long run; the text says what is kept and how to go on."""
