"""What a comparison found: every design held against no policy and no nuisance, and against each other.

Policies rank by the change in genuine callers never heard (never because of it, less heard because of it), and where
that ties by the change in those who are late; no policy at all changes nothing.

Intervals hold together, 95 % for each of two families (Bonferroni: each leaves out 5 % / m): all designs against their
baselines, which the tables show; and all pairs of policies of a staffing. Letters and "dominated" go by both: a policy
against none, or against one that can never act, has the interval of the tables, since it is the same difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import isnan
from typing import Literal, get_args

import numpy as np

from simulator.metrics.contrast import Of as Kinds
from simulator.metrics.contrast import differences, pairing_gain
from simulator.metrics.counts import Counts
from simulator.metrics.estimate import NONE_SEEN, TAIL, Estimate, Float, Kind, ratio, share_of_chances
from simulator.metrics.harm import Effects
from simulator.metrics.histogram import ALL
from simulator.metrics.letters import letters
from simulator.metrics.paired import EFFECTS, FATES, FROM_NO_NUISANCE, ROUTES, TABLE, WAYS, WHOLE
from simulator.metrics.summary import Measured, measures_of, service_level_by_hour, worst_hour
from simulator.questions.compare.design_numbers import DesignNumbers
from simulator.scenario.policy import Intent
from simulator.scenario.policy_checks import can_never_act
from simulator.study.designs import Compared
from simulator.study.sweep import Sweep

GENUINE = int(Intent.GENUINE)
AGAINST_NONE = (*EFFECTS, "change_never", "change_late", "freed", "nuisance_spared", "service_level")
AGAINST_NO_NUISANCE = tuple(EFFECTS)
Table = tuple[tuple[int, ...], ...]
Of = Literal["change_never", "change_late", "never_because", "freed"]
Family = Literal["against_baselines", "pairwise"]
OF_PAIRS: tuple[Of, ...] = get_args(Of)
NO_CHANGE = Estimate(0.0, 0.0, 0.0, 0, "no rule can act")
"""What a policy does whose rules can never act."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to a number: the share of genuine callers who come by it; of those, who are blocked throughout; and of all,
    who come by it, are blocked throughout, and would have been heard without a policy."""

    share: float
    blocked: Estimate
    never: Estimate


@dataclass(frozen=True, slots=True)
class DesignEffects:
    """A design held against its baselines.

    against      by the names of AGAINST_NONE, with simultaneous intervals: shares of genuine callers, but ``freed`` of
                 call-takers' busy time without a policy and ``nuisance_spared`` of prank and silent callers;
                 ``change_...``, ``nuisance_spared``, ``service_level`` are differences; empty of no policy
    on_no_nuisance  by the names of AGAINST_NO_NUISANCE, likewise; empty of no nuisance
    routes       by ROUTES, the share of genuine callers never heard that way because of it, as it happened, each with
                 an interval of its own
    fates        callers by their fate without a policy and under it (int [3][3], as FATES), and so from no nuisance
    left_open    genuine callers with a call that was still open at the end
    ways         by WAYS, how genuine callers come to their numbers, and what that means for them
    freed_idle   the part of the time freed when another call-taker was idle anyway; None where none is freed
    freed_on_duty, taken_on  time freed as a share of time on duty; of the time freed, what went to other nuisance calls
    freed_a_day  µs freed in a day
    pairing      by measure, how many times the replications an unpaired comparison with none would need
    letters      policies of a staffing that share one cannot be told apart by the change in callers never heard
    rank         its place among those of its staffing, from 0; no nuisance has none
    dominated_by policies of the same staffing that surely shut out no more and free no less
    never_acts   by its rules it cannot act on anybody here, so that it changes nothing, and that is certain
    unchanged    everything counted came out as without a policy, in every replication
    """

    design: Compared
    measures: tuple[Measured, ...]
    hours: tuple[Estimate, ...]
    worst: tuple[int, Estimate] | None
    against: dict[str, Estimate]
    on_no_nuisance: dict[str, Estimate]
    routes: dict[str, Estimate]
    fates: tuple[Table, Table]
    left_open: int
    ways: dict[str, Way]
    freed_idle: float | None
    freed_on_duty: float | None
    freed_a_day: float
    taken_on: float | None
    pairing: dict[str, float]
    letters: str = ""
    rank: int | None = None
    dominated_by: tuple[str, ...] = ()
    never_acts: bool = False
    unchanged: bool = False

    def of(self, intent: str, name: str) -> Measured:
        """One measure of one intent."""
        return next(m for m in self.measures if (m.intent, m.measure) == (intent, name))


@dataclass(frozen=True, slots=True)
class Pair:
    """One policy less another of the same staffing: shares of genuine callers, ``freed`` of busy time; ``family``: the
    one whose interval it has."""

    one: Compared
    other: Compared
    of: Of
    difference: Estimate
    family: Family = "pairwise"

    @property
    def differ(self) -> bool:
        """Whether the interval excludes that they are the same."""
        return self.difference.low > 0 or self.difference.high < 0


Known = tuple[DesignNumbers, DesignEffects, DesignNumbers]
"""A design's numbers, what it was found to do, and the numbers of no policy with its staffing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found; ``headline`` and ``pairwise``: how many intervals each family has."""

    effects: tuple[DesignEffects, ...]
    pairs: tuple[Pair, ...]
    headline: int
    pairwise: int


