"""What ``siaga run`` prints."""

from datetime import timedelta
from typing import TextIO

from simulator.questions.run.run import Done
from simulator.report.answer import write_json
from simulator.report.terminal import Page, console, show
from simulator.report.words import counted, span
from simulator.scenario.defaults import defaults_in_force
from simulator.scenario.inputs import repeated_inputs
from simulator.scenario.units import SECOND


def print_run(done: Done, to: TextIO, *, as_json: bool) -> None:
    """The answer as one JSON document, or as a page to read."""
    if as_json:
        write_json(done.document, to)
    else:
        show(page_of(done), console(to))


def page_of(done: Done) -> Page:
    """The page of a run."""
    scenario = done.experiment.scenario
    headline = scenario.targets[0].within if scenario.targets else 15 * SECOND
    return Page(
        title=scenario.title,
        facts=(
            f"{counted(done.sweep.replications, 'replication')} of {span(scenario.length)} "
            f"from {scenario.start:%a %d %b %Y %H:%M}, seed {done.order.seed}",
            *_steady(done),
            f"policy: {scenario.policy.title}" + (", and a list at the start" if scenario.floor.blocklist.file else ""),
            f"call-takers: {_staffing(done)}; {scenario.floor.trunks} trunks",
        ),
        within=within(headline),
        replications=done.sweep.replications,
        length=scenario.length - done.experiment.warm_up,
        measures=done.answer.measures,
        worst_hour=done.answer.worst,
        verdicts=done.answer.verdicts,
        warnings=done.answer.warnings,
        notes=_notes(done),
        start=scenario.start + timedelta(microseconds=done.experiment.warm_up),
        has_acceptance=scenario.floor.acceptance is not None,
        has_policy=bool(scenario.policy.rules or scenario.floor.blocklist.file),
        repeats=repeated_inputs(scenario),
    )


def _steady(done: Done) -> tuple[str, ...]:
    """What was left out to see the steady state."""
    if done.warm_up is None:
        return ()
    left_out = f"the first {done.warm_up.weeks} of them" if done.warm_up.weeks else "none of them"
    return (f"steady state: {counted(done.warm_up.of, 'week')}, {left_out} left out (MSER)",)


def within(threshold: int) -> str:
    """``within 15 s``."""
    return f"within {threshold / SECOND:g} s"


def _staffing(done: Done) -> str:
    return ", ".join(f"{shift.name} {shift.call_takers}" for shift in done.experiment.scenario.floor.shifts) or "none"


def _notes(done: Done) -> tuple[str, ...]:
    assumed = len(done.order.loaded.assumptions)
    unsaid = len(defaults_in_force(done.order.loaded.scenario))
    notes = [str(each) for each in done.known if each.times <= 1]
    if assumed or unsaid:
        marked = f"{counted(assumed, 'value')} marked as assumed, {counted(unsaid, 'default')} not stated"
        notes.append(f"{marked}; siaga check lists them.")
    if done.sweep.stored:
        were = "was" if done.sweep.stored == 1 else "were"
        notes.append(f"{done.sweep.stored} of the replications {were} kept from an earlier run.")
    return (*notes, f"kept in {done.folder}")
