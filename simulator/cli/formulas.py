"""The command of the profession's formulas."""

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import Json
from simulator.cli.question import question


@question
def erlang(
    calls: Annotated[str | None, typer.Option(metavar="'120 / h'", help="Calls that arrive, of all kinds.")] = None,
    handling: Annotated[
        str | None, typer.Option(metavar="'150 s'", help="Mean handling time: talk and wrap-up.")
    ] = None,
    day: Annotated[
        Path | None,
        typer.Option(metavar="SCENARIO", help="In place of both: hour by hour, the average day of a scenario."),
    ] = None,
    target: Annotated[
        str, typer.Option(metavar="TEXT", help="The target, such as '90 % of all within 15 s'.")
    ] = "90 % of all within 15 s",
    call_takers: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Call-takers; without it the fewest that are enough.")
    ] = None,
    patience: Annotated[
        str | None, typer.Option(metavar="'90 s'", help="Mean patience: callers give up (Erlang A).")
    ] = None,
    trunks: Annotated[int | None, typer.Option(min=1, max=20_000, help="Lines: who finds all busy is lost.")] = None,
    redials: Annotated[
        str | None, typer.Option(metavar="'85 %'", help="The share of busy calls that try again (Extended Erlang B).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Work out a steady load by the formulas of the profession: Erlang B, C, A, finite trunks, redials."""
