"""What ``siaga load`` prints: whom the target refused first, then the page of a run, then how fast it was."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from simulator.decisions.load.latency import Latency
from simulator.decisions.load.load import Load
from simulator.decisions.load.replies import Replies
from simulator.metrics.counts import Counts
from simulator.report.run import within
from simulator.report.terminal import FATES, ROUTES, Page, console, everyone, judgement, sheet
from simulator.report.words import counted, number, seconds, share, span
from simulator.scenario.policy import Intent
from simulator.scenario.units import SECOND

CLASSES = frozenset(name for name, _ in FATES)
MILESTONES, WAITED = ("ring", "hang-up", "verdict"), "answer"
"""Steps that the target replies to; when a call is answered is its queue's doing, and stands among the waits."""


def print_load(done: Load, to: TextIO, *, as_json: bool) -> None:
    """The answer as one JSON document, or as a page to read."""
    if as_json:
        to.write(json.dumps(done.document, indent=2, ensure_ascii=False) + "\n")
    else:
        show_load(done, console(to))


def show_load(done: Load, to: Console) -> None:
    """Print the whole page."""
    page = page_of(done)
    to.print(Text(page.title, style="bold"))
    for fact in page.facts:
        to.print(Text(fact))
    for part in (*_ahead(done), *_tables(done, page)):
        to.print()
        to.print(part)
    judgement(page, to)
    to.print()
    for note in page.notes:
        # Not wrapped: a path that is broken over two lines can not be copied.
        to.print(Text(note), soft_wrap=True)


def _ahead(done: Load) -> Iterator[RenderableType]:
    """The generator, and whom the target refused."""
    yield generator(done)
    yield refusals(done.found.replies)
    if lines := (*said(done.found.replies), *map(Text, done.reasons), *_beside_calls(done)):
        yield Group(*lines)


def _tables(done: Load, page: Page) -> Iterator[RenderableType]:
    """What became of genuine callers, of everyone, of call-takers' time; and how fast it was."""
    if page.has("genuine"):
        yield genuine(page, done.found.counts)
    yield everyone(page)
    if busy := page.of("all", "occupancy").value:
        yield Text(f"Call-takers were busy {share(busy)} of their time on duty.")
    if done.latencies:
        yield latency_table(done.latencies)


def page_of(done: Load) -> Page:
    """What a live run has to say, as of any run."""
    scenario, settings = done.drawn.experiment.scenario, done.drawn.plan.settings
    headline = scenario.targets[0].within if scenario.targets else 15 * SECOND
    return Page(
        title=f"{scenario.title}: live",
        facts=tuple(facts(done)),
        within=within(headline),
        replications=1,
        length=done.run.calls.length,
        measures=done.found.answer.measures,
        worst_hour=None,
        verdicts=done.found.answer.verdicts,
        doubts=done.found.answer.doubts,
        notes=(f"kept in {done.folder}",),
        start=datetime.fromisoformat(settings.start),
        has_policy=bool(done.drawn.plan.policy.rules) or any(each.policy for each in done.found.replies),
        per_day=False,
    )


def genuine(page: Page, counts: Counts) -> Table:
    """What became of the genuine callers: how many of each class."""
    refused, word = page.refused
    offered = _genuine(counts, "offered")
    table = sheet((f"Of {counted(offered, 'genuine caller')} (in time: {page.within})", "left"), ("", "right"))
    table.add_column("", justify="right")
    for name, words in (*page.fates, (refused, f"{word} at least once")):
        many = _genuine(counts, name)
        if many or name in CLASSES:
            table.add_row(words.format(word), f"{many:,}", share(many / offered))
    for name, words in ROUTES:
        if many := _genuine(counts, f"{refused}_{name}"):
            table.add_row(f"  because {words}", f"{many:,}", share(many / offered))
    table.add_row("average wait of answered attempts", "", seconds(page.of("genuine", "asa").value))
    table.add_row("90 % of answered attempts wait at most", "", seconds(page.of("genuine", "wait_p90").value))
    return table


def _genuine(counts: Counts, name: str) -> int:
    return int(counts.sums[name][Intent.GENUINE].sum())


