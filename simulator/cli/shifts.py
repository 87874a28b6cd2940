"""The command that plans shifts under work rules."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.frame import DONE, TARGET_MISSED, app, keeping_what_is_finished, progress_bar
from simulator.cli.options import Json, Out, Phases, PolicyName, ScenarioFile, Seed, Targets, Workers
from simulator.cli.planning import ordered, plan_phases


@app.command()
def shifts(
    scenario: ScenarioFile,
    work: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="Work rules: which shifts may be worked, and what they cost.")
    ] = "eight-hours",
    targets: Targets = None,
    phases: Phases = None,
    policy: PolicyName = None,
    replications: Annotated[
        int | None, typer.Option(min=2, max=100_000, help="How often to simulate each plan.")
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Plan shifts: those under your work rules that meet a target at least cost."""
    from simulator.questions.shifts.shifts import carry_out, week_for
    from simulator.report.progress import say_compiling
    from simulator.report.shifts import print_shifts
    from simulator.scenario.work import work_named

    order = ordered(scenario, targets, policy, replications, seed, out, workers)
    if phases is not None:
        rules, path = work_named(work, order.loaded.path.parent)
        spaces = partial(week_for, work=rules, path=path)
        plan_phases(order, phases, spaces, {"work": rules.model_dump(mode="json")}, as_json=as_json)
    with progress_bar() as told, keeping_what_is_finished():
        done = carry_out(order, work, told, say_compiling)
    print_shifts(done, sys.stdout, as_json=as_json)
    raise typer.Exit(DONE if done.shown else TARGET_MISSED)
