"""The command of the profession's formulas."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.frame import app
from simulator.cli.options import Json


@app.command()
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
    from simulator.questions.erlang.formulas import Ask, carry_out
    from simulator.report.formulas import print_formulas
    from simulator.scenario.errors import BadInput, Fault

    if day is not None:
        given = {"--calls": calls, "--handling": handling, "--call-takers": call_takers, "--redials": redials}
        if odd := [name for name, value in given.items() if value is not None]:
            hint = "leave it out, or leave out --day: a day has its own calls, hour by hour"
            raise BadInput([Fault("--day without it", f"both --day and {odd[0]}", odd[0], hint=hint)])
        _erlang_by_hour(day, target, patience, trunks, as_json=as_json)
        return
    if calls is None or handling is None:
        hint = "siaga erlang --calls '60 / h' --handling '150 s', or --day scenarios/serang.yaml"
        raise BadInput([Fault("--calls and --handling, or --day", "neither, or one of the two", hint=hint)])
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


def _erlang_by_hour(day: Path, target: str, patience: str | None, trunks: int | None, *, as_json: bool) -> None:
    from simulator.questions.erlang.formulas_by_hour import carry_out
    from simulator.report.formulas_by_hour import print_by_hour
    from simulator.scenario.load import load_scenario

    found = carry_out(load_scenario(day).ask().scenario, target, patience, trunks)
    print_by_hour(found, sys.stdout, as_json=as_json)
