"""What follows from a comparison, in plain sentences: how to read its tables, what each policy does, who is alike."""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Literal

from simulator.metrics.estimate import says_none
from simulator.metrics.idle import IDLE_ANYWAY
from simulator.metrics.paired import SMOOTHED
from simulator.questions.compare.compare import Compare
from simulator.questions.compare.judged import Held, ranking
from simulator.questions.compare.warmed import Warmed
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


def conclusion(done: Compare) -> Iterator[str]:
    """What a journalist could quote: which policy, if any, is worth having; a sentence or two for each staffing."""
    groups = by_staffing(done.found.held)
    older = by_staffing(done.warmed.found.held) if done.warmed else [[]] * len(groups)
    yield from _of_staffings(groups, [_worth(*each, done.warmed) for each in zip(groups, older, strict=True)])
    if done.warmed is not None and (turned := _turned(done.warmed)):
        yield turned


def _of_staffings(groups: Sequence[Sequence[Held]], texts: Sequence[str]) -> Iterator[str]:
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


def _worth(group: Sequence[Held], older: Sequence[Held], warmed: Warmed | None) -> str:
    after = "" if warmed is None else later(group, older, warmed.past, warmed.replications)
    return " ".join(filter(None, [*worth(group, older), after]))


def worth(group: Sequence[Held], older: Sequence[Held] = ()) -> Iterator[str]:
    """What the designs of one staffing, the best first, say for or against a policy; told apart as by letters.

    ``older``: the same with the list of an older service, where that is known.
    """
    none = next(held for held in group if held.design.role == "none")
    policies = [held for held in group if held.design.role == "policy"]
    if not none.of("genuine", "offered").value:
        yield "No genuine caller called, so nothing can be said of whom a rule helps."
        return
    stands = _standings(group)
    better = [held for held in policies if stands[held.design.policy] == "better"]
    worse = [held for held in policies if stands[held.design.policy] == "worse"]
    known = [held.design.policy for held in policies if held.never_acts]
    same = [held.design.policy for held in policies if held.unchanged and not held.never_acts]
    unsure = [name for name in stands if stands[name] == "alike" and name not in (*known, *same)]
    if better:
        yield from _helps(better, at_first=bool(older) and _standings(older).get(better[0].design.policy) != "better")
    elif worse and len(worse) == len(policies):
        yield f"No rule helps anyone here: {_harms(worse)}{_idle(policies)}."
    else:
        said = [f"{listing(unsure)} cannot be told apart from no blocklist by who is never heard"] if unsure else []
        said += [f"{listing(same)} changed nothing in any replication"] if same else []
        said += [f"no rule of {listing(known)} can act on anybody here"] if known else []
        said += [f"{listing([held.design.policy for held in worse])}: {_harms(worse)}"] if worse else []
        yield f"No rule was shown to help: {'; '.join(said)}." + (" More --replications may tell." if unsure else "")


def _standings(group: Sequence[Held]) -> dict[str, Standing]:
    """How each policy stands to no blocklist, as by the letters."""
    none = next(held for held in group if held.design.role == "none")
    return {held.design.policy: _standing(held, none) for held in group if held.design.role == "policy"}


def _standing(held: Held, none: Held) -> Standing:
    if set(held.letters) & set(none.letters):
        return "alike"
    return "better" if ranking(held) < ranking(none) else "worse"


def later(group: Sequence[Held], older: Sequence[Held], past: int, replications: int) -> str:
    """How policies stand to no blocklist with the list of an older service, where that is other than at first."""
    now, then = _standings(group), _standings(older)
    changed: dict[Standing, list[Held]] = {}
    for held in older:
        name = held.design.policy
        if held.design.role == "policy" and now[name] != then[name]:
            changed.setdefault(then[name], []).append(held)
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


def _harms(worse: Sequence[Held]) -> str:
    subject = "it" if len(worse) == 1 else "each"
    if all(ranking(held)[0] > 0 for held in worse):
        return f"{subject} shuts out more genuine callers than it saves"
    if all(ranking(held)[0] == 0 for held in worse):
        return f"{subject} lets as many genuine callers be heard, and later"
    return f"{subject} lets fewer genuine callers be heard, or as many and later"


def _helps(better: Sequence[Held], *, at_first: bool) -> Iterator[str]:
    best = better[0]
    net = ranking(best)[0] < 0
    found = best.against["change_never" if net else "change_late"]
    words = "fewer are never heard" if net else "fewer are late, and as many are heard"
    # The interval of the table, as fewer of 1,000.
    yield (
        f"{best.design.policy} is worth having{' at first' * at_first}: of 1,000 genuine callers {few(-found.value)} "
        f"{words} ({few(-found.high)} to {few(-found.low)})."
    )
    alike = [held.design.policy for held in better[1:] if set(held.letters) & set(best.letters)]
    if alike:
        yield f"{listing(alike)} cannot be told apart from it."


