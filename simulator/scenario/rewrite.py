"""A scenario's text with another staffing: only the shifts (and trunks) are written anew, all else stays as it is."""

from collections.abc import Sequence

import yaml

from simulator.scenario.floor import WEEKDAYS, Attendance, Break, Shift
from simulator.scenario.units import DAY, HOUR, MINUTE, SECOND


def with_floor(text: str, shifts: Sequence[Shift], trunks: int | None = None) -> str:
    """The text of a sound scenario with these shifts, and so many trunks, in place of its own.

    Comments and order of everything else stay. Raises ValueError for a text without a floor written as a block.
    """
    floor = _child(yaml.compose(text, Loader=yaml.SafeLoader), "floor")
    if not isinstance(floor, yaml.MappingNode) or floor.flow_style:
        raise ValueError("the scenario's floor has to be a block of lines to be written anew")
    indent = " " * floor.start_mark.column
    lines = [f"{indent}shifts:\n", *(f"{indent}  - {shift_text(shift)}\n" for shift in shifts)]
    edits = [_edit(text, floor, "shifts", "".join(lines))]
    if trunks is not None:
        edits.append(_edit(text, floor, "trunks", f"{indent}trunks: {trunks}\n"))
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def lengthened(text: str, days: int) -> str:
    """The text of a sound scenario that goes on for so many days; figures reported of its own length are left out."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise ValueError("the scenario has to be a block of lines to be written anew")
    edits = [_edit(text, root, "length", f"length: {days} d\n")]
    if _child(root, "reported") is not None:
        edits.append(_edit(text, root, "reported", "# Figures reported are of the file's own length, and left out.\n"))
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def _edit(text: str, floor: yaml.MappingNode, name: str, new: str) -> tuple[int, int, str]:
    """Where the lines of a key begin and end, and what is to stand there; at the floor's end where it is not."""
    for key, value in floor.value:
        if key.value == name:
            begin = text.rindex("\n", 0, key.start_mark.index) + 1
            return begin, _end_of_line(text, _last(value)), new
    end = _end_of_line(text, _last(floor))
    return end, end, new if text[end - 1] == "\n" else f"\n{new}"


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
