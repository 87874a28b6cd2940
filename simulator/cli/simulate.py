"""Commands about one scenario or one log: check, run, replay, facts."""

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.frame import (
    DONE,
    app,
    option_of,
)
from simulator.cli.options import (
    ArrivalsOption,
    Check,
    ClusterAddress,
    DecimalComma,
    DurationsOption,
    EngineOption,
    Json,
    Out,
    PolicyName,
    Region,
    ScenarioFile,
    Seed,
    Workers,
)
from simulator.cli.question import question


@app.command()
def check(
    scenario: Annotated[
        Path | None, typer.Argument(metavar="[SCENARIO]", help="A scenario file, or the name of one that ships.")
    ] = None,
) -> None:
    """Say what a scenario file holds, or everything that is wrong with it; without a file, which ones ship."""
    from simulator.report.check import check as checked
    from simulator.report.check import shipped
    from simulator.scenario.errors import shown

    report, code = (shipped(), DONE) if scenario is None else checked(scenario, option_of)
    typer.echo(shown(report), err=code != DONE)
    raise typer.Exit(code)


@question
def run(
    scenario: ScenarioFile,
    replications: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1_000_000,
            help="How often to simulate it, each time with other callers; with a precision at most.",
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(metavar="0.5pt", help="Simulate until figures are known this well: 0.5pt, 10% or 2 s."),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            metavar="INTENT:MEASURE,...",
            help="Which figures; genuine:service_level and genuine:blocked_callers by default.",
        ),
    ] = None,
    steady_state: Annotated[
        bool, typer.Option("--steady-state", help="What the line meets week after week: leave the beginning out.")
    ] = False,
    policy: PolicyName = None,
    call_takers: Annotated[
        int | None, typer.Option(min=0, max=10_000, help="This many call-takers on every shift.")
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="TEXT", help="A target in place of the file's; may be repeated."),
    ] = None,
    seed: Seed = 1,
    engine: EngineOption = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = Path("results"),
    check_laws: Check = False,
    as_json: Json = False,
) -> None:
    """Simulate a scenario: what genuine callers meet, with honest error bars."""


@question
def replay(
    calls: Annotated[
        Path, typer.Argument(metavar="CALLS.csv", help="Columns arrival_s, handling_s; see docs/guides/replay.md.")
    ],
    call_takers: Annotated[int, typer.Option(min=0, max=10_000, help="Call-takers on duty all the time.")],
    trunks: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Lines: callers connected at once, waiting or talking.")
    ],
    outcomes: Annotated[Path, typer.Option(metavar="FILE.csv", help="Where to write what became of each attempt.")],
    policy: PolicyName = None,
    region: Region = "ID",
    arrivals: ArrivalsOption = None,
    durations: DurationsOption = None,
    decimal_comma: DecimalComma = False,
    engine: EngineOption = None,
    as_json: Json = False,
) -> None:
    """Send a recorded table of calls through the floor: one row per attempt."""


@question
def facts(
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[SCENARIO]...", help="Scenario files; the shipped services without any."),
    ] = None,
    replications: Annotated[int | None, typer.Option(min=2, help="How often to simulate each.")] = None,
    fit: Annotated[
        bool, typer.Option("--fit", help="Solve the volumes that meet the fitted figures, and print them.")
    ] = False,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Hold what was reported of the services beside what is simulated."""