def _idle(policies: Sequence[Held]) -> str:
    shares = [held.freed_idle for held in policies if held.freed_idle is not None]
    if not shares or min(shares) < IDLE_ANYWAY:
        return ""
    return f", and the time it frees was idle anyway ({share(min(shares))})"


def _turned(warmed: Warmed) -> str:
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


def by_staffing(held: Sequence[Held]) -> list[list[Held]]:
    """The designs of each staffing, the best first and no nuisance last."""
    staffings = dict.fromkeys(each.design.call_takers for each in held)
    return [
        sorted(
            (each for each in held if each.design.call_takers == call_takers),
            key=lambda each: len(held) if each.rank is None else each.rank,
        )
        for call_takers in staffings
    ]


def in_order(held: Sequence[Held]) -> list[Held]:
    """All designs, staffing by staffing, the best first."""
    return [each for group in by_staffing(held) for each in group]


def listing(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def footnotes(done: Compare) -> Iterator[str]:
    """How to read the tables."""
    yield (
        f"never heard: not answered, or taken for a nuisance; late: heard, but not {within(done.within)} of the first "
        "attempt. Policies that share a letter cannot be told apart by the change in never heard."
    )
    if any(held.ways[way].never.value > 0 for held in done.found.held for way in SMOOTHED if way in held.ways):
        yield (
            "By route callers are counted; above, those who are blocked at every attempt are a smoothed estimate, so "
            "that the parts may add up to more or less."
        )
    if done.replications > 1:
        between = ", so do those between policies behind the letters" * (done.found.pairwise > 0)
        yield (
            f"The {done.found.headline} intervals against no blocklist and no nuisance hold together (95 %){between}; "
            "by route each on its own (--json)."
        )
        if any(
            held.against[name].value == 0
            for held in done.found.held
            for name in ("never_because", "heard_because")
            if name in held.against
        ):
            yield "* " + says_none(done.replications, done.designs[0].experiment.scenario.length)
    yield "no nuisance at all: without pranks and silent calls, which no rule can beat."


def sentences(done: Compare) -> Iterator[str]:
    """What follows, in plain words."""
    groups = by_staffing(done.found.held)
    if len(groups) == 1:
        yield from _by_number([held for held in groups[0] if held.design.role == "policy"])
    yield from _of_staffings(groups, [" ".join([*_alike(group), *_dominated(group)]) for group in groups])
    yield from _gain(done)


def _dominated(group: Sequence[Held]) -> Iterator[str]:
    """Which policies are dominated, and by which."""
    worse = [f"{design_name(each.design)} by {listing(each.dominated_by)}" for each in group if each.dominated_by]
    if worse:
        said = "; ".join(worse)
        yield f"Dominated (by one that shuts out no more and frees no less): {said}."


def _by_number(group: Sequence[Held]) -> Iterator[str]:
    """What a shared phone, a reused number or a withheld one means for who calls with it."""
    for way, words in WAYS_WORDS.items():
        met = [(held, held.ways[way]) for held in group if way in held.ways and held.ways[way].blocked.value > 0]
        if met:
            callers = share(met[0][1].share)
            each = listing([f"{share(found.blocked.value)} under {held.design.policy}" for held, found in met])
            put_in = " (an input)" if way != "own" else ""
            yield f"{callers} of genuine callers {words}{put_in}; of them are blocked at every attempt {each}."


def _alike(group: Sequence[Held]) -> Iterator[str]:
    """Which policies share a letter."""
    named = [held for held in group if held.letters and not held.never_acts]
    used = dict.fromkeys(letter for held in named for letter in held.letters)
    for letter in used:
        names = [design_name(held.design) for held in named if letter in held.letters]
        if len(names) > 1:
            yield f"{listing(names)} cannot be told apart by who is never heard."


def _gain(done: Compare) -> Iterator[str]:
    """What it saved to compare on the same callers."""
    said = [f"{times:,.10g} times for {GAINS[name][0]}" for name in GAINS if (times := _least(done, name))]
    if said:
        yield f"Compared on callers of their own, policies would need more replications: at least {', '.join(said)}."


def _least(done: Compare, name: str) -> float:
    """The least gain of any policy that changes anything of it, in two digits; 0 where it is none, or not known."""
    some = [held for held in done.found.held if any(_of(held, each) for each in GAINS[name][1])]
    known = [held.pairing[name] for held in some if name in held.pairing]
    finite = [gain for gain in known if isfinite(gain)]
    least = min(min(finite, default=0.0), MOST_GAIN)
    return float(f"{least:.2g}") if least >= LEAST_GAIN else 0.0


def _of(held: Held, effect: str) -> float:
    return held.against[effect].value if effect in held.against else 0.0


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
