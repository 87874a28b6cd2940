"""What a planner reads after a run, in 80 columns: genuine callers first, then everyone, then warnings."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isnan
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from simulator.metrics.estimate import Estimate, says_none
from simulator.metrics.summary import Measured
from simulator.metrics.targets import Verdict
from simulator.report.words import hours, interval, number, per_thousand, per_thousand_interval, seconds, share
from simulator.scenario.errors import shown
from simulator.scenario.notes import Note, texts_of
from simulator.scenario.units import DAY

FATES = (
    ("in_time_and_well", "reach a call-taker in time and are heard"),
    ("capacity", "lost or late: lines or call-takers busy"),
    ("nobody_on_duty", "lost or late: nobody on duty"),
    ("policy", "lost or late: {} by the policy"),
    ("misjudgement", "lost or late: taken for a nuisance"),
    ("failure", "lost or late: the line itself failed"),
)
ROUTES = (
    ("shared_phone", "of a shared phone"),
    ("misjudged_earlier", "misjudged before"),
    ("reused_number", "of a reused or listed number"),
    ("withheld_as_one", "withheld as one"),
    ("own_earlier_calls", "of own earlier calls"),
)
MORE_THAN_BLOCKED = ("diverted_callers", "screened_callers", "deterred_callers")
INTENTS = ("genuine", "enquiry", "prank", "silent", "all")
REPEATS = "°"
"""Behind figures that repeat an input."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a run has to say."""

    title: str
    facts: tuple[str, ...]
    within: str
    replications: int
    length: int
    measures: Sequence[Measured]
    worst_hour: tuple[int, Estimate] | None
    verdicts: Sequence[Verdict]
    warnings: Sequence[str]
    notes: Sequence[str]
    start: datetime | None = None
    """When the run begins, to name its hours."""
    has_acceptance: bool = True
    """Whether an agency accepts tickets after a delay."""
    has_policy: bool = True
    """Whether the policy has a rule at all."""
    per_day: bool = True
    """Whether callers are counted by day, rather than in all."""
    repeats: Mapping[str, str] = field(default_factory=dict)
    """Measures of genuine callers that repeat what the scenario says, and what that is (`scenario/inputs.py`)."""

    def of(self, intent: str, name: str) -> Measured:
        """One measure of one intent."""
        return next(m for m in self.measures if (m.intent, m.measure) == (intent, name))

    def has(self, intent: str) -> bool:
        """Whether anyone of this intent called."""
        return bool(self.of(intent, "offered").value)

    @property
    def fates(self) -> list[tuple[str, str]]:
        """The classes of genuine callers that there can be, and their words: of a simulated line none fails."""
        left_out = {"policy": not self.has_policy, "failure": not self.of("genuine", "failure").value}
        return [(name, words) for name, words in FATES if not left_out.get(name)]

    def mark(self, name: str) -> str:
        """What is put behind the words of a measure that repeats an input."""
        return REPEATS if name in self.repeats else ""

    @property
    def refused(self) -> tuple[str, str]:
        """What the policy did to callers, blocking or more than that: the measure, and the word for it."""
        more = any(self.of("all", name).value for name in MORE_THAN_BLOCKED)
        return ("turned_away_callers", "turned away") if more else ("blocked_callers", "blocked")


class _Screen(Console):
    """A console that prints no text that the terminal would obey; what to do when nobody reads is the command's."""

    def print(self, *objects: Any, **how: Any) -> None:
        super().print(*map(_plain, objects), **how)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else shown(text), style, control)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _plain(printed: Any) -> Any:
    """What is printed, with escapes for what a terminal would obey; before it is measured, so that nothing is cut."""
    if isinstance(printed, str):
        return shown(printed)
    if isinstance(printed, Text) and shown(printed.plain) != printed.plain:
        return Text(shown(printed.plain), style=printed.style)
    if isinstance(printed, Table):
        for column in printed.columns:
            column.header, column.footer = _plain(column.header), _plain(column.footer)
            column._cells = [_plain(cell) for cell in column._cells]
    return printed


def console(to: TextIO, width: int | None = None, *, record: bool = False) -> Console:
    """A console for tables: as wide as COLUMNS says or the terminal is, 80 columns where neither is so.

    ``record``: for export.
    """
    found = _Screen(file=to, highlight=False, width=width, soft_wrap=False, record=record)
    stated = os.environ.get("COLUMNS", "").strip("0").isdigit()
    known = found.is_terminal or width or stated
    return found if known else _Screen(file=to, highlight=False, width=80, record=record)


