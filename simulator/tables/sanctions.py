"""Sanctions: what a policy did to numbers, one row each time an action began or was prolonged."""

from dataclasses import dataclass
from typing import ClassVar

from simulator.tables.calls import Int16, Int32, Int64
from simulator.tables.columns import Columns


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Sanctions(Columns):
    """One row each time that an action of a rule began, or was prolonged, in that order.

    number      the number; -1 those withheld, as one
    rule        index of the rule
    begin, end  the action holds in [begin, end), int64 microseconds; end NEVER for ever
    """

    number: Int32
    rule: Int16
    begin: Int64
    end: Int64

    DTYPES: ClassVar[dict[str, str]] = {"number": "int32", "rule": "int16", "begin": "int64", "end": "int64"}

    def __len__(self) -> int:
        """How many there were."""
        return len(self.number)
