"""What became of a family of rules: every rule that was tried, those that were judged, and the one worth having."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from simulator.metrics.count import thresholds_for
from simulator.metrics.estimate import NONE_SEEN, Estimate
from simulator.questions.tune.entries import OF_EACH, Entry
from simulator.questions.tune.family import Family, Point
from simulator.questions.tune.members import Score
from simulator.questions.tune.request import Request
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, texts_of
from simulator.scenario.units import SECOND
from simulator.study import effects
from simulator.study.experiment import Experiment

MEANS = {
    **effects.MEANS,
    "freed": "handling of prank and silent calls not answered because of the rule, less that of those answered only "
    "because of it / call-takers' busy time with none",
    "freed_idle": "the part of the time freed during which another call-taker on duty was idle with none",
    "tuned": "the same on the calls that the rules were chosen on, where they flatter themselves",
    "front_size": "rules that no other beats on both sides: more time freed, less never_because",
    "recommended": "of the rules judged the one with the least change_never, then change_late, if it is surely better "
    "than none; else one that frees time which was not idle anyway, where most_shut_out allows it or nobody was harmed",
    "same": "other members of the family that came out the same in every replication",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """What was tried, what was judged, and where it is kept.

    replications, fresh_replications  of each rule, and of each that was judged on fresh Calls
    scores   of every member tried
    front    how many members it has
    entries  those that were judged on fresh Calls: of the front, of milder ones, and those best for callers
    best     the entry that is worth having; None where none is
    """

    request: Request
    loaded: Loaded
    base: Experiment
    family: Family
    replications: int
    fresh_replications: int
    scores: dict[Point, Score]
    front: int
    entries: tuple[Entry, ...]
    best: Entry | None
    folder: Path
    notes: tuple[Note, ...]
    exit_code: int = 0

    def document(self) -> dict[str, Any]:
        """The answer as JSON: what is printed, and what ``summary.json`` keeps."""
        family, request, best = self.family, self.request, self.best
        return {
            "scenario": self.loaded.path.stem,
            "policy": family.policy.title,
            "seed": request.seed,
            "replications": self.replications,
            "fresh": {"seed": request.fresh_seed, "replications": self.fresh_replications},
            "in_time_s": thresholds_for(self.base.scenario.targets)[0] / SECOND,
            "means": MEANS,
            "varied": family.document(),
            "family": family.size,
            "tried": len(self.scores),
            "method": "all" if len(self.scores) == family.size else "NSGA-II",
            "most_shut_out": request.most_harm,
            "simultaneous": {
                "method": "Bonferroni",
                "confidence": 1 - NONE_SEEN,
                "intervals": OF_EACH * len(self.entries),
            },
            "front_size": self.front,
            "front": [_entry(family, entry) for entry in self.entries],
            "recommended": None if best is None else _entry(family, best),
            "effects": [row for entry in self.entries for row in effects.rows(entry.rule, entry.effects)],
            "designs": [{"values": family.texts(point), **score._asdict()} for point, score in self.scores.items()],
            "warnings": texts_of(self.notes, "warning"),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a rule judged, by time freed ascending: each measure with the ends of its interval."""
        for entry in self.entries:
            measures = {"freed": entry.freed, **entry.effects}
            columns = {
                f"{name}{ending}": getattr(estimate, part)
                for name, estimate in measures.items()
                for ending, part in (("", "value"), ("_low", "low"), ("_high", "high"))
            }
            yield {"rule": entry.rule, **columns, "freed_idle": entry.idle, "recommended": entry is self.best}


def _entry(family: Family, entry: Entry) -> dict[str, Any]:
    return {
        "rule": entry.rule,
        "values": family.texts(entry.point),
        "freed": _estimate(entry.freed),
        "freed_idle": entry.idle,
        **{name: _estimate(each) for name, each in entry.effects.items()},
        "tuned": entry.tuned._asdict(),
        "same": [family.texts(point) for point in entry.same],
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    bounds = {name: _plain(getattr(estimate, name)) for name in ("value", "low", "high")}
    return {**bounds, "events": estimate.events, "method": estimate.method}


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None
