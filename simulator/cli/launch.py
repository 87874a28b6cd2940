"""Planning by phases, for the commands that take ``--phases``."""

import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from simulator.cli.frame import DONE, TARGET_MISSED, keeping_what_is_finished, progress_bar

if TYPE_CHECKING:
    from simulator.decisions.order import Order
    from simulator.decisions.planning.phases import Spaces


def plan_phases(
    order: "Order", lengths: str, spaces: "Spaces", wishes: dict[str, object], *, as_json: bool
) -> NoReturn:
    """Plan each phase, print the whole, and end the command; raises BadInput."""
    from simulator.decisions.planning.phases import carry_out
    from simulator.report.phases import print_launch
    from simulator.report.progress import say_compiling

    with progress_bar() as told, keeping_what_is_finished():
        done = carry_out(order, lengths, spaces, wishes, told, say_compiling)
    print_launch(done, sys.stdout, as_json=as_json)
    raise typer.Exit(DONE if done.shown else TARGET_MISSED)
