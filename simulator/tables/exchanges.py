"""Exchanges: what a live API said to each attempt, one row beside each row of Outcomes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.tables.calls import Int16, Int64
from simulator.tables.columns import Columns


class Trouble(StrEnum):
    """What can go wrong with a step, in the words of reports; NONE stands for nothing."""

    NONE = ""
    REFUSED = "connection refused"
    LOST = "connection lost"
    TIMEOUT = "no answer in time"
    TLS = "TLS error"
    KEY = "wrong key"
    RATE = "rate limit (429)"
    SERVER = "server error (5xx)"
    STATUS = "unexpected status"
    GARBAGE = "reply not understood"
    API = "error in the API's file"
    REDIRECTED = "redirected"
    PAGE = "web page"


TROUBLES = tuple(Trouble)
"""A column holds the index."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Exchanges(Columns):
    """One row per attempt, in the order of Outcomes. Times are int64 microseconds of simulated time; -1: never.

    sent           when the ring was sent; later than the attempt's arrival by what the generator lagged
    acknowledged   when the API's reply to the ring was there; -1 none came
    trouble        index into TROUBLES of the first step that failed, 0 where none did
    status         HTTP status of that step; 0 where none failed, or no reply came
    kept           1 the API kept the verdict of an answered attempt, 0 it did not, -1 none was given
    """

    sent: Int64
    acknowledged: Int64
    trouble: NDArray[np.int8]
    status: Int16
    kept: NDArray[np.int8]

    DTYPES: ClassVar[dict[str, str]] = {
        "sent": "int64",
        "acknowledged": "int64",
        "trouble": "int8",
        "status": "int16",
        "kept": "int8",
    }

    def __len__(self) -> int:
        """How many attempts there were."""
        return len(self.sent)
