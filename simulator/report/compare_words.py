"""What follows from a comparison, in plain sentences: how to read its tables, what each policy does, who is alike."""

from collections.abc import Iterator, Sequence
from math import isfinite

from simulator.decisions.compare.compare import Compare
from simulator.decisions.compare.designs import Compared
from simulator.decisions.compare.judged import Held, Of, Pair, less, ranking
from simulator.decisions.compare.warmed import Warmed
from simulator.metrics.estimate import says_none
from simulator.report.run import within
from simulator.report.words import counted, per_thousand, share, span

WAYS_WORDS = {
    "shared": "call from a shared phone",
    "reused": "have a number that a nuisance caller had before",
    "withheld": "show no number",
    "own": "call from a number of their own",
}
MOSTLY_IDLE = 0.95
GAINS = {
    "never_heard": "callers never heard",
    "nuisance_answered": "nuisance answered",
    "time_freed": "time freed",
}


def conclusion(done: Compare) -> Iterator[str]:
    """What a journalist could quote: which policy, if any, is worth having; a sentence or two for each staffing."""
    groups = by_staffing(done.found.held)
    for group in groups:
        ahead = f"With {staffing(group[0].design)}: " if len(groups) > 1 else ""
        yield ahead + " ".join(worth(group, done.found.pairs))
    if done.warmed is not None and done.warmed.turned:
        yield _turned(done.warmed)


def worth(group: Sequence[Held], pairs: Sequence[Pair]) -> Iterator[str]:
    """What the designs of one staffing, the best first, say for or against a policy; told apart as by letters."""
    none = next(held for held in group if held.design.role == "none")
    policies = [held for held in group if held.design.role == "policy"]
    apart = [held for held in policies if not set(held.letters) & set(none.letters)]
    if not none.of("genuine", "offered").value:
        yield "No genuine caller called, so nothing can be said of whom a rule helps."
        return
    better = [held for held in apart if ranking(held) < ranking(none)]
    worse = [held for held in apart if held not in better]
    if better:
        yield from _helps(better, none, pairs)
    elif len(worse) == len(policies):
        yield f"No rule helps anyone here: {_harms(worse)}{_idle(policies)}."
    else:
        alike = listing([held.design.policy for held in policies if held not in worse])
        but = f"; {listing([held.design.policy for held in worse])}: {_harms(worse)}" if worse else ""
        yield (
            f"No rule was shown to help: {alike} cannot be told apart from no blocklist by who is never heard{but}. "
            "More --replications may tell."
        )


def _harms(worse: Sequence[Held]) -> str:
    subject = "it" if len(worse) == 1 else "each"
    if all(ranking(held)[0] > 0 for held in worse):
        return f"{subject} shuts out more genuine callers than it saves"
    if all(ranking(held)[0] == 0 for held in worse):
        return f"{subject} lets as many genuine callers be heard, and later"
    return f"{subject} lets fewer genuine callers be heard, or as many and later"


def _helps(better: Sequence[Held], none: Held, pairs: Sequence[Pair]) -> Iterator[str]:
    best = better[0]
    of: Of = "change_never" if ranking(best)[0] < 0 else "change_late"
    found = less(none.design, best.design, of, pairs)
    words = "fewer are never heard" if of == "change_never" else "fewer are late, and as many are heard"
    yield (
        f"{best.design.policy} is worth having: of 1,000 genuine callers {few(found.value)} {words} "
        f"({few(found.low)} to {few(found.high)})."
    )
    alike = [held.design.policy for held in better[1:] if set(held.letters) & set(best.letters)]
    if alike:
        yield f"{listing(alike)} cannot be told apart from it."


def _idle(policies: Sequence[Held]) -> str:
    shares = [held.freed_idle for held in policies if held.freed_idle is not None]
    if not shares or min(shares) < MOSTLY_IDLE:
        return ""
    return f", and the time it frees was idle anyway ({share(min(shares))})"


def _turned(warmed: Warmed) -> str:
    """Which policies change places with the list of an older service."""
    later: dict[str, list[str]] = {}
    for one, other in warmed.turned:
        ahead = "" if one.call_takers is None else f" with {staffing(one)}"
        later.setdefault(design_name(other) + ahead, []).append(design_name(one))
    said = [f"{better} comes before {listing(names)}" for better, names in later.items()]
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
    if done.replications > 1:
        yield (
            f"The {done.found.headline} intervals against no blocklist and no nuisance hold together (95 %), so do the "
            "comparisons behind the letters; by route, as counted, each on its own (--json)."
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
    for group in groups:
        ahead = f"With {staffing(group[0].design)}: " if len(groups) > 1 else ""
        if len(groups) == 1:
            yield from _by_number([held for held in group if held.design.role == "policy"])
        yield from (ahead + said for said in _alike(group))
        if worse := [
            f"{design_name(each.design)} by {listing(each.dominated_by)}" for each in group if each.dominated_by
        ]:
            yield f"{ahead}dominated (by one that shuts out no more and frees no less): {'; '.join(worse)}."
    yield from _gain(done)


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
    named = [held for held in group if held.letters]
    used = dict.fromkeys(letter for held in named for letter in held.letters)
    for letter in used:
        names = [design_name(held.design) for held in named if letter in held.letters]
        if len(names) > 1:
            yield f"{listing(names)} cannot be told apart by who is never heard."


def _gain(done: Compare) -> Iterator[str]:
    """What it saved to compare on the same callers."""
    said = [f"{times} times for {words}" for name, words in GAINS.items() if (times := _least(done, name))]
    if said:
        yield f"Compared on callers of their own, policies would need more replications: at least {', '.join(said)}."


def _least(done: Compare, name: str) -> str:
    """The least gain of any policy, in two digits; '' where none is known."""
    known = [held.pairing[name] for held in done.found.held if name in held.pairing]
    finite = [gain for gain in known if isfinite(gain) and gain >= 1]
    return f"{float(f'{min(finite):.2g}'):,.10g}" if finite else ""


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
