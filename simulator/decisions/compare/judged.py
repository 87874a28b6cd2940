"""What a comparison found: every design held against no policy and no nuisance, and against each other.

Intervals hold together, 95 % for each of two families (Bonferroni: each leaves out 5 % / m): all designs against their
baselines, which the tables show; and all pairs of policies of a staffing, which letters and "dominated" go by.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import isnan
from typing import Literal

import numpy as np

from simulator.decisions.compare.designs import Compared
from simulator.decisions.compare.seen import Seen
from simulator.decisions.sweep.replicate import Sweep
from simulator.metrics.contrast import Of as Kinds
from simulator.metrics.contrast import differences, pairing_gain
from simulator.metrics.counts import Counts
from simulator.metrics.estimate import NONE_SEEN, TAIL, Estimate, Float, Kind, ratios, share_of_chances
from simulator.metrics.histogram import ALL
from simulator.metrics.letters import letters
from simulator.metrics.paired import ROUTES, WAYS, WHOLE
from simulator.metrics.summary import Measured, measures_of, service_level_by_hour, worst_hour
from simulator.scenario.policy import Intent

GENUINE = int(Intent.GENUINE)
AGAINST_NONE = ("gained", "shut_out", "lost", "net", "freed", "nuisance_spared", "service_level")
AGAINST_NO_NUISANCE = ("gained_on_no_nuisance", "lost_on_no_nuisance")
OF_PAIRS = ("net", "shut_out", "freed")
Of = Literal["net", "shut_out", "freed"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to a number: the share of genuine callers who come by it; of those, who are blocked at their first attempt;
    and of all, who come by it, are blocked, and would have been reached without a policy."""

    share: float
    blocked: Estimate
    shut_out: Estimate


@dataclass(frozen=True, slots=True)
class Held:
    """A design held against its baselines.

    against      by the names of AGAINST_NONE and AGAINST_NO_NUISANCE, with simultaneous intervals: shares of genuine
                 callers, but ``freed`` of call-takers' busy time without a policy and ``nuisance_spared`` of prank and
                 silent callers; ``net``, ``nuisance_spared``, ``service_level`` are differences
    routes       by ROUTES, the share of genuine callers lost that way, as it happened
    ways         by WAYS, how genuine callers come to their numbers, and what that means for them
    freed_idle   the part of the time freed when another call-taker was idle anyway; None where none is freed
    freed_on_duty, taken_on  time freed as a share of time on duty; of the time freed, what went to other nuisance calls
    freed_a_day  µs freed in a day
    pairing      by measure, how many times the replications an unpaired comparison with none would need
    letters      of the net: policies of a staffing that share one can not be told apart
    dominated_by policies of the same staffing that surely shut out no more and free no less
    """

    design: Compared
    measures: tuple[Measured, ...]
    hours: tuple[Estimate, ...]
    worst: tuple[int, Estimate] | None
    against: dict[str, Estimate]
    routes: dict[str, Estimate]
    ways: dict[str, Way]
    freed_idle: float | None
    freed_on_duty: float | None
    freed_a_day: float
    taken_on: float | None
    pairing: dict[str, float]
    letters: str = ""
    dominated_by: tuple[str, ...] = ()

    def of(self, intent: str, name: str) -> Measured:
        """One measure of one intent."""
        return next(m for m in self.measures if (m.intent, m.measure) == (intent, name))


