"""What a call is; a call-taker's verdict is one of the same four."""

from enum import IntEnum
from typing import Literal

IntentName = Literal["genuine", "enquiry", "prank", "silent"]


class Intent(IntEnum):
    """What a call is, or is taken for."""

    GENUINE = 0
    ENQUIRY = 1
    PRANK = 2
    SILENT = 3


INTENTS: tuple[IntentName, ...] = ("genuine", "enquiry", "prank", "silent")
NUISANCE = (Intent.PRANK, Intent.SILENT)
