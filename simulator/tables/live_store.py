"""Results of a live run on disk: ``results/<scenario>/load-<run>/``, a folder of its own: it cannot be gone on with.

manifest.json      what was played, where, how fast, and with which versions
plan.siaga         the drawn plan: Locust can play it again
calls.parquet      what was drawn
outcomes.parquet   what happened       } a row an attempt
exchanges.parquet  what the API said }
summary.json       the measures
locust.html, locust_*.csv, locust.log, generator.json   what Locust has to say
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from simulator.scenario.interrupts import uninterrupted
from simulator.tables import parquet
from simulator.tables.calls import Calls
from simulator.tables.exchanges import Exchanges
from simulator.tables.files import json_text, write_text, write_whole
from simulator.tables.outcomes import Outcomes


@dataclass(frozen=True, slots=True)
class LiveStore:
    """The folder of one live run."""

    folder: Path

    def tables(self, calls: Calls, outcomes: Outcomes, exchanges: Exchanges) -> None:
        """Keep what was drawn, what happened, and what the API said."""
        with uninterrupted():
            for name, table in (
                ("calls", parquet.calls_table([(0, calls)])),
                ("outcomes", parquet.outcomes_table([(0, outcomes)])),
                ("exchanges", parquet.exchanges_table(exchanges)),
            ):
                write_whole(self.folder / f"{name}.parquet", partial(parquet.write, table))

    def document(self, name: str, content: Mapping[str, Any]) -> None:
        """Keep a document: manifest, summary."""
        with uninterrupted():
            write_text(self.folder / f"{name}.json", json_text(content))

    def clear(self, *paths: Path) -> None:
        """Remove what the tables now hold."""
        for path in paths:
            path.unlink(missing_ok=True)
