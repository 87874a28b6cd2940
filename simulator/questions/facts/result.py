"""Reported figures beside their simulation, or the volumes that meet them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from simulator.scenario.notes import Note
from simulator.scenario.reported import Reported

LEAST_GIVEN = 40
"""So many runs with the fitted figures are needed to go by them alone."""
Verdict = Literal["fitted", "not met", "agrees", "agrees, weakly", "nothing could disagree", "disagrees"]


@dataclass(frozen=True, slots=True)
class Power:
    """What would have disagreed with a predicted figure.

    below, above  a reported figure below the one, or above the other, would have; None where none would
    possible      the largest figure that the fitted ones leave possible; None where they leave all
    also          the share of what they leave possible, as the mean of a service, that would have agreed as well; where
                  they leave all, 1 if services UNBOUNDED times apart would have, else 0
    cv            of a figure per day whose mean is fitted: how much days would have to differ (their coefficient of
                  variation) to disagree
    """

    below: float | None
    above: float | None
    possible: float | None = None
    also: float = 0.0
    cv: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One reported figure beside its simulation.

    low, high    the range that 95 % of replications (days, if per day) fall in
    mean         over replications; of days, the share within the reported range
    as_far       share of runs whose figure lies as far out as the reported one, on its side (no meaning per day); of a
                 predicted figure among the ``kept`` runs in which the fitted figures ``given`` came out as reported,
                 where they are LEAST_GIVEN or more
    agrees       fitted: the mean meets the figure; predicted: not far out in the range (per day: most days are within)
    power        of a predicted figure
    """

    scenario: str
    reported: Reported
    replications: int
    mean: float
    low: float
    high: float
    as_far: float
    agrees: bool
    given: tuple[str, ...] = ()
    kept: int = 0
    power: Power | None = None

    @property
    def verdict(self) -> Verdict:
        """In words; a predicted figure agrees weakly where most of what was possible would have agreed as well."""
        if self.power is None:
            return "fitted" if self.agrees else "not met"
        if not self.agrees:
            return "disagrees"
        if self.power.below is None and self.power.above is None and self.power.cv is None:
            return "nothing could disagree"
        return "agrees, weakly" if self.power.cv is not None or self.power.also > 0.5 else "agrees"

    def document(self) -> dict[str, Any]:
        """The row as JSON."""
        return {
            "scenario": self.scenario,
            "figure": self.reported.name,
            "counts": self.reported.counts,
            "reported": list(self.reported.figure),
            "simulated": self.mean,
            "low": self.low,
            "high": self.high,
            "as_far": self.as_far,
            "use": self.reported.use,
            "agrees": self.agrees,
            "verdict": self.verdict,
            "given": list(self.given),
            "runs_given": self.kept if self.given else None,
            "power": None if self.power is None else asdict(self.power),
            "source": self.reported.source,
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """Every reported figure beside its simulation."""

    figures: tuple[Row, ...]
    notes: tuple[Note, ...] = (
        Note("assumption", "fitted: the volumes were solved to meet the figure, so agreement there proves nothing."),
        Note("assumption", "predicted: nothing was solved for it; only these rows can agree or disagree."),
        Note("assumption", "weakly: most of what the fitted figures leave possible would have agreed as well."),
    )
    exit_code: int = 0

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {"facts": list(self.rows())}

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a figure."""
        return (row.document() for row in self.figures)


@dataclass(frozen=True, slots=True)
class Volumes:
    """Of each scenario the volumes of its groups, calls a day, at which its fitted figures are met."""

    of: Mapping[str, Mapping[str, float]]
    notes: tuple[Note, ...] = ()
    exit_code: int = 0

    def document(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {scenario: dict(volumes) for scenario, volumes in self.of.items()}

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a group of callers."""
        for scenario, volumes in self.of.items():
            for group, volume in volumes.items():
                yield {"scenario": scenario, "group": group, "volume_per_day": volume}
