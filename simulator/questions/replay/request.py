"""What ``siaga replay`` is asked."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from simulator.study import question


class Request(question.Request):
    """A recorded table of calls, and the floor that it goes through."""

    calls: Path = Field(description="Columns arrival_s, handling_s; see docs/guides/replay.md.")
    call_takers: int = Field(ge=0, le=10_000, description="Call-takers on duty all the time.")
    trunks: int = Field(ge=1, le=1_000_000, description="Lines: callers connected at once, waiting or talking.")
    outcomes: Path = Field(description="Where to write what became of each attempt.")
    policy: str | None = Field(None, description="Another blocklist policy: a name or a file.")
    region: str = Field("ID", description="Country of telephone numbers that stand without a country code.")
    arrivals: Literal["seconds", "days"] | None = Field(
        None, description="What arrival_s counts: seconds unless it looks otherwise, or days of a spreadsheet."
    )
    durations: Literal["seconds", "days", "m:ss", "mm.ss"] | None = Field(
        None,
        description="How durations are written: seconds unless they look otherwise, days of a spreadsheet, 2:30, 2.30.",
    )
    decimal_comma: bool = Field(False, description="Read 12,5 as twelve and a half, and 1.250 as a thousand and more.")
    engine: Literal["reference", "kernel"] | None = Field(
        None, description="The readable engine or the compiled one; by default whichever is done first. Both agree."
    )
