"""What every question has in common: a Request goes in, a Result comes out.

A folder in ``questions/`` has ``request.py`` with the Request, ``result.py`` with the Result, and in the module of its
own name ``answer(request, progress)``. The command, the Python function and the page go by these names.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, ValidationError
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import ErrorDetails

from simulator.scenario import oddities
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.load import Loaded, load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.notes import Note

ScenarioSource = Path | SkipJsonSchema[InstanceOf[Scenario]]
"""A scenario file, or the name of one that ships; in Python also a Scenario."""
SCENARIO = "A scenario file, or the name of one that ships, such as bontang."


class Request(BaseModel):
    """What is asked, in plain values and paths. Raises BadInput, placed at the fields, for values out of bounds.

    The options of the command have the names, defaults, bounds and descriptions of the fields.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str = Field("", exclude=True, description="The command as it was typed, for the manifest.")

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise BadInput(_fault(each, list(type(self).model_fields)) for each in error.errors()) from None


def _fault(error: ErrorDetails, known: list[str]) -> Fault:
    field = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return Fault(f"one of the fields {listed(known)}", quoted(field), hint=nearest(field, known))
    if error["type"] == "missing":
        return Fault("a value", "none", field=field)
    return Fault(error["msg"].removeprefix("Input should be "), quoted(error["input"]), field=field)


def _ignore(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell how far the work is; nobody, unless given.

    replications  how many are done, of how many
    step          what is being worked at, in words
    compiling     that the compiled engine is being compiled; called in whichever process does so
    """

    replications: Callable[..., None] = _ignore
    step: Callable[[str], None] = _ignore
    compiling: Callable[[], None] = _ignore


SILENT = Progress()


class Result(Protocol):
    """What an answer holds; frozen."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """Warnings, assumptions and hints."""

    @property
    def exit_code(self) -> int:
        """0; 1 where what was asked for is not reached."""

    def document(self) -> dict[str, Any]:
        """The answer as JSON; its schema stands in ``docs/schema``."""

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """The answer's main table, a row at a time."""


def loaded(source: Path | Scenario) -> Loaded:
    """As `load_source`, for pages without warnings of the scenario: warns as `Loaded.ask`."""
    return load_source(source).ask()


def load_source(source: Path | Scenario) -> Loaded:
    """The scenario of a request with all that its file says beside it. Raises BadInput."""
    if not isinstance(source, Scenario):
        return load_scenario(source)
    text = source.model_dump_json(by_alias=True, exclude_none=True, indent=2)
    return Loaded(source, Path(f"{_slug(source.title)}.yaml"), text, warnings=tuple(oddities.warnings(source)))


def _slug(title: str) -> str:
    """A title as the name of a folder."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in title.lower()).split()
    return "-".join(words)[:64].rstrip("-") or "scenario"
