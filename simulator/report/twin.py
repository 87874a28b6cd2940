"""What ``siaga twin`` prints: the model's figures and the API's beside each other, and where the two part."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from simulator.live.load.difference import MOSTLY, SURE, Difference, Differs, Spread
from simulator.live.load.judged import LiveVerdict
from simulator.live.load.twin import Twin
from simulator.metrics.summary import Measured
from simulator.report.answer import write_json
from simulator.report.live_targets import in_time
from simulator.report.load import ahead_of_all, facts, generator
from simulator.report.terminal import closing, console, sheet
from simulator.report.words import NOTHING, counted, seconds, share
from simulator.scenario.units import SECOND

SHOWN = 10
SHARES = (
    ("service_level", "callers answered in time"),
    ("never_got_through", "callers never answered"),
    ("blocked_callers", "callers blocked"),
)


def print_twin(done: Twin, to: TextIO, *, as_json: bool) -> None:
    """Both sides as one JSON document, or as a page to read."""
    if as_json:
        write_json(done.document, to)
    else:
        show_twin(done, console(to))


def show_twin(done: Twin, to: Console) -> None:
    """Print the whole page."""
    ahead_of_all(done.live, to)
    to.print(Text(f"{done.live.drawn.experiment.scenario.title}: twin", style="bold"))
    for fact in facts(done.live):
        to.print(Text(fact))
    for part in _parts(done):
        to.print()
        to.print(part)
    closing(to, (*_adds_up(done), *done.live.found.answer.warnings), (f"kept in {done.live.folder}",))


def _adds_up(done: Twin) -> Iterator[str]:
    """Why the two may part at a speed at which nothing is wrong with the API."""
    speed = done.live.drawn.plan.settings.speed
    if done.difference.parts and speed > 1:
        yield (
            f"while callers queue, what the API adds to each call adds up, {speed:g} times over: "
            "a lower --speed tells the API from the speed"
        )


def _parts(done: Twin) -> Iterator[RenderableType]:
    yield generator(done.live)
    yield verdict(done)
    yield _endings(done.difference)
    yield _figures(done)
    if done.verdicts:
        yield _targets(done)
    yield _apart(done)
    if done.difference.differ:
        yield _differ(done)


def verdict(done: Twin) -> Text:
    """Whether the API does what the model says."""
    unlike = done.difference
    races = len(unlike.differ)
    apart = f"{_milliseconds(unlike.within / done.live.drawn.plan.settings.speed / 1000)} on the wall"
    alike = f"{unlike.near:,} of {counted(unlike.compared, 'wait')} agree within {apart} ({_of_waits(unlike)})"
    ends = f"{unlike.alike:,} of {counted(unlike.attempts, 'attempt')} end alike"
    if unlike.not_kept:
        alike += f"; the API kept no verdict of {counted(unlike.not_kept, 'call')}"
    if done.live.broke_off:
        return Text(f"The run broke off, nothing is said of the API: until then {ends}; {alike}.", style="bold red")
    if done.live.played.interrupted:
        return _stopped(unlike, alike)
    if unlike.parts:
        return Text(f"The API and the model part: {ends}; {alike}.", style="bold red")
    close = f", {counted(races, 'race')} closed the other way" if races else ""
    if unlike.enough:
        return Text(f"The API does what the model says: {ends}{close}; {alike}.", style="green")
    return Text(f"Too few to tell: {ends}{close}; {alike}. {_needed(unlike)}", style="yellow")


def _needed(unlike: Difference) -> str:
    """What it takes to tell."""
    return (
        f"It takes {unlike.needed:,} waits to see (by a chance of {100 * SURE:g} %) an API that is off for 1 call in "
        f"{round(1 / (1 - MOSTLY))}: a longer --for, or a higher --scale."
    )


def _of_waits(unlike: Difference) -> str:
    return share(unlike.close) if unlike.compared else "none to compare"


def _stopped(unlike: Difference, alike: str) -> Text:
    """What can be said of a twin that a person stopped: what was open then is held against nothing."""
    ended = f"the {unlike.attempts:,} that had ended" if unlike.attempts != 1 else "the one that had ended"
    if not unlike.parts:
        close = f", {counted(len(unlike.differ), 'race')} closed the other way" if unlike.differ else ""
        words, style = f"{ended} agree{'' if unlike.attempts != 1 else 's'}{close}; {alike}", "green"
        if not unlike.enough:
            words, style = f"too few to tell: {words}; {unlike.needed:,} waits are needed", "yellow"
    else:
        words, style = f"of {ended} {unlike.alike:,} agree; {alike}", "bold red"
    rest = f" ({unlike.open:,} were open)" if unlike.open else ""
    return Text(f"Stopped: {words}{rest}.", style=style)


def _endings(unlike: Difference) -> Table:
    """How attempts ended on either side."""
    heads = (head for intent in unlike.endings for head in ((intent, "right"), ("", "right")))
    table = sheet(("Attempts: simulated, live", "left"), *heads)
    names = dict.fromkeys(name for found in unlike.endings.values() for name in found)
    for name in names:
        pairs = (found.get(name, (0, 0)) for found in unlike.endings.values())
        table.add_row(name, *(f"{many:,}" for pair in pairs for many in pair))
    return table


def _figures(done: Twin) -> Table:
    """Measures of genuine callers, and of everyone."""
    heads = ((head, "right") for head in ("genuine\nsimulated", "\nlive", "all\nsimulated", "\nlive"))
    table = sheet(("", "left"), *heads)
    sides = [_of(side, intent) for intent in ("genuine", "all") for side in (_model(done), _live(done))]
    for name, words in SHARES:
        if any(side.get(name) for side in sides) or name != "blocked_callers":
            table.add_row(words, *(share(side.get(name)) for side in sides))
    for name, words in (("asa", "average wait"), ("wait_p90", "90 % of waits, at most")):
        table.add_row(words, *(seconds(side.get(name)) for side in sides))
    return table


def _targets(done: Twin) -> Group:
    """The scenario's targets on either side, with the callers behind them."""
    pairs = zip(done.verdicts, done.live.found.verdicts, strict=True)
    return Group(*(line for pair in pairs for line in _target(*pair)))


