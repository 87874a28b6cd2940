"""Over which range a value that was assumed may lie: the one that its mark states, else one that goes by its kind.

    volume: 6 / d        # assumed: nobody counted                    from half to double
    share: 4 %           # assumed 0 % to 20 %: nobody has asked      as stated
    choose: by_number    # assumed: nobody has asked                  both ways
    trunks: 4            # assumed: not reported                      from half to double, whole, at least 1

Of a mapping each quantity in it has a range; what shapes a distribution (`APART`) only where the range that is stated
fits nothing else in it, or where there is nothing else. Of rules nothing is varied, nor are shapes of the day.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, floor, isclose, log

from simulator.scenario.assumed import Assumption
from simulator.scenario.errors import Fault, quoted
from simulator.scenario.nodes import Node, walk
from simulator.scenario.quantity import Quantity, quantity, written

APART = frozenset({"cv", "shape", "correlation"})
WHOLE = frozenset({"pool", "sims", "attempts", "trunks", "call_takers"})
CHOICES = {"choose": ("by_call", "by_number")}
PARTS = ("callers", "day_factors", "floor")
"""Parts of a scenario whose values are varied."""
PROFILES = frozenset({"by_hour", "by_day"})
RANGE_WANTED = "a range such as 0 % to 20 %, 1 min to 5 min or 2 to 6"


@dataclass(frozen=True, slots=True)
class Range:
    """Where a value may lie.

    key, value  its key path, and what the file says
    low, high   the ends as a file would have them; of ``options`` the first and the last
    options     the values of a choice, which has no values between them
    whole       only whole numbers
    factor      the ends are factors of the value, so that it is spread on a log scale
    stated      in the mark
    """

    key: str
    value: str
    low: str
    high: str
    reason: str = ""
    options: tuple[str, ...] = ()
    whole: bool = False
    factor: bool = False
    stated: bool = False

    def at(self, place: float) -> str:
        """The value at a place from 0 (the low end) to 1 (the high end), as a file would have it."""
        if self.options:
            return self.options[min(floor(place * len(self.options)), len(self.options) - 1)]
        low, high, unit = *self._ends(), _sure(self.value).unit
        if self.whole:
            # Each whole number has its part of the way, on the scale that the ends are on.
            low, high = low - 0.5, high + 0.5
        size = exp(log(low) + place * log(high / low)) if self.factor else low + place * (high - low)
        return written(min(max(round(size), low + 0.5), high - 0.5) if self.whole else size, unit)

    def place(self, text: str) -> float:
        """The place of a value, the inverse of ``at``; of a choice, and a whole number, the middle of its part."""
        if self.options:
            return (self.options.index(text) + 0.5) / len(self.options)
        (low, high), size = self._ends(), _sure(text).size
        if self.whole:
            low, high = low - 0.5, high + 0.5
        return log(size / low) / log(high / low) if self.factor else (size - low) / (high - low)

    def size(self, text: str) -> float:
        """A value as a number, to be ranked or drawn: in base units, or the place of an option among them."""
        return float(self.options.index(text)) if self.options else _sure(text).size

    def _ends(self) -> tuple[float, float]:
        return _sure(self.low).size, _sure(self.high).size


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """An assumption in which nothing is varied, and why."""

    key: str
    why: str


def ranges_of(root: Node, assumptions: Sequence[Assumption]) -> tuple[tuple[Range, ...], tuple[LeftAlone, ...]]:
    """The ranges of assumed values in the order of the file, and the assumptions in which nothing is varied.

    A value marked on its own, and within a mapping that is marked, goes by its own mark.
    """
    nodes, found = _labelled(root), dict[str, Range]()
    left: list[LeftAlone] = []
    for each in sorted(assumptions, key=lambda each: len(each.key)):
        ranges = _ranges(nodes[each.key], each)
        found |= {range_.key: range_ for range_ in ranges}
        if not ranges:
            left.append(LeftAlone(each.key, _why(nodes[each.key])))
    places = {label: place for place, label in enumerate(nodes)}
    ordered = sorted(_with_room(root, found).values(), key=lambda range_: places[range_.key])
    return tuple(ordered), tuple(sorted(left, key=lambda one: places[one.key]))


def range_faults(root: Node, assumptions: Sequence[Assumption], file: str) -> list[Fault]:
    """What is wrong with the ranges that marks state."""
    nodes, faults = _labelled(root), []
    for each in assumptions:
        node = nodes.get(each.key)
        if each.range and node is not None and (wrong := _wrong(node, each.range)):
            given, wanted, hint = wrong
            faults.append(Fault(wanted, given, each.key, file, node.line, node.column, hint))
    return faults


def _labelled(root: Node) -> dict[str, Node]:
    return {node.label: node for node in walk(root)}


def _name(label: str) -> str:
    """The last key of a path."""
    return re.sub(r"\[[0-9]+\]$", "", label.rsplit(".", 1)[-1])


def _texts(node: Node) -> Iterator[Node]:
    """The texts at and below a node, but for items of lists: hours of a day, durations that were measured."""
    if node.kind == "text":
        yield node
    for key, below in node.entries:
        if key is not None or below.kind != "text":
            yield from _texts(below)


def _quantities(node: Node) -> list[tuple[Node, Quantity]]:
    return [(each, found) for each in _texts(node) if (found := quantity(each.text))]


def _main(found: Sequence[tuple[Node, Quantity]]) -> list[tuple[Node, Quantity]]:
    """Those that matter most: all but what shapes a distribution, unless there is nothing else."""
    return [(node, each) for node, each in found if _name(node.label) not in APART] or list(found)


def _ranges(node: Node, assumption: Assumption) -> list[Range]:
    """The ranges of one assumption."""
    if assumption.key.split(".")[0] not in PARTS:
        return []
    stated = _fitting(node, assumption.range) if assumption.range else None
    found = list(_choices(node, assumption.reason))
    if stated is not None:
        low, high = _ends(assumption.range)
        unit, whole = stated[1].unit, _whole(stated[0])
        ends = written(low.size, unit), written(high.size, unit)
        found.append(Range(stated[0].label, stated[0].text, *ends, assumption.reason, whole=whole, stated=True))
    others = [(each, size) for each, size in _main(_quantities(node)) if stated is None or each is not stated[0]]
    return found + [by_kind(each, size, assumption.reason) for each, size in others if size.size > 0]


def _choices(node: Node, reason: str) -> Iterator[Range]:
    for each in _texts(node):
        options = CHOICES.get(_name(each.label), ())
        if each.text in options:
            yield Range(each.label, each.text, options[0], options[-1], reason, options)


def by_kind(node: Node, given: Quantity, reason: str) -> Range:
    """From half to double: a share at most 100 %, a count whole and at least 1."""
    low, high, whole = given.size / 2, given.size * 2, _whole(node)
    if given.kind == "share":
        high = min(high, 1.0)
    if whole:
        low = max(1.0, floor(low))
    ends = written(low, given.unit), written(high, given.unit)
    return Range(node.label, node.text, *ends, reason, whole=whole, factor=True)


def _whole(node: Node) -> bool:
    return _name(node.label) in WHOLE


def _why(node: Node) -> str:
    """Why nothing is varied in an assumption."""
    part, name = node.label.split(".")[0], _name(node.label)
    if part == "policy":
        return "a value of a rule: siaga tune varies rules"
    if part not in PARTS:
        return "no value of the callers or the floor"
    if name in PROFILES:
        return "a shape"
    if any(found.size == 0 for _, found in _quantities(node)):
        return "0 has no half or double; state a range, as in # assumed 0 % to 5 %: the reason"
    return "no quantity"


def _ends(text: str) -> tuple[Quantity, Quantity]:
    """The ends of a range that was found to be sound."""
    low, high = text.split(" to ")
    return _sure(low), _sure(high)


def _sure(text: str) -> Quantity:
    found = quantity(text)
    if found is None:
        raise ValueError(f"{text!r} is no quantity")
    return found


def _fitting(node: Node, text: str) -> tuple[Node, Quantity] | None:
    """The one value of a mapping that a range is meant for, by its unit; None where none or several fit."""
    kind, found = _ends(text)[0].kind, _quantities(node)
    main = [each for each in _main(found) if each[1].kind == kind]
    fitting = main or [each for each in found if each[1].kind == kind]
    return fitting[0] if len(fitting) == 1 else None


def _wrong(node: Node, text: str) -> tuple[str, str, str] | None:
    """What is given, wanted, and the mend, where a range does not fit its value."""
    said, parts = f"the range {quoted(text)}", [part.strip() for part in text.split(" to ")]
    low, high = (quantity(part) for part in parts) if len(parts) == 2 else (None, None)
    if low is None or high is None:
        return said, RANGE_WANTED, "write # assumed 0 % to 20 %: the reason"
    if low.kind != high.kind:
        return said, "ends of one kind, both with their unit", "write the unit at both ends"
    if low.size >= high.size:
        return said, "a low end below the high end", f"write {parts[1]} to {parts[0]}" if low != high else ""
    if not _quantities(node):
        return said, "a range only where the value is a quantity", "leave the range out"
    found = _fitting(node, text)
    if found is None:
        several = any(each.kind == low.kind for _, each in _quantities(node))
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
    if _whole(node) and not all(end.size == round(end.size) for end in (low, high)):
        return said, "whole numbers", ""
    return None


def _with_room(root: Node, found: dict[str, Range]) -> dict[str, Range]:
    """Shares that may be 100 % together at most: what goes by kind is cut where the high ends would be more."""
    for together in _together(root):
        sizes = {node.label: _sure(node.text) for node in together if quantity(node.text)}
        free = [found[label] for label in sizes if label in found and not found[label].stated]
        fixed = sum(_sure(found[label].high).size if _stated(found, label) else sizes[label].size for label in sizes)
        wanted = sum(_sure(each.high).size - _sure(each.value).size for each in free)
        room = max(0.0, 1.0 - fixed)
        if wanted > room:
            found |= {each.key: _cut(each, room / wanted) for each in free}
    return found


def _stated(found: dict[str, Range], label: str) -> bool:
    return label in found and found[label].stated


def _cut(range_: Range, part: float) -> Range:
    """With this part of the way to the high end."""
    value, high = _sure(range_.value), _sure(range_.high)
    return replace(range_, high=written(value.size + (high.size - value.size) * part, value.unit))


def _together(root: Node) -> Iterator[list[Node]]:
    """Shares of one group that add up to 100 % at most."""
    groups = root.child("callers")
    for _, group in groups.entries if groups else []:
        numbers, misjudged = group.child("numbers"), group.child("misjudged")
        if numbers is not None:
            withheld, shared, reused = (numbers.child(name) for name in ("withheld", "shared_with", "reused_from"))
            shares = [with_.child("share") for _, with_ in shared.entries] if shared else []
            yield [node for node in [withheld, *shares, *([n for _, n in reused.entries] if reused else [])] if node]
        if misjudged is not None and (as_ := misjudged.child("as")):
            yield [node for _, node in as_.entries]
