"""What follows from a comparison, in plain sentences: how to read its tables, what each policy does, who is alike."""

from collections.abc import Iterator, Sequence
from math import isfinite

from simulator.decisions.compare.compare import Compare
from simulator.decisions.compare.designs import Compared
from simulator.decisions.compare.judged import Held
from simulator.metrics.estimate import says_none
from simulator.report.run import within
from simulator.report.words import counted, per_thousand, share

WAYS_WORDS = {
    "shared": "call from a shared phone",
    "reused": "have a number that a nuisance caller had before",
    "withheld": "show no number",
    "own": "call from a number of their own",
}
MOSTLY_IDLE = 0.95
GAINS = {
    "never_heard": "callers never heard",
    "smoothed": "the same by the smoothed estimate",
    "nuisance_answered": "nuisance answered",
    "time_freed": "time freed",
}


def conclusion(done: Compare) -> Iterator[str]:
    """What a journalist could quote: which policy, if any, is worth having; a sentence or two for each staffing."""
    groups = by_staffing(done.found.held)
    for group in groups:
        ahead = f"With {staffing(group[0].design)}: " if len(groups) > 1 else ""
        yield ahead + " ".join(_worth(group))


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


def _worth(group: Sequence[Held]) -> Iterator[str]:
    policies = [held for held in group if held.design.role == "policy"]
    better = [held for held in policies if held.against["change_never"].high < 0]
    worse = [held for held in policies if held.against["change_never"].low > 0]
    unsure = [held for held in policies if held not in better and held not in worse]
    if better:
        yield from _helped(better)
    elif len(worse) == len(policies):
        yield "No rule helps anyone here: each shuts out more genuine callers than it saves" + _idle(policies) + "."
    else:
        names = listing([held.design.policy for held in unsure])
        yield f"No rule was shown to help: {names} cannot be told apart from no blocklist by who is never heard" + (
            f"; {listing([held.design.policy for held in worse])} shut{'s' * (len(worse) == 1)} out more than "
            f"{'it saves' if len(worse) == 1 else 'they save'}."
            if worse
            else "."
        )


def _helped(better: Sequence[Held]) -> Iterator[str]:
    best = better[0]
    change = best.against["change_never"]
    yield (
        f"{best.design.policy} is worth having: of 1,000 genuine callers {few(-change.value)} fewer are never heard "
        f"({few(-change.high)} to {few(-change.low)})."
    )
    alike = [held.design.policy for held in better[1:] if set(held.letters) & set(best.letters)]
    if alike:
        yield f"{listing(alike)} cannot be told apart from it."


def _idle(policies: Sequence[Held]) -> str:
    shares = [held.freed_idle for held in policies if held.freed_idle is not None]
    if not shares or min(shares) < MOSTLY_IDLE:
        return ""
    return f", and the time it frees was idle anyway ({share(min(shares))})"


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
            f"All {done.found.headline} intervals of the first table and those of time freed hold together with 95 % "
            "confidence; so do the comparisons behind the letters."
        )
        if any(
            held.against[name].value == 0
            for held in done.found.held
            for name in ("never_because", "heard_because")
            if name in held.against
        ):
            yield "* " + says_none(done.replications, done.designs[0].experiment.scenario.length)
    yield "by route: as counted."
    yield "no nuisance at all: the same callers without pranks and silent calls, which no rule can beat."


def sentences(done: Compare) -> Iterator[str]:
    """What follows, in plain words."""
    groups = by_staffing(done.found.held)
    for group in groups:
        ahead = f"With {staffing(group[0].design)}: " if len(groups) > 1 else ""
        if len(groups) == 1:
            yield from (said for held in group if held.design.role == "policy" for said in _by_number(held))
        yield from (ahead + said for said in _alike(group))
        for held in group:
            if held.dominated_by:
                by = listing(held.dominated_by)
                name = design_name(held.design)
                yield f"{ahead}{name} is dominated by {by}: it shuts out no fewer and frees no more time."
    yield from _gain(done)


def _by_number(held: Held) -> Iterator[str]:
    """What a shared phone, a reused number or a withheld one means for who calls with it."""
    for way, words in WAYS_WORDS.items():
        if way in held.ways and held.ways[way].blocked.value > 0:
            found = held.ways[way]
            callers = f"{design_name(held.design)}: {share(found.share)} of genuine callers {words}"
            harm = f"{few(found.never.value)} of 1,000 are never heard because of that"
            yield f"{callers}; {share(found.blocked.value)} of them are blocked, and {harm}."


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
