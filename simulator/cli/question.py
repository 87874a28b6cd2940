"""A command for a question: its parameters are the fields of the question's Request, and its work is to ask it."""

import sys
from collections.abc import Callable, Mapping
from enum import Enum
from functools import wraps
from importlib import import_module
from typing import Any

import typer

from simulator.cli.frame import app, command, keeping_what_is_finished, progress_bar


def question(options: Callable[..., None]) -> Callable[..., None]:
    """Register the command that asks the question of the function's name.

    The function declares the options, in its parameters, and the help, in its docstring; tests hold both to the
    Request, which is imported only when the command is called, so that ``--help`` is quick.
    """

    @wraps(options)
    def ask(*, as_json: bool, **fields: Any) -> None:
        _ask(options.__name__, fields, as_json=as_json)

    app.command()(ask)
    return options


def _ask(name: str, fields: Mapping[str, Any], *, as_json: bool) -> None:
    room = f"simulator.questions.{name}"
    request_type, answer = import_module(f"{room}.request").Request, import_module(f"{room}.{name}").answer
    from simulator.report.answer import print_answer
    from simulator.report.progress import say_compiling, say_step
    from simulator.study.question import Progress

    given = {field: value.value if isinstance(value, Enum) else value for field, value in fields.items()}
    request = request_type(**{field: value for field, value in given.items() if value is not None}, command=command())
    with progress_bar() as told, keeping_what_is_finished():
        result = answer(request, Progress(told, say_step, say_compiling))
    print_answer(name, result, sys.stdout, as_json=as_json)
    raise typer.Exit(result.exit_code)
