"""An API's file becomes a frozen Api, or one `BadInput` that holds every fault with its place.

The way is that of a scenario: text, nodes, nodes without what no file may hold, a model, what holds across its parts.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic_core import PydanticCustomError

from simulator.live.apis.body import Plain
from simulator.live.apis.checks import faults as broken_in
from simulator.live.apis.model import STEPS, Api, ApiFile
from simulator.live.apis.template import NAME, parse_template
from simulator.scenario.checks import Broken
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.nodes import Node, read_nodes, walk
from simulator.scenario.settle import settle
from simulator.scenario.source import read_text
from simulator.scenario.thousands import Ambiguous, of_api
from simulator.scenario.tidy import tidy
from simulator.scenario.wording import given_of, locate


def load_api(path: Path) -> Api:
    """The API in a YAML file; raises BadInput with every fault found."""
    return api_of(read_text(path), str(path))


def api_of(text: str, file: str) -> Api:
    """The API in the text of a file."""
    try:
        root, faults = read_nodes(text, file)
    except BadInput as error:
        raise BadInput(_with_quotes(fault, text) for fault in error.faults) from None
    if root.child("api") is None and (old := root.key("target")):
        wanted, hint = "the key api", "write api: in place of target:"
        raise BadInput([Fault(wanted, "the key target", "target", file, old.line, old.column, hint)])
    bare = list(_bare_names(root, text))
    for node in bare:
        node.faulty = True
    more, cut = tidy(root, file)
    faults += more + [_bare_name(node, file) for node in bare]
    asked = of_api(root)
    faults += _bodies(root, file, cut)
    read, wrong = settle(root, ApiFile, file, cut, {})
    faults += wrong
    if read is not None:
        unsure = any(re.search(r"capture|log_in|settings", path) for path in cut)
        faults += [_placed(each, root, file) for each in broken_in(read.api, unsure=unsure)]
    if faults or read is None:
        raise BadInput(dict.fromkeys(faults))
    for warning in asked:
        warnings.warn(f"{file}: {warning}", Ambiguous, stacklevel=2)
    return read.api


def _bare_names(root: Node, text: str) -> Iterator[Node]:
    """Mappings that were meant as a name in braces: ``{number}`` without quotes."""
    for node in walk(root):
        if node.kind == "mapping" and len(node.entries) == 1 and text[node.begin : node.begin + 1] == "{":
            [(key, value)] = node.entries
            if key is not None and value.empty and not value.text and re.fullmatch(NAME + "[?]?", key.text):
                yield node


def _bare_name(node: Node, file: str) -> Fault:
    key = node.entries[0][0]
    name = f"{{{key.text if key else ''}}}"
    return Fault(
        "a name in braces, in quotes",
        f"{name} without quotes",
        node.label,
        file,
        node.line,
        node.column,
        f"write '{name}'",
    )


def _bodies(root: Node, file: str, cut: set[str]) -> list[Fault]:
    """Mark what JSON bodies have without quotes, and cut out texts whose braces are wrong."""
    faults: list[Fault] = []
    for body in _json_nodes(root):
        for above in list(walk(body)):
            for _, node in list(above.entries):
                if node.kind == "text" and (fault := _brace_fault(node, file)):
                    above.cut(node)
                    cut.add(node.label)
                    faults.append(fault)
        for node in walk(body):
            node.text = Plain(node.text) if node.plain else node.text
    return faults


def _json_nodes(root: Node) -> Iterator[Node]:
    api = root.child("api")
    for step in ("log_in", *STEPS):
        found = api.child(step) if api else None
        for node in (found, *(value for _, value in (found.entries if found else ()))):
            if node is not None and node.kind == "mapping" and (body := node.child("json")) is not None:
                yield body


def _brace_fault(node: Node, file: str) -> Fault | None:
    try:
        parse_template(node.text)
    except PydanticCustomError as error:
        said = error.context or {}
        return Fault(
            said.get("wanted", ""), given_of(node), node.label, file, node.line, node.column, said.get("hint", "")
        )
    return None


def _with_quotes(fault: Fault, text: str) -> Fault:
    """A fault of YAML's grammar where a template, or a question mark, stands without quotes."""
    lines = text.splitlines()
    line = lines[fault.line - 1] if 0 < fault.line <= len(lines) else ""
    found = re.search(rf"(?<![\w'\"{{])\{{{NAME}[?]?\}}|[\w\]][?](?=[\s,}}])", re.sub("'[^']*'|\"[^\"]*\"", "", line))
    hint = "put a text with {names} or a question mark in quotes, such as '{number?}'"
    return replace(fault, hint=hint) if found else fault


def _placed(broken: Broken, root: Node, file: str) -> Fault:
    """The fault of what does not hold, at its key, its value, or the text of a body that it speaks of."""
    above, node = locate(root, broken.key[:-1])[-1], locate(root, broken.key)[-1]
    name = re.search(r"\{[\w.-]+\}", broken.given)
    about_key = broken.given.startswith(("the key ", "the name ")) or (name and broken.key[-2] in {"when", "unless"})
    if name and node.kind != "text":
        node = next(
            (each for each in walk(node) if re.search(rf"\{{{re.escape(name[0][1:-1])}[?]?\}}", each.text)), node
        )
    at = (above.key(str(broken.key[-1])) if about_key else None) or node
    return Fault(broken.wanted, broken.given or given_of(node), node.label, file, at.line, at.column, broken.hint)
