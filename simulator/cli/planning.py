"""What commands that plan share: the order that their options make, and planning by phases."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from simulator.cli.frame import DONE, TARGET_MISSED, command, keeping_what_is_finished, progress_bar

if TYPE_CHECKING:
    from simulator.planning.phases import Spaces
    from simulator.study.options import Order


def ordered(
    scenario: Path,
    targets: list[str] | None,
    policy: str | None,
    replications: int | None,
    seed: int,
    out: Path,
    workers: int | None,
) -> "Order":
    """What was asked for; raises BadInput where the scenario can not be read."""
    from simulator.scenario.load import load_scenario
    from simulator.study.options import Order

    return Order(
        loaded=load_scenario(scenario),
        seed=seed,
        replications=replications,
        policy=policy,
        targets=tuple(targets or ()),
        out=out,
        workers=workers,
        command=command(),
    )


def plan_phases(
    order: "Order", lengths: str, spaces: "Spaces", wishes: dict[str, object], *, as_json: bool
) -> NoReturn:
    """Plan each phase, print the whole, and end the command; raises BadInput."""
    from simulator.planning.phases import carry_out
    from simulator.report.phases import print_launch
    from simulator.report.progress import say_compiling

    with progress_bar() as told, keeping_what_is_finished():
        done = carry_out(order, lengths, spaces, wishes, told, say_compiling)
    print_launch(done, sys.stdout, as_json=as_json)
    raise typer.Exit(DONE if done.shown else TARGET_MISSED)
