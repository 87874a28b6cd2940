"""From text to nodes: YAML read so that every value stays the text that was written, with its place.

Stock PyYAML reads ``22:30`` as 1350, ``off`` as False and ``017`` as 15. Here a scalar stays text, and the type of the
field parses it. Anchors, aliases, merges and tags are refused, and so is what could exhaust memory or the stack.
The events come from PyYAML; the nodes are our own, since faulty ones are cut out of the tree to go on checking.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.source import UNPRINTABLE

MOST_NODES = 100_000
DEEPEST = 50
EMPTY = frozenset({"", "~", "null", "Null", "NULL"})

Kind = Literal["text", "mapping", "list"]


@dataclass(eq=False, slots=True)
class Node:
    """A value in the file: a text, a mapping or a list, where it stands (from 1) and its key path.

    ``begin`` and ``end`` are indexes into the text; ``entries`` are pairs of a key (None in a list) and a value;
    ``faulty`` is what a fault was already found with.
    """

    kind: Kind
    line: int
    column: int
    begin: int
    end: int = 0
    end_line: int = 0
    text: str = ""
    plain: bool = False
    faulty: bool = False
    label: str = ""
    entries: list[tuple["Node | None", "Node"]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing stands here, or a null."""
        return self.kind == "text" and self.plain and self.text in EMPTY

    def child(self, part: str | int) -> "Node | None":
        """The value under a key or, in a list, at an index from 0."""
        if self.kind == "mapping":
            return next((value for key, value in self.entries if key is not None and key.text == part), None)
        if self.kind == "list" and isinstance(part, int) and 0 <= part < len(self.entries):
            return self.entries[part][1]
        return None

    def key(self, part: str) -> "Node | None":
        """The key itself."""
        return next((key for key, _ in self.entries if key is not None and key.text == part), None)

    def cut(self, value: "Node") -> None:
        """Take a value out, with its key."""
        self.entries = [entry for entry in self.entries if entry[1] is not value]


def walk(node: Node) -> Iterator[Node]:
    """The node and all nodes below it, keys not, in the order of the file."""
    yield node
    for _, value in node.entries:
        yield from walk(value)


def plain_data(node: Node) -> Any:
    """Mappings as dict, lists as list, every scalar as text."""
    if node.kind == "mapping":
        return {key.text: plain_data(value) for key, value in node.entries if key is not None}
    return [plain_data(value) for _, value in node.entries] if node.kind == "list" else node.text


def flow(node: Node) -> str:
    """The value on one line, as YAML would write it in flow style."""
    if node.kind == "mapping":
        return "{" + ", ".join(f"{key.text}: {flow(value)}" for key, value in node.entries if key) + "}"
    return "[" + ", ".join(flow(value) for _, value in node.entries) + "]" if node.kind == "list" else node.text


def read_nodes(text: str, file: str) -> tuple[Node, list[Fault]]:
    """The one mapping that a file holds, and the faults that did not stop the reading.

    Raises BadInput where nothing can be made of the text.
    """
    reader = _Reader(file)
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        raise BadInput([*reader.faults, _syntax(error, file)]) from None
    except (ValueError, OverflowError, yaml.YAMLError) as error:  # PyYAML on \U99999999 and on %YAML with a long number
        line = reader.line
        fault = Fault("YAML", f"something that cannot be read near line {line} ({error})", "", file, line, 1)
        raise BadInput([*reader.faults, fault]) from None
    return reader.whole(), reader.faults


