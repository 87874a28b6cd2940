"""Words and tables that every report of a plan has: whether it was confirmed, and what staffings bring."""

from collections.abc import Iterator, Sequence
from math import isnan

from rich.table import Table

from simulator.decisions.planning.found import Found
from simulator.decisions.planning.level import Level
from simulator.metrics.targets import HourVerdict
from simulator.report.words import counted, number, share
from simulator.scenario.target import Target

ASKED = {
    "overall": "all hours together",
    "every hour": "each hour of the day by itself",
    "every clock hour": "each hour of the run",
}


def confirmed(found: Found) -> Iterator[str]:
    """Whether the plan held on fresh callers, and where it was nearest to failing."""
    failing = [v for v in found.confirmed if not v.met]
    if failing:
        yield f"NOT CONFIRMED on fresh callers: {', '.join(map(hour_words, failing[:3]))}; ask for more --replications."
    elif found.confirmed:
        worst = min(found.confirmed, key=lambda v: v.estimate.low - v.target.share)
        bound = f"at least {share(worst.estimate.low)} with 95 % confidence for all together"
        yield f"Confirmed on fresh callers; nearest to failing: {hour_words(worst)}, {share(worst.estimate.value)}"
        yield f"({bound})."


def why_not(found: Found) -> Iterator[str]:
    """Where the fullest plan misses a target, too."""
    missed = [v for v in found.fullest if v.missed]
    worst = min(missed, key=lambda v: v.estimate.value)
    many = int(found.levels.max())
    yield f"CAN NOT BE MET: with {counted(many, 'call-taker')} everywhere, the most tried, {hour_words(worst)} has"
    yield f"{share(worst.estimate.value)} in time, wanted {share(worst.target.share)}."
    yield "If --most or at_most sets that limit, raise it. Otherwise persons are not what"
    yield "is missing: lines are few, the policy turns callers away, or persons do not"
    yield "come; siaga run tells who is lost to what."


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
            for each in (share(level.overall[place]), _worst(level.worst[place], level.worst_hour[place]))
        ]
        busy = "-" if isnan(level.occupancy) else share(level.occupancy)
        table.add_row(level.name, number(level.person_hours), *shares, busy)
    return table


def _folded(target: Target) -> str:
    """A target in the narrow lines of a head."""
    whom, _, within = str(target).partition(",")[0].partition(" within ")
    return f"{whom}\nin {within},\nall day"


def _worst(value: float, hour: int | None) -> str:
    return share(value) if hour is None else f"{share(value)} at {hour:02d}"
