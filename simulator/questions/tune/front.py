"""The Pareto front of a family: what frees more call-taker time shuts out more genuine callers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulator.metrics.estimate import Float
from simulator.questions.tune.family import Family
from simulator.questions.tune.members import Member, Score


@dataclass(frozen=True, slots=True)
class EquivalentRules:
    """A member, and others that came out the same in every replication."""

    member: Member
    same: tuple[Member, ...] = ()

    def score(self, busy: Float) -> Score:
        """The score that they share; ``busy``: call-takers' busy time without a policy."""
        return self.member.score(busy)


def equivalent_rules(family: Family, tried: Sequence[Member]) -> list[EquivalentRules]:
    """Members in groups that came out the same, the mildest first."""
    groups: dict[object, list[Member]] = {}
    for each in tried:
        groups.setdefault(each.sums, []).append(each)
    ranked = (sorted(group, key=lambda each: family.severity(each.point)) for group in groups.values())
    return [EquivalentRules(first, tuple(others)) for first, *others in ranked]


def pareto_front(scores: Sequence[tuple[float, ...]]) -> list[int]:
    """Places of the scores that no other dominates by their first two, time freed and harm, nor no policy at all; by
    time freed ascending.

    A pair is dominated by one that frees as much and harms less, or frees more and harms no more.
    """
    found: list[int] = []
    least, last = float("inf"), float("nan")
    for place in sorted(range(len(scores)), key=lambda place: (-scores[place][0], scores[place][1])):
        more, less = scores[place][:2]
        if more > 0 and (less < least or (less == least and more == last)):
            found.append(place)
            least, last = less, more
    return found[::-1]


def spread(scores: Sequence[tuple[float, ...]], most: int) -> list[int]:
    """Places of at most so many of the pairs of a front, both ends among them, evenly along its length.

    Lengths are sums of steps in either direction, each as a part of the whole way.
    """
    if len(scores) <= most:
        return list(range(len(scores)))
    ways = [max(one) - min(one) or 1.0 for one in zip(*scores, strict=True)]
    length = [0.0]
    for before, after in pairwise(scores):
        length.append(length[-1] + sum(abs(b - a) / way for a, b, way in zip(before, after, ways, strict=True)))
    left = list(range(len(scores)))
    chosen = [left.pop(0), left.pop()]
    for k in range(1, most - 1):
        chosen.append(min(left, key=lambda place: abs(length[place] - length[-1] * k / (most - 1))))
        left.remove(chosen[-1])
    return sorted(chosen)
