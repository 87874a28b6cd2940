"""What a comparison comes to, and where it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.engines.simulate import Engine
from simulator.questions.compare.comparison import Comparison
from simulator.questions.compare.document import document, older_document
from simulator.questions.compare.older_list import OlderList
from simulator.questions.compare.request import Request
from simulator.scenario import notes
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note
from simulator.study.designs import Compared


@dataclass(frozen=True, slots=True)
class CompareResult:
    """What was compared and found.

    within    in time, µs
    unsteady  why figures hold for this stretch alone; empty where they hold for any year
    older     the same with the list of an older service, where they do not
    """

    request: Request
    loaded: Loaded
    engine: Engine
    designs: tuple[Compared, ...]
    replications: int
    within: int
    comparison: Comparison
    unsteady: tuple[str, ...]
    older: OlderList | None
    warnings: tuple[str, ...]
    folder: Path
    exit_code: int = 0

    @property
    def notes(self) -> tuple[Note, ...]:
        """Warnings."""
        return notes.warnings(self.warnings)

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {
            **document(
                self.loaded.path.stem,
                self.request.seed,
                self.engine,
                self.replications,
                self.within,
                self.comparison,
                self.warnings,
            ),
            "unsteady": list(self.unsteady),
            "warmed": None if self.older is None else older_document(self.older),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a policy, staffing, baseline and measure."""
        yield from self.document()["effects"]