def compare_designs(designs: Sequence[Compared], sweeps: Sequence[Sweep]) -> Comparison:
    """Hold designs against each other."""
    numbers = [DesignNumbers(design, sweep) for design, sweep in zip(designs, sweeps, strict=True)]
    staffings = [[each for each in numbers if each.design.call_takers == c] for c in _staffings(designs)]
    bares = [_bare(staffings, each) for each in numbers]
    headline = sum(len(names) for each, bare in zip(numbers, bares, strict=True) for names in _names(each, bare))
    effects = [_design_effects(each, bare, headline) for each, bare in zip(numbers, bares, strict=True)]
    known = list(zip(numbers, effects, bares, strict=True))
    groups = [
        [each for each in known if each[0] in group and each[1].design.role != "no nuisance"] for group in staffings
    ]
    couples = [pair for group in groups for pair in combinations(group, 2)]
    estimated = sum(not (_as_none(one[1]) or _as_none(other[1])) for one, other in couples)
    pairwise = estimated * len(OF_PAIRS)
    pairs = [pair for one, other in couples for pair in _pairs(one, other, pairwise)]
    return Comparison(tuple(with_letters(effects, pairs)), tuple(pairs), headline, pairwise)


def _staffings(designs: Sequence[Compared]) -> list[int | None]:
    return list(dict.fromkeys(design.call_takers for design in designs))


def _as_none(effects: DesignEffects) -> bool:
    """Whether it is no policy, or one that can never act."""
    return effects.design.role == "none" or effects.never_acts


def _bare(staffings: Sequence[Sequence[DesignNumbers]], numbers: DesignNumbers) -> DesignNumbers:
    """No policy, with the same staffing."""
    return next(each for group in staffings if numbers in group for each in group if each.design.role == "none")


def _names(numbers: DesignNumbers, bare: DesignNumbers) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is estimated of a design: against no policy, unless it is that or can never act; against no nuisance, unless
    it is that."""
    role = numbers.design.role
    as_none = role == "none" or _never_acts(numbers, bare)
    return () if as_none else AGAINST_NONE, AGAINST_NO_NUISANCE if role != "no nuisance" else ()


def _never_acts(numbers: DesignNumbers, bare: DesignNumbers) -> bool:
    """Whether a policy can act on nobody; should it have done so all the same, what was counted holds."""
    return (
        numbers.design.role == "policy"
        and can_never_act(numbers.design.experiment.scenario)
        and _unchanged(numbers, bare)
    )


def _unchanged(numbers: DesignNumbers, bare: DesignNumbers) -> bool:
    """Whether every sum is that of no policy in every replication, and nobody's fate or chance another."""
    names = (*(cell for cells in EFFECTS.values() for cell in cells), *(f"smoothed_{way}" for way in WAYS), "freed")
    return numbers.whole == bare.whole and not any(numbers.of(name).any() for name in (*names, "taken_on"))


