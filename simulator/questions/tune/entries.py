"""The front estimated again on fresh Calls, so that being chosen flatters no rule, and the one worth having, if any.

Who comes out best of many on some calls owes part of it to them. The members to be judged are chosen on the Calls of
one seed and judged on those of another; their intervals hold together (Bonferroni: each leaves out 5 % / m).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.metrics.contrast import differences
from simulator.metrics.estimate import TAIL, Estimate, Float
from simulator.metrics.idle import IDLE_ANYWAY
from simulator.metrics.paired import ROUTES
from simulator.questions.tune.family import Family, Point
from simulator.questions.tune.front import EquivalentRules, spread
from simulator.questions.tune.members import Score, Trial
from simulator.questions.tune.phrase import phrase_of
from simulator.scenario.policy import Policy
from simulator.study.effects import MEASURES, estimates

MOST_ENTRIES = 12
OF_EACH = 1 + len(MEASURES)
"""Intervals of an entry: time freed, and what it does to genuine callers."""
NEAR = (1.0, 0.9, 0.75, 0.5)
"""Parts of the harm that is allowed at most: who frees most within each is judged, since one of them may be the rule
to recommend."""
MILDER = (0.25, 0.5, 0.75)
"""Parts of the time freed by the first of the front, up to which milder rules are judged, too."""
BEST = 3
"""Members with the best change in callers never heard that are judged, wherever they stand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member that was judged on fresh Calls.

    rule      in words
    same      members that came out the same as it in every replication
    tuned     its score as the search saw it
    freed     time freed of busy time on fresh Calls
    effects   by MEASURES, what it does to genuine callers there; the intervals of all entries hold together
    idle      the part of the time freed when another call-taker was idle anyway; None where none is freed
    routes    by ROUTES, callers never heard because of it, as counted
    """

    point: Point
    policy: Policy
    rule: str
    same: tuple[Point, ...]
    tuned: Score
    freed: Estimate
    effects: Mapping[str, Estimate]
    idle: float | None
    routes: Mapping[str, int]

    @property
    def never(self) -> Estimate:
        """Genuine callers never heard because of it, of all."""
        return self.effects["never_because"]

    @property
    def change(self) -> tuple[float, float]:
        """What entries rank by, the least the best: the change in callers never heard, then in those late; none: 0."""
        return self.effects["change_never"].value, self.effects["change_late"].value

    @property
    def harms(self) -> bool:
        """Whether surely more callers are never heard under it than without it."""
        return self.effects["change_never"].low > 0

    @property
    def helps(self) -> bool:
        """Whether surely fewer callers are never heard under it; or surely fewer late, and no more seen never heard."""
        never, late = self.effects["change_never"], self.effects["change_late"]
        return never.high < 0 or (never.value <= 0 and late.high < 0)

    @property
    def frees(self) -> bool:
        """Whether it surely frees call-takers' time that was not idle anyway."""
        return self.freed.low > 0 and self.idle is not None and self.idle < IDLE_ANYWAY

    @property
    def spares(self) -> bool:
        """Whether nobody was seen who is never heard, or late, because of it."""
        return self.never.value == 0 and self.change[1] <= 0


def places_to_judge(scores: Sequence[Score], front: Sequence[int], most: float | None) -> list[int]:
    """Places of at most MOST_ENTRIES members by time freed ascending.

    Those with the best change in callers never heard; of the front some that come near ``most`` harm from below, others
    spread along it; and milder ones, where it begins with one that was seen to harm nobody.
    """
    begin = dict.fromkeys((*_best(scores, most), *_milder(scores, front)))
    along = [place for place in front if place not in begin]
    room = MOST_ENTRIES - len(begin)
    if len(along) > room:
        within = [] if most is None else [[p for p in along if scores[p].never_because <= part * most] for part in NEAR]
        near = {places[-1] for places in within if places}
        left = [place for place in along if place not in near]
        others = spread([scores[place][:2] for place in left], room - len(near))
        along = [*near, *(left[each] for each in others)]
    return sorted({*begin, *along}, key=lambda place: (scores[place].freed, scores[place].never_because, place))


def _best(scores: Sequence[Score], most: float | None) -> list[int]:
    """Those that were seen to do better than no policy, the best first."""
    better = (
        place
        for place, each in enumerate(scores)
        if each.change < (0.0, 0.0) and (most is None or each.never_because <= most)
    )
    return sorted(better, key=lambda place: (*scores[place].change, -scores[place].freed))[:BEST]


def _milder(scores: Sequence[Score], front: Sequence[int]) -> Iterator[int]:
    """Of those that were seen to harm nobody, either, and free less: in truth they may harm less."""
    if not front or scores[front[0]].never_because > 0:
        return
    found: set[int] = set()
    for part in MILDER:
        most = part * scores[front[0]].freed
        less = [place for place, each in enumerate(scores) if each.never_because == 0 < each.freed <= most]
        best = max(less, key=lambda place: scores[place].freed, default=None)
        if best is not None and best not in found:
            found.add(best)
            yield best


def entries_of(family: Family, chosen: Sequence[EquivalentRules], before: Float, fresh: Trial) -> tuple[Entry, ...]:
    """The members ``chosen`` as they did on fresh Calls, by time freed ascending.

    ``before``: call-takers' busy time on the Calls that they were chosen on.
    """
    intervals = OF_EACH * len(chosen)
    found = []
    for rules, again in zip(chosen, fresh.members, strict=True):
        was = rules.member
        found.append(
            Entry(
                point=was.point,
                policy=family.at(was.point),
                rule=phrase_of(family, was.point),
                same=tuple(each.point for each in rules.same),
                tuned=rules.score(before),
                freed=differences(again.freed[:, None], fresh.busy[:, None], "times", tail=TAIL / intervals)[0],
                effects=estimates(again.effects, intervals),
                idle=again.idle,
                routes={route: int(again.of(f"never_because_{route}").sum()) for route in ROUTES},
            )
        )
    return tuple(sorted(found, key=lambda each: (each.freed.value, each.never.value, each.point)))


def recommend(entries: Sequence[Entry], most: float | None) -> Entry | None:
    """The entry that is worth having, if any; ``most``: the share of genuine callers that may be shut out for it.

    Of those that surely shut out no more, the one with the best change in callers never heard, then in those late, if
    that is better than no policy. Else, where time freed is worth so much harm, or nobody was seen to be harmed, the
    one that frees most time that was not idle anyway.
    """
    allowed = [each for each in entries if most is None or each.never.high <= most]
    helpful = [each for each in allowed if each.helps]
    if helpful:
        return min(helpful, key=lambda each: (*each.change, -each.freed.value))
    freeing = [each for each in allowed if each.frees and (most is not None or each.spares)]
    return max(freeing, key=lambda each: each.freed.value, default=None)


def is_flat(fresh: Trial) -> bool:
    """Whether the ends of the front cannot be told apart by their harm, on fresh Calls."""
    if len(fresh.members) < 2:
        return False
    mild, harsh = fresh.members[0], fresh.members[-1]
    found = differences((harsh.harm - mild.harm)[:, None], mild.of("genuine")[:, None], "chances")[0]
    return not (found.low > 0 or found.high < 0)
