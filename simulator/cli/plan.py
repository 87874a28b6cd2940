"""Commands that plan: how many call-takers, in which shifts, on how many lines."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.frame import DONE, TARGET_MISSED, app, command, keeping_what_is_finished, progress_bar
from simulator.cli.options import Json, Out, PolicyName, ScenarioFile, Seed, Workers


@app.command()
def erlang(
    calls: Annotated[str, typer.Option(metavar="'120 / h'", help="Calls that arrive, of all kinds.")],
    handling: Annotated[str, typer.Option(metavar="'150 s'", help="Mean handling time: talk and wrap-up.")],
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
    from simulator.decisions.formulas import Ask, carry_out
    from simulator.report.formulas import print_formulas

    ask = Ask(
        calls=calls,
        handling=handling,
        target=target,
        call_takers=call_takers,
        patience=patience,
        trunks=trunks,
        redials=redials,
    )
    print_formulas(carry_out(ask), sys.stdout, as_json=as_json)