def _syntax(error: yaml.MarkedYAMLError, file: str) -> Fault:
    """A syntax error of PyYAML in our words."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    problem = error.problem or "something that is not YAML"
    given = next((said for pattern, said in _SYNTAX_WORDS.items() if re.match(pattern, problem)), problem)
    hint = next((hint for part, hint in _SYNTAX_HINTS.items() if part in problem), "")
    return Fault("YAML that can be read", given, "", file, line, column, hint)


_SYNTAX_HINTS = {
    "'\\t'": "indent with spaces, not with tabs",
    "mapping values are not allowed": "put a text that holds a colon in quotes; or fix the indent",
    "could not find expected ':'": "write a colon and a space after the key: key: value",
    "expected <block end>": "indent keys of one mapping alike",
    "expected ',' or": "close every bracket and put a comma between items",
    "'%'": "put a text that begins with % in quotes",
    "'@'": "put a text that begins with @ in quotes",
    "'`'": "put a text that begins with ` in quotes",
}
_SYNTAX_WORDS = {
    r"found character '\\t'": "a tab where a key or value is expected",
    r"found character '.+' that cannot start": "a sign that no value can begin with",
    r"mapping values are not allowed here": "a second colon in one line, or a key where none can stand",
    r"could not find expected ':'": "a key without a colon",
    r"expected ',' or": "a bracket that is not closed, or a comma too few",
    r"expected <block end>": "a line that is indented otherwise than the ones above",
    r"found unexpected end of stream": "a quotation mark that is not closed",
}


class _Reader:
    """Builds nodes from events, without recursion, within the limits of nodes and depth."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.line = 1
        self._count = 0
        self._documents: list[Node] = []
        self._open: list[Node] = []
        self._keys: list[Node | None] = []

    def take(self, event: Any) -> None:
        """Take the next event."""
        self.line = event.start_mark.line + 1
        if isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event.end_mark)
        elif isinstance(event, yaml.DocumentStartEvent) and self._documents:
            self._stop(event, "one document", "a second one, after ---", "keep one scenario in a file")

    def _close(self, mark: Any) -> None:
        self._keys.pop()
        node = self._open.pop()
        node.end, node.end_line = mark.index, mark.line + 1

    def whole(self) -> Node:
        """The mapping at the top."""
        if not self._documents or self._documents[0].empty:
            raise BadInput([Fault("a mapping: keys with their values", "an empty file", file=self.file)])
        root = self._documents[0]
        if root.kind != "mapping":
            given = "a list" if root.kind == "list" else "a text"
            hint = "put rules: above it" if _looks_like_rules(root) else "begin with title: and what it is called"
            wanted = "a mapping: keys with their values"
            raise BadInput([Fault(wanted, given, "", self.file, root.line, root.column, hint)])
        return root

    def _node(self, event: Any) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            self._stop(event, f"at most {MOST_NODES:,} values in a file", "more", "")
        if event.anchor is not None:
            named = "an alias *" if isinstance(event, yaml.AliasEvent) else "an anchor &"
            self._fault(event, "the value itself", named + event.anchor, "write the value out in each place")
        elif event.tag is not None:
            given = f"the tag {event.tag.replace('tag:yaml.org,2002:', '!!')}"
            self._fault(event, "a value without a tag", given, "leave the tag out: each key knows its type")
        node = self._made(event)
        node.faulty = isinstance(event, yaml.AliasEvent)
        self._attach(node)
        if node.kind != "text":
            self._open.append(node)
            self._keys.append(None)
            if len(self._open) > DEEPEST:
                self._stop(
                    event,
                    f"mappings and lists at most {DEEPEST} deep",
                    "deeper ones",
                    "close every bracket, and fix the indent",
                )

    def _made(self, event: Any) -> Node:
        start, end = event.start_mark, event.end_mark
        kind: Kind = "text"
        if isinstance(event, yaml.CollectionStartEvent):
            kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
        node = Node(kind, start.line + 1, start.column + 1, start.index, end.index, end.line + 1)
        if isinstance(event, yaml.ScalarEvent):
            node.text, node.plain = event.value, event.style is None
            if found := UNPRINTABLE.search(node.text):
                given = f"the control character U+{ord(found[0]):04X}"
                self._fault(event, "printable characters", given, "delete the escape")
                node.text = UNPRINTABLE.sub("?", node.text)
        return node

    def _attach(self, node: Node) -> None:
        if not self._open:
            self._documents.append(node)
        elif self._open[-1].kind == "list":
            self._open[-1].entries.append((None, node))
        elif self._keys[-1] is None:
            self._keys[-1] = node
        else:
            self._open[-1].entries.append((self._keys[-1], node))
            self._keys[-1] = None

    def _fault(self, event: Any, wanted: str, given: str, hint: str) -> None:
        place = event.start_mark
        self.faults.append(Fault(wanted, given, "", self.file, place.line + 1, place.column + 1, hint))

    def _stop(self, event: Any, wanted: str, given: str, hint: str) -> None:
        self._fault(event, wanted, given, hint)
        raise BadInput(self.faults)


def _looks_like_rules(root: Node) -> bool:
    """A list whose first entry says what a policy does."""
    return root.kind == "list" and bool(root.entries) and root.entries[0][1].child("action") is not None
