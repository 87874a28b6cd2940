"""Commands that plan: how many call-takers, in which shifts, on how many lines."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.frame import DONE, TARGET_MISSED, app, command, keeping_what_is_finished, progress_bar
from simulator.cli.launch import plan_phases
from simulator.cli.options import Json, Out, Phases, PolicyName, ScenarioFile, Seed, Workers


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
    from simulator.decisions.formulas import Ask, carry_out
    from simulator.report.formulas import print_formulas
    from simulator.scenario.errors import BadInput, Fault

    if day is not None:
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
    from simulator.decisions.formulas_by_hour import carry_out
    from simulator.report.formulas_by_hour import print_by_hour
    from simulator.scenario.load import load_scenario

    found = carry_out(load_scenario(day).scenario, target, patience, trunks)
    print_by_hour(found, sys.stdout, as_json=as_json)


@app.command()
def staff(
    scenario: ScenarioFile,
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="A target in place of the file's: '90 % of genuine within 15 s, every hour'. Repeatable.",
        ),
    ] = None,
    interval: Annotated[
        str, typer.Option(metavar="'1 h'", help="Intervals of the day, or shift: the file's own shifts.")
    ] = "1 h",
    least: Annotated[int, typer.Option(min=0, max=1_000, help="At least so many on duty at any time.")] = 1,
    most: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="At most so many; by default well beyond the formula's.")
    ] = None,
    trunks: Annotated[
        str | None,
        typer.Option(metavar="N|P.01", help="Lines in place of the file's; P.01: the fewest that 1 % find busy."),
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
    from simulator.decisions.order import Order
    from simulator.decisions.planning.staff import Wish, carry_out, space_for
    from simulator.report.progress import say_compiling
    from simulator.report.staff import print_staff
    from simulator.scenario.errors import BadInput, Fault
    from simulator.scenario.load import load_scenario

    order = Order(
        loaded=load_scenario(scenario),
        seed=seed,
        replications=replications,
        policy=policy,
        targets=tuple(target or ()),
        out=out,
        workers=workers,
        command=command(),
    )
    wish = Wish(interval, least, most, trunks)
    if phases is not None and trunks is not None:
        hint = "write the lines into the file: floor: {trunks: 6}"
        raise BadInput([Fault("--phases or --trunks", "both", "--trunks", hint=hint)])
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
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="A target in place of the file's: '90 % of genuine within 15 s, every hour'. Repeatable.",
        ),
    ] = None,
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
    out: Out = Path("results"),
    as_json: Json = False,
) -> None:
    """Find how far calls can grow before a target fails (for a live API: siaga load --find-capacity)."""
    from simulator.decisions.headroom import carry_out
    from simulator.decisions.order import Order
    from simulator.report.headroom import print_headroom
    from simulator.report.progress import say_compiling
    from simulator.scenario.errors import BadInput, Fault
    from simulator.scenario.load import load_scenario

    if of not in ("volume", "nuisance"):
        raise BadInput([Fault("volume or nuisance", of, "--of")])
    order = Order(
        loaded=load_scenario(scenario),
        seed=seed,
        replications=replications,
        policy=policy,
        targets=tuple(target or ()),
        out=out,
        command=command(),
    )
    with progress_bar() as told, keeping_what_is_finished():
        most = None if up_to is None else round(up_to * 64) / 64
        done = carry_out(order, "volume" if of == "volume" else "nuisance", most, told, say_compiling)
    print_headroom(done, sys.stdout, as_json=as_json)
    raise typer.Exit(DONE if done.today.margin >= 0 else TARGET_MISSED)