def show(page: Page, to: Console) -> None:
    """Print the whole page."""
    to.print(Text(page.title, style="bold"))
    for fact in page.facts:
        to.print(Text(fact))
    if page.has("genuine"):
        to.print()
        to.print(_genuine(page))
        if nones := _nones(page):
            to.print(Text(nones))
    to.print()
    to.print(everyone(page))
    if dismissed := _dismissed(page):
        to.print(Text(dismissed))
    if page.repeats:
        to.print(repeats(page))
    to.print()
    for line in _floor(page):
        to.print(Text(line))
    judgement(page, to)
    to.print()
    for note in page.notes:
        # Not wrapped: a path that is broken over two lines cannot be copied.
        to.print(Text(note), soft_wrap=True)


def judgement(page: Page, to: Console) -> None:
    """Targets met or missed, and warnings."""
    if page.verdicts:
        to.print()
    for verdict in page.verdicts:
        to.print(_verdict(verdict, page.start))
    if page.warnings:
        to.print()
    for warning in page.warnings:
        hanging(to, "warning: ", warning, style="yellow")


def closing(to: Console, warnings: Sequence[str], notes: Sequence[str]) -> None:
    """The end of a page: warnings, and where things are kept."""
    if warnings:
        to.print()
    for warning in warnings:
        hanging(to, "warning: ", warning, style="yellow")
    to.print()
    for note in notes:
        # Not wrapped: a path that is broken over two lines cannot be copied.
        to.print(Text(note), soft_wrap=True)


def closing_notes(to: Console, notes: Sequence[Note], *places: str) -> None:
    """The end of a page: its warnings, further ``places`` where things are, and its hints."""
    closing(to, texts_of(notes, "warning"), [*places, *texts_of(notes, "hint")])


def hanging(to: Console, head: str, text: str, style: str) -> None:
    """A paragraph whose further lines stand under its first word."""
    lines = Text(shown(text)).wrap(to, max(to.width - len(head), 1))
    for nth, line in enumerate(lines):
        line.rstrip()
        to.print(Text.assemble((" " * len(head) if nth else head, style), line), soft_wrap=True)