@dataclass(frozen=True, slots=True)
class Pair:
    """One policy less another of the same staffing: net and lost of genuine callers, freed of busy time."""

    one: Compared
    other: Compared
    of: Of
    difference: Estimate

    @property
    def differ(self) -> bool:
        """Whether the interval excludes that they are the same."""
        return self.difference.low > 0 or self.difference.high < 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What a comparison found; ``headline`` and ``pairwise``: how many intervals each family has."""

    held: tuple[Held, ...]
    pairs: tuple[Pair, ...]
    headline: int
    pairwise: int


def judged(designs: Sequence[Compared], sweeps: Sequence[Sweep]) -> Judged:
    """Hold designs against each other."""
    seen = [Seen(design, sweep) for design, sweep in zip(designs, sweeps, strict=True)]
    staffings = [[each for each in seen if each.design.call_takers == c] for c in _staffings(designs)]
    headline = sum(_intervals(each.design) for each in seen)
    couples = [pair for group in staffings for pair in combinations(_policies(group), 2)]
    pairwise = len(couples) * len(OF_PAIRS)
    pairs = [pair for one, other in couples for pair in _pairs(one, other, _bare(staffings, one), pairwise)]
    held = [_held(each, _bare(staffings, each), headline) for each in seen]
    return Judged(tuple(_told_apart(held, pairs)), tuple(pairs), headline, pairwise)


def _staffings(designs: Sequence[Compared]) -> list[int | None]:
    return list(dict.fromkeys(design.call_takers for design in designs))


def _policies(group: Sequence[Seen]) -> list[Seen]:
    return [each for each in group if each.design.role != "no nuisance"]


def _bare(staffings: Sequence[Sequence[Seen]], seen: Seen) -> Seen:
    """No policy, with the same staffing."""
    return next(each for group in staffings if seen in group for each in group if each.design.role == "none")


def _names(design: Compared) -> tuple[str, ...]:
    """What a design is held against: no policy, unless it is that; no nuisance, unless it is that."""
    less = AGAINST_NONE if design.role != "none" else ()
    return (*less, *(AGAINST_NO_NUISANCE if design.role != "no nuisance" else ()))


def _intervals(design: Compared) -> int:
    return len(_names(design))


def _held(seen: Seen, bare: Seen, family: int) -> Held:
    busy, on_duty = (bare.clusters.totals(name, ALL) for name in ("time_busy", "time_on_duty"))
    names, genuine = _names(seen.design), seen.of("genuine")
    hours = service_level_by_hour(*_clusters(seen))
    hour = worst_hour(hours)
    freed = float(seen.of("freed").sum())
    spared = float(seen.of("spared").sum())
    days = sum(counts.length for counts in seen.whole) / 86_400_000_000
    return Held(
        design=seen.design,
        measures=tuple(measures_of(*seen.sweep.clusters, percentiles=False)),
        hours=tuple(hours),
        worst=None if hour is None else (hour, hours[hour]),
        against=_cut({name: _against(name, seen, bare, busy, family) for name in names}),
        routes={route: _share(seen.of(f"lost_{route}"), genuine, Kind.SHARE, 1) for route in ROUTES},
        ways={way: _way(seen, way, genuine) for way in WAYS if seen.of(f"chance_{way}").any()},
        freed_idle=float(seen.of("freed_idle").sum()) / freed if freed else None,
        freed_on_duty=spared / float(on_duty.sum()) if on_duty.sum() else None,
        freed_a_day=spared / days,
        taken_on=float(seen.of("taken_on").sum()) / freed if freed else None,
        pairing=_pairing(seen, bare) if seen.design.role == "policy" else {},
    )


def _cut(against: dict[str, Estimate]) -> dict[str, Estimate]:
    """Intervals that hold together, cut to what the others allow: net is gained less shut out."""
    if not {"gained", "shut_out", "net"} <= against.keys():
        return against
    g, s, n = against["gained"], against["shut_out"], against["net"]
    if any(isnan(bound) for each in (g, s, n) for bound in (each.low, each.high)):
        return against
    return against | {
        "gained": _within(g, n.low + s.low, n.high + s.high),
        "shut_out": _within(s, g.low - n.high, g.high - n.low),
        "net": _within(n, g.low - s.high, g.high - s.low),
    }


def _within(found: Estimate, low: float, high: float) -> Estimate:
    low, high = min(max(found.low, low), found.value), max(min(found.high, high), found.value)
    return replace(found, low=low, high=high)


def _way(seen: Seen, way: str, genuine: Float) -> Way:
    came, blocked, lost = (seen.of(f"{what}_{way}") / WHOLE for what in ("chance", "blocked", "lost_by"))
    return Way(float(came.sum() / genuine.sum()), _chances(blocked, came, 1), _chances(lost, genuine, 1))


def _clusters(seen: Seen) -> tuple[Sequence[Counts], int, Sequence[Counts]]:
    counts, days = seen.sweep.clusters
    return counts, GENUINE, days


def _against(name: str, seen: Seen, bare: Seen, busy: Float, family: int) -> Estimate:
    genuine = seen.of("genuine")
    if name == "net":
        # of no policy at all, harm is none: what is left is how far this one is ahead of it
        return bare.harm.less(seen.harm, genuine, seen.of("gained"), tail=TAIL / family)
    if name == "nuisance_spared":
        offered = bare.nuisance("offered")
        return _difference(bare.nuisance_answered() - seen.nuisance_answered(), offered, family, "counts")
    if name == "service_level":
        return _difference(seen.in_time() - bare.in_time(), genuine, family, "counts")
    if name == "freed":
        return _difference(seen.of("spared"), busy, family, "times")
    if name == "shut_out":
        return seen.harm.share(genuine, tail=TAIL / family, none_seen=NONE_SEEN / family)
    return _share(seen.of(name), genuine, Kind.SHARE, family)


def _share(x: Float, y: Float, kind: Kind, family: int) -> Estimate:
    return ratios(x[:, None], y[:, None], kind, tail=TAIL / family, none_seen=NONE_SEEN / family)[0]


def _chances(x: Float, y: Float, family: int) -> Estimate:
    return share_of_chances(x, y, tail=TAIL / family, none_seen=NONE_SEEN / family)


def _difference(x: Float, y: Float, family: int, of: Kinds) -> Estimate:
    return differences(x[:, None], y[:, None], of, tail=TAIL / family)[0]


def _pairs(one: Seen, other: Seen, bare: Seen, family: int) -> Iterator[Pair]:
    busy = bare.clusters.totals("time_busy", ALL)
    genuine, tail = one.of("genuine"), TAIL / family
    more = one.of("gained") - other.of("gained")
    yield Pair(one.design, other.design, "net", other.harm.less(one.harm, genuine, more, tail=tail))
    yield Pair(one.design, other.design, "shut_out", one.harm.less(other.harm, genuine, tail=tail))
    freed = _difference(one.of("spared") - other.of("spared"), busy, family, "times")
    yield Pair(one.design, other.design, "freed", freed)


def _pairing(seen: Seen, bare: Seen) -> dict[str, float]:
    """Of genuine callers reached in time, of prank and silent callers answered, and of the time that call-takers are
    busy: the same numbers on both sides. ``reckoned``: of callers reached, where chances stand for blocks."""
    genuine, once = seen.of("genuine"), np.ones(len(seen.whole))
    busy = [each.clusters.totals("time_busy", ALL) for each in (seen, bare)]
    reached = seen.of("reached"), bare.of("reached"), genuine, genuine
    return {
        "service_level": pairing_gain(*reached),
        "reckoned": pairing_gain(*reached, seen.of("net")),
        "nuisance_answered": pairing_gain(seen.nuisance_answered(), bare.nuisance_answered(), once, once),
        "time_freed": pairing_gain(busy[0], busy[1], once, once),
    }


def _told_apart(held: Sequence[Held], pairs: Sequence[Pair]) -> Iterator[Held]:
    """With letters, and by what they are dominated."""
    for call_takers in _staffings([each.design for each in held]):
        group = [each for each in held if each.design.call_takers == call_takers]
        named = [each for each in group if each.design.role != "no nuisance"]
        place = {each.design.policy: number for number, each in enumerate(named)}
        mine = [pair for pair in pairs if pair.one.call_takers == call_takers]
        differ = {(place[p.one.policy], place[p.other.policy]) for p in mine if p.of == "net" and p.differ}
        # The first letter for the best net.
        order = sorted(range(len(named)), key=lambda number: -_net(named[number]))
        rank = {number: at_ for at_, number in enumerate(order)}
        found = letters(len(named), sorted((min(rank[a], rank[b]), max(rank[a], rank[b])) for a, b in differ))
        for each in group:
            if each.design.role == "no nuisance":
                yield each
            else:
                by = tuple(other.design.policy for other in named if _dominates(other.design, each.design, mine))
                yield replace(each, letters=found[rank[place[each.design.policy]]], dominated_by=by)


def _net(held: Held) -> float:
    return held.against["net"].value if "net" in held.against else 0.0


def _dominates(other: Compared, this: Compared, pairs: Sequence[Pair]) -> bool:
    """Whether ``other`` surely shuts out no more, and frees no less, and one of them surely differs."""
    lost, freed = (_less(other, this, name, pairs) for name in ("shut_out", "freed"))
    if lost is None or freed is None:
        return False
    surely = lost[1] <= 0 and freed[0] >= 0
    return surely and (lost[1] < 0 or freed[0] > 0)


def _less(one: Compared, other: Compared, of: str, pairs: Sequence[Pair]) -> tuple[float, float] | None:
    """The interval of one less the other, whichever way it was estimated."""
    for pair in pairs:
        if pair.of == of and (pair.one, pair.other) == (one, other):
            return pair.difference.low, pair.difference.high
        if pair.of == of and (pair.one, pair.other) == (other, one):
            return -pair.difference.high, -pair.difference.low
    return None
