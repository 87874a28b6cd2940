"""What is wrong with a tree of nodes before anyone asks what its keys mean; the faulty parts are cut out."""

from collections.abc import Iterable

from simulator.scenario.errors import Fault, quoted
from simulator.scenario.nodes import Node


def tidy(root: Node, file: str) -> tuple[list[Fault], set[str]]:
    """Name every node by its key path and cut out faulty ones.

    Refused: keys given twice, keys that are no text, merges, and values left empty. Returns the faults and the key
    paths of what was cut.
    """
    faults: list[Fault] = []
    cut: set[str] = set()
    _tidy(root, file, faults, cut)
    return faults, cut


def _tidy(node: Node, file: str, faults: list[Fault], cut: set[str]) -> None:
    seen: dict[str, int] = {}
    kept: list[tuple[Node | None, Node]] = []
    for index, (key, value) in enumerate(node.entries):
        value.label = _label(node.label, index, key)
        found = _wrong_key(key, seen, file, value.label) or _wrong_value(key, value, file)
        if key is not None and key.kind == "text":
            seen.setdefault(key.text, key.line)
        if found or value.faulty:
            faults.extend(found)
            cut.add(value.label)
        else:
            kept.append((key, value))
            _tidy(value, file, faults, cut)
    node.entries = kept


def _label(above: str, index: int, key: Node | None) -> str:
    if key is None:
        return f"{above}[{index + 1}]"
    return f"{above}.{key.text}" if above else key.text


def _wrong_key(key: Node | None, seen: dict[str, int], file: str, label: str) -> list[Fault]:
    if key is None:
        return []
    if key.kind != "text" or key.faulty:
        given, wanted, hint = "a mapping or a list as a key", "a name as a key", "put a text with brackets in quotes"
    elif key.plain and key.text == "<<":
        given, wanted, hint = "the merge key <<", "keys of its own", "write the keys out in each place"
    elif key.text in seen:
        given, wanted = f"the key {quoted(key.text)} a second time", "every key once in a mapping"
        hint = f"it stands already in line {seen[key.text]}: delete one of the two"
    else:
        return []
    return [Fault(wanted, given, label, file, key.line, key.column, hint)]


def _wrong_value(key: Node | None, value: Node, file: str) -> Iterable[Fault]:
    if not value.empty or value.faulty:
        return []
    given = f"no value ({value.text})" if value.text else "no value"
    hint = f"write a value, or leave the {'key' if key else 'item'} out if it may lack"
    return [Fault("a value", given, value.label, file, value.line, value.column, hint)]
