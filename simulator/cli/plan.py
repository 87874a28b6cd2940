"""Commands that plan by simulation: how many call-takers, on how many lines, and how far calls can grow."""

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import GrowthOf, Json, Out, Phases, PolicyName, ScenarioFile, Seed, Targets, Workers
from simulator.cli.question import question


@question
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


@question
def capacity(
    scenario: ScenarioFile,
    of: Annotated[
        GrowthOf, typer.Option(metavar="volume|nuisance", help="What grows: all callers, or nuisance.")
    ] = GrowthOf.VOLUME,
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