def _design_effects(numbers: DesignNumbers, bare: DesignNumbers, family: int) -> DesignEffects:
    busy, on_duty = (bare.clusters.totals(name, ALL) for name in ("time_busy", "time_on_duty"))
    names, genuine = _names(numbers, bare), numbers.of("genuine")
    never_acts = _never_acts(numbers, bare)
    hours = service_level_by_hour(*_clusters(numbers))
    hour = worst_hour(hours)
    freed = float(numbers.of("freed").sum())
    spared = float(numbers.of("spared").sum())
    days = sum(counts.length for counts in numbers.whole) / 86_400_000_000
    return DesignEffects(
        design=numbers.design,
        measures=tuple(measures_of(*numbers.sweep.clusters, percentiles=False)),
        hours=tuple(hours),
        worst=None if hour is None else (hour, hours[hour]),
        against=dict.fromkeys(AGAINST_NONE, NO_CHANGE)
        if never_acts
        else {name: _against(name, numbers, bare, busy, family) for name in names[0]},
        on_no_nuisance={name: _effect(name, numbers.on_no_nuisance, family) for name in names[1]},
        routes={route: _share(numbers.of(f"never_because_{route}"), genuine, 1) for route in ROUTES},
        fates=(_table(numbers, ""), _table(numbers, FROM_NO_NUISANCE)),
        left_open=int(numbers.of("open").sum()),
        ways={way: _way(numbers, way, genuine) for way in WAYS if numbers.of(f"chance_{way}").any()},
        freed_idle=float(numbers.of("freed_idle").sum()) / freed if freed else None,
        freed_on_duty=spared / float(on_duty.sum()) if on_duty.sum() else None,
        freed_a_day=spared / days,
        taken_on=float(numbers.of("taken_on").sum()) / freed if freed else None,
        pairing=_pairing(numbers, bare) if numbers.design.role == "policy" else {},
        never_acts=never_acts,
        unchanged=numbers.design.role == "policy" and _unchanged(numbers, bare),
    )


def _way(numbers: DesignNumbers, way: str, genuine: Float) -> Way:
    came, blocked, never = (numbers.of(f"{what}_{way}") / WHOLE for what in ("chance", "blocked", "smoothed"))
    return Way(float(came.sum() / genuine.sum()), share_of_chances(blocked, came), share_of_chances(never, genuine))


def _table(numbers: DesignNumbers, baseline: str) -> Table:
    cells = iter(int(numbers.of(baseline + cell).sum()) for cell in TABLE)
    return tuple(tuple(next(cells) for _ in FATES) for _ in FATES)


def _clusters(numbers: DesignNumbers) -> tuple[Sequence[Counts], int, Sequence[Counts]]:
    counts, days = numbers.sweep.clusters
    return counts, GENUINE, days


def _against(name: str, numbers: DesignNumbers, bare: DesignNumbers, busy: Float, family: int) -> Estimate:
    if name in EFFECTS:
        return _effect(name, numbers.effects, family)
    if name == "change_never":
        return numbers.effects.change_never(tail=TAIL / family)
    if name == "change_late":
        return numbers.effects.change_late(tail=TAIL / family)
    if name == "nuisance_spared":
        offered = bare.nuisance("offered")
        return _difference(bare.nuisance_answered() - numbers.nuisance_answered(), offered, family, "counts")
    if name == "service_level":
        return _difference(numbers.in_time() - bare.in_time(), numbers.of("genuine"), family, "counts")
    return _difference(numbers.of("spared"), busy, family, "times")


def _effect(name: str, effects: Effects, family: int) -> Estimate:
    """One of EFFECTS."""
    if name == "never_because":
        return effects.never_because(tail=TAIL / family, none_seen=NONE_SEEN / family)
    counts = {"late_because": effects.late, "heard_because": effects.heard, "in_time_because": effects.in_time}
    return _share(counts[name], effects.genuine, family)


def _share(x: Float, y: Float, family: int) -> Estimate:
    return ratio(x, y, Kind.SHARE, tail=TAIL / family, none_seen=NONE_SEEN / family)


def _difference(x: Float, y: Float, family: int, of: Kinds) -> Estimate:
    return differences(x[:, None], y[:, None], of, tail=TAIL / family)[0]


def _pairs(one: Known, other: Known, family: int) -> Iterator[Pair]:
    """One less the other; where one of them is as none, what the tables say of the other."""
    designs = one[1].design, other[1].design
    for of in OF_PAIRS:
        if _as_none(other[1]):
            yield Pair(*designs, of, one[1].against.get(of, NO_CHANGE), "against_baselines")
        elif _as_none(one[1]):
            yield Pair(*designs, of, _reversed(other[1].against[of]), "against_baselines")
        else:
            yield Pair(*designs, of, _pair(one[0], other[0], one[2], of, family))


