"""What follows from a comparison, in plain sentences: how to read its tables, what each policy does, who is alike."""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Literal

from simulator.metrics.estimate import says_none
from simulator.metrics.idle import IDLE_ANYWAY
from simulator.metrics.paired import SMOOTHED
from simulator.questions.compare.comparison import DesignEffects, ranking
from simulator.questions.compare.older_list import OlderList
from simulator.questions.compare.result import CompareResult
from simulator.report.run import within
from simulator.report.words import counted, per_thousand, share, span
from simulator.study.designs import Compared

Standing = Literal["better", "alike", "worse"]
WAYS_WORDS = {
    "shared": "call from a shared phone",
    "reused": "have a number that a nuisance caller had before",
    "withheld": "show no number",
    "own": "call from a number of their own",
}
GAINS = {
    "never_heard": ("callers never heard", ("never_because", "heard_because")),
    "nuisance_answered": ("nuisance answered", ("nuisance_spared",)),
    "time_freed": ("time freed", ("freed",)),
}
"""By measure of the gain: what it is in words, and the effects of which one must not be 0 for it to mean anything."""
LEAST_GAIN, MOST_GAIN = 1.5, 100.0
"""Gains below are not worth a word; of those above it is only said that they are so large."""


def conclusion(result: CompareResult) -> Iterator[str]:
    """What a journalist could quote: which policy, if any, is worth having; a sentence or two for each staffing."""
    groups = by_staffing(result.comparison.effects)
    older = by_staffing(result.older.comparison.effects) if result.older else [[]] * len(groups)
    yield from _of_staffings(groups, [_worth(*each, result.older) for each in zip(groups, older, strict=True)])
    if result.older is not None and (turned := _turned(result.older)):
        yield turned


def _of_staffings(groups: Sequence[Sequence[DesignEffects]], texts: Sequence[str]) -> Iterator[str]:
    """What is said of each staffing, with its name where there are several; what is the same of some is said once."""
    alike: dict[str, list[str]] = {}
    for group, text in zip(groups, texts, strict=True):
        alike.setdefault(text, []).append(staffing(group[0].design))
    for text, names in alike.items():
        if text and len(groups) > 1:
            counts = [name.removesuffix("s").removesuffix(" call-taker") for name in names]
            yield f"With {names[0]}: {text}" if len(names) == 1 else f"With {listing(counts)} call-takers alike: {text}"
        elif text:
            yield text


def _worth(group: Sequence[DesignEffects], older: Sequence[DesignEffects], warmed: OlderList | None) -> str:
    after = "" if warmed is None else later(group, older, warmed.past, warmed.replications)
    return " ".join(filter(None, [*worth(group, older), after]))


def worth(group: Sequence[DesignEffects], older: Sequence[DesignEffects] = ()) -> Iterator[str]:
    """What the designs of one staffing, the best first, say for or against a policy; told apart as by letters.

    ``older``: the same with the list of an older service, where that is known.
    """
    none = next(effects for effects in group if effects.design.role == "none")
    policies = [effects for effects in group if effects.design.role == "policy"]
    if not none.of("genuine", "offered").value:
        yield "No genuine caller called, so nothing can be said of whom a rule helps."
        return
    stands = _standings(group)
    better = [effects for effects in policies if stands[effects.design.policy] == "better"]
    worse = [effects for effects in policies if stands[effects.design.policy] == "worse"]
    known = [effects.design.policy for effects in policies if effects.never_acts]
    same = [effects.design.policy for effects in policies if effects.unchanged and not effects.never_acts]
    unsure = [name for name in stands if stands[name] == "alike" and name not in (*known, *same)]
    if better:
        yield from _helps(better, at_first=bool(older) and _standings(older).get(better[0].design.policy) != "better")
    elif worse and len(worse) == len(policies):
        yield f"No rule helps anyone here: {_harms(worse)}{_idle(policies)}."
    else:
        said = [f"{listing(unsure)} cannot be told apart from no blocklist by who is never heard"] if unsure else []
        said += [f"{listing(same)} changed nothing in any replication"] if same else []
        said += [f"no rule of {listing(known)} can act on anybody here"] if known else []
        said += [f"{listing([effects.design.policy for effects in worse])}: {_harms(worse)}"] if worse else []
        yield f"No rule was shown to help: {'; '.join(said)}." + (" More --replications may tell." if unsure else "")


