"""Words and tables that every report of a plan has: whether it was confirmed, and what staffings bring."""

import json
from collections.abc import Callable, Iterator, Sequence
from math import isnan
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.decisions.planning.found import Found
from simulator.decisions.planning.level import Level
from simulator.metrics.targets import HourVerdict
from simulator.report.terminal import console
from simulator.report.words import counted, number, share, span
from simulator.scenario.model import Scenario
from simulator.scenario.target import Target
from simulator.tables.files import renew, utf8

SCENARIO = "planned.yaml"
ASKED = {
    "overall": "all hours together",
    "every hour": "each hour of the day by itself",
    "every clock hour": "each hour of the run",
}


def printed(document: dict[str, Any], show: Callable[[Console], None], to: TextIO, *, as_json: bool) -> None:
    """Print an answer: one JSON document, or the page that ``show`` prints."""
    if as_json:
        to.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    else:
        show(console(to))


def heading(to: Console, scenario: Scenario, *facts: str) -> None:
    """The top of a page: the line's title, what was asked, and what else to know."""
    to.print(Text(scenario.title, style="bold"))
    for target in scenario.targets:
        to.print(Text(f"asked: {target} ({ASKED[target.scope]})"))
    for fact in facts:
        to.print(Text(fact))
    to.print()


def simulated(replications: int, scenario: Scenario) -> str:
    """How much was simulated, and what with."""
    runs = counted(replications, "replication")
    return f"simulated: {runs} of {span(scenario.length)}, absences, redials and policy included"


def keep_scenario(folder: Path, text: str, what: str) -> str:
    """Write a plan as a scenario; how to run it."""
    renew(path := folder / SCENARIO, utf8(text))
    return f"{what}: siaga run {path}"


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


def cheaper(found: Found, per: float = 1.0) -> Iterator[str]:
    """That a plan of lower cost passed on the search's own callers, where one did, and where it failed on fresh ones.

    ``per``: what costs are told in, of the search's unit.
    """
    for first in found.unconfirmed[:1]:
        worst = first.worst
        value, low = share(worst.estimate.value), share(worst.estimate.low)
        yield f"{number(first.cost / per)} passed on these, but failed on fresh callers at {hour_words(worst)}:"
        yield f"{value} in time, surely {low}, wanted {share(worst.target.share)}."


def not_shown(found: Found, replications: int) -> Iterator[str]:
    """Why there is no plan to work by although nothing speaks against one, and what to do."""
    failing = [verdict for verdict in found.confirmed or found.fullest if not verdict.met]
    many = counted(int(found.levels.max()), "call-taker")
    what = "what was found did not pass on fresh callers" if found.confirmed else f"not even with {many} everywhere"
    yield f"NOT SHOWN: {what}:"
    worst = min(failing, key=lambda v: v.estimate.low - v.target.share)
    value, low = share(worst.estimate.value), share(worst.estimate.low)
    yield f"{hour_words(worst)} has {value} in time, surely at least {low};"
    yield f"surely {share(worst.target.share)} was wanted."
    yield f"So no plan is shown. Ask for more --replications ({replications:,} were simulated)."
    if not found.confirmed and worst.estimate.value < worst.target.share:
        yield "Or it can not be met: see whether lines, policy or attendance stand in the way."


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
