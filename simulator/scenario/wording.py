"""The validator's complaints in words that a planner understands: where, what was given, what is wanted, the fix."""

import re
from collections.abc import Mapping
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from simulator.scenario.errors import Fault, quoted
from simulator.scenario.fixes import nearest
from simulator.scenario.nodes import Node

Loc = tuple[int | str, ...]
MAPPING_WANTED = "a mapping: keys with their values, on lines of their own or as {key: value}"
LIST_WANTED = "a list: [a, b], or lines that begin with '- '"
NAME_WANTED = "a name: a letter, then letters, digits, - and _, 64 at most"


def locate(root: Node, loc: Loc) -> list[Node]:
    """The nodes from the root down to the deepest that ``loc`` leads to; names of variants are passed over."""
    chain = [root]
    for part in loc:
        if (below := chain[-1].child(part)) is not None:
            chain.append(below)
    return chain


def known_keys(model: type[BaseModel], loc: Loc) -> dict[str, FieldInfo]:
    """The keys of the mapping at ``loc``."""
    kind: Any = model
    for part in loc:
        kind = _below(kind, part)
    found = next((each for _, each in _members(kind) if _is_model(each)), None)
    return {field.alias or name: field for name, field in found.model_fields.items()} if found else {}


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _members(kind: Any) -> list[tuple[str, Any]]:
    """The variants of a type, each with its tag."""
    if get_origin(kind) is Annotated:
        inner, *extras = get_args(kind)
        tag = next((str(extra.tag) for extra in extras if isinstance(extra, Tag)), "")
        return [(tag or name, each) for name, each in _members(inner)]
    if get_origin(kind) in {tuple, dict} or not get_args(kind):
        return [("", kind)]
    return [member for each in get_args(kind) if each is not NoneType for member in _members(each)]


def _below(kind: Any, part: int | str) -> Any:
    """The type one step down."""
    members = _members(kind)
    for tag, each in members:
        if tag and tag == part:
            return each
    for _, each in members:
        if get_origin(each) is dict:
            return get_args(each)[1]
        if get_origin(each) is tuple and isinstance(part, int):
            return get_args(each)[0]
        if _is_model(each):
            fields = {field.alias or name: field for name, field in each.model_fields.items()}
            return fields[str(part)].annotation if part in fields else kind
    return kind


def fault_of(error: ErrorDetails, root: Node, model: type[BaseModel], file: str) -> Fault:
    """The fault that a complaint of the validator amounts to."""
    loc = error["loc"]
    node = locate(root, loc)[-1]
    if error["type"] == "missing":
        return _missing(str(loc[-1]), known_keys(model, loc[:-1]), node, file)
    if error["type"] == "extra_forbidden":
        return _unknown(str(loc[-1]), known_keys(model, loc[:-1]), locate(root, loc[:-1])[-1], node, file)
    if loc and loc[-1] == "[key]":
        return _bad_name(error, locate(root, loc[:-2])[-1], node, file)
    given, wanted, hint = _said(error, node)
    hint = hint or _shape(error["type"], known_keys(model, loc), node)
    return Fault(wanted, given, node.label, file, node.line, node.column, hint)


def _shape(kind: str, known: Mapping[str, FieldInfo], node: Node) -> str:
    """How a mapping, or a list of them, is written where something else stands."""
    if kind == "model_type" and known:
        return f"its keys are {', '.join(known)}"
    return "begin each entry with '- '" if kind == "tuple_type" and node.kind == "mapping" else ""


def _missing(name: str, known: Mapping[str, FieldInfo], node: Node, file: str) -> Fault:
    what = (known[name].description or "").split("\n")[0].rstrip(".") if name in known else ""
    wanted = f"the key {name}" + (f" ({what})" if what else "")
    return Fault(wanted, f"no key {quoted(name)}", node.label, file, node.line, node.column, f"add {name}:")


def _unknown(name: str, known: Mapping[str, FieldInfo], above: Node, node: Node, file: str) -> Fault:
    key = above.key(name) or node
    hint = nearest(name, known)
    if hint:
        # A key that stands there already is not what was meant.
        hint = nearest(name, [each for each in known if above.key(each) is None])
    wanted = "a known key" if hint else f"one of the keys {', '.join(known)}"
    return Fault(wanted, f"the unknown key {quoted(name)}", node.label, file, key.line, key.column, hint)


def _bad_name(error: ErrorDetails, above: Node, node: Node, file: str) -> Fault:
    name = str(error["loc"][-2])
    key = above.key(name) or node
    wanted, hint = NAME_WANTED, ""
    if error["type"] == "literal_error":
        wanted, hint = _one_of(error, name)
    elif usable := re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_-0123456789"):
        hint = f"write {usable[:64]}"
    return Fault(wanted, f"the key {quoted(name)}", node.label, file, key.line, key.column, hint)


def given_of(node: Node) -> str:
    """The value at a node as a message names it."""
    if node.kind == "text":
        return quoted(node.text)
    return ("a " if node.entries else "an empty ") + node.kind


def _one_of(error: ErrorDetails, given: str) -> tuple[str, str]:
    """The words allowed, and the nearest."""
    words = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
    return f"one of {', '.join(words)}", nearest(given, words)


def _said(error: ErrorDetails, node: Node) -> tuple[str, str, str]:
    """What was given, what is wanted, and the fix."""
    context = error.get("ctx", {})
    kind = error["type"]
    if kind == "wanted":
        said = str(context["given"])
        about_whole = node.kind != "text" and not said.startswith(("[", "{"))
        return said if about_whole else given_of(node), str(context["wanted"]), str(context["hint"])
    if kind == "literal_error":
        return given_of(node), *_one_of(error, node.text)
    if kind == "too_short":
        return given_of(node), f"at least one entry in {node.label}", ""
    if kind == "too_long":
        return f"{len(node.entries)} entries", f"at most {context['max_length']} entries in {node.label}", ""
    return given_of(node), _WANTED.get(kind, "another value"), ""


_WANTED = {
    "dict_type": MAPPING_WANTED,
    "model_type": MAPPING_WANTED,
    "model_attributes_type": MAPPING_WANTED,
    "tuple_type": LIST_WANTED,
    "string_type": "a text",
    "string_pattern_mismatch": NAME_WANTED,
}