def _standings(group: Sequence[DesignEffects]) -> dict[str, Standing]:
    """How each policy stands to no blocklist, as by the letters."""
    none = next(effects for effects in group if effects.design.role == "none")
    return {effects.design.policy: _standing(effects, none) for effects in group if effects.design.role == "policy"}


def _standing(effects: DesignEffects, none: DesignEffects) -> Standing:
    if set(effects.letters) & set(none.letters):
        return "alike"
    return "better" if ranking(effects) < ranking(none) else "worse"


def later(group: Sequence[DesignEffects], older: Sequence[DesignEffects], past: int, replications: int) -> str:
    """How policies stand to no blocklist with the list of an older service, where that is other than at first."""
    now, then = _standings(group), _standings(older)
    changed: dict[Standing, list[DesignEffects]] = {}
    for effects in older:
        name = effects.design.policy
        if effects.design.role == "policy" and now[name] != then[name]:
            changed.setdefault(then[name], []).append(effects)
    said = []
    for stands, policies in changed.items():
        names, one = listing([each.design.policy for each in policies]), len(policies) == 1
        if stands == "better":
            said.append(f"{names} {'is' if one else 'are'} worth having")
        elif stands == "alike":
            many = counted(replications, "replication")
            said.append(f"{names} cannot be told apart from no blocklist ({many})")
        elif all(ranking(each)[0] > 0 for each in policies):
            words = (
                "shuts out more genuine callers than it saves"
                if one
                else "shut out more genuine callers than they save"
            )
            said.append(f"{names} {words}")
        else:
            said.append(f"{names} {'lets' if one else 'let'} fewer genuine callers be heard, or as many and later")
    return f"After {span(past)}, when the list has filled up, {'; '.join(said)}." if said else ""


def _harms(worse: Sequence[DesignEffects]) -> str:
    subject = "it" if len(worse) == 1 else "each"
    if all(ranking(effects)[0] > 0 for effects in worse):
        return f"{subject} shuts out more genuine callers than it saves"
    if all(ranking(effects)[0] == 0 for effects in worse):
        return f"{subject} lets as many genuine callers be heard, and later"
    return f"{subject} lets fewer genuine callers be heard, or as many and later"


def _helps(better: Sequence[DesignEffects], *, at_first: bool) -> Iterator[str]:
    best = better[0]
    net = ranking(best)[0] < 0
    found = best.against["change_never" if net else "change_late"]
    words = "fewer are never heard" if net else "fewer are late, and as many are heard"
    # The interval of the table, as fewer of 1,000.
    yield (
        f"{best.design.policy} is worth having{' at first' * at_first}: of 1,000 genuine callers {few(-found.value)} "
        f"{words} ({few(-found.high)} to {few(-found.low)})."
    )
    alike = [effects.design.policy for effects in better[1:] if set(effects.letters) & set(best.letters)]
    if alike:
        yield f"{listing(alike)} cannot be told apart from it."


def _idle(policies: Sequence[DesignEffects]) -> str:
    shares = [effects.freed_idle for effects in policies if effects.freed_idle is not None]
    if not shares or min(shares) < IDLE_ANYWAY:
        return ""
    return f", and the time it frees was idle anyway ({share(min(shares))})"


def _turned(warmed: OlderList) -> str:
    """Which policies change places with the list of an older service; '' where only their places to no blocklist do,
    of which `later` speaks."""
    after: dict[str, list[str]] = {}
    for one, other in warmed.turned:
        if "none" not in (one.role, other.role):
            ahead = "" if one.call_takers is None else f" with {staffing(one)}"
            after.setdefault(design_name(other) + ahead, []).append(design_name(one))
    said = [f"{better} comes before {listing(names)}" for better, names in after.items()]
    if not said:
        return ""
    return f"With a list that starts empty the order is the one below; after {span(warmed.past)} {', and '.join(said)}."


def by_staffing(effects: Sequence[DesignEffects]) -> list[list[DesignEffects]]:
    """The designs of each staffing, the best first and no nuisance last."""
    staffings = dict.fromkeys(each.design.call_takers for each in effects)
    return [
        sorted(
            (each for each in effects if each.design.call_takers == call_takers),
            key=lambda each: len(effects) if each.rank is None else each.rank,
        )
        for call_takers in staffings
    ]


def in_order(effects: Sequence[DesignEffects]) -> list[DesignEffects]:
    """All designs, staffing by staffing, the best first."""
    return [each for group in by_staffing(effects) for each in group]


