"""The help of every command: no more options than a person can look over."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from simulator.cli import app
from simulator.scenario.errors import BadInput
from simulator.scenario.shipped import shipped_scenarios

MOST = 20


def commands(group: Any, *names: str) -> Iterator[tuple[str, Any]]:
    """(name, command) of every command, those of groups included."""
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, *names, name)
        else:
            yield " ".join((*names, name)), each


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_at_most_20_options_and_each_is_explained(name: str) -> None:
    context = typer.Context(COMMANDS[name])
    options = [each for each in COMMANDS[name].get_params(context) if each.param_type_name == "option"]
    assert len(options) <= MOST, [each.name for each in options]
    assert all(each.help and not each.hidden for each in options)


STEADY = ("--calls", "60 / h", "--handling", "180 s")
WITH_TARGET = [name for name, each in COMMANDS.items() if any("--target" in param.opts for param in each.params)]


@pytest.mark.parametrize("name", WITH_TARGET)
def test_a_target_is_a_service_level_in_every_command(name: str) -> None:
    words = STEADY if name == "erlang" else (str(shipped_scenarios() / "bontang.yaml"),)
    done = CliRunner().invoke(app, [name, *words, "--target", "ranger-ims"])
    assert isinstance(done.exception, BadInput), done.output
    assert [(each.field or each.key).strip("-").removesuffix("s") for each in done.exception.faults] == ["target"]
