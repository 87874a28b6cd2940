"""Over which range a value that was assumed may lie: the one that its mark states, else one that goes by its kind.

    volume: 6 / d        # assumed: nobody counted                    from half to double
    share: 4 %           # assumed 0 % to 20 %: nobody has asked      as stated
    choose: by_number    # assumed: nobody has asked                  both ways
    trunks: 4            # assumed: not reported                      from half to double, whole, at least 1

Of a mapping each quantity in it has a range; what shapes a distribution (`APART`) only where the range that is stated
fits nothing else in it, or where there is nothing else. Of rules nothing is varied, nor are shapes of the day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, floor, log

from simulator.scenario.assumed import Assumption
from simulator.scenario.nodes import Node
from simulator.scenario.quantity import Quantity, quantity, written
from simulator.scenario.stated import ends_of, fitting, is_whole, labelled, last_key, main_ones, quantities, sure, texts

CHOICES: dict[str, tuple[str, ...]] = {"choose": ("by_call", "by_number")}
DIGITS = 4
"""Digits that count of a value between the ends of its range."""
PARTS = ("callers", "day_factors", "floor")
"""Parts of a scenario whose values are varied."""
PROFILES = frozenset({"by_hour", "by_day"})


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
        low, high = self._span()
        size = exp(log(low) + place * log(high / low)) if self.factor else low + place * (high - low)
        first, last = self._ends()
        text = written(round(size) if self.whole else size, sure(self.value).unit, DIGITS)
        # Neither rounding may lead out of the range.
        return self.low if sure(text).size <= first else self.high if sure(text).size >= last else text

    def place(self, text: str) -> float:
        """The place of a value, the inverse of ``at``; of a choice, and a whole number, the middle of its part."""
        if self.options:
            return (self.options.index(text) + 0.5) / len(self.options)
        (low, high), size = self._span(), sure(text).size
        return log(size / low) / log(high / low) if self.factor else (size - low) / (high - low)

    def size(self, text: str) -> float:
        """A value as a number, to be ranked or drawn: in base units, or the place of an option among them."""
        return float(self.options.index(text)) if self.options else sure(text).size

    def _span(self) -> tuple[float, float]:
        """The ends; each whole number has its part of the way between, half a number to either side."""
        low, high = self._ends()
        return (low - 0.5, high + 0.5) if self.whole else (low, high)

    def _ends(self) -> tuple[float, float]:
        return sure(self.low).size, sure(self.high).size


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """An assumption in which nothing is varied, and why."""

    key: str
    why: str


def ranges_of(root: Node, assumptions: Sequence[Assumption]) -> tuple[tuple[Range, ...], tuple[LeftAlone, ...]]:
    """The ranges of assumed values in the order of the file, and the assumptions in which nothing is varied.

    A value marked on its own, and within a mapping that is marked, goes by its own mark.
    """
    nodes, found = labelled(root), dict[str, Range]()
    left: list[LeftAlone] = []
    for each in sorted(assumptions, key=lambda each: len(each.key)):
        ranges = _ranges(nodes[each.key], each)
        found |= {range_.key: range_ for range_ in ranges}
        if not ranges:
            left.append(LeftAlone(each.key, _why(nodes[each.key])))
    places = {label: place for place, label in enumerate(nodes)}
    ordered = sorted(_with_room(root, found).values(), key=lambda range_: places[range_.key])
    return tuple(ordered), tuple(sorted(left, key=lambda one: places[one.key]))


def _ranges(node: Node, assumption: Assumption) -> list[Range]:
    """The ranges of one assumption."""
    if assumption.key.split(".")[0] not in PARTS:
        return []
    stated = fitting(node, assumption.range) if assumption.range else None
    found = list(_choices(node, assumption.reason))
    if stated is not None:
        low, high = ends_of(assumption.range)
        unit, whole = stated[1].unit, is_whole(stated[0])
        ends = written(low.size, unit), written(high.size, unit)
        found.append(Range(stated[0].label, stated[0].text, *ends, assumption.reason, whole=whole, stated=True))
    others = [(each, size) for each, size in main_ones(quantities(node)) if stated is None or each is not stated[0]]
    return found + [by_kind(each, size, assumption.reason) for each, size in others if size.size > 0]


def _choices(node: Node, reason: str) -> Iterator[Range]:
    for each in texts(node):
        options = CHOICES.get(last_key(each.label), ())
        if each.text in options:
            yield Range(each.label, each.text, options[0], options[-1], reason, options)


def by_kind(node: Node, given: Quantity, reason: str) -> Range:
    """From half to double: a share at most 100 %, a count whole and at least 1."""
    low, high, whole = given.size / 2, given.size * 2, is_whole(node)
    if given.kind == "share":
        high = min(high, 1.0)
    if whole:
        low = max(1.0, floor(low))
    ends = written(low, given.unit), written(high, given.unit)
    return Range(node.label, node.text, *ends, reason, whole=whole, factor=True)


def _why(node: Node) -> str:
    """Why nothing is varied in an assumption."""
    part, name = node.label.split(".")[0], last_key(node.label)
    if part == "policy":
        return "a value of a rule: siaga tune varies rules"
    if part not in PARTS:
        return "no value of the callers or the floor"
    if name in PROFILES:
        return "a shape"
    if any(found.size == 0 for _, found in quantities(node)):
        return "0 has no half or double; state a range, as in # assumed 0 % to 5 %: the reason"
    return "no quantity"


def _with_room(root: Node, found: dict[str, Range]) -> dict[str, Range]:
    """Shares that may be 100 % together at most: what goes by kind is cut where the high ends would be more."""
    for together in _together(root):
        sizes = {node.label: sure(node.text) for node in together if quantity(node.text)}
        free = [found[label] for label in sizes if label in found and not found[label].stated]
        fixed = sum(sure(found[label].high).size if _stated(found, label) else sizes[label].size for label in sizes)
        wanted = sum(sure(each.high).size - sure(each.value).size for each in free)
        room = max(0.0, 1.0 - fixed)
        if wanted > room:
            found |= {each.key: _cut(each, room / wanted) for each in free}
    return found


def _stated(found: dict[str, Range], label: str) -> bool:
    return label in found and found[label].stated


def _cut(range_: Range, part: float) -> Range:
    """With this part of the way to the high end."""
    value, high = sure(range_.value), sure(range_.high)
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
