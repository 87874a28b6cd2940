"""Quantities as people write them: ``90 s``, ``7 d``, ``07:30``, ``12 / h``, ``4 %``.

This is the only parser of time in siaga. Time becomes whole microseconds (``int``), so that sums are exact in
any order; a rate becomes calls per microsecond (``float``); a share becomes a fraction of one. Every quantity
carries its unit: a bare number is refused where a unit belongs. Each kind of quantity is one pydantic type whose
JSON Schema is the very pattern that the parser uses.
"""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from simulator.scenario.fixes import (
    fix_clock,
    fix_count,
    fix_duration,
    fix_flag,
    fix_moment,
    fix_number,
    fix_rate,
    fix_share,
    nearest,
)

MICROSECOND: Final = 1
MILLISECOND: Final = 1_000
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
NEVER: Final = 2**62
"""A time that never comes: patience without end, a block for ever."""
LONGEST: Final = 36_525 * DAY
"""A hundred years: the longest duration a file may name."""

UNITS: Final = {"us": 1, "ms": MILLISECOND, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY, "w": WEEK}

_NUMBER = r"[0-9]{1,12}([.][0-9]{1,9})?"
_POSITIVE = r"(?!0+([.]0+)?(?![0-9.]))" + _NUMBER
_UNIT = r"(us|ms|s|min|h|d|w)"
_SHARE = r"(100([.]0{1,9})?|[0-9]{1,2}([.][0-9]{1,9})?) ?%"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00"
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?[+-][0-9]{2}:[0-9]{2}"
_RATE = _POSITIVE + r" ?/ ?(s|min|h|d|w)"
_COUNT = r"0|[1-9][0-9]{0,8}"
_POSITIVE_COUNT = r"[1-9][0-9]{0,8}"
_TRUE = ("yes", "true", "True", "TRUE")
_FLAG = "|".join((*_TRUE, "no", "false", "False", "FALSE"))
_TIMED = _NUMBER + " ?" + _UNIT
TIMED_POSITIVE = _POSITIVE + " ?" + _UNIT
MOST_COUNTED: Final = 999_999_999
LARGEST_NUMBER: Final = 1e12

DURATION_WANTED = "a duration with its unit, such as 90 s, 15 min, 24 h or 7 d"
POSITIVE_DURATION_WANTED = "a duration above zero with its unit, such as 90 s, 15 min, 24 h or 7 d"
RATE_WANTED = "a rate above zero with its unit, such as 6 / d or 12 / h"
SHARE_WANTED = "a share from 0 % to 100 %, such as 4 %"
CLOCK_WANTED = "a time of day from 00:00 to 24:00, such as 07:30"
MOMENT_WANTED = "a date, a time of day and the offset from UTC, such as 2021-08-26T06:00+08:00"

Fix = Callable[[object], str]


def no_fix(given: object) -> str:  # noqa: ARG001  (one form for all fixes)
    """No fix is known."""
    return ""


def refuse(wanted: str, given: object, hint: str = "") -> PydanticCustomError:
    """The one form of complaint: what is wanted, and the fix; the loader adds where it stands."""
    told = {"wanted": wanted, "given": str(given), "hint": hint}
    # Bytes of an option that are no UTF-8 are no text to pydantic.
    plain = {name: text.encode("utf-8", "backslashreplace").decode() for name, text in told.items()}
    return PydanticCustomError("wanted", "{wanted}", plain)


def _matched(pattern: str, wanted: str, given: object, fix: Fix) -> str:
    if not isinstance(given, str) or not re.fullmatch(pattern, given):
        raise refuse(wanted, given, fix(given) if isinstance(given, str) else "")
    return str(given)