def listing(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def footnotes(result: CompareResult) -> Iterator[str]:
    """How to read the tables."""
    yield (
        f"never heard: not answered, or taken for a nuisance; late: heard, but not {within(result.within)} of the "
        "first attempt. Policies that share a letter cannot be told apart by the change in never heard."
    )
    if any(
        effects.ways[way].never.value > 0
        for effects in result.comparison.effects
        for way in SMOOTHED
        if way in effects.ways
    ):
        yield (
            "By route callers are counted; above, those who are blocked at every attempt are a smoothed estimate, so "
            "that the parts may add up to more or less."
        )
    if result.replications > 1:
        between = ", so do those between policies behind the letters" * (result.comparison.pairwise > 0)
        yield (
            f"The {result.comparison.headline} intervals against no blocklist and no nuisance hold together (95 %)"
            f"{between}; by route each on its own (--json)."
        )
        if any(
            effects.against[name].value == 0
            for effects in result.comparison.effects
            for name in ("never_because", "heard_because")
            if name in effects.against
        ):
            yield "* " + says_none(result.replications, result.designs[0].experiment.scenario.length)
    yield "no nuisance at all: without pranks and silent calls, which no rule can beat."


def sentences(result: CompareResult) -> Iterator[str]:
    """What follows, in plain words."""
    groups = by_staffing(result.comparison.effects)
    if len(groups) == 1:
        yield from _by_number([effects for effects in groups[0] if effects.design.role == "policy"])
    yield from _of_staffings(groups, [" ".join([*_alike(group), *_dominated(group)]) for group in groups])
    yield from _gain(result)


def _dominated(group: Sequence[DesignEffects]) -> Iterator[str]:
    """Which policies are dominated, and by which."""
    worse = [f"{design_name(each.design)} by {listing(each.dominated_by)}" for each in group if each.dominated_by]
    if worse:
        said = "; ".join(worse)
        yield f"Dominated (by one that shuts out no more and frees no less): {said}."


def _by_number(group: Sequence[DesignEffects]) -> Iterator[str]:
    """What a shared phone, a reused number or a withheld one means for who calls with it."""
    for way, words in WAYS_WORDS.items():
        met = [
            (effects, effects.ways[way])
            for effects in group
            if way in effects.ways and effects.ways[way].blocked.value > 0
        ]
        if met:
            callers = share(met[0][1].share)
            each = listing([f"{share(found.blocked.value)} under {effects.design.policy}" for effects, found in met])
            put_in = " (an input)" if way != "own" else ""
            yield f"{callers} of genuine callers {words}{put_in}; of them are blocked at every attempt {each}."


def _alike(group: Sequence[DesignEffects]) -> Iterator[str]:
    """Which policies share a letter."""
    name_of = [effects for effects in group if effects.letters and not effects.never_acts]
    used = dict.fromkeys(letter for effects in name_of for letter in effects.letters)
    for letter in used:
        names = [design_name(effects.design) for effects in name_of if letter in effects.letters]
        if len(names) > 1:
            yield f"{listing(names)} cannot be told apart by who is never heard."


def _gain(result: CompareResult) -> Iterator[str]:
    """What it saved to compare on the same callers."""
    said = [f"{times:,.10g} times for {GAINS[name][0]}" for name in GAINS if (times := _least(result, name))]
    if said:
        yield f"Compared on callers of their own, policies would need more replications: at least {', '.join(said)}."


def _least(result: CompareResult, name: str) -> float:
    """The least gain of any policy that changes anything of it, in two digits; 0 where it is none, or not known."""
    some = [effects for effects in result.comparison.effects if any(_of(effects, each) for each in GAINS[name][1])]
    known = [effects.pairing[name] for effects in some if name in effects.pairing]
    finite = [gain for gain in known if isfinite(gain)]
    least = min(min(finite, default=0.0), MOST_GAIN)
    return float(f"{least:.2g}") if least >= LEAST_GAIN else 0.0


def _of(effects: DesignEffects, effect: str) -> float:
    return effects.against[effect].value if effect in effects.against else 0.0


def staffing(design: Compared) -> str:
    """``2 call-takers``; without a number, the scenario's own."""
    many = design.call_takers
    return "the scenario's call-takers" if many is None else counted(many, "call-taker")


def design_name(design: Compared) -> str:
    """A policy by its name, and the baselines in words."""
    return {"none": "no blocklist", "no nuisance": "no nuisance at all"}.get(design.role, design.policy)


def few(value: float) -> str:
    """So many of 1,000, however few."""
    return "< 0.01" if 0 < 1000 * value < 0.01 else per_thousand(value)
