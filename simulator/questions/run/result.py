"""What a run comes to: measures, targets, how well they are known, and where all of it is kept."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from simulator.metrics.estimate import Estimate
from simulator.questions.run.request import Request
from simulator.scenario.defaults import defaults_in_force
from simulator.scenario.inputs import repeated_inputs
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, warnings
from simulator.scenario.units import WEEK
from simulator.study.answer import Answer
from simulator.study.experiment import Experiment
from simulator.study.precision import Reached
from simulator.study.steady import WarmUp
from simulator.study.sweep import Sweep


@dataclass(frozen=True, slots=True)
class RunResult:
    """What was simulated, and what its replications say.

    experiment  as it was simulated, with the engine that did it
    warm_up     the weeks left out to see the steady state; None where that was not asked for
    known       how well the figures are known whose precision was asked for
    answer      measures with their intervals, and the targets judged
    """

    request: Request
    loaded: Loaded
    experiment: Experiment
    warm_up: WarmUp | None
    sweep: Sweep
    known: tuple[Reached, ...]
    answer: Answer
    folder: Path

    @property
    def notes(self) -> tuple[Note, ...]:
        """Warnings, how well figures are known that are known as well as asked, and what the file leaves open."""
        known = (Note("hint", str(each)) for each in self.known if each.times <= 1)
        return (*warnings(self.answer.warnings), *known, *self._assumptions())

    def _assumptions(self) -> Iterator[Note]:
        marked, defaults = len(self.loaded.assumptions), len(defaults_in_force(self.loaded.scenario))
        if marked or defaults:
            values = f"{marked:,} value" + ("" if marked == 1 else "s")
            unstated = f"{defaults:,} default" + ("" if defaults == 1 else "s")
            text = f"{values} marked as assumed, {unstated} not stated; siaga check lists them."
            yield Note("assumption", text)

    @property
    def exit_code(self) -> int:
        """1 where a target is missed, or cannot be judged."""
        return int(not self.answer.met)

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        answer = self.answer
        return {
            "scenario": self.loaded.path.stem,
            "seed": self.request.seed,
            "engine": self.experiment.engine,
            "replications": self.sweep.replications,
            "warm_up_weeks": self.experiment.warm_up // WEEK,
            "precision": [
                {"of": str(each.goal), "asked": each.wanted.text, "half": _plain(each.half), "reached": each.times <= 1}
                for each in self.known
            ],
            "measures": list(self.rows()),
            "repeats_inputs": repeated_inputs(self.experiment.scenario),
            "by_hour": [
                {
                    "hour": hour,
                    **_bounds(estimate),
                    "simultaneous_low": _plain(at_once.low),
                    "simultaneous_high": _plain(at_once.high),
                    "worst": bool(answer.worst and answer.worst[0] == hour),
                }
                for hour, (estimate, at_once) in enumerate(zip(answer.hours, answer.hours_at_once, strict=True))
            ],
            "targets": [
                {
                    "target": str(verdict.target),
                    "state": verdict.state,
                    "hour": verdict.hour,
                    **_bounds(verdict.estimate),
                    "bounds": "simultaneous",
                }
                for verdict in answer.verdicts
            ],
            "warnings": list(answer.warnings),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a measure of an intent."""
        yield from map(asdict, self.answer.measures)


def _bounds(estimate: Estimate) -> dict[str, float | None]:
    return {name: _plain(getattr(estimate, name)) for name in ("value", "low", "high")}


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None
