"""What a cell means as a time: seconds unless another notation is stated, exact to the microsecond."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from simulator.logs.conventions import Conventions
from simulator.scenario.fixes import fix_number
from simulator.scenario.units import DAY, HOUR, MINUTE, SECOND

Parser = Callable[[str], int]
LONGEST_S = Decimal(3_155_760_000)
MOST_DAYS = 100_000
"""Days of a spreadsheet count from 1900: this is in 2173."""
_NUMBER = re.compile(r"[+-]?([0-9]{1,40}([.][0-9]{0,40})?|[.][0-9]{1,40})([eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?([0-9]{1,40}|[0-9]{1,3}([.][0-9]{3})+)(,[0-9]{1,40})?")
_CLOCK = re.compile(r"(?:([0-9]{1,6}):(?=[0-5]?[0-9]:))?([0-9]{1,6}):([0-5][0-9])(?:[.]([0-9]{1,6}))?")
_MINUTES = re.compile(r"([0-9]{1,6})(?:[.]([0-5][0-9]?))?")


def seconds(text: str) -> int:
    """Microseconds of decimal seconds such as ``12.5``; ValueError says what is wanted."""
    whole, _, part = text.partition(".")
    part = part or "0"
    if whole.isdigit() and part.isdigit() and text.isascii() and len(whole) < 10 and len(part) <= 6:
        return int(whole) * SECOND + int(part.ljust(6, "0"))  # the same, seven times as fast
    value = Decimal(text) if _NUMBER.fullmatch(text) else Decimal(-1)
    if value < 0:
        raise ValueError("seconds as a decimal number, zero or more, such as 12.5")
    if value > LONGEST_S:
        raise ValueError(f"at most {LONGEST_S} seconds, a hundred years; count them from a moment near the first call")
    return int((value * SECOND).to_integral_value())


def days(text: str) -> int:
    """Microseconds of a spreadsheet's days, to the nearest second: ``0.001736111`` is 150 s."""
    value = Decimal(text) if _NUMBER.fullmatch(text) else Decimal(-1)
    if not 0 <= value <= MOST_DAYS:
        raise ValueError(f"days of a spreadsheet, from 0 to {MOST_DAYS:,}, such as 0.001736111 for 150 s")
    return int((value * DAY / SECOND).to_integral_value(ROUND_HALF_UP)) * SECOND


def clock(text: str) -> int:
    """Microseconds of minutes and seconds, ``2:30``, or hours too, ``1:02:30``."""
    found = _CLOCK.fullmatch(text)
    if not found:
        raise ValueError("minutes and seconds such as 2:30, or 1:02:30 with hours")
    hours, minutes, rest, part = found.groups()
    return int(hours or 0) * HOUR + int(minutes) * MINUTE + int(rest) * SECOND + int((part or "0").ljust(6, "0"))


def minutes_and_seconds(text: str) -> int:
    """Microseconds of minutes.seconds: ``2.30`` is 150 s, and so is ``2.3``, since spreadsheets drop the zero."""
    found = _MINUTES.fullmatch(text)
    if not found:
        raise ValueError("minutes and seconds such as 2.30, the seconds below 60")
    return int(found[1]) * MINUTE + int((found[2] or "").ljust(2, "0")) * SECOND


NOTATIONS: dict[str, Parser] = {"seconds": seconds, "days": days, "m:ss": clock, "mm.ss": minutes_and_seconds}


def parser(notation: str, conventions: Conventions) -> Parser:
    """What reads a notation under the conventions; it raises ValueError, which says what is wanted."""
    parse = NOTATIONS[notation]
    return _with_comma(parse) if conventions.decimal_comma and notation != "m:ss" else parse


def _with_comma(parse: Parser) -> Parser:
    def read(text: str) -> int:
        if not _COMMA.fullmatch(text):
            raise ValueError("a number with a decimal comma, such as 12,5 or 1.250,5")
        return parse(text.replace(".", "").replace(",", "."))

    return read


def fix_of_arrival(text: str) -> str:
    """What was most likely meant by an arrival that is no number of seconds."""
    if found := re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", text):
        hours, minutes, rest = (int(part or 0) for part in found.groups())
        return f"count the seconds: {3600 * hours + 60 * minutes + rest} from midnight"
    if re.search(r"[0-9][-/ ][0-9]+.*[0-9][:.][0-9]{2}", text):
        return "count the seconds from one moment: in a spreadsheet, (time - first time) * 86400"
    return _fix(text)


def fix_of_duration(text: str) -> str:
    """What was most likely meant by a duration that is no number of seconds."""
    if _CLOCK.fullmatch(text):
        value = f"{clock(text) / SECOND:g}"
        if text.count(":") == 2:
            return f"{text} is {value} seconds; --durations m:ss reads the file so"
        return f"{text} as minutes and seconds is {value}; --durations m:ss reads the file so"
    return _fix(text)


def _fix(text: str) -> str:
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", text):
        point, none = text.replace(",", ".", 1), text.replace(",", "")
        return f"write {none}" + (f", or {point} if the comma is decimal" if text.count(",") == 1 else "")
    if re.fullmatch(r"[0-9]+,[0-9]+", text):
        return f"write a decimal point: {text.replace(',', '.')}; --decimal-comma reads the file so"
    if re.fullmatch(r"[0-9]{1,3}([.][0-9]{3})+,[0-9]+|[0-9]{1,3}([.][0-9]{3}){2,}", text):
        return f"write {text.replace('.', '').replace(',', '.')}; --decimal-comma reads the file so"
    if found := re.fullmatch(r"([0-9]+(?:[.][0-9]+)?) ?(s|sec|secs|seconds|detik|dtk)", text.lower()):
        return f"leave out the unit: {found[1]}"
    return fix_number(text)
