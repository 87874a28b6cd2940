"""Whether an OpenAPI description has values of the right types wherever siaga reads one: with the place of each fault.

The parts that are read, and the types of their values, stand in one table, `SHAPES`. Operations are followed into the
schemas that they refer to; what no operation uses is not looked at. Of one type are, in a description that is YAML,
all texts, numbers and flags: there every scalar is the text that was written.
"""

from collections.abc import Iterator
from enum import Enum
from itertools import chain, islice
from typing import Any
from urllib.parse import unquote

import yaml

from simulator.scenario.errors import Fault, quoted

METHODS = ("get", "post", "put", "patch", "delete")
MOST_FAULTS = 100
MOST_MARKED = 2_000_000
"""Most characters of a description in which lines of faults are looked up: that reads it once more."""


START = "a path that begins with /"
FIX = "correct it in the description, or take that part out of it"


class Leaf(Enum):
    """Types of values with nothing below them; the value says it in words."""

    WORD = "a text"
    SCALAR = "a text or a number"
    NUMBER = "a number"
    FLAG = "true or false"
    WORDS = "a text, or a list of texts"
    ANY = "anything"


Shape = Any
"""A Leaf; the name of a part of `SHAPES`; ``[shape]`` a list of these; ``{shape}``, of one, a mapping to these."""


def _map(shape: Shape) -> dict[str, Shape]:
    return {"*": shape}


SHAPES: dict[str, dict[str, Shape]] = {
    "description": {
        "info": "info",
        "servers": ["server"],
        "security": [_map(Leaf.ANY)],
        "paths": _map("path"),
        "components": "components",
    },
    "info": {"title": Leaf.SCALAR, "version": Leaf.SCALAR},
    "server": {"url": Leaf.WORD},
    "components": {"securitySchemes": _map("scheme")},
    "scheme": dict.fromkeys(("type", "scheme", "in", "name"), Leaf.WORD),
    "path": {"parameters": ["parameter"], **dict.fromkeys(METHODS, "operation")},
    "operation": {
        "operationId": Leaf.SCALAR,
        "summary": Leaf.SCALAR,
        "tags": [Leaf.SCALAR],
        "parameters": ["parameter"],
        "requestBody": "body",
        "responses": _map("response"),
        "security": [_map(Leaf.ANY)],
    },
    "parameter": {"name": Leaf.WORD, "in": Leaf.WORD, "required": Leaf.FLAG, "schema": "schema"},
    "body": {"content": _map("media type")},
    "response": {"description": Leaf.SCALAR, "headers": _map(Leaf.ANY), "content": _map("media type")},
    "media type": {"schema": "schema"},
    "schema": {
        "type": Leaf.WORDS,
        "format": Leaf.WORD,
        "minimum": Leaf.NUMBER,
        "properties": _map("schema"),
        "required": [Leaf.SCALAR],
        "enum": [Leaf.SCALAR],
        "items": "schema",
        **{key: ["schema"] for key in ("allOf", "anyOf", "oneOf")},
    },
}
Place = tuple[str | int, ...]


def faults(tree: dict[str, Any], file: str, text: str) -> list[Fault]:
    """A fault for each value of a wrong type, at its place; ``text``: of the file, to find its line."""
    paths = ((("paths", path), START, quoted(path)) for path in map(str, _keys(tree["paths"])) if not _is_path(path))
    types = ((place, wanted, _given(given)) for place, wanted, given in _wrong(tree))
    found = list(islice(chain(paths, types), MOST_FAULTS))
    root = _marked(text) if found else None
    return [Fault(wanted, given, key_of(place), file, *_mark(root, place), FIX) for place, wanted, given in found]


def _keys(part: Any) -> Iterator[Any]:
    yield from part if isinstance(part, dict) else ()


def _is_path(key: str) -> bool:
    return key.startswith(("/", "x-"))


