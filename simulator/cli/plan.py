"""Commands that plan by simulation: how many call-takers, on how many lines, and how far calls can grow."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.frame import DONE, TARGET_MISSED, app, keeping_what_is_finished, progress_bar
from simulator.cli.options import Json, Out, Phases, PolicyName, ScenarioFile, Seed, Targets, Workers
from simulator.cli.planning import ordered, plan_phases


@app.command()
def staff(
    scenario: ScenarioFile,
    targets: Targets = None,
    interval: Annotated[
        str, typer.Option(metavar="'1 h'", help="Intervals of the day, or shift: the file's own shifts.")
    ] = "1 h",
    least: Annotated[int, typer.Option(min=0, max=1_000, help="At least so many on duty whenever somebody calls.")] = 1,
    most: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="At most so many; by default well beyond the formula's.")
    ] = None,
    trunks: Annotated[
        str | None,
        typer.Option(metavar="N|P.01", help="Lines in place of the file's; P.01: the fewest that 1 % find busy."),
    ] = None,
    growth: Annotated[
        str | None,
        typer.Option(metavar="'0.5, 2'", help="Staff other volumes, too, times today's: staffing against load."),
    ] = None,
    phases: Phases = None,
    policy: PolicyName = None,
    replications: Annotated[
        int | None, typer.Option(min=2, max=100_000, help="How often to simulate each staffing.")
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Staff a line: the fewest call-takers, when, with which a target is met."""
    from simulator.questions.staff.staff import Wish, carry_out, space_for
    from simulator.report.progress import say_compiling
    from simulator.report.staff import print_staff
    from simulator.scenario.errors import BadInput, Fault

    order = ordered(scenario, targets, policy, replications, seed, out, workers)
    wish = Wish(interval, least, most, trunks, growth)
    if phases is not None and trunks is not None:
        hint = "write the lines into the file: floor: {trunks: 6}"
        raise BadInput([Fault("--phases or --trunks", "both", field="trunks", hint=hint)])
    if phases is not None and growth is not None:
        raise BadInput([Fault("--phases or --growth", "both", field="growth", hint="ask for one after the other")])
    if phases is not None:
        plan_phases(order, phases, lambda experiment: space_for(experiment, wish), asdict(wish), as_json=as_json)
    with progress_bar() as told, keeping_what_is_finished():
        done = carry_out(order, wish, told, say_compiling)
    print_staff(done, sys.stdout, as_json=as_json)
    raise typer.Exit(DONE if done.shown else TARGET_MISSED)


@app.command()
def capacity(
    scenario: ScenarioFile,
    of: Annotated[
        str, typer.Option(metavar="volume|nuisance", help="What grows: all callers, or nuisance.")
    ] = "volume",
    targets: Targets = None,
    up_to: Annotated[
        float | None,
        typer.Option(
            min=1, max=64, help="The most growth to try, times today's; by default twice as far until it fails."
        ),
    ] = None,
    policy: PolicyName = None,
    replications: Annotated[
        int | None, typer.Option(min=2, max=100_000, help="How often to simulate each growth.")
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Find how far calls can grow before a target fails (for a live API: siaga breaking-point)."""
    from simulator.questions.capacity.headroom import carry_out
    from simulator.report.headroom import print_headroom
    from simulator.report.progress import say_compiling
    from simulator.scenario.errors import BadInput, Fault

    if of not in ("volume", "nuisance"):
        raise BadInput([Fault("volume or nuisance", of, field="of")])
    order = ordered(scenario, targets, policy, replications, seed, out, workers)
    with progress_bar() as told, keeping_what_is_finished():
        most = None if up_to is None else round(up_to * 64) / 64
        done = carry_out(order, "volume" if of == "volume" else "nuisance", most, told, say_compiling)
    print_headroom(done, sys.stdout, as_json=as_json)
    raise typer.Exit(DONE if done.today.margin >= 0 else TARGET_MISSED)
