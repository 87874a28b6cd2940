"""What ``siaga breaking-point`` prints: every step, then how much the API bears and what breaks first."""

from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.live.load.breaking_point import BreakingPoint, Step, failing
from simulator.live.load.broke import BROKE_OFF
from simulator.report.answer import write_json
from simulator.report.terminal import closing, console, sheet
from simulator.report.words import share


def print_breaking_point(done: BreakingPoint, to: TextIO, *, as_json: bool) -> None:
    """The search as one JSON document, or as a page to read."""
    if as_json:
        write_json(done.document, to)
    else:
        show_breaking_point(done, console(to))


def show_breaking_point(done: BreakingPoint, to: Console) -> None:
    """Print the whole page."""
    to.print(Text(f"{done.request.options.loaded.scenario.title}: how much it bears", style="bold"))
    where = f"{done.request.api.name}: {done.document['host']}"
    to.print(Text(f"{where}, speed {done.request.stretch.speed:g}, seed {done.request.options.seed}"))
    to.print()
    to.print(_steps(done))
    to.print()
    to.print(Text(sentence(done), style="bold"))
    closing(to, done.warnings, (f"kept in {done.folder}",))


def _steps(done: BreakingPoint) -> Table:
    """Every step in its order: the callers, the target's share live and simulated, and what broke."""
    modelled = any(step.simulated is not None for step in done.bounds.steps)
    model = (("model", "right"),) if modelled else ()
    heads = (("callers", "right"), ("calls", "right"), ("live", "right"), *model, ("in time", "right"), ("", "left"))
    table = sheet(*heads)
    for column in table.columns:
        column.no_wrap = True
    for step in done.bounds.steps:
        again = ", other callers" if step.seed != done.request.options.seed else ""
        holds = "holds" if step.judged else "not judged"
        said = (holds if step.broke is None else step.broke.what) + again
        in_time = f"{step.verdict.in_time:,} of {step.verdict.offered:,}"
        shares = [share(step.verdict.estimate.value), *([share(step.simulated)] if modelled else [])]
        table.add_row(f"x {scale(step.scale)}", f"{step.calls:,}", *shares, in_time, said)
    return table


def sentence(done: BreakingPoint) -> str:
    """The answer."""
    good, bad = done.bounds.good, done.bounds.bad
    if bad is not None and bad.saturated:
        return _unknown(done, bad)
    if good is not None and not good.judged:
        return _not_judged(bad)
    if bad is None:
        return f"It holds at {scale(good.scale)} times the callers, and at all that were tried." if good else ""
    if good is None:
        return f"It fails already at {scale(bad.scale)} times the callers. What breaks: {_what(bad)}."
    return (
        f"It bears {scale(good.scale)} times the callers, and fails at {scale(bad.scale)}. "
        f"What breaks first: {_what(bad)}."
    )


def _not_judged(bad: Step | None) -> str:
    """What is known where nobody called whom the target is about."""
    if bad is None:
        return "Not judged: nobody called whom the target is about. Take a longer --for, or a higher --scale."
    fails = f"It fails at {scale(bad.scale)} times the callers. What breaks: {_what(bad)}."
    return f"{fails} With fewer nobody called whom the target is about: what it bears is not known."


def _unknown(done: BreakingPoint, late: Step) -> str:
    """What is known where the generator was the first to fail."""
    good, failed = done.bounds.good, failing(done.bounds)
    how = "the run broke off" if late.broke and late.broke.what == BROKE_OFF else "the generator fell behind"
    if good is None:
        said = f"How much it bears is not known: {how} already at {scale(late.scale)} times."
    else:
        said = (
            f"It bears {scale(good.scale)} times the callers; above that it is not known: {how} at {scale(late.scale)}."
        )
    if failed is None:
        return said
    return f"{said} At {scale(failed.scale)}, where the generator kept up, the API fails. {_what(failed)}."


def _what(step: Step) -> str:
    assert step.broke
    if not step.broke.lost:
        return step.broke.means
    return f"{step.broke.means} ({step.broke.callers:,} of {step.broke.lost:,} lost; {step.verdict.target})"


def scale(value: float) -> str:
    """``1``, ``1.4``, ``23``."""
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"
