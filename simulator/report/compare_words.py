"""What follows from a comparison, in plain sentences: how to read its tables, what each policy does, who is alike."""

from collections.abc import Iterator, Sequence
from math import isfinite

from simulator.decisions.compare.compare import Compare
from simulator.decisions.compare.designs import Compared
from simulator.decisions.compare.judged import Held
from simulator.metrics.estimate import says_none
from simulator.report.run import within
from simulator.report.words import counted, per_thousand, seconds, share
from simulator.scenario.units import SECOND

WAYS_WORDS = {
    "shared": "call from a shared phone",
    "reused": "have a number that a nuisance caller had before",
    "withheld": "show no number",
    "own": "call from a number of their own",
}
GAINS = {
    "service_level": "the service level",
    "reckoned": "the same with harm reckoned",
    "nuisance_answered": "nuisance answered",
    "time_freed": "time freed",
}


def footnotes(done: Compare) -> Iterator[str]:
    """How to read the tables."""
    yield (
        f"saved: reach a call-taker {within(done.within)} only because of the policy; shut out: fail only because "
        "of it; alike: policies that share a letter can not be told apart by their net."
    )
    if done.replications > 1:
        yield (
            f"All {done.found.headline} intervals against no blocklist and no nuisance hold together with 95 % "
            "confidence; so do the comparisons behind the letters."
        )
        if any(
            held.against[name].value == 0
            for held in done.found.held
            for name in ("gained", "shut_out")
            if name in held.against
        ):
            yield "* " + says_none(done.replications, done.designs[0].experiment.scenario.length)
    yield (
        "shut out is reckoned over every number that each caller could have carried, so that rare blocks show; by "
        "route they are counted as they fell."
    )
    yield "no nuisance at all: the same callers without pranks and silent calls, which no rule can beat."


def sentences(done: Compare) -> Iterator[str]:
    """What follows, in plain words."""
    groups = [
        [held for held in done.found.held if held.design.call_takers == call_takers]
        for call_takers in dict.fromkeys(design.call_takers for design in done.designs)
    ]
    for group in groups:
        ahead = f"With {staffing(group[0].design)}: " if len(groups) > 1 else ""
        if len(groups) == 1:
            policies = [held for held in group if held.design.role == "policy"]
            yield from (_in_short(held) for held in policies)
            yield from (said for held in policies for said in _by_number(held))
        yield from (ahead + said for said in _alike(group))
        for held in group:
            if held.dominated_by:
                by = " and ".join(held.dominated_by)
                name = design_name(held.design)
                yield f"{ahead}{name} is dominated by {by}: it shuts out no fewer and frees no more time."
    yield from _gain(done)


def _in_short(held: Held) -> str:
    freed, lost = held.against["freed"], held.against["shut_out"]
    idle = "" if held.freed_idle is None else f", {share(held.freed_idle)} of it idle anyway,"
    bounds = "" if not isfinite(lost.high) else f" ({few(lost.low)} to {few(lost.high)})"
    out = f"shuts out {few(lost.value)} of 1,000 genuine callers{bounds}"
    if lost.value == 0 and isfinite(lost.high):
        out = f"was not seen to shut out anyone (at most {few(lost.high)} of 1,000 genuine callers)"
    return (
        f"{design_name(held.design)} frees {share(freed.value)} of call-takers' busy time "
        f"({seconds(held.freed_a_day / SECOND)} a day){idle} and {out}."
    )


def _by_number(held: Held) -> Iterator[str]:
    """What a shared phone, a reused number or a withheld one means for who calls with it."""
    for way, words in WAYS_WORDS.items():
        if way in held.ways and held.ways[way].blocked.value > 0:
            found = held.ways[way]
            callers = f"{design_name(held.design)}: {share(found.share)} of genuine callers {words}"
            harm = f"{few(found.shut_out.value)} of 1,000 are shut out by it"
            yield f"{callers}; {share(found.blocked.value)} of them are blocked, and {harm}."


def _alike(group: Sequence[Held]) -> Iterator[str]:
    """Which policies share a letter."""
    named = [held for held in group if held.letters]
    used = dict.fromkeys(letter for held in named for letter in held.letters)
    for letter in used:
        names = [design_name(held.design) for held in named if letter in held.letters]
        if len(names) > 1:
            yield f"{', '.join(names[:-1])} and {names[-1]} can not be told apart by whom they save and shut out."


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
