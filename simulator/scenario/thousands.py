"""Numbers that may be a thousand times larger than they are read: ``8.500`` is 8.5 here, and 8500 in Indonesia.

A number with an integer part of 1 to 999 and exactly three decimals is read as written, and asked about, unless its
thousandfold cannot be meant: a share (it would be beyond 100 %), a time (beyond a hundred years), what shapes a
distribution, and a list in which other numbers show that the point is a decimal one.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from simulator.scenario.assumed import Assumption
from simulator.scenario.nodes import Node, read_nodes, walk
from simulator.scenario.quantity import quantity
from simulator.scenario.source import read_text
from simulator.scenario.stated import last_key
from simulator.scenario.tidy import tidy
from simulator.scenario.units import LONGEST

NO_AMOUNTS = frozenset({"cv", "shape", "zipf", "correlation", "title", "name", "source", "sources"})
"""Keys of shapes, and of texts."""
SENTENCES = frozenset({"targets", "figure", "blocklist"})
"""Keys of texts that hold quantities."""
LISTS = frozenset({"empirical", "by_hour", "by_day"})
TIMES_OF_APIS = frozenset({"timeout", "poll"})
"""The quantities of an API's file; what else stands there is for the API."""
OPTIONS = frozenset(
    {"--calls", "--handling", "--patience", "--target", "--vary", "--interval", "--phases", "--from"}
    | {"--for", "--most-lag", "--within", "--precision", "--speed", "--scale", "--timeout", "--seconds"}
)
"""Options with quantities; growths (of 64 at most) cannot be meant a thousand times larger."""
_DOTTED = re.compile(
    r"(?<!\w)(?<!\w[.])(?<![0-9],)([1-9][0-9]{0,2})[.]([0-9]{3})(?![0-9]|[.][0-9])"
    r"( ?%| ?/ ?(?:s|min|h|d|w)\b| ?(?:us|ms|s|min|h|d|w)\b)?"
)


class Ambiguous(UserWarning):
    """An input that was read as written, and may be meant otherwise."""


def ambiguities_in(text: str) -> Iterator[str]:
    """A question for each number in a text that may be meant a thousand times larger."""
    for found in _DOTTED.finditer(text):
        whole, decimals, unit = found[1], found[2], found[3] or ""
        large = quantity(f"{whole}{decimals}{unit}")
        if large is None or large.kind == "share" or (large.kind == "duration" and large.size > LONGEST):
            continue
        small = f"{whole}.{decimals}".rstrip("0").rstrip(".") if decimals.endswith("0") else f"{whole}.{decimals}0"
        either, other = f"{small}{unit}", f"{whole}{decimals}{unit}"
        yield f"is {found[0]} meant as {either} or as {other}? It is read as {either}: write one of the two"


def of_file(root: Node, assumptions: Iterable[Assumption] = ()) -> tuple[str, ...]:
    """The questions about a scenario, a policy, work rules or people, each with its line and key, in their order.

    ``root`` is a tree whose nodes are named (`tidy`); ``assumptions`` have ranges of their own.
    """
    asked = [(node.line, node.label, warning) for node in _amounts(root) for warning in ambiguities_in(node.text)]
    asked += [(each.line, each.key, warning) for each in assumptions for warning in ambiguities_in(each.range)]
    return tuple(f"line {line}: {label}: {text}" for line, label, text in sorted(asked, key=lambda each: each[0]))


def of_api(root: Node) -> tuple[str, ...]:
    """The same of an API's file."""
    times = (node for node in walk(root) if last_key(node.label) in TIMES_OF_APIS and ".json." not in node.label)
    return tuple(
        f"line {node.line}: {node.label}: {warning}" for node in times for warning in ambiguities_in(node.text)
    )


def of_policy(path: Path) -> tuple[str, ...]:
    """The questions about the file of a policy that was found to be sound."""
    root, _ = read_nodes(read_text(path), str(path))
    tidy(root, str(path))
    return tuple(f"{path}: {warning}" for warning in of_file(root))


def of_list(path: Path) -> tuple[str, ...]:
    """The questions about the durations in a file of listed numbers."""
    lines = enumerate(read_text(path).splitlines(), start=1)
    asked = ((line, warning) for line, text in lines for warning in ambiguities_in(text.partition(",")[2]))
    return tuple(f"{path}: line {line}: until: {warning}" for line, warning in asked)


def of_options(words: Iterable[str]) -> tuple[str, ...]:
    """The questions about the options of a command line."""
    asked, option = [], ""
    for word in words:
        name, has_value, value = word.partition("=")
        if word.startswith("--"):
            option, value = name, value if has_value else ""
        else:
            value = word
        asked += [f"{option}: {warning}" for warning in ambiguities_in(value)] if option in OPTIONS else []
        option = option if word.startswith("--") and not has_value else ""
    return tuple(asked)


def _amounts(root: Node) -> Iterator[Node]:
    """Nodes with one quantity, or a sentence that holds some; of a list, where it does not show that the point is
    decimal."""
    texts = [node for node in walk(root) if node.kind == "text" and last_key(node.label) not in NO_AMOUNTS]
    for name, group in groupby(texts, key=lambda node: re.sub(r"\[[0-9]+\]$", "", node.label)):
        nodes = list(group)
        if last_key(name) in LISTS and _decimals_meant([node.text for node in nodes]):
            continue
        yield from (node for node in nodes if last_key(name) in SENTENCES or quantity(node.text))


def _decimals_meant(texts: list[str]) -> bool:
    """Whether all numbers of a list have decimals, or one has some that no thousand has."""
    some = [text for text in texts if re.search("[1-9]", text)]
    pointed = [text for text in some if "." in text]
    return len(pointed) == len(some) or any(not _DOTTED.match(text) for text in pointed)
