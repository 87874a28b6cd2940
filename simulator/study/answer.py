"""A run in one document: measures, targets, warnings; what ``--json`` prints and ``summary.json`` keeps."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

from simulator.metrics.counts import Counts
from simulator.metrics.estimate import TAIL, Estimate
from simulator.metrics.measures import service_levels
from simulator.metrics.summary import Measured, by_hour, count_warnings, measures_of, service_level_by_hour, worst_hour
from simulator.metrics.targets import Verdict, judge
from simulator.scenario.inputs import repeated_inputs
from simulator.scenario.policy import Intent
from simulator.scenario.target import Target
from simulator.scenario.units import WEEK
from simulator.study.experiment import Experiment
from simulator.study.precision import Reached
from simulator.study.sweep import Sweep


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run found."""

    measures: tuple[Measured, ...]
    verdicts: tuple[Verdict, ...]
    hours: tuple[Estimate, ...]
    """The headline service level of genuine callers in each hour of the day; 95 % for each on its own (pointwise)."""
    hours_at_once: tuple[Estimate, ...]
    """The same; 95 % for all hours at once (simultaneous)."""
    worst: tuple[int, Estimate] | None
    warnings: tuple[str, ...]

    @property
    def met(self) -> bool:
        """Whether every target is met; one that nobody called for is not: nothing can be said of it."""
        return all(verdict.state == "met" for verdict in self.verdicts)


def answer(experiment: Experiment, sweep: Sweep, warnings: Sequence[str] = ()) -> Answer:
    """Measures of a sweep with their intervals, its targets judged, and warnings."""
    return answer_of(*sweep.clusters, experiment.scenario.targets, warnings)


def answer_of(
    counts: Sequence[Counts], days: Sequence[Counts], targets: Sequence[Target] = (), warnings: Sequence[str] = ()
) -> Answer:
    """The same from sums; ``days`` are those of a single replication."""
    measures = tuple(measures_of(counts, days))
    hours = service_level_by_hour(counts, int(Intent.GENUINE), days)
    hour = worst_hour(hours)
    at_once = _at_once(counts, days, hours)
    return Answer(
        measures=measures,
        verdicts=tuple(judge(targets, counts, days)) if targets else (),
        hours=tuple(hours),
        hours_at_once=tuple(at_once),
        worst=None if hour is None else (hour, at_once[hour]),
        warnings=(*warnings, *count_warnings(counts), *_still_open(measures)),
    )


def _at_once(counts: Sequence[Counts], days: Sequence[Counts], hours: Sequence[Estimate]) -> list[Estimate]:
    """The hours with intervals that hold for all of them together: the worst of many is partly chance."""
    known = max(1, sum(not isnan(estimate.value) for estimate in hours))
    headline = service_levels(counts[0].thresholds[0])[0]
    return by_hour(counts, headline, int(Intent.GENUINE), days, tail=TAIL / known)


def document(
    name: str, experiment: Experiment, sweep: Sweep, found: Answer, known: Sequence[Reached] = ()
) -> dict[str, Any]:
    """The answer as JSON."""
    return {
        "scenario": name,
        "seed": experiment.seed,
        "engine": experiment.engine,
        "replications": sweep.replications,
        "warm_up_weeks": experiment.warm_up // WEEK,
        "precision": [
            {"of": str(each.goal), "asked": each.wanted.text, "half": _plain(each.half), "reached": each.times <= 1}
            for each in known
        ],
        "measures": [asdict(measured) for measured in found.measures],
        "repeats_inputs": repeated_inputs(experiment.scenario),
        "by_hour": [
            {
                "hour": hour,
                **_bounds(estimate),
                "simultaneous_low": _plain(at_once.low),
                "simultaneous_high": _plain(at_once.high),
                "worst": bool(found.worst and found.worst[0] == hour),
            }
            for hour, (estimate, at_once) in enumerate(zip(found.hours, found.hours_at_once, strict=True))
        ],
        "targets": [
            {
                "target": str(verdict.target),
                "state": verdict.state,
                "hour": verdict.hour,
                **_bounds(verdict.estimate),
                "bounds": "simultaneous",
            }
            for verdict in found.verdicts
        ],
        "warnings": list(found.warnings),
    }


def _bounds(estimate: Estimate) -> dict[str, float | None]:
    return {"value": _plain(estimate.value), "low": _plain(estimate.low), "high": _plain(estimate.high)}


def _plain(value: float) -> float | None:
    return value if value == value and abs(value) != float("inf") else None  # noqa: PLR0124  (not NaN)


def _still_open(measures: Sequence[Measured]) -> tuple[str, ...]:
    share = next((m.value for m in measures if (m.intent, m.measure) == ("all", "open")), None)
    if not share:
        return ()
    return (f"{100 * share:.2g} % of attempts were still waiting or talking a day after the end: too few call-takers",)
