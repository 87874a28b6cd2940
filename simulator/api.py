"""The questions as Python functions: ``import simulator as siaga; siaga.erlang(calls="60 / h", handling="150 s")``.

A function's arguments are the fields of its question's Request: the first may stand without its name, all others are
keywords. A scenario is a path, the name of one that ships, or a Scenario. Bad input raises BadInput.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pyarrow as pa

from simulator.report.answer import as_html, as_text, write_picture
from simulator.scenario.notes import Note
from simulator.study.question import Request, Result
from simulator.tables.files import finite


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """A question's answer. Notebooks show its page."""

    question: str
    result: Result

    @property
    def notes(self) -> tuple[Note, ...]:
        """Warnings, assumptions and hints."""
        return self.result.notes

    @property
    def exit_code(self) -> int:
        """The exit code of the command: 0, or 1 where what was asked for is not reached."""
        return self.result.exit_code

    def document(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        document: dict[str, Any] = finite(self.result.document())
        return document

    def table(self) -> pa.Table:
        """The main table: one row a formula, attempt, figure, duty or measure, as the guide says."""
        return pa.Table.from_pylist([dict(row) for row in self.result.rows()])

    def text(self) -> str:
        """The page that the command prints, in 80 columns."""
        return as_text(self.question, self.result)

    def _repr_html_(self) -> str:
        return as_html(self.question, self.result)

    def __repr__(self) -> str:
        return f"<answer of siaga.{self.question}: {len(self.notes)} notes>"


def _function(question: str) -> Callable[..., Answer]:
    """The function that asks a question."""
    room = f"simulator.questions.{question}"
    request_type: type[Request] = import_module(f"{room}.request").Request
    fields = [name for name in request_type.model_fields if name != "command"]

    def ask(*first: Any, **keywords: Any) -> Answer:
        given = signature.bind(*first, **keywords).arguments
        request = request_type(**given, command=f"siaga.{question}")
        result = import_module(f"{room}.{question}").answer(request)
        write_picture(question, result)
        return Answer(question, result)

    signature = inspect.Signature(
        [_parameter(request_type, name, place) for place, name in enumerate(fields)], return_annotation=Answer
    )
    ask.__name__ = ask.__qualname__ = question
    ask.__doc__ = "\n".join(
        [
            f"{request_type.__doc__}\n",
            *(f"{name}: {request_type.model_fields[name].description}" for name in fields),
        ]
    )
    ask.__signature__ = signature  # type: ignore[attr-defined]
    return ask


def _parameter(request_type: type[Request], name: str, place: int) -> inspect.Parameter:
    field = request_type.model_fields[name]
    kind = inspect.Parameter.KEYWORD_ONLY if place else inspect.Parameter.POSITIONAL_OR_KEYWORD
    # What is missing is told by the Request, in the words of all other faults.
    default = inspect.Parameter.empty if field.is_required() and not place else field.get_default()
    return inspect.Parameter(name, kind, default=default, annotation=field.annotation)


capacity = _function("capacity")
compare = _function("compare")
erlang = _function("erlang")
facts = _function("facts")
replay = _function("replay")
roster = _function("roster")
run = _function("run")
sensitivity = _function("sensitivity")
shifts = _function("shifts")
staff = _function("staff")
tune = _function("tune")
