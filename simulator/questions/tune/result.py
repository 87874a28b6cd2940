"""What was asked of a family of rules, and what was found."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.questions.tune.chosen import Entry
from simulator.questions.tune.family import Family, Point
from simulator.questions.tune.members import Score
from simulator.questions.tune.search import TRIALS
from simulator.study.experiment import Experiment
from simulator.study.options import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for besides the order: texts of ``--vary``, how many members to try at most, and the share of
    genuine callers that may be shut out, None where nothing was said of it."""

    vary: tuple[str, ...]
    trials: int = TRIALS
    most_shut_out: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """What was tried and found, and where it is kept.

    scores   of every member tried
    front    how many members it has
    entries  those that were judged on fresh Calls: of the front, of milder ones, and those best for callers
    best     the entry that is worth having; None where none is
    """

    order: Order
    wish: Wish
    base: Experiment
    family: Family
    replications: int
    fresh_replications: int
    scores: dict[Point, Score]
    front: int
    entries: tuple[Entry, ...]
    best: Entry | None
    warnings: tuple[str, ...]
    document: dict[str, Any]
    folder: Path
