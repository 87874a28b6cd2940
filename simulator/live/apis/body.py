"""JSON bodies as templates: compiled once into pieces of text, filled in for each call.

A plain number, ``true`` or ``false`` of the file is what JSON takes it for; what stands in quotes is text, and so is
what only looks like a number (``0812``). ``'{null}'`` is JSON's null, since YAML's own is more often a forgotten value.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.live.apis.template import Slot, Template, Values, as_text, in_json, parse_template

_TYPED = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?|true|false")


class Plain(str):
    """A scalar that the file has without quotes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Whole(Slot):
    """A name that is a whole JSON value."""


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON body: its pieces of text, and the names between them."""

    parts: tuple[str | Slot, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it needs."""
        return tuple(part.name for part in self.parts if isinstance(part, Slot))

    def fill(self, values: Values) -> str:
        """The JSON text."""
        return "".join(part if isinstance(part, str) else _filled(part, values) for part in self.parts)


def parse_body(given: object) -> Body:
    """The body of mappings, lists and texts as they were read."""
    return given if isinstance(given, Body) else Body(tuple(_pieces(given)))


def _filled(slot: Slot, values: Values) -> str:
    value = slot.value(values)
    return json.dumps(value, ensure_ascii=False) if isinstance(slot, Whole) else in_json(as_text(value))


def _pieces(given: Any) -> Iterator[str | Slot]:
    if isinstance(given, dict):
        yield from _between("{}", (_entry(key, value) for key, value in given.items()))
    elif isinstance(given, (list, tuple)):
        yield from _between("[]", (_pieces(value) for value in given))
    elif isinstance(given, Plain) and _TYPED.fullmatch(given):
        yield str(given)
    else:
        yield from _text(parse_template(given))


def _between(brackets: str, items: Iterator[Iterator[str | Slot]]) -> Iterator[str | Slot]:
    yield brackets[0]
    for index, item in enumerate(items):
        if index:
            yield ", "
        yield from item
    yield brackets[1]


def _entry(key: str, value: Any) -> Iterator[str | Slot]:
    yield json.dumps(key, ensure_ascii=False) + ": "
    yield from _pieces(value)


def _text(template: Template) -> Iterator[str | Slot]:
    if len(template.parts) == 1 and isinstance(slot := template.parts[0], Slot):
        yield Whole(slot.name, slot.optional)
        return
    yield '"'
    yield from (in_json(part) if isinstance(part, str) else part for part in template.parts)
    yield '"'
