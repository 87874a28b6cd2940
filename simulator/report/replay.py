"""What ``siaga replay`` prints: the same page as a run, of one recorded table."""

from rich.console import Console

from simulator.questions.replay.result import Replay
from simulator.report import terminal
from simulator.report.terminal import Page
from simulator.report.words import seconds
from simulator.scenario.notes import texts_of
from simulator.scenario.units import SECOND


def show(found: Replay, to: Console) -> None:
    """Measures of the recorded table; intervals go by its days."""
    calls = found.trace.calls
    page = Page(
        title=f"{len(calls):,} recorded calls over {seconds(calls.length / SECOND)}",
        facts=(),
        within="within 15 s",
        replications=1,
        length=calls.length,
        measures=found.measures,
        worst_hour=None,
        verdicts=(),
        warnings=texts_of(found.notes, "warning"),
        notes=texts_of(found.notes, "assumption", "hint"),
        per_day=False,
        has_acceptance=False,
    )
    terminal.show(page, to)
