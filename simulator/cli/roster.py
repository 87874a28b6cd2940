"""The command that makes a roster for named people."""

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import Json, Out, ScenarioFile
from simulator.cli.question import question


@question
def roster(
    scenario: ScenarioFile,
    people: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="People and their rules: who they are, and what their work keeps.")
    ],
    weeks: Annotated[int, typer.Option(min=1, max=26, help="How many weeks.")] = 4,
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="The first day; by default the first Monday of the scenario.")
    ] = None,
    after: Annotated[
        Path | None, typer.Option(metavar="ROSTER.CSV", help="The roster before this one: rest is kept across both.")
    ] = None,
    fewest: Annotated[
        bool, typer.Option("--fewest", help="Only say how many people the shifts need under the rules.")
    ] = False,
    seconds: Annotated[float, typer.Option(min=1, max=86_400, help="How long to look for a more even roster.")] = 60.0,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Make a roster: the shifts of a scenario shared out fairly among named people."""
