"""What ``siaga run`` prints."""

from datetime import timedelta

from rich.console import Console

from simulator.questions.run.result import RunResult
from simulator.report import terminal
from simulator.report.terminal import Page
from simulator.report.words import counted, span
from simulator.scenario.inputs import repeated_inputs
from simulator.scenario.notes import texts_of
from simulator.scenario.units import SECOND


def show(result: RunResult, to: Console) -> None:
    """Print the whole page."""
    terminal.show(page_of(result), to)


def page_of(result: RunResult) -> Page:
    """The page of a run."""
    scenario = result.experiment.scenario
    headline = scenario.targets[0].within if scenario.targets else 15 * SECOND
    return Page(
        title=scenario.title,
        facts=(
            f"{counted(result.sweep.replications, 'replication')} of {span(scenario.length)} "
            f"from {scenario.start:%a %d %b %Y %H:%M}, seed {result.request.seed}",
            *_steady(result),
            f"policy: {scenario.policy.title}" + (", and a list at the start" if scenario.floor.blocklist.file else ""),
            f"call-takers: {_staffing(result)}; {scenario.floor.trunks} trunks",
        ),
        within=within(headline),
        replications=result.sweep.replications,
        length=scenario.length - result.experiment.warm_up,
        measures=result.answer.measures,
        worst_hour=result.answer.worst,
        verdicts=result.answer.verdicts,
        warnings=result.answer.warnings,
        notes=_notes(result),
        start=scenario.start + timedelta(microseconds=result.experiment.warm_up),
        has_acceptance=scenario.floor.acceptance is not None,
        has_policy=bool(scenario.policy.rules or scenario.floor.blocklist.file),
        repeats=repeated_inputs(scenario),
    )


def _steady(result: RunResult) -> tuple[str, ...]:
    """What was left out to see the steady state."""
    if result.warm_up is None:
        return ()
    left_out = f"the first {result.warm_up.weeks} of them" if result.warm_up.weeks else "none of them"
    return (f"steady state: {counted(result.warm_up.of, 'week')}, {left_out} left out (MSER)",)


def within(threshold: int) -> str:
    """``within 15 s``."""
    return f"within {threshold / SECOND:g} s"


def _staffing(result: RunResult) -> str:
    return ", ".join(f"{shift.name} {shift.call_takers}" for shift in result.experiment.scenario.floor.shifts) or "none"


def _notes(result: RunResult) -> tuple[str, ...]:
    notes, stored = texts_of(result.notes, "assumption", "hint"), result.sweep.stored
    if stored:
        notes.append(f"{stored} of the replications {'was' if stored == 1 else 'were'} kept from an earlier run.")
    return (*notes, f"kept in {result.folder}")
