"""What the ranking of policies hangs on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from simulator.engines.simulate import Engine
from simulator.metrics.estimate import Estimate
from simulator.questions.sensitivity.flips import Point, Variation
from simulator.questions.sensitivity.households import Household, Phones
from simulator.questions.sensitivity.influence import favoured_option
from simulator.questions.sensitivity.request import Request
from simulator.questions.sensitivity.score import Apart, Criterion
from simulator.questions.sensitivity.standing import Ranking
from simulator.questions.sensitivity.study import Pair
from simulator.scenario.load import Loaded
from simulator.scenario.notes import Note, texts_of
from simulator.scenario.ranges import LeftAlone, Range
from simulator.study.effects import MEANS as MEASURES_MEAN
from simulator.study.effects import rows

BY = {
    "net": "less change_never; where that ties less change_late",
    "shut_out": "less never_because",
    "freed": "handling of prank and silent calls not answered because of the policy / call-takers' busy time with none",
}
MEANS = {
    **MEASURES_MEAN,
    "ahead": "the score of the first policy less that of the second, with a 99 % interval; late: of change_late, "
    "where not one more is heard under the one than under the other",
    "coefficient": "partial rank correlation of the value with how far the first policy is ahead of the second",
    "favours_one": "of a choice that matters: the option with which the first policy is further ahead; the sign of its "
    "coefficient goes by the order of the options alone",
    "matters": "the coefficient exceeds the bound; false: not detected in so many samples",
    "bound": "what no coefficient exceeds by chance, with 95 % probability for all values together",
    "blocked": "P(blocked at every attempt | a phone of that group)",
    "flips": "the value at which two policies change places, all others as in the file: simulated, surely between two",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What the ranking of policies hangs on.

    names                         the policies; others name them by their place
    samples, replications, alone  samples; replications of a sample, and of a value varied alone
    ranges, left                  values that are varied, and what is left alone
    pairs                         see Study.pairs
    """

    request: Request
    loaded: Loaded
    engine: Engine
    names: tuple[str, ...]
    samples: int
    replications: int
    alone: int
    ranges: tuple[Range, ...]
    left: tuple[LeftAlone, ...]
    ranking: Ranking
    pairs: tuple[Pair, ...]
    households: tuple[Household, ...]
    folder: Path
    notes: tuple[Note, ...] = ()
    exit_code: int = 0

    @property
    def by(self) -> Criterion:
        """What policies are ranked by."""
        return self.request.by

    def document(self) -> dict[str, Any]:
        """The answer as JSON: what is printed, and what ``summary.json`` keeps."""
        return {
            "scenario": self.loaded.path.stem,
            "seed": self.request.seed,
            "engine": self.engine,
            "by": {"name": self.by, "means": BY[self.by]},
            "means": MEANS,
            "samples": self.samples,
            "replications": {"sample": self.replications, "alone": self.alone},
            "policies": [_standing(self, place) for place in range(len(self.ranking.standings))],
            "effects": [
                row
                for each in self.ranking.standings
                if each.policy
                for row in rows(self.names[each.policy], each.effects)
            ],
            "ranking_holds": {
                "samples": self.ranking.holds,
                "surely": self.ranking.surely,
                "surely_not": self.ranking.surely_not,
            },
            "values": [
                {
                    "key": each.key,
                    "file": each.value,
                    "range": list(each.options) or [each.low, each.high],
                    "stated": each.stated,
                    "reason": each.reason,
                }
                for each in self.ranges
            ],
            "left_alone": [{"key": each.key, "why": each.why} for each in self.left],
            "influence": [_pair(self, each) for each in self.pairs],
            "alone": [
                _variation(self.names[pair.one], self.names[pair.other], each)
                for pair in self.pairs
                for each in pair.varied
            ],
            "shared_phones": [_household(self, each) for each in self.households],
            "warnings": texts_of(self.notes, "warning"),
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a pair of policies and assumed value: how far the difference hangs on it."""
        for pair in self.pairs:
            for range_, coefficient in zip(self.ranges, pair.influence.coefficients.tolist(), strict=True):
                yield {
                    "one": self.names[pair.one],
                    "other": self.names[pair.other],
                    "key": range_.key,
                    "file": range_.value,
                    "low": range_.low,
                    "high": range_.high,
                    "coefficient": coefficient,
                    "matters": abs(coefficient) > pair.influence.bound,
                }


def _standing(result: Sensitivity, place: int) -> dict[str, Any]:
    each = result.ranking.standings[place]
    return {
        "policy": result.names[each.policy],
        "score": each.score,
        "against_none": None if each.against_none is None else _apart(each.against_none),
        "leads_in_samples": each.leads,
        "surely": each.surely,
    }


def _pair(result: Sensitivity, pair: Pair) -> dict[str, Any]:
    influence = pair.influence
    values = sorted(zip(influence.coefficients.tolist(), result.ranges, strict=True), key=lambda each: -abs(each[0]))
    return {
        "one": result.names[pair.one],
        "other": result.names[pair.other],
        "ahead_in_the_file": _apart(pair.file),
        "bound": influence.bound,
        "partial": influence.partial,
        "values": [
            {
                "key": each.key,
                "coefficient": value,
                "favours_one": favoured_option(each, value) if each.options and abs(value) > influence.bound else None,
                "matters": abs(value) > influence.bound,
            }
            for value, each in values
        ],
    }


def _variation(one: str, other: str, varied: Variation) -> dict[str, Any]:
    return {
        "key": varied.range.key,
        "one": one,
        "other": other,
        "ending": varied.ending,
        "flips": [
            {"at": each.at, "between": [each.low, each.high], "leads_above": one if each.to > 0 else other}
            for each in varied.flips
        ],
        "points": [_point(point) for point in varied.points],
    }


def _point(point: Point) -> dict[str, Any]:
    return {"value": point.text, "ahead": _apart(point.apart)}


def _household(result: Sensitivity, each: Household) -> dict[str, Any]:
    return {
        "key": each.range.key,
        "group": each.group,
        "phones_of": each.owner,
        "choose": each.choose,
        "policies": [
            {
                "policy": name,
                "choose": choose,
                "blocked": blocked and _estimate(blocked),
                "never_because": {share: _estimate(found) for share, found in harm.items()},
            }
            for choose, phones in each.phones.items()
            for name, (blocked, harm) in zip(result.names, map(_parts, phones), strict=True)
        ],
        "alone": [
            {"choose": choose, **_variation(result.names[one], result.names[other], varied)}
            for (one, other, choose), varied in each.varied.items()
        ],
    }


def _parts(phones: Phones) -> tuple[Estimate | None, Mapping[str, Estimate]]:
    return phones.blocked, phones.harm


def _apart(found: Apart) -> dict[str, Any]:
    return {**_estimate(found.estimate), "late": found.late, "sign": found.sign}


def _estimate(found: Estimate) -> dict[str, Any]:
    return {name: _plain(getattr(found, name)) for name in ("value", "low", "high")}


def _plain(value: float) -> float | None:
    return value if isfinite(value) else None
