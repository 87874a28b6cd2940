"""The command that plans shifts under work rules."""

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import Json, Out, Phases, PolicyName, ScenarioFile, Seed, Targets, Workers
from simulator.cli.question import question


@question
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
