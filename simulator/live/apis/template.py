"""Templates: texts of an API's file with ``{names}`` in them, which a call or a call-taker fills in.

``{number?}`` stands for null where the number is empty; ``{{`` and ``}}`` are braces themselves. A template that is one
name and nothing else keeps the type of its value, so that JSON gets numbers and booleans. Nothing is evaluated.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from simulator.scenario.units import refuse

NAME = r"[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_-]*)?"
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
TEMPLATE_WANTED = "a text with names in braces, such as call {reference}"
DOUBLE = "write {{ and }} for braces themselves"

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """A name in braces; ``optional``: with a question mark, null where it is empty."""

    name: str
    optional: bool = False

    def value(self, values: Values) -> Any:
        """What stands for it."""
        found = values[self.name]
        return None if self.optional and found == "" else found


@dataclass(frozen=True, slots=True)
class Template:
    """A text, and what it is made of."""

    text: str
    parts: tuple[str | Slot, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it needs."""
        return tuple(part.name for part in self.parts if isinstance(part, Slot))

    def fill(self, values: Values, quoted: Callable[[str], str] = str) -> str:
        """The text with its names filled in, each value quoted as its place demands."""
        return "".join(part if isinstance(part, str) else quoted(as_text(part.value(values))) for part in self.parts)

    def value(self, values: Values) -> Any:
        """The value of its one name, in its own type; or the text."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Slot):
            return self.parts[0].value(values)
        return self.fill(values)


def parse_template(given: object) -> Template:
    """The template of a text; raises the validator's complaint where its braces are wrong."""
    if isinstance(given, Template):
        return given
    if not isinstance(given, str):
        raise refuse(TEMPLATE_WANTED, given)
    return Template(str(given), tuple(_joined(_pieces(given))))


def _pieces(text: str) -> Iterator[str | Slot]:
    """Texts and names in turn."""
    end = 0
    for found in _PIECE.finditer(text):
        yield text[end : found.start()]
        yield _piece(found[0], found[1], text)
        end = found.end()
    yield text[end:]


def _piece(whole: str, inside: str | None, text: str) -> str | Slot:
    if whole in {"{{", "}}"}:
        return whole[0]
    if inside is None:
        raise refuse("braces in pairs, around a name", text, DOUBLE)
    if not re.fullmatch(NAME + "[?]?", inside):
        raise refuse(f"a name between braces, not {whole}", text, DOUBLE)
    return Slot(inside.rstrip("?"), inside.endswith("?"))


def _joined(pieces: Iterator[str | Slot]) -> Iterator[str | Slot]:
    """Texts that follow one another as one; empty ones not."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        yield piece
        text = ""
    if text:
        yield text


def as_text(value: Any) -> str:
    """A value inside a text: null is empty, truth is true or false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def in_path(text: str) -> str:
    """A value inside a path or a query: every sign that means something there is escaped."""
    return quote(text, safe="")


def in_header(text: str) -> str:
    """A value inside a header, where no line can end."""
    return re.sub(r"[\r\n\0]+", " ", text)


def in_json(text: str) -> str:
    """A value inside a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
