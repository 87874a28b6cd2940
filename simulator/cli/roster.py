"""The command that makes a roster for named people."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.frame import DONE, TARGET_MISSED, app, command, keeping_what_is_finished
from simulator.cli.options import Json, Out, ScenarioFile


@app.command()
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
    from simulator.questions.roster.roster import Wish, carry_out
    from simulator.questions.roster.roster import fewest as count
    from simulator.report.progress import say_step
    from simulator.report.roster import print_fewest, print_roster
    from simulator.scenario.load import load_scenario

    wish = Wish(
        loaded=load_scenario(scenario).ask(),
        people=people,
        weeks=weeks,
        start=start,
        after=after,
        seconds=seconds,
        out=out,
        command=command(),
    )
    if fewest:
        with keeping_what_is_finished():
            print_fewest(count(wish), sys.stdout, as_json=as_json)
        raise typer.Exit(DONE)
    with keeping_what_is_finished():
        done = carry_out(wish, say_step)
    print_roster(done, sys.stdout, as_json=as_json)
    raise typer.Exit(DONE if done.evened is not None else TARGET_MISSED)