def _pair(one: DesignNumbers, other: DesignNumbers, bare: DesignNumbers, of: Of, family: int) -> Estimate:
    if of != "freed":
        return one.effects.less(other.effects, of, tail=TAIL / family)
    return _difference(one.of("spared") - other.of("spared"), bare.clusters.totals("time_busy", ALL), family, "times")


def _reversed(found: Estimate) -> Estimate:
    return replace(found, value=0.0 - found.value, low=0.0 - found.high, high=0.0 - found.low)


def _pairing(numbers: DesignNumbers, bare: DesignNumbers) -> dict[str, float]:
    """Of genuine callers never heard, of prank and silent callers answered, and of the time that call-takers are busy:
    the same numbers on both sides. ``smoothed``: of callers never heard, with the smoothed estimate."""
    genuine, once = numbers.of("genuine"), np.ones(len(numbers.whole))
    busy = [each.clusters.totals("time_busy", ALL) for each in (numbers, bare)]
    under, without = (np.asarray(sum(each.of(f"{was}_to_never") for was in FATES)) for each in (numbers, bare))
    return {
        "never_heard": pairing_gain(under, without, genuine, genuine),
        "smoothed": pairing_gain(under, without, genuine, genuine, numbers.effects.net_never),
        "nuisance_answered": pairing_gain(numbers.nuisance_answered(), bare.nuisance_answered(), once, once),
        "time_freed": pairing_gain(busy[0], busy[1], once, once),
    }


def with_letters(effects: Sequence[DesignEffects], pairs: Sequence[Pair]) -> Iterator[DesignEffects]:
    """With letters, and by what they are dominated."""
    for call_takers in _staffings([each.design for each in effects]):
        group = [each for each in effects if each.design.call_takers == call_takers]
        ranked = sorted((each for each in group if each.design.role != "no nuisance"), key=ranking)
        mine = [pair for pair in pairs if pair.one.call_takers == call_takers]
        apart = [
            (one, other)
            for one, other in combinations(range(len(ranked)), 2)
            if _apart(ranked[one].design, ranked[other].design, mine)
        ]
        found = letters(len(ranked), apart)
        for each in group:
            if each.design.role == "no nuisance":
                yield each
                continue
            rank = ranked.index(each)
            by = tuple(other.design.policy for other in ranked if dominates(other.design, each.design, mine))
            yield replace(each, letters=found[rank], rank=rank, dominated_by=by)


def ranking(effects: DesignEffects) -> tuple[float, float]:
    """What policies rank by, the least the best: the change in callers never heard, then in those late; none: 0."""
    changes = (effects.against.get(name) for name in ("change_never", "change_late"))
    never, late = (0.0 if change is None or isnan(change.value) else change.value for change in changes)
    return never, late


def _apart(one: Compared, other: Compared, pairs: Sequence[Pair]) -> bool:
    """Whether two surely differ in the change of callers never heard or, where not one more is heard under the one than
    under the other, in the change of those late."""
    never, late = (less(one, other, of, pairs) for of in ("change_never", "change_late"))
    if never.low > 0 or never.high < 0:
        return True
    return never.value == 0 and (late.low > 0 or late.high < 0)


def dominates(other: Compared, this: Compared, pairs: Sequence[Pair]) -> bool:
    """Whether ``other`` surely shuts out no more, and frees no less, and one of them surely differs."""
    if other == this:
        return False
    never, freed = (less(other, this, of, pairs) for of in ("never_because", "freed"))
    surely = never.high <= 0 <= freed.low
    return surely and (never.high < 0 or freed.low > 0)


def less(one: Compared, other: Compared, of: str, pairs: Sequence[Pair]) -> Estimate:
    """One less the other, whichever way it was estimated."""
    for pair in pairs:
        if pair.of == of and (pair.one, pair.other) == (one, other):
            return pair.difference
        if pair.of == of and (pair.one, pair.other) == (other, one):
            return _reversed(pair.difference)
    raise LookupError(f"no pair of {one.policy} and {other.policy} was estimated")
