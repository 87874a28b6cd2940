"""The options of a command are the fields of its question's Request: names, defaults, bounds and descriptions."""

import inspect
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulator.cli.commands import app

ROOM = Path(__file__).parents[1] / "simulator" / "questions"
QUESTIONS = sorted(path.parent.name for path in ROOM.glob("*/request.py"))
DECLARED = {each.callback.__name__: each.callback for each in app.registered_commands if each.callback}


def options_of(question: str) -> dict[str, tuple[Any, Any, Any]]:
    """Of each option its type, what Typer is told of it, and its default."""
    hints = get_type_hints(DECLARED[question], include_extras=True)
    parameters = inspect.signature(DECLARED[question]).parameters
    declared = {name: get_args(hints[name]) for name in parameters if name != "as_json"}
    return {name: (kind, told, parameters[name].default) for name, (kind, told) in declared.items()}


def fields_of(question: str) -> dict[str, FieldInfo]:
    request: type[BaseModel] = import_module(f"simulator.questions.{question}.request").Request
    return {name: field for name, field in request.model_fields.items() if name != "command"}


PAIRS = [
    pytest.param(options_of(question)[name], field, id=f"{question} {name}")
    for question in QUESTIONS
    for name, field in fields_of(question).items()
    if name in options_of(question)
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_command_has_an_option_for_every_field_and_no_other(question: str) -> None:
    assert list(options_of(question)) == list(fields_of(question))


@pytest.mark.parametrize("option, field", PAIRS)
def test_an_option_is_described_as_its_field_and_has_its_default(
    option: tuple[Any, Any, Any], field: FieldInfo
) -> None:
    _, told, default = option
    assert told.help == field.description
    assert (default is inspect.Parameter.empty) == field.is_required()
    if not field.is_required():
        # An option that may be repeated has no empty list for its default.
        assert default == (field.default if field.default != () else None)


@pytest.mark.parametrize("option, field", PAIRS)
def test_an_option_has_the_bounds_and_words_of_its_field(option: tuple[Any, Any, Any], field: FieldInfo) -> None:
    kind, told, _ = option
    bounds = [(name, getattr(each, name)) for each in field.metadata for name in ("ge", "le") if hasattr(each, name)]
    given = [(name, value) for name, value in (("ge", told.min), ("le", told.max)) if value is not None]
    assert sorted(given) == sorted(bounds)
    assert list(words_of(kind)) == list(words_of(field.annotation))


def words_of(kind: Any) -> Iterator[str]:
    """The words of an Enum or a Literal, also within an optional one."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield from (each.value for each in kind)
    elif get_origin(kind) is Literal:
        yield from get_args(kind)
    else:
        for part in get_args(kind):
            yield from words_of(part)
