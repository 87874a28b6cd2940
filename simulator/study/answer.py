"""What replications say: measures with their intervals, targets judged, warnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from simulator.metrics.counts import Counts
from simulator.metrics.estimate import TAIL, Estimate
from simulator.metrics.measures import service_levels
from simulator.metrics.summary import Measured, by_hour, count_warnings, measures_of, service_level_by_hour, worst_hour
from simulator.metrics.targets import Verdict, judge
from simulator.scenario.policy import Intent
from simulator.scenario.target import Target


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


def answer_of(
    counts: Sequence[Counts], days: Sequence[Counts], targets: Sequence[Target] = (), warnings: Sequence[str] = ()
) -> Answer:
    """Measures of sums of replications with their intervals, and targets judged; ``days``: sums of the days of a single
    replication."""
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


def _still_open(measures: Sequence[Measured]) -> tuple[str, ...]:
    share = next((m.value for m in measures if (m.intent, m.measure) == ("all", "open")), None)
    if not share:
        return ()
    return (f"{100 * share:.2g} % of attempts were still waiting or talking a day after the end: too few call-takers",)