def key_of(place: Place) -> str:
    """A place in a description, as a message has it: ``paths./v1/calls.post.tags[1]``, items counted from 1."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{key_text(part)}" for part in place)
    return "".join(parts).removeprefix(".")


def key_text(part: object) -> str:
    """A key as a message may show it: without what cannot be printed, and not too long."""
    return "".join(each for each in str(part) if each.isprintable())[:100]


def _wrong(tree: dict[str, Any]) -> Iterator[tuple[Place, str, Any]]:
    """(place, what is wanted, value) of each value of a wrong type; a part that is used twice is looked at once."""
    todo: list[tuple[Place, Shape, Any]] = [((), "description", tree)]
    seen: set[tuple[int, str]] = set()
    while todo:
        place, shape, value = todo.pop()
        if isinstance(shape, Leaf):
            if not _is_leaf(shape, value):
                yield place, shape.value, value
        elif is_absent(value):
            continue
        elif (key := (id(value), str(shape))) not in seen:
            seen.add(key)
            wanted, below = _below(tree, place, shape, value)
            if wanted:
                yield place, wanted, value
            todo.extend(reversed(below))


def _below(tree: dict[str, Any], place: Place, shape: Shape, value: Any) -> tuple[str, list[tuple[Place, Shape, Any]]]:
    """What is wanted in place of a value ('' where it is of its type), and what stands below it."""
    below: list[tuple[Place, Shape, Any]] = []
    if isinstance(shape, list):
        below = [((*place, nth), shape[0], each) for nth, each in enumerate(value)] if isinstance(value, list) else []
        return "" if isinstance(value, list) else "a list", below
    if not isinstance(value, dict):
        return "" if shape == "schema" and is_flag(value) else "a mapping", below
    if isinstance(shape, dict):
        named = ((str(name), each) for name, each in value.items())
        below = [((*place, name), shape["*"], each) for name, each in named if not name.startswith("x-")]
    elif isinstance(ref := value.get("$ref"), str):
        where, found = at(tree, ref)
        below = [(where, shape, found)]
    elif ref is not None:
        below = [((*place, "$ref"), Leaf.WORD, ref)]
    else:
        below = [((*place, name), each, value[name]) for name, each in SHAPES[shape].items() if name in value]
    return "", below


def at(tree: dict[str, Any], ref: str) -> tuple[Place, Any]:
    """The place that a ``$ref`` leads to, and what is there; None where it leads nowhere, or out of the file."""
    if not ref.startswith("#/"):
        return (), None
    found: Any = tree
    place: list[str | int] = []
    for part in ref[2:].split("/"):
        key: str | int = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and str(key).isdecimal() and int(key) < len(found):
            key = int(key)
            found = found[key]
        else:
            found = found.get(key) if isinstance(found, dict) else None
        place.append(key)
    return tuple(place), found


def is_absent(value: Any) -> bool:
    """Whether nothing stands there: null, also as YAML has it, where every scalar stays text."""
    return value is None or (isinstance(value, str) and value in {"", "~", "null", "Null", "NULL"})


def is_flag(value: Any) -> bool:
    """Whether it is true or false, also as YAML has it."""
    return isinstance(value, bool) or (isinstance(value, str) and value.lower() in {"true", "false"})


def is_number(value: Any) -> bool:
    """Whether it is a number, also as YAML has it."""
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return False
        return True
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_leaf(shape: Leaf, value: Any) -> bool:
    if shape is Leaf.ANY or value is None:
        return True
    if shape is Leaf.WORDS and isinstance(value, list):
        return all(isinstance(each, str) or each is None for each in value)
    if shape in {Leaf.WORD, Leaf.WORDS}:
        return isinstance(value, str)
    if shape is Leaf.FLAG:
        return is_flag(value) or is_absent(value)
    if shape is Leaf.NUMBER:
        return is_number(value) or is_absent(value)
    return isinstance(value, (str, int, float))


def _given(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else f"the number {quoted(value)[1:-1]}"


def _marked(text: str) -> yaml.Node | None:
    """The description as nodes that know their lines; JSON is YAML, too, nearly always."""
    if len(text) > MOST_MARKED:
        return None
    try:
        node: yaml.Node | None = yaml.compose(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return node


def _mark(node: yaml.Node | None, place: Place) -> tuple[int, int]:
    """Line and column of a value, or of the nearest part around it that is known; 0, 0 where nothing is."""
    if node is None:
        return 0, 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if key.value == part), None)
        else:
            items = node.value if isinstance(node, yaml.SequenceNode) and isinstance(part, int) else []
            below = items[part] if isinstance(part, int) and part < len(items) else None
        if below is None:
            break
        node = below
    return node.start_mark.line + 1, node.start_mark.column + 1
