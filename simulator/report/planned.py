"""Words and tables that every report of a plan has: whether it was confirmed, and what staffings bring."""

from collections.abc import Iterator, Sequence
from math import ceil, floor, isnan, log10

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.metrics.targets import HourVerdict
from simulator.planning.coverage import find_gaps
from simulator.planning.level import Level
from simulator.planning.plan_result import OpenPlan, PlanResult
from simulator.planning.search import TINY
from simulator.planning.space import OwnShifts, Space
from simulator.report.words import counted, number, share, span
from simulator.scenario.model import Scenario
from simulator.scenario.target import Target
from simulator.scenario.week import spoken

ON_EVERY_SHIFT, AT_ALL_TIMES = "on every shift", "round the clock"
ASKED = {
    "overall": "all hours together",
    "every hour": "each hour of the day by itself",
    "every clock hour": "each hour of the run",
}


def heading(to: Console, scenario: Scenario, *facts: str) -> None:
    """The top of a page: the line's title, what was asked, and what else to know."""
    to.print(Text(scenario.title, style="bold"))
    for target in scenario.targets:
        to.print(Text(f"asked: {target} ({ASKED[target.scope]})"))
    for fact in facts:
        to.print(Text(fact))
    to.print()


def simulated(replications: int, found: PlanResult, scenario: Scenario) -> Iterator[str]:
    """How much was simulated, and what with."""
    runs, most = counted(replications, "replication"), found.effort.searched
    yield f"simulated: {runs} of {span(scenario.length)}, absences, redials and policy included"
    if most > replications:
        yield f"({most:,} replications of plans that so many did not decide)"


def confirmed(found: PlanResult) -> Iterator[str]:
    """That the plan held on fresh callers, and where it was nearest to failing."""
    worst = min(found.confirmed, key=lambda v: v.estimate.low - v.target.share)
    yield f"Confirmed on fresh callers ({counted(found.effort.fresh, 'replication')}); nearest to failing:"
    # The lowest of all bounds holds for all hours of one target at once: see metrics/targets.py.
    alone = worst.hour is None or len({v.place for v in found.confirmed}) > 1
    low = f"at least {share(worst.estimate.low)}" if alone else f"no hour below {share(worst.estimate.low)}"
    yield f"{hour_words(worst)}, {share(worst.estimate.value)} in time ({low}, with 95 % confidence)."


def ruled_out(found: PlanResult, what: str, per: float = 1.0, fewest: str = "") -> Iterator[str]:
    """Below what cost every plan is ruled out, and the cheapest plan not shown.

    what     what a plan is called, ``staffing``
    per      what costs are told in, of the search's unit
    fewest   what all plans have that were looked among, where that alone bounds the cost
    """
    if fewest:
        yield f"With {fewest} none has fewer than {floored(found.bound / per)}."
    elif found.proven:
        yield f"Every cheaper {what} is ruled out, with 95 % confidence."
    elif found.bound > 0:
        yield f"Every {what} below {floored(found.bound / per)} is ruled out, with 95 % confidence."
    else:
        yield f"No {what} is ruled out."
    if found.tally is not None and found.tally.plans:
        which = "Cheaper" if found.has_plan else "In all"
        parts = f"{counted(found.tally.plans, 'plan')}, {found.tally.ruled_out:,} ruled out, {found.tally.open:,}"
        yield f"{which}: {parts} not shown to meet the target, nor to miss it."
    if found.unshown is not None:
        if found.bound > 0 and found.unshown.cost > found.bound + TINY:
            stretch = f"from {floored(found.bound / per)} up to {number(found.unshown.cost / per)}"
            yield f"Whether one {stretch} meets the target is not known: not all were tried."
        yield from unshown(found.unshown, per)
    elif not found.proven and found.has_plan:
        yield f"From there up to {number(found.cost / per)} not all were tried; of those tried none may pass."


def unshown(plan: OpenPlan, per: float = 1.0) -> Iterator[str]:
    """The cheapest plan that is neither confirmed nor ruled out, and what would decide it."""
    worst = plan.worst
    yield f"The cheapest left that was tried, {number(plan.cost / per)}, is not shown to meet the target,"
    seen = f"{share(worst.estimate.value)} in time, wanted {share(worst.target.share)}"
    yield f"nor to miss it: {hour_words(worst)} has {seen}."
    if plan.takes:
        yield f"About {rounded(plan.takes)} replications may decide."


