"""A scenario's text with another staffing, policy or targets: only these are written anew, all else stays as it is."""

import json
from collections.abc import Sequence

import yaml

from simulator.scenario.floor import WEEKDAYS, Attendance, Break, Shift
from simulator.scenario.target import Target
from simulator.scenario.units import DAY, HOUR, MINUTE, SECOND


def with_floor(text: str, shifts: Sequence[Shift], trunks: int | None = None) -> str:
    """The text of a sound scenario with these shifts, and so many trunks, in place of its own.

    Comments and order of everything else stay, whether the floor is a block of lines, in braces or JSON.
    """
    floor = _child(yaml.compose(text, Loader=yaml.SafeLoader), "floor")
    if not isinstance(floor, yaml.MappingNode):
        raise ValueError("a scenario without a floor is not sound")
    edits = [_edit(text, floor, "shifts", [shift_text(shift) for shift in shifts])]
    if trunks is not None:
        edits.append(_edit(text, floor, "trunks", str(trunks)))
    return _edited(text, edits)


def lengthened(text: str, days: int) -> str:
    """The text of a sound scenario that goes on for so many days; figures reported of its own length are left out."""
    root = _root(text)
    edits = [_edit(text, root, "length", f"{days} d")]
    if _child(root, "reported") is not None:
        edit = _edit(text, root, "reported", [])
        comment = "# Figures reported are of the file's own length, and left out.\n"
        edits.append(edit if root.flow_style else (*edit[:2], comment))
    return _edited(text, edits)


def with_policy(text: str, name: str) -> str:
    """The text of a sound scenario that names this policy in place of its own."""
    return _edited(text, [_edit(text, _root(text), "policy", json.dumps(name))])


def with_targets(text: str, targets: Sequence[Target]) -> str:
    """The text of a sound scenario with these targets in place of its own."""
    return _edited(text, [_edit(text, _root(text), "targets", [json.dumps(str(target)) for target in targets])])


def policy_name(text: str) -> str | None:
    """The name of the policy that the text of a sound scenario names; None where rules stand in place, or none."""
    node = _child(_root(text), "policy")
    return node.value if isinstance(node, yaml.ScalarNode) else None


def _root(text: str) -> yaml.MappingNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise ValueError("a scenario that is no mapping is not sound")
    return root


Edit = tuple[int, int, str]
"""From where to where in a text, and what is to stand there."""


def _edited(text: str, edits: Sequence[Edit]) -> str:
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def _edit(text: str, parent: yaml.MappingNode, name: str, new: str | Sequence[str]) -> Edit:
    """A key's value written anew, or the key added; a list has an item a line."""
    there = next(((key, value) for key, value in parent.value if key.value == name), None)
    if parent.flow_style:
        return _edit_in_braces(parent, there, name, new)
    indent = " " * parent.start_mark.column
    items = [f"{indent}  - {item}\n" for item in new]
    lines = f"{indent}{name}: {new}\n" if isinstance(new, str) else f"{indent}{name}:\n{''.join(items)}"
    if there is None:
        end = _end_of_line(text, _last(parent))
        return end, end, lines if text[end - 1] == "\n" else f"\n{lines}"
    key, value = there
    begin = text.rindex("\n", 0, key.start_mark.index) + 1 if "\n" in text[: key.start_mark.index] else 0
    if text[begin : key.start_mark.index].strip(" ?"):
        # A block that begins behind the colon of an explicit key.
        begin, lines = key.start_mark.index, lines.removeprefix(indent)
    return begin, _end_of_line(text, _last(value)), lines


def _edit_in_braces(
    parent: yaml.MappingNode, there: tuple[yaml.Node, yaml.Node] | None, name: str, new: str | Sequence[str]
) -> Edit:
    """The same of a mapping in braces, as JSON is; its keys are quoted there, and may be everywhere."""
    inside = "\n" + " " * (parent.start_mark.column + 4)
    value = new if isinstance(new, str) else f"[{inside}{f',{inside}'.join(new)}]" if new else "[]"
    if there is not None:
        return there[1].start_mark.index, there[1].end_mark.index, value
    end = _last(parent.value[-1][1])
    return end, end, f', "{name}": {value}'


def _last(node: yaml.Node) -> int:
    """The index behind the last letter of a node; its own mark may stand behind comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _end_of_line(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def shift_text(shift: Shift) -> str:
    """A shift as one line of a scenario file."""
    parts = [f"name: {shift.name}", f"from: '{clock_text(shift.from_)}'", f"to: '{clock_text(shift.to)}'"]
    parts.append(f"call_takers: {shift.call_takers}")
    if shift.days != WEEKDAYS:
        parts.append(f"days: [{', '.join(shift.days)}]")
    parts += [f"{key}: {day}" for key, day in (("since", shift.since), ("until", shift.until)) if day]
    if shift.attendance != Attendance():
        parts.append(f"attendance: {_attendance(shift.attendance)}")
    if shift.breaks:
        parts.append(f"breaks: [{', '.join(map(_break, shift.breaks))}]")
    if shift.may_overlap:
        parts.append("may_overlap: yes")
    return "{" + ", ".join(parts) + "}"


def _attendance(given: Attendance) -> str:
    if not given.correlation:
        return _percent(given.share)
    return f"{{share: {_percent(given.share)}, correlation: {_percent(given.correlation)}}}"


def _percent(share: float) -> str:
    return f"{round(100 * share, 9):g} %"


def _break(pause: Break) -> str:
    turn = "yes" if pause.in_turn else "no"
    return f"{{at: '{clock_text(pause.at)}', for: {_duration(pause.for_)}, in_turn: {turn}}}"


def clock_text(time: int) -> str:
    """``07:30``; the end of a day is 24:00."""
    return f"{time // HOUR:02d}:{time % HOUR // MINUTE:02d}"


def _duration(time: int) -> str:
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")):
        if time % unit == 0:
            return f"{time // unit} {name}"
    return f"{time} us"
