"""What ``siaga load`` prints: whom the API refused first, then the page of a run, then how fast it was."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from simulator.live.load.latency import Latency
from simulator.live.load.load import Load
from simulator.live.load.replies import Replies
from simulator.metrics.counts import Counts
from simulator.report.answer import write_json
from simulator.report.live_targets import print_targets
from simulator.report.run import within
from simulator.report.terminal import FATES, ROUTES, Page, console, everyone, judgement, repeats, sheet
from simulator.report.words import counted, number, seconds, share, span
from simulator.scenario.inputs import repeated_inputs
from simulator.scenario.policy import Intent
from simulator.scenario.units import SECOND

CLASSES, LATE = frozenset(name for name, _ in FATES), "capacity"
LONGEST = 140
"""Most letters of an example: its kind, the status, and about a hundred of the reply."""
MILESTONES, WAITED = ("ring", "hang-up", "verdict"), "answer"
"""Steps that the API replies to; when a call is answered is its queue's doing, and stands among the waits."""


def print_load(done: Load, to: TextIO, *, as_json: bool) -> None:
    """The answer as one JSON document, or as a page to read."""
    if as_json:
        write_json(done.document, to)
    else:
        show_load(done, console(to))


def show_load(done: Load, to: Console) -> None:
    """Print the whole page."""
    page = page_of(done)
    ahead_of_all(done, to)
    to.print(Text(page.title, style="bold"))
    for fact in page.facts:
        to.print(Text(fact))
    for part in (*_ahead(done), *_tables(done, page)):
        to.print()
        to.print(part)
    print_targets(done.found.verdicts, page.start or datetime.min, to)
    judgement(page, to)
    to.print()
    for note in page.notes:
        # Not wrapped: a path that is broken over two lines cannot be copied.
        to.print(Text(note), soft_wrap=True)


def ahead_of_all(done: Load, to: Console) -> None:
    """What makes all that follows void."""
    made, planned = len(done.run.calls), counted(done.run.planned, "caller")
    if done.broke_off:
        to.print(Text(f"the run broke off: {made:,} of {planned} were played; these figures do not count", "bold red"))
    if done.all_failed:
        rang = counted(sum(each.rang for each in done.found.replies), "attempt")
        to.print(Text(f"the API took no call: it failed at every one of {rang}", "bold red"))
    if lost := done.not_kept:
        of = counted(_genuine(done.found.counts, "offered"), "genuine caller")
        to.print(Text(f"the API kept no verdict of {lost:,} of {of}: their incidents are lost", "bold red"))


def _ahead(done: Load) -> Iterator[RenderableType]:
    """The generator, and whom the API refused."""
    yield generator(done)
    yield refusals(done.found.replies)
    if lines := (*said(done.found.replies), *map(Text, done.reasons), *examples(done), *_beside_calls(done)):
        yield Group(*lines)


def _tables(done: Load, page: Page) -> Iterator[RenderableType]:
    """What became of genuine callers, of everyone, of call-takers' time; and how fast it was."""
    if page.has("genuine"):
        yield genuine(page, done.found.counts, done.not_kept, has_queue=done.has_queue)
    yield Group(everyone(page), repeats(page))
    if (busy := page.of("all", "occupancy").value) and done.has_queue:
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
        verdicts=(),  # told with their counts: see `live_targets.py`
        warnings=done.found.answer.warnings,
        notes=(f"kept in {done.folder}",),
        start=datetime.fromisoformat(settings.start),
        has_policy=bool(done.drawn.plan.policy.rules) or any(each.policy for each in done.found.replies),
        per_day=False,
        repeats=repeated_inputs(scenario),
    )


def genuine(page: Page, counts: Counts, not_kept: int = 0, *, has_queue: bool = True) -> Table:
    """What became of the genuine callers: how many of each class."""
    refused, word = page.refused
    offered = _genuine(counts, "offered")
    table = sheet((f"Of {counted(offered, 'genuine caller')} (in time: {page.within})", "left"), ("", "right"))
    table.add_column("", justify="right")
    fates = page.fates if has_queue else _without_queue(page)
    for name, words in (*fates, (refused, f"{word} at least once")):
        many = _genuine(counts, name)
        if not has_queue and name == LATE:
            many += _genuine(counts, "nobody_on_duty")
        if many or name in CLASSES:
            table.add_row(words.format(word) + page.mark(name), f"{many:,}", share(many / offered))
        if name == "failure" and not_kept:
            table.add_row("  of these answered, and no verdict kept", f"{not_kept:,}", share(not_kept / offered))
    for name, words in ROUTES:
        if many := _genuine(counts, f"{refused}_{name}"):
            table.add_row(f"  because {words}", f"{many:,}", share(many / offered))
    table.add_row("average wait of answered attempts", "", seconds(page.of("genuine", "asa").value))
    table.add_row("90 % of answered attempts wait at most", "", seconds(page.of("genuine", "wait_p90").value))
    return table


def _without_queue(page: Page) -> list[tuple[str, str]]:
    """The classes at an API without a queue, where nobody waits for lines or call-takers, but for the API."""
    busy = page.of("genuine", "busy").value
    late = f"late: the API took longer than {page.within.removeprefix('within ')}" + (", or busy" if busy else "")
    words = {LATE: late, "in_time_and_well": "taken by the API in time", "failure": "lost or late: the API failed"}
    return [(name, words.get(name, said)) for name, said in page.fates if name != "nobody_on_duty"]


