"""Ranges that marks state, ``# assumed 0 % to 20 %: reason``: which value of a mapping each is meant for, and what is
wrong with one."""

import re
from collections.abc import Iterator, Sequence
from math import isclose

from simulator.scenario.assumed import Assumption
from simulator.scenario.errors import Fault, quoted
from simulator.scenario.nodes import Node, walk
from simulator.scenario.quantity import Quantity, quantity

APART = frozenset({"cv", "shape", "correlation"})
"""What shapes a distribution."""
WHOLE = frozenset({"pool", "sims", "attempts", "trunks", "call_takers"})
RANGE_WANTED = "a range such as 0 % to 20 %, 1 min to 5 min or 2 to 6"


def range_faults(root: Node, assumptions: Sequence[Assumption], file: str) -> list[Fault]:
    """What is wrong with the ranges that marks state."""
    nodes, faults = labelled(root), []
    for each in assumptions:
        node = nodes.get(each.key)
        if each.range and node is not None and (wrong := _wrong(node, each.range)):
            given, wanted, hint = wrong
            faults.append(Fault(wanted, given, each.key, file, node.line, node.column, hint))
    return faults


def labelled(root: Node) -> dict[str, Node]:
    """The nodes by their key paths, in the order of the file."""
    return {node.label: node for node in walk(root)}


def last_key(label: str) -> str:
    """The last key of a path."""
    return re.sub(r"\[[0-9]+\]$", "", label.rsplit(".", 1)[-1])


def texts(node: Node) -> Iterator[Node]:
    """The texts at and below a node, but for items of lists: hours of a day, durations that were measured."""
    if node.kind == "text":
        yield node
    for key, below in node.entries:
        if key is not None or below.kind != "text":
            yield from texts(below)


def quantities(node: Node) -> list[tuple[Node, Quantity]]:
    """The quantities at and below a node."""
    return [(each, found) for each in texts(node) if (found := quantity(each.text))]


def main_ones(found: Sequence[tuple[Node, Quantity]]) -> list[tuple[Node, Quantity]]:
    """Those that matter most: all but what shapes a distribution, unless there is nothing else."""
    return [(node, each) for node, each in found if last_key(node.label) not in APART] or list(found)


def is_whole(node: Node) -> bool:
    """Whether the value at a node is a whole number."""
    return last_key(node.label) in WHOLE


def ends_of(text: str) -> tuple[Quantity, Quantity]:
    """The ends of a range that was found to be sound."""
    low, high = text.split(" to ")
    return sure(low), sure(high)


def sure(text: str) -> Quantity:
    """The quantity of a text that is one; else ValueError."""
    found = quantity(text)
    if found is None:
        raise ValueError(f"{text!r} is no quantity")
    return found


def fitting(node: Node, text: str) -> tuple[Node, Quantity] | None:
    """The one value of a mapping that a range is meant for, by its unit; None where none or several fit."""
    kind, found = ends_of(text)[0].kind, quantities(node)
    main = [each for each in main_ones(found) if each[1].kind == kind]
    fitting = main or [each for each in found if each[1].kind == kind]
    return fitting[0] if len(fitting) == 1 else None


def _wrong(node: Node, text: str) -> tuple[str, str, str] | None:
    """What is given, wanted, and the fix, where a range does not fit its value."""
    said, parts = f"the range {quoted(text)}", [part.strip() for part in text.split(" to ")]
    low, high = (quantity(part) for part in parts) if len(parts) == 2 else (None, None)
    if low is None or high is None:
        return said, RANGE_WANTED, "write # assumed 0 % to 20 %: the reason"
    if low.kind != high.kind:
        return said, "ends of one kind, both with their unit", "write the unit at both ends"
    if low.size >= high.size:
        return said, "a low end below the high end", f"write {parts[1]} to {parts[0]}" if low != high else ""
    if not quantities(node):
        return said, "a range only where the value is a quantity", "leave the range out"
    found = fitting(node, text)
    if found is None:
        several = any(each.kind == low.kind for _, each in quantities(node))
        hint = "write each on a line of its own, with its own mark" if several else ""
        return said, "a range that fits one value" if several else "a range in the unit of the value", hint
    return _misfit(found, low, high, said)


def _misfit(found: tuple[Node, Quantity], low: Quantity, high: Quantity, said: str) -> tuple[str, str, str] | None:
    node, value = found
    inside = low.size * (1 - 1e-12) <= value.size <= high.size * (1 + 1e-12)
    if not inside:
        return said, f"a range that holds the value, {node.text}", "move the value, or an end"
    if high.kind == "share" and high.size > 1 and not isclose(high.size, 1):
        return said, "a share of at most 100 %", ""
    if is_whole(node) and not all(end.size == round(end.size) for end in (low, high)):
        return said, "whole numbers", ""
    return None