def parse_duration(given: object, *, positive: bool = False) -> int:
    """Microseconds of a duration such as ``90 s``; an ``int`` is taken as microseconds already."""
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    wanted = POSITIVE_DURATION_WANTED if positive else DURATION_WANTED
    text = _matched(TIMED_POSITIVE if positive else _TIMED, wanted, given, _fix_positive if positive else fix_duration)
    number, unit = re.split(r" ?(?=[a-z])", text, maxsplit=1)
    microseconds = int((Decimal(number) * UNITS[unit]).to_integral_value())
    if microseconds > LONGEST:
        raise refuse("a duration of at most a hundred years", given)
    if positive and microseconds == 0:
        raise refuse("a duration of at least a microsecond", given)
    return microseconds


def _fix_positive(given: object) -> str:
    """A unit would not fix a bare zero."""
    return "it cannot be zero" if re.fullmatch(r"0+([.]0+)?", str(given)) else fix_duration(given)


def parse_positive_duration(given: object) -> int:
    """Microseconds of a duration above zero."""
    return parse_duration(given, positive=True)


def parse_duration_or(word: str) -> Callable[[object], int]:
    """A parser of durations that also takes ``word``, ``never`` or ``forever`` (then above zero): time without end."""
    positive = word == "forever"

    def parse(given: object) -> int:
        if given in (word, NEVER):
            return NEVER
        if isinstance(given, str):
            pattern = TIMED_POSITIVE if positive else _TIMED
            wanted = f"{POSITIVE_DURATION_WANTED if positive else DURATION_WANTED}, or {word}"
            fix = _fix_positive if positive else fix_duration
            _matched(pattern, wanted, given, lambda text: nearest(text, [word]) or fix(text))
        return parse_duration(given, positive=positive)

    return parse


def parse_rate(given: object) -> float:
    """Calls per microsecond of a rate such as ``12 / h``; a ``float`` is taken as calls per microsecond already."""
    if isinstance(given, float):
        return given
    text = _matched(_RATE, RATE_WANTED, given, fix_rate)
    number, unit = re.split(r" ?/ ?", text)
    return float(number) / UNITS[unit]


def parse_share(given: object) -> float:
    """Fraction of one of a share such as ``4 %``; a ``float`` is taken as a fraction already."""
    if isinstance(given, float):
        return given
    text = _matched(_SHARE, SHARE_WANTED, given, fix_share)
    return float(Decimal(text.rstrip("% ")) / 100)


def parse_clock(given: object) -> int:
    """Microseconds since midnight of a time of day such as ``07:30``; ``24:00`` is the end of the day."""
    if isinstance(given, int):
        return given
    text = _matched(_CLOCK, CLOCK_WANTED, given, fix_clock)
    return int(text[:2]) * HOUR + int(text[3:]) * MINUTE


def parse_moment(given: object) -> datetime:
    """The date, time of day and offset from UTC of ``2021-08-26T06:00+08:00``."""
    if isinstance(given, datetime):
        return given
    text = _matched(_MOMENT, MOMENT_WANTED, given, fix_moment)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise refuse(MOMENT_WANTED, given, "there is no such date or time of day") from error


def parse_count(least: int, most: int = MOST_COUNTED) -> Callable[[object], int]:
    """A parser of whole numbers from ``least`` to ``most``."""

    def parse(given: object) -> int:
        wanted = f"a whole number from {least} to {most}"
        value = given if type(given) is int else int(_matched(_COUNT, wanted, given, fix_count))
        if not least <= value <= most:
            raise refuse(wanted, given, f"{least} is the least" if value < least else "")
        return value

    return parse


def parse_number(given: object, *, positive: bool = False) -> float:
    """A plain number, zero or more (above zero if ``positive``)."""
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return float(given)
    wanted = "a number above zero, such as 0.9" if positive else "a number, zero or more, such as 0.9"
    return float(_matched(_POSITIVE if positive else _NUMBER, wanted, given, fix_number))


def parse_positive_number(given: object) -> float:
    """A plain number above zero."""
    return parse_number(given, positive=True)


def parse_flag(given: object) -> bool:
    """``yes`` or ``no``."""
    if isinstance(given, bool):
        return given
    return _matched(_FLAG, "yes or no", given, fix_flag) in _TRUE


