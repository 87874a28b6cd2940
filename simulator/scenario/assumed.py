"""What nobody reported: values that a comment ``# assumed: reason`` marks, or ``# assumed 2 % to 8 %: reason``."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from simulator.scenario.nodes import Node, flow, walk
from simulator.scenario.source import LINE_END

_COMMENT = re.compile(r"(?:^|(?<=[\s]))#[^\n\r\x85\u2028\u2029]*")
_ASSUMED = re.compile(r"#+\s*assumed\b\s*(?:([0-9][^:]*?)\s*(?=:))?(:?)\s*(.*)", re.IGNORECASE | re.DOTALL)
"""The range (begins with a digit, ends before the colon), the colon, and the reason."""


class Assumption(NamedTuple):
    """A value that was assumed: its key path, the value as text, why, its line, and the range that is stated, if any."""

    key: str
    value: str
    reason: str
    line: int
    range: str = ""

    @property
    def said(self) -> str:
        """The value, and the range where one is stated: ``4 % (2 % to 8 %)``."""
        return f"{self.value} ({self.range})" if self.range else self.value


class _Comment(NamedTuple):
    """A comment: its first index in the file, its line (from 1), whether it stands alone, and its text with #."""

    begin: int
    line: int
    alone: bool
    text: str


class _Entry(NamedTuple):
    """A key with its value, or an item of a list: where it begins, itself, and what it is part of."""

    begin: int
    line: int
    keyed: bool
    value: Node
    parent: Node


def find_assumptions(text: str, root: Node) -> tuple[tuple[Assumption, ...], tuple[str, ...]]:
    """The marked values in the order of the file, and warnings about marks that say or mark nothing.

    A mark stands behind a value on the line of its key, or alone on the lines before it; lines of comment that follow
    a mark which stands alone go on with its reason.
    """
    entries = sorted(_entries(root), key=lambda entry: (entry.begin, entry.keyed))
    found: list[Assumption] = []
    warnings: list[str] = []
    for comment in _joined(list(_comments(text, root))):
        if not (mark := _ASSUMED.fullmatch(comment.text)):
            continue
        value = _marked(comment, entries, text)
        if value is None:
            warnings.append(f"line {comment.line}: '# assumed' marks no value; write it behind one, or above its key")
            continue
        if not mark[2] or not mark[3].strip():
            warnings.append(f"line {comment.line}: say why it is assumed: # assumed: the reason")
        reason = mark[3].strip() or "no reason given"
        found.append(Assumption(value.label, flow(value), reason, value.line, mark[1] or ""))
    return tuple(found), tuple(warnings)


def _comments(text: str, root: Node) -> Iterator[_Comment]:
    """Comments: a # after white space that stands in no text."""
    texts = sorted((node.begin, node.end) for node in _all_nodes(root) if node.kind == "text")
    ends = [0, *(end.end() for end in LINE_END.finditer(text))]
    for found in _COMMENT.finditer(text):
        before = bisect_right(texts, (found.start(), len(text))) - 1
        if before >= 0 and texts[before][0] <= found.start() < texts[before][1]:
            continue
        line = bisect_right(ends, found.start())
        yield _Comment(found.start(), line, not text[ends[line - 1] : found.start()].strip(), found[0])


def _all_nodes(root: Node) -> Iterator[Node]:
    for node in walk(root):
        yield node
        yield from (key for key, _ in node.entries if key is not None)


def _joined(comments: list[_Comment]) -> Iterator[_Comment]:
    """Comments; one that marks and stands alone with the lines of comment right below it."""
    runs: list[list[_Comment]] = [[comment] for comment in comments[:1]]
    for one, two in pairwise(comments):
        follows = two.alone and one.alone and two.line == one.line + 1 and not _ASSUMED.fullmatch(two.text)
        if follows and _ASSUMED.fullmatch(runs[-1][0].text):
            runs[-1].append(two)
        else:
            runs.append([two])
    for run in runs:
        more = [comment.text.lstrip("# \t") for comment in run[1:]]
        yield run[0]._replace(text=" ".join([run[0].text.rstrip(), *more]).rstrip())


def _entries(node: Node) -> Iterator[_Entry]:
    for key, value in node.entries:
        first = key or value
        yield _Entry(first.begin, first.line, key is not None, value, node)
        yield from _entries(value)


def _marked(comment: _Comment, entries: list[_Entry], text: str) -> Node | None:
    if comment.alone:
        return next((entry.value for entry in entries if entry.begin > comment.begin), None)
    here = [entry for entry in entries if entry.line == comment.line and entry.begin < comment.begin]
    if here:
        return _first_meant(here, text)
    closing = (e.value for e in entries if e.value.end_line == comment.line and text[e.value.begin] in "{[")
    return next(closing, None)


def _first_meant(here: list[_Entry], text: str) -> Node:
    """The first entry of a line; of an item that goes on below, its first key; of several bare items, their list."""
    first = here[0]
    if first.keyed or text[first.value.begin] in "{[":
        return first.value
    if first.value.kind == "text":
        return first.parent if len(here) > 1 else first.value
    return next((entry.value for entry in here if entry.keyed), first.value)