def _genuine(counts: Counts, name: str) -> int:
    return int(counts.sums[name][Intent.GENUINE].sum())


def facts(done: Load) -> Iterator[str]:
    """What was played, where, and how fast."""
    settings, scenario = done.drawn.plan.settings, done.drawn.experiment.scenario
    start = datetime.fromisoformat(settings.start)
    yield f"{_how_much(done)} from {start:%a %d %b %Y %H:%M}, seed {settings.seed}"
    yield f"at {done.document['host']} ({done.request.api.name}), {pace(settings.speed, settings.scale)}"
    shifts = ", ".join(f"{shift.name} {shift.call_takers}" for shift in scenario.floor.shifts) or "none"
    yield f"policy: {_policy(done)}"
    if done.has_queue:
        yield f"call-takers: {shifts}; {scenario.floor.trunks} trunks in the scenario"
    else:
        yield "call-takers and lines: none are played, the API has no queue"


def _how_much(done: Load) -> str:
    """``1,203 callers in 3 hours``; of one that was stopped or broke off, how much of how much."""
    made, planned, whole = len(done.run.calls), done.run.planned, done.drawn.plan.calls.length
    if not (done.played.interrupted or done.broke_off):
        return f"{counted(made, 'caller')} in {span(whole)}"
    played = seconds(min(done.run.calls.length, whole) / SECOND)
    how = "broke off" if done.broke_off else "stopped"
    return f"{how}: {made:,} of {counted(planned, 'caller')}, {played} of {span(whole)}"


def _policy(done: Load) -> str:
    """Whose policy it is that callers meet."""
    kind, title = done.request.kind, done.drawn.experiment.scenario.policy.title
    if kind is None or kind.knows_policy:
        return title
    if kind.has_blocklist and done.drawn.plan.policy.rules:
        return f"{title}, by the API's own blocklist"
    return "the API's own"


def pace(speed: float, scale: float) -> str:
    """``speed 60, 10 times the callers``."""
    return f"speed {speed:g}" + (f", {scale:g} times the callers" if scale != 1 else "")


def generator(done: Load) -> Text:
    """Whether the generator kept up: without that no figure counts."""
    lag = done.played.summary.get("lag", {})
    if done.played.saturated:
        late = f": {_late(done)}" if lag else ""
        return Text(f"generator saturated, these figures do not count{late}", style="bold red")
    if done.broke_off and lag:
        return Text(f"generator: broke off; until then: {_late(done)}", style="bold red")
    if not lag:
        return Text("generator: not known whether it kept up", style="yellow")
    return Text(f"generator: kept up: {_late(done)}", style="green")


def _late(done: Load) -> str:
    """``3 of 1,203 steps came later than 10 ms``, and how late the latest was."""
    lag, most = done.played.summary["lag"], done.request.generator.most_lag
    steps, late = counted(lag["count"], "step"), lag.get("late")
    if late is None:
        return f"99 % of {steps} came within {lag['p99_ms']:.1f} ms, wanted {most}"
    latest = f", the latest {lag['max_ms']:,.0f} ms" if late else ""
    return f"{late:,} of {steps} came later than {most}{latest}"


def refusals(replies: Sequence[Replies]) -> Table:
    """Of each intent, the attempts that rang, and by whom they were refused."""
    table = sheet(("What the API said", "left"), *((each.intent, "right") for each in replies))
    table.add_row("attempts that rang", *(f"{each.rang:,}" for each in replies))
    rows = [
        ("refused by its blocklist", [each.policy for each in replies]),
        ("refused: no line free", [each.busy for each in replies]),
        *((f"failed: {kind}", [each.failed.get(kind, 0) for each in replies]) for kind in _kinds(replies)),
    ]
    for words, many in rows:
        table.add_row(words, *(_of(one, each.rang) for one, each in zip(many, replies, strict=True)))
    if any(each.not_kept for each in replies):
        table.add_row("answered, and no verdict kept", *(_of(each.not_kept, each.rang) for each in replies))
    if any(each.open for each in replies):
        table.add_row("not ended at the stop", *(f"{each.open:,}" for each in replies))
    return table


def said(replies: Sequence[Replies]) -> Iterator[Text]:
    """The headline in a sentence."""
    genuine = next((each for each in replies if each.intent == "genuine"), None)
    if genuine and genuine.refused:
        most = share(genuine.refused / genuine.rang)
        yield Text(f"The API turned away {most} of the attempts of genuine callers.", style="bold")


def examples(done: Load) -> Iterator[Text]:
    """Of each kind of trouble that calls met, what the API said once."""
    told: dict[str, str] = {}
    for row in done.played.summary.get("troubles", ()):
        if row["intent"] and row.get("example") and row["example"] != row["trouble"]:
            told.setdefault(row["trouble"], f"at {row['step']}: {_short(row['example'])}")
    for words in told.values():
        yield Text(f"  such as, {words}")


def _short(text: str) -> str:
    """On one line, cut where it is long."""
    line = " ".join(str(text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."


def _beside_calls(done: Load) -> Iterator[Text]:
    """What went wrong with steps that belong to no call."""
    for row in done.played.troubles():
        example = f": {_short(row['example'])}" if row.get("example") else ""
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