def not_shown(found: PlanResult, what: str, per: float = 1.0, fewest: str = "", *, space: Space) -> Iterator[str]:
    """Why there is no plan to work by although nothing speaks against one, and what to do."""
    if all(verdict.met for verdict in found.fullest):
        yield f"NOT SHOWN: no {what} passed on fresh callers."
        yield from ruled_out(found, what, per, fewest)
    else:
        many = counted(int(found.levels.max()), "call-taker")
        worst = min(found.fullest, key=lambda v: v.estimate.low - v.target.share)
        value, low = share(worst.estimate.value), share(worst.estimate.low)
        yield f"NOT SHOWN: not even with {many} {where(space)}:"
        yield f"{hour_words(worst)} has {value} in time, with 95 % confidence at least {low};"
        yield f"{share(worst.target.share)} is wanted with that confidence."
    yield f"So no plan is shown. Ask for more --replications ({found.effort.searched:,} were simulated)."
    if any(verdict.estimate.value < verdict.target.share for verdict in found.fullest):
        yield "Or it cannot be met: see whether lines, policy or attendance stand in the way."


def floored(value: float) -> str:
    """A bound as `number` writes it, but never rounded up: what is said of all below has to hold."""
    if value <= 0:
        return "0"
    digits = max(0, 2 - floor(log10(value)))
    return f"{floor(value * 10**digits + 1e-6) / 10**digits:,.{digits}f}"


def rounded(value: int) -> str:
    """A number of replications to two digits: it is a guess."""
    unit = 10 ** max(0, len(str(value)) - 2)
    return f"{ceil(value / unit) * unit:,}"


def why_not(found: PlanResult, scenario: Scenario, space: Space) -> Iterator[str]:
    """Where the fullest plan misses a target, too, and the cause if it is that no shift is on."""
    bare = {v.target: find_gaps(scenario, found.shifts, v.target) for v in found.fullest}
    missed = [v for v in found.fullest if v.missed]
    worst = min(missed, key=lambda v: (not bare[v.target].explains(v, scenario), v.estimate.value))
    seen = f"{hour_words(worst)} has {share(worst.estimate.value)} in time, wanted {share(worst.target.share)}"
    fullest = f"with {counted(int(found.levels.max()), 'call-taker')} {where(space)}"
    if bare[worst.target].explains(worst, scenario):
        times = spoken(bare[worst.target].minutes).replace("mon to sun ", "")
        yield f"CAN NOT BE MET: no shift covers {times}, when callers call:"
        yield f"{fullest},"
        yield f"{seen}."
        yield "Add a shift that covers these hours. How many persons they need, and when,"
        yield "siaga staff says by the hour, without --interval shift."
        return
    yield f"CAN NOT BE MET: {fullest}, the most of any plan tried,"
    yield f"{seen}."
    yield "If --most or at_most sets that limit, raise it. Otherwise persons are not what"
    yield "is missing: lines are few, the policy turns callers away, or persons do not"
    yield "come; siaga run tells who is lost to what."


def where(space: Space) -> str:
    """Where the same number of persons is, if it is the same on all places of a space."""
    return ON_EVERY_SHIFT if isinstance(space, OwnShifts) else AT_ALL_TIMES


def of_whom(found: PlanResult, replications: int) -> Iterator[str]:
    """Of which callers the rows of the table of staffings are, where they differ."""
    if found.has_plan:
        fresh = counted(found.effort.fresh, "replication")
        yield f"The plan's row is of the fresh callers ({fresh}), all others of {replications:,}."


def hour_words(v: HourVerdict) -> str:
    """The hour that a verdict is of: ``19:00-20:00``."""
    if v.hour is None:
        return "the whole day"
    return f"{v.hour:02d}:00-{v.hour + 1:02d}:00" if v.target.scope == "every hour" else f"hour {v.hour} of the run"


def levels_table(head: str, levels: Sequence[Level], targets: Sequence[Target]) -> Table:
    """What each staffing brings: person-hours, in time over the day and in the worst hour, how busy."""
    table = Table(box=None, pad_edge=False)
    table.add_column(head)
    table.add_column("hours/day", justify="right")
    for target in targets:
        # Heads of several targets fold; what stands below them stays on its line.
        name = "in time, all day" if len(targets) == 1 else _folded(target)
        table.add_column(name, justify="right", min_width=len("> 99.9 %"))
        table.add_column("worst hour", justify="right", no_wrap=True)
    table.add_column("busy", justify="right")
    for level in levels:
        shares = [
            each
            for place in range(len(targets))
            for each in (share(level.overall[place]), worst_words(level.worst[place], level.worst_hour[place]))
        ]
        busy = "-" if isnan(level.occupancy) else share(level.occupancy)
        table.add_row(level.name, number(level.person_hours), *shares, busy)
    return table


def _folded(target: Target) -> str:
    """A target in the narrow lines of a head."""
    whom, _, within = str(target).partition(",")[0].partition(" within ")
    return f"{whom}\nin {within},\nall day"


def worst_words(value: float, hour: int | None) -> str:
    """The share of the worst hour, and which hour that is."""
    return share(value) if hour is None else f"{share(value)} at {hour:02d}"