def _target(model: LiveVerdict, live: LiveVerdict) -> Iterator[Text]:
    yield Text(f"target: {live.target}", style="bold")
    for side, verdict in (("simulated", model), ("live", live)):
        word = {"met": "met", "no callers": "not judged, nobody called"}.get(verdict.state, "missed")
        lost = f"; no verdict kept of {counted(verdict.not_kept, 'genuine caller')}" if verdict.not_kept else ""
        yield Text(f"  {side}: {word}" + (f", {in_time(verdict)}{lost}" if verdict.offered else ""))


def _model(done: Twin) -> tuple[Measured, ...]:
    return done.simulated.measures


def _live(done: Twin) -> tuple[Measured, ...]:
    return done.live.found.answer.measures


def _of(measures: tuple[Measured, ...], intent: str) -> dict[str, float | None]:
    return {each.measure: each.value for each in measures if each.intent == intent}


def _apart(done: Twin) -> Group:
    """How far waits are apart call by call, and what the API adds; on the wall, and in simulated time."""
    speed = done.live.drawn.plan.settings.speed
    heads = ((head, "right") for head in ("number", "50 %", "90 %", "99 %", "most"))
    table = sheet(("Milliseconds on the wall", "left"), *heads)
    for words, found in (
        ("waits, call by call: apart", done.difference.waits),
        ("the API adds: reply to the ring", done.difference.replies),
        ("the API adds: to a free call-taker", done.difference.handover),
    ):
        table.add_row(words, *_cells(found))
    return Group(table, Text(f"A millisecond is {speed:g} ms of callers' time.")) if speed != 1 else Group(table)


def _cells(found: Spread | None) -> list[str]:
    if found is None:
        return ["0", *[NOTHING] * 4]
    return [f"{found.count:,}", *(f"{value:,.1f}" for value in (found.p50, found.p90, found.p99, found.most))]


def _differ(done: Twin) -> Group:
    """The first attempts that ended otherwise, and the likely race."""
    unlike = done.difference
    more = f", the first {SHOWN} of {len(unlike.differ)}" if len(unlike.differ) > SHOWN else ""
    table = sheet(*((head, "left") for head in ("at", "call", "of", "model", "live", "what was close")))
    table.columns[0].no_wrap, table.columns[-1].no_wrap = True, False
    start = datetime.fromisoformat(done.live.drawn.plan.settings.start)
    for each in unlike.differ[:SHOWN]:
        when = start + timedelta(microseconds=each.at)
        call = str(each.call) if each.attempt == 1 else f"{each.call}, {each.attempt}."
        table.add_row(f"{when:%H:%M:%S}", call, each.intent, each.simulated, each.live, _race(each))
    behind = f"; {counted(unlike.follow, 'attempt')} behind these" if unlike.follow else ""
    return Group(Text(f"Ended otherwise{more}{behind}", style="bold"), table)


def _race(each: Differs) -> str:
    if each.race.gap is None:
        return each.race.words
    return f"{each.race.words}, {each.race.gap / SECOND:.1f} s apart"


def _milliseconds(value: float) -> str:
    return f"{value:g} ms"