def parse_text(given: object) -> str:
    """A text of at least one character."""
    if not isinstance(given, str) or not given.strip():
        raise refuse("a text", given)
    return str(given)


def written(pattern: str, title: str, *examples: str) -> WithJsonSchema:
    """The JSON Schema of a text that matches the whole ``pattern``."""
    return WithJsonSchema({"title": title, "type": "string", "pattern": f"^({pattern})$", "examples": list(examples)})


def numeric(kind: str, title: str, pattern: str, **bounds: float) -> WithJsonSchema:
    """The JSON Schema of a number within bounds, or a text that matches the whole ``pattern``."""
    choices: list[dict[str, Any]] = [{"type": kind, **bounds}, {"type": "string", "pattern": f"^({pattern})$"}]
    return WithJsonSchema({"title": title, "anyOf": choices})


Duration = Annotated[int, BeforeValidator(parse_duration), written(_TIMED, "duration", "90 s", "24 h")]
PositiveDuration = Annotated[
    int, BeforeValidator(parse_positive_duration), written(TIMED_POSITIVE, "duration", "90 s", "24 h")
]
DurationOrNever = Annotated[
    int, BeforeValidator(parse_duration_or("never")), written(f"never|{_TIMED}", "duration or never", "90 s", "never")
]
DurationOrForever = Annotated[
    int,
    BeforeValidator(parse_duration_or("forever")),
    written(f"forever|{TIMED_POSITIVE}", "duration or forever", "24 h", "forever"),
]
Rate = Annotated[float, BeforeValidator(parse_rate), written(_RATE, "rate", "6 / d", "12 / h")]
Share = Annotated[float, BeforeValidator(parse_share), written(_SHARE, "share", "4 %")]
Clock = Annotated[int, BeforeValidator(parse_clock), written(_CLOCK, "time of day", "07:30")]
Moment = Annotated[datetime, BeforeValidator(parse_moment), written(_MOMENT, "moment", "2021-08-26T06:00+08:00")]
Count = Annotated[
    int,
    BeforeValidator(parse_count(0)),
    numeric("integer", "whole number", _COUNT, minimum=0, maximum=MOST_COUNTED),
]
PositiveCount = Annotated[
    int,
    BeforeValidator(parse_count(1)),
    numeric("integer", "whole number, 1 or more", _POSITIVE_COUNT, minimum=1, maximum=MOST_COUNTED),
]
Number = Annotated[
    float,
    BeforeValidator(parse_number),
    numeric("number", "number", _NUMBER, minimum=0, exclusiveMaximum=LARGEST_NUMBER),
]
PositiveNumber = Annotated[
    float,
    BeforeValidator(parse_positive_number),
    numeric("number", "number above zero", _POSITIVE, exclusiveMinimum=0, exclusiveMaximum=LARGEST_NUMBER),
]
Flag = Annotated[
    bool,
    BeforeValidator(parse_flag),
    WithJsonSchema({"title": "yes or no", "anyOf": [{"type": "boolean"}, {"enum": _FLAG.split("|")}]}),
]
Text = Annotated[
    str,
    BeforeValidator(parse_text),
    WithJsonSchema({"title": "text", "type": ["string", "number", "boolean"], "pattern": r"\S"}),
]


def duration_text(microseconds: int) -> str:
    """A duration as a file would have it: ``24 h``, ``7 d``, ``90 min``, ``forever``."""
    if microseconds == NEVER:
        return "forever"
    units = ((2 * DAY, DAY, "d"), (HOUR, HOUR, "h"), (MINUTE, MINUTE, "min"), (0, SECOND, "s"))
    for least, unit, name in units:
        if microseconds >= least and microseconds % unit == 0:
            return f"{microseconds // unit} {name}"
    return f"{microseconds} us"


def share_text(fraction: float) -> str:
    """A share as a file would have it: ``4 %``."""
    return f"{(Decimal(str(fraction)) * 100).normalize():f} %"