def sheet(*heads: tuple[str, str]) -> Table:
    """A plain table: heads, and which way each column leans."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, (head, justify) in enumerate(heads):
        # Figures stay whole; where they are wide the words ahead of them give way.
        table.add_column(head, justify=justify, no_wrap=place > 0, overflow="fold")  # type: ignore[arg-type]
    return table


def _genuine(page: Page) -> Table:
    """What becomes of 1,000 genuine callers: classes that add up to all, then blocks, answer times, worst hour."""
    refused, word = page.refused
    table = sheet(
        (f"Of 1,000 genuine callers\n(in time: {page.within})", "left"),
        *(("", "right"), ("95 % interval", "left"), ("never\nheard", "right")),
    )
    for name, words in page.fates:
        never = "" if name == "in_time_and_well" else per_thousand(page.of("genuine", f"never_heard_{name}").value)
        _row(table, words.format(word) + page.mark(name), page.of("genuine", name), never)
    _row(table, "never heard, whatever the cause", page.of("genuine", "never_heard"), style="bold")
    if page.has_policy:
        _row(table, f"{word} at least once", page.of("genuine", refused), style="bold")
    for name, words in ROUTES:
        found = page.of("genuine", f"{refused}_{name}")
        if found.value:
            table.add_row(f"  because {words}", per_thousand(found.value), per_thousand_interval(found))
    _times(table, page)
    return table


def _dismissed(page: Page) -> str | None:
    """Why more are answered in time than are counted as heard."""
    if not page.of("all", "dismissed_callers").value:
        return None
    return "answered: those then taken for a nuisance included"


def repeats(page: Page) -> Text:
    """Which inputs the figures that are marked follow."""
    inputs = "; ".join(dict.fromkeys(page.repeats.values()))
    return Text(f"{REPEATS} follows what the scenario says, and is no finding: {inputs}")


def _row(table: Table, words: str, found: Measured, never: str = "", style: str = "") -> None:
    """So many of 1,000; of what was never seen, how many there may be all the same; and how many are never heard."""
    if found.value == 0 and found.high is not None:
        table.add_row(words, "none*", f"at most {per_thousand(found.high)}", never, style=style)
    else:
        table.add_row(words, per_thousand(found.value), per_thousand_interval(found), never, style=style)


def _wait(found: Measured) -> str:
    """The interval of a mean wait; nothing bounds it where nobody, or hardly anybody, waited."""
    if found.low is None or found.high is not None:
        return interval(found, seconds)
    return "too few waited" if found.value else "nobody waited"


def _nones(page: Page) -> str | None:
    """What a "none" is worth, where the table has one and replications stand behind it."""
    shown = [*(name for name, _ in page.fates), "never_heard"]
    shown += [page.refused[0]] if page.has_policy else []
    if page.replications == 1 or all(page.of("genuine", name).value for name in shown):
        return None
    return "* " + says_none(page.replications, page.length)


def _times(table: Table, page: Page) -> None:
    asa, p90 = page.of("genuine", "asa"), page.of("genuine", "wait_p90")
    table.add_row("average wait of answered attempts", seconds(asa.value), _wait(asa))
    table.add_row("90 % of answered attempts wait at most", seconds(p90.value), interval(p90, seconds))
    if page.worst_hour:
        hour, estimate = page.worst_hour
        bounds = f"{share(estimate.low)} to {share(estimate.high)}"
        table.add_row(f"worst hour, {hours(hour)}: answered {page.within}", share(estimate.value), bounds)


def everyone(page: Page) -> Table:
    """Every intent beside the others; plain values."""
    shown = [intent for intent in INTENTS if page.has(intent)]
    table = sheet(("Everyone", "left"), *((intent, "right") for intent in shown))
    words, divide = ("callers a day", page.length / DAY) if page.per_day else ("callers", 1.0)
    offered = (page.of(intent, "offered").value or 0.0 for intent in shown)
    words += page.mark("offered")
    table.add_row(words, *(number(many, divide) if page.per_day else f"{many:,.0f}" for many in offered))
    per_caller = (number(page.of(i, "attempts").value, page.of(i, "offered").value) for i in shown)
    table.add_row("attempts a caller", *per_caller)
    refused, word = page.refused
    for name, words in (
        ("service_level", f"callers answered {page.within}"),
        ("never_got_through", "callers never answered"),
        (refused, f"callers {word}"),
        ("busy", "attempts: busy"),
        ("abandoned", "attempts: abandoned"),
        ("blocked", "attempts: blocked"),
        ("diverted", "attempts: diverted"),
        ("screened", "attempts: screened"),
        ("open", "attempts: still open"),
        ("failed", "attempts: the line failed"),
        ("deterred", "planned calls deterred"),
    ):
        values = [page.of(intent, name).value for intent in shown]
        if any(values) or name in {"service_level", "busy", "abandoned"}:
            table.add_row(words, *(share(value) for value in values))
    table.add_row("average wait", *(seconds(page.of(intent, "asa").value) for intent in shown))
    return table


def _floor(page: Page) -> list[str]:
    """How call-takers spent their time, and what pranks cost beyond it."""
    occupied, nuisance = page.of("all", "occupancy"), page.of("all", "nuisance_time")
    lines = [
        f"Call-takers are busy {share(occupied.value)} of their time on duty; "
        f"{share(nuisance.value)} of that goes to prank and silent calls."
    ]
    wasted = page.of("all", "wasted_dispatches")
    if wasted.value:
        lines.append(f"Units sent out for nothing: {number(wasted.value)} a run ({interval(wasted, number)}).")
    if page.has("genuine") and page.has_acceptance:
        accepted = page.of("genuine", "time_to_accepted_report")
        if accepted.value is not None:
            lines.append(f"An agency accepts {seconds(accepted.value)} after an incident's first call, on average.")
    if page.has("genuine"):
        missed = page.of("genuine", "incidents_unreported")
        lines.append(f"Of 1,000 incidents {per_thousand(missed.value)} are never reported.")
    return lines


def _verdict(verdict: Verdict, start: datetime | None) -> Text:
    """A target in words, with the hour that decides."""
    words, style = {
        "met": ("target met", "green"),
        "missed": ("target missed", "bold red"),
        "not shown": ("target not shown to be met (it may be: ask for more --replications)", "yellow"),
        "no callers": ("target without a caller to hold it against", "yellow"),
    }[verdict.state]
    said = Text.assemble((words, style), f": {verdict.target}")
    if verdict.state == "no callers":
        return said
    return said.append(f"\n  {share(verdict.estimate.value)}{_where(verdict, start)}{_sure(verdict)}")


def _sure(verdict: Verdict) -> str:
    """The one-sided bound that decides, where there is one."""
    low, high = verdict.estimate.low, verdict.estimate.high
    if isnan(low) or isnan(high):
        return ""
    bound = f"at most {share(high)}" if verdict.state == "missed" else f"at least {share(low)}"
    return f" (95 % sure: {bound})"


def _where(verdict: Verdict, start: datetime | None) -> str:
    """The hour that decides, of the day or of the run."""
    if verdict.hour is None:
        return ""
    which = "the clearest miss" if verdict.state == "missed" else "the hour least sure of it"
    if verdict.target.scope == "every hour":
        return f" at {hours(verdict.hour)}, {which}"
    if start is None:
        return f" in hour {verdict.hour + 1} of the run, {which}"
    when = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=verdict.hour)
    return f" at {when:%a %d %b %Y} {hours(when.hour)}, {which}"
