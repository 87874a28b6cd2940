"""An answer as a reader has it: one JSON document, a page for the terminal, or the same page as HTML."""

import io
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any, TextIO

from rich.console import Console

from simulator.report.terminal import console
from simulator.study.question import Result
from simulator.tables.files import json_text

HTML = '<pre style="font-family:monospace;line-height:1.25">{code}</pre>'


def write_json(document: object, to: TextIO) -> None:
    """The one way in which a document is printed."""
    to.write(json_text(document))


def print_answer(question: str, result: Result, to: TextIO, *, as_json: bool) -> None:
    """Write the picture; print a question's answer as one JSON document, or as a page to read."""
    write_picture(question, result)
    if as_json:
        write_json(result.document(), to)
    else:
        _page(question)(result, console(to))


def write_picture(question: str, result: Result) -> None:
    """Write the picture that the page names, of questions that have one: ``write_picture`` beside ``show``."""
    write: Callable[[Any], None] | None = getattr(_report(question), "write_picture", None)
    if write is not None:
        write(result)


def as_text(question: str, result: Result) -> str:
    """The page in 80 columns."""
    to = io.StringIO()
    _page(question)(result, console(to))
    return to.getvalue()


def as_html(question: str, result: Result) -> str:
    """The page in 80 columns, its colours kept."""
    screen = console(io.StringIO(), record=True)
    _page(question)(result, screen)
    return screen.export_html(inline_styles=True, code_format=HTML)


def _page(question: str) -> Callable[[Any, Console], None]:
    """The page of a question: ``show`` in the module of its name."""
    show: Callable[[Any, Console], None] = _report(question).show
    return show


def _report(question: str) -> ModuleType:
    return import_module(f"simulator.report.{question}")
