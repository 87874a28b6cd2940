"""What the answer hangs on, as it was found."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.questions.sensitivity.households import Household
from simulator.questions.sensitivity.score import Criterion
from simulator.questions.sensitivity.standing import Ranking
from simulator.questions.sensitivity.study import Pair
from simulator.scenario.ranges import LeftAlone, Range
from simulator.study.options import Order


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the answer hangs on.

    names                         the policies; others name them by their place
    samples, replications, alone  samples; replications of a sample, and of a value varied alone
    ranges, left                  values that are varied, and what is left alone
    pairs                         see Study.pairs
    """

    order: Order
    names: tuple[str, ...]
    by: Criterion
    samples: int
    replications: int
    alone: int
    ranges: tuple[Range, ...]
    left: tuple[LeftAlone, ...]
    ranking: Ranking
    pairs: tuple[Pair, ...]
    households: tuple[Household, ...]
    folder: Path
    warnings: tuple[str, ...] = ()
    document: dict[str, Any] = field(default_factory=dict)
