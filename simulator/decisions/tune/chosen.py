"""The front estimated again on fresh Calls, so that being chosen flatters no rule, and the one to recommend.

Who comes out best of many on some calls owes part of it to them. The members of the front are chosen on the Calls of
one seed and judged on those of another; their intervals hold together (Bonferroni: each leaves out 5 % / m).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from simulator.decisions.tune.bench import Trial, part
from simulator.decisions.tune.family import Family, Point
from simulator.decisions.tune.front import Kin, spread
from simulator.decisions.tune.phrase import phrase_of
from simulator.metrics.contrast import differences
from simulator.metrics.estimate import NONE_SEEN, TAIL, Estimate, Float
from simulator.metrics.paired import ROUTES
from simulator.scenario.policy import Policy

MOST_ENTRIES = 12
OF_EACH = 2
"""Intervals of an entry: time freed, and callers shut out."""
NEAR = (1.0, 0.9, 0.75, 0.5)
"""Parts of the harm that is wished for at most: who frees most within each is judged, since one of them is the rule to
recommend."""
MILDER = (0.25, 0.5, 0.75)
"""Parts of the time freed by the first of the front, up to which milder rules are judged, too."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of the front.

    rule      in words
    same      members that came out the same as it in every replication
    tuned     time freed of busy time and callers shut out of genuine ones, as the search saw them
    freed, lost  the same on fresh Calls, with simultaneous intervals
    gained    callers reached only because of it, of genuine ones, on fresh Calls
    routes    by ROUTES, callers lost on fresh Calls
    """

    point: Point
    policy: Policy
    rule: str
    same: tuple[Point, ...]
    tuned: tuple[float, float]
    freed: Estimate
    lost: Estimate
    gained: float
    routes: dict[str, int]


def judged_again(scores: Sequence[tuple[float, float]], front: Sequence[int], most: float) -> list[int]:
    """Places of at most MOST_ENTRIES members by time freed ascending: of the front some that come near ``most`` harm
    from below, others spread along it; and milder ones, where it begins with one that was seen to harm nobody."""
    begin = [*_milder(scores, front)]
    room = MOST_ENTRIES - len(begin)
    if len(front) <= room:
        return [*begin, *front]
    within = ([place for place in front if scores[place][1] <= share * most] for share in NEAR)
    near = {places[-1] for places in within if places}
    left = [place for place in front if place not in near]
    others = spread([scores[place] for place in left], room - len(near))
    return [*begin, *sorted({*near, *(left[each] for each in others)}, key=front.index)]


def _milder(scores: Sequence[tuple[float, float]], front: Sequence[int]) -> Iterator[int]:
    """Of those that were seen to harm nobody, either, and free less: in truth they may harm less."""
    if not front or scores[front[0]][1] > 0:
        return
    found: set[int] = set()
    for share in MILDER:
        less = [place for place, (freed, harm) in enumerate(scores) if harm == 0 < freed <= share * scores[front[0]][0]]
        best = max(less, key=lambda place: scores[place][0], default=None)
        if best is not None and best not in found:
            found.add(best)
            yield best


def entries_of(family: Family, chosen: Sequence[Kin], before: Float, fresh: Trial) -> tuple[Entry, ...]:
    """The members ``chosen`` as they did on fresh Calls, by time freed ascending.

    ``before``: call-takers' busy time on the Calls that they were chosen on.
    """
    intervals = OF_EACH * len(chosen)
    found = []
    for kin, again in zip(chosen, fresh.members, strict=True):
        was = kin.member
        found.append(
            Entry(
                point=was.point,
                policy=family.at(was.point),
                rule=phrase_of(family, was.point),
                same=tuple(each.point for each in kin.same),
                tuned=kin.score(before),
                freed=differences(again.freed[:, None], fresh.busy[:, None], "times", tail=TAIL / intervals)[0],
                lost=again.effects.never_because(tail=TAIL / intervals, none_seen=NONE_SEEN / intervals),
                gained=part(again.effects.heard, again.of("genuine")),
                routes={route: int(again.of(f"never_because_{route}").sum()) for route in ROUTES},
            )
        )
    return tuple(sorted(found, key=lambda each: (each.freed.value, each.lost.value, each.point)))


def recommended(entries: Sequence[Entry], most: float) -> Entry | None:
    """The entry that frees most of those that surely shut out no more than ``most`` of genuine callers."""
    sure = [each for each in entries if isfinite(each.lost.high) and each.lost.high <= most]
    return max(sure, key=lambda each: each.freed.value, default=None)


def least_harmful(entries: Sequence[Entry]) -> Entry | None:
    """The entry that shuts out fewest; of those alike the one that is surest, then that which frees most."""
    return min(entries, key=lambda each: (each.lost.value, each.lost.high, -each.freed.value), default=None)


def flat(fresh: Trial) -> bool:
    """Whether the ends of the front can not be told apart by their harm, on fresh Calls."""
    if len(fresh.members) < 2:
        return False
    mild, harsh = fresh.members[0], fresh.members[-1]
    found = differences((harsh.harm - mild.harm)[:, None], mild.of("genuine")[:, None], "chances")[0]
    return not (found.low > 0 or found.high < 0)
