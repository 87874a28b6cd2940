"""How policies rank in the file and in each sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator.metrics.estimate import Estimate, Float
from simulator.questions.sensitivity.score import Apart, Criterion, apart, file_effects, scores, ties
from simulator.tables.calls import Int64


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy (its place among them): its score in the file, what it does to genuine callers there, by MEASURES, how
    far it is ahead of none, and in how many samples it leads, and leads surely."""

    policy: int
    score: float
    effects: Mapping[str, Estimate]
    against_none: Apart | None
    leads: int
    surely: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Policies, the best first; in how many samples this order holds, holds surely, and surely does not."""

    standings: tuple[Standing, ...]
    samples: int
    holds: int
    surely: int
    surely_not: int

    @property
    def order(self) -> tuple[int, ...]:
        """The places of the policies, the best first."""
        return tuple(each.policy for each in self.standings)


def rank(file: Int64, samples: Int64, by: Criterion) -> Ranking:
    """Rank the policies of the file's case [policies][R][...] and hold the samples [samples][policies][R][...] to it.

    Of policies with the same score the one with fewer late is ahead, then the one named first; in a sample what is
    alike in both breaks no order.
    """
    found = list(zip(scores(file, by).tolist(), ties(file, by).tolist(), strict=True))
    order = sorted(range(len(found)), key=lambda policy: (-found[policy][0], -found[policy][1]))
    effects, each = file_effects(file), _places(scores(samples, by), ties(samples, by))
    first = each[:, order].argmin(axis=1)
    # Who shares the first place with another does not lead.
    alone = (each == each.min(axis=1, keepdims=True)).sum(axis=1) == 1
    signs = [_signs(one, order, by) for one in samples]
    standings = tuple(
        Standing(
            policy,
            found[policy][0],
            effects[policy],
            apart(file, policy, 0, by) if policy else None,
            int(((first == place) & alone).sum()),
            sum(_leads(sign, place) for sign in signs),
        )
        for place, policy in enumerate(order)
    )
    holds = (np.diff(each[:, order], axis=1) >= 0).all(axis=1)
    neighbours = [[sign[pair] for pair in pairwise(range(len(order)))] for sign in signs]
    return Ranking(
        standings,
        len(samples),
        int(holds.sum()),
        sum(all(sign == 1 for sign in one) for one in neighbours),
        sum(any(sign == -1 for sign in one) for one in neighbours),
    )


def _places(score: Float, tie: Float) -> Int64:
    """The place of each policy in each sample, from 0, the best first; those alike in both share one [samples][...]."""
    pairs = [[(-one, -other) for one, other in zip(*each, strict=True)] for each in zip(score, tie, strict=True)]
    return np.array([[sorted(set(each)).index(pair) for pair in each] for each in pairs], dtype=np.int64)


def _signs(runs: Int64, order: Sequence[int], by: Criterion) -> dict[tuple[int, int], int]:
    """Which of each two places of the order is surely ahead."""
    many = range(len(order))
    return {(a, b): apart(runs, order[a], order[b], by).sign for a in many for b in many if a < b}


def _leads(signs: dict[tuple[int, int], int], place: int) -> bool:
    return all(sign == (1 if a == place else -1) for (a, b), sign in signs.items() if place in (a, b))