def facts(done: Load) -> Iterator[str]:
    """What was played, where, and how fast."""
    settings, scenario = done.drawn.plan.settings, done.drawn.experiment.scenario
    start = datetime.fromisoformat(settings.start)
    calls = counted(len(done.run.calls), "call")
    yield f"{calls} of {span(done.drawn.plan.calls.length)} from {start:%a %d %b %Y %H:%M}, seed {settings.seed}"
    yield f"at {done.document['host']} ({done.ask.door.target}), {pace(settings.speed, settings.scale)}"
    shifts = ", ".join(f"{shift.name} {shift.call_takers}" for shift in scenario.floor.shifts) or "none"
    yield f"policy: {scenario.policy.title}"
    yield f"call-takers: {shifts}; {scenario.floor.trunks} trunks in the scenario"


def pace(speed: float, scale: float) -> str:
    """``speed 60, 10 times the callers``."""
    return f"speed {speed:g}" + (f", {scale:g} times the callers" if scale != 1 else "")


def generator(done: Load) -> Text:
    """Whether the generator kept up: without that no figure counts."""
    lag = done.played.summary.get("lag", {})
    p99, most = lag.get("p99_ms"), done.ask.player.most_lag
    if done.played.saturated:
        late = "" if p99 is None else f" (99 % of steps within {p99:.1f} ms of their time, wanted {most})"
        return Text(f"generator saturated, these figures do not count{late}", style="bold red")
    if p99 is None:
        return Text("generator: not known whether it kept up", style="yellow")
    return Text(f"generator: kept up, 99 % of steps within {p99:.1f} ms of their time", style="green")


def refusals(replies: Sequence[Replies]) -> Table:
    """Of each intent, the attempts that rang, and by whom they were refused."""
    table = sheet(("What the target said", "left"), *((each.intent, "right") for each in replies))
    table.add_row("attempts that rang", *(f"{each.rang:,}" for each in replies))
    rows = [
        ("refused by its blocklist", [each.policy for each in replies]),
        ("refused: no line free", [each.busy for each in replies]),
        *((f"failed: {kind}", [each.failed.get(kind, 0) for each in replies]) for kind in _kinds(replies)),
    ]
    for words, many in rows:
        table.add_row(words, *(_of(one, each.rang) for one, each in zip(many, replies, strict=True)))
    if any(each.open for each in replies):
        table.add_row("not ended at the stop", *(f"{each.open:,}" for each in replies))
    return table


def said(replies: Sequence[Replies]) -> Iterator[Text]:
    """The headline in a sentence."""
    genuine = next((each for each in replies if each.intent == "genuine"), None)
    if genuine and genuine.refused:
        most = share(genuine.refused / genuine.rang)
        yield Text(f"The target turned away {most} of the attempts of genuine callers.", style="bold")


def _beside_calls(done: Load) -> Iterator[Text]:
    """What went wrong with steps that belong to no call."""
    for row in done.played.troubles():
        example = f": {row['example']}" if row.get("example") else ""
        yield Text(f"Call-takers met, at {row['step']}, {row['trouble']} {counted(row['count'], 'time')}{example}.")


def latency_table(rows: Sequence[Latency]) -> Table:
    """Milestones of each intent: ms of the wall clock, from the intended moment."""
    heads = ((head, "right") for head in ("number", "50 %", "90 %", "99 %", "most"))
    table = sheet(("From the intended moment, ms", "left"), *heads)
    for row in sorted((row for row in rows if row.milestone != WAITED), key=_place):
        words = f"{row.milestone}, {row.intent}: reply"
        table.add_row(words, f"{row.count:,}", *map(_ms, (row.p50_ms, row.p90_ms, row.p99_ms, row.max_ms)))
    return table


def _place(row: Latency) -> int:
    return MILESTONES.index(row.milestone) if row.milestone in MILESTONES else len(MILESTONES)


def _ms(value: float) -> str:
    return number(value) if value else "0"


def _kinds(replies: Sequence[Replies]) -> list[str]:
    return list(dict.fromkeys(kind for each in replies for kind in each.failed))


def _of(many: int, rang: int) -> str:
    return "0" if not many else f"{many:,} ({share(many / rang)})"
