"""Commands that choose between policies: compare, tune, sensitivity."""

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import (
    Check,
    ClusterAddress,
    EngineOption,
    Json,
    Out,
    PolicyName,
    RankedBy,
    ScenarioFile,
    Seed,
    Workers,
)
from simulator.cli.question import question


@question
def compare(
    scenario: ScenarioFile,
    policies: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            help="Names or files; none: no blocklist, scenario: its own. By default none,scenario.",
        ),
    ] = None,
    call_takers: Annotated[
        str | None, typer.Option(metavar="1,2,3", help="So many call-takers on every shift, each of these in turn.")
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(min=1, max=1_000_000, help="How often to simulate all of them, each time with other callers."),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="TEXT", help="A target in place of the file's: what is in time."),
    ] = None,
    seed: Seed = 1,
    engine: EngineOption = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = Path("results"),
    check_laws: Check = False,
    as_json: Json = False,
) -> None:
    """Compare blocklist policies on the same callers: who is never heard because of each one, and who is heard."""


@question
def tune(
    scenario: ScenarioFile,
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=LOW..HIGH", help="Vary a key of a rule; or KEY=a,b,c. May be repeated."),
    ] = None,
    policy: PolicyName = None,
    most_shut_out: Annotated[
        float | None,
        typer.Option(
            min=0, max=1000, help="Of 1,000 genuine callers, how many a rule may shut out at most for what it wins."
        ),
    ] = None,
    trials: Annotated[
        int, typer.Option(min=2, max=2_000, help="How many rules to try at most; of more NSGA-II chooses these.")
    ] = 200,
    call_takers: Annotated[
        int | None, typer.Option(min=0, max=10_000, help="This many call-takers on every shift.")
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(min=2, max=1_000_000, help="How often to simulate each rule, and how often the chosen ones anew."),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="TEXT", help="A target in place of the file's: what is in time."),
    ] = None,
    seed: Seed = 1,
    engine: EngineOption = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Tune a policy: which of its variants, if any, is worth having."""


@question
def sensitivity(
    scenario: ScenarioFile,
    policies: Annotated[
        str | None,
        typer.Option(metavar="NAME,...", help="Names or files, ranked with no blocklist. By default none,scenario."),
    ] = None,
    by: Annotated[
        RankedBy,
        typer.Option(help="Ranked by: the change in callers never heard; those shut out; time."),
    ] = (RankedBy.NET),
    samples: Annotated[
        int, typer.Option(min=10, max=10_000, help="Sets of assumed values, drawn together over their ranges.")
    ] = 64,
    replications: Annotated[
        int | None, typer.Option(min=2, max=100_000, help="How often to simulate each of them.")
    ] = None,
    seed: Seed = 1,
    engine: EngineOption = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Vary what a scenario assumes: which values would change the ranking of policies, and where it flips."""
