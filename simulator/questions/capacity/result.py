"""How far calls can grow before a target fails, and what gives way."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from simulator.metrics.targets import HourVerdict
from simulator.questions.capacity.request import Request
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, texts_of
from simulator.scenario.profile import expected_calls
from simulator.study.experiment import NUISANCES, Experiment

State = Literal["found", "beyond", "never"]


@dataclass(frozen=True, slots=True)
class Point:
    """One growth tried, or one remedy at it: the worst hour of the target that is nearest to failing, or fails most.

    growth  times today's volume; ``worst``: that hour's verdict, its bounds simultaneous over all hours and targets
    met     surely met in every hour; ``missed``: surely missed in one
    """

    growth: float
    worst: HourVerdict
    met: bool
    missed: bool

    @property
    def margin(self) -> float:
        """Share answered in time less the share wanted; 0 or more: met on these callers."""
        return self.worst.estimate.value - self.worst.target.share

    def document(self) -> dict[str, Any]:
        """The growth as JSON."""
        v = self.worst
        e = v.estimate
        return {"growth": self.growth, "target": str(v.target), "hour": v.hour, "share": e.value, "low": e.low,
                "high": e.high}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Capacity:
    """What was found: the most growth with which every target is met on the fixed callers, in steps of 1 / STEPS.

    low, high   the most growth that is surely met (0: none), the least surely missed (None: none that was tried)
    failing     the growth at which remedies were tried on fresh callers; ``plain``: as it is
    remedies    by bottleneck: what the floor brings with its remedy
    """

    request: Request
    loaded: Loaded
    most: float
    experiment: Experiment
    replications: int
    state: State
    today: Point
    growth: float
    low: float
    high: float | None
    curve: tuple[Point, ...]
    plain: Point | None
    remedies: dict[str, Point]
    notes: tuple[Note, ...]
    folder: Path

    @property
    def bottleneck(self) -> str | None:
        """The remedy that helps most on fresh callers; None where none helps at all, or nothing fails."""
        if self.plain is None or self.plain.margin >= 0:
            return None
        best = max(self.remedies, key=lambda name: self.remedies[name].margin)
        return best if self.remedies[best].margin > self.plain.margin else None

    def share(self, growth: float) -> float:
        """The share of first attempts that are nuisance at this growth."""
        scenario = self.experiment.scenario
        parts = [0.0, 0.0]
        for group in scenario.callers.values():
            parts[group.intent in NUISANCES] += expected_calls(group, scenario, 0, scenario.length)
        rest, nuisance = parts[0] * (growth if self.request.of == "volume" else 1), parts[1] * growth
        return nuisance / (rest + nuisance) if rest + nuisance else 0.0

    @property
    def exit_code(self) -> int:
        """1 where a target fails today."""
        return int(self.today.margin < 0)

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {
            "scenario": self.loaded.path.stem,
            "of": self.request.of,
            "targets": [str(target) for target in self.experiment.scenario.targets],
            "replications": self.replications,
            "state": self.state,
            "met_today": self.today.margin >= 0,
            "growth": self.growth,
            "surely_met_to": self.low,
            "surely_missed_from": self.high,
            "nuisance_share": {"today": self.share(1), "then": self.share(self.growth)},
            "bottleneck": self.bottleneck,
            "failing": None if self.plain is None else self.plain.document(),
            "remedies": {name: point.document() for name, point in self.remedies.items()},
            "curve": [point.document() for point in self.curve],
            "warnings": texts_of(self.notes, "warning"),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a growth that was tried, rising."""
        return (point.document() for point in self.curve)
