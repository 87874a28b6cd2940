"""Fixes: how to write what somebody most likely meant. Each function takes the text given and returns a hint or ''."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_UNIT_WORDS = {
    "us": ("microsecond", "microseconds"),
    "ms": ("millisecond", "milliseconds", "msec"),
    "s": ("sec", "secs", "second", "seconds", "detik", "dtk"),
    "min": ("m", "mins", "minute", "minutes", "menit", "mnt"),
    "h": ("hr", "hrs", "hour", "hours", "jam"),
    "d": ("day", "days", "hari"),
    "w": ("wk", "week", "weeks", "minggu"),
}
_MEANT = {word: unit for unit, words in _UNIT_WORDS.items() for word in (unit, *words)}
_NUMBER = r"[0-9]+(?:[.][0-9]+)?"
_THOUSANDS = "[1-9][0-9]{0,2}([.][0-9]{3})+"
_FLAGS = {"on": "yes", "y": "yes", "ya": "yes", "1": "yes", "off": "no", "n": "no", "tidak": "no", "0": "no"}


MOST_WORDS = 200
"""Among how many words the nearest is looked for."""


def listed(words: Iterable[str]) -> str:
    """Words for a message, the first twenty of them."""
    known = list(words)
    return ", ".join(known[:20]) + (", ..." if len(known) > 20 else "")


def nearest(given: object, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Asks whether the nearest of the ``known`` words was meant, if it is near enough (1: the same)."""
    word = nearest_word(given, known, cutoff)
    return f"did you mean {word}?" if word else ""


def nearest_word(given: object, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The nearest of the ``known`` words, '' where none is near enough."""
    words = sorted(known)[:MOST_WORDS]
    return next(iter(get_close_matches(str(given).lower(), words, n=1, cutoff=cutoff)), "")


def fix_number(given: object) -> str:
    """A decimal comma, a separator of thousands, a sign, an exponent, a missing or superfluous zero."""
    text = str(given)
    hints = {
        r"[0-9]{1,3}(,[0-9]{3})+": f"leave out the commas: {text.replace(',', '')}",
        rf"{_THOUSANDS}[.][0-9]{{3}}": f"leave out the points: {text.replace('.', '')}",
        r"[0-9]+,[0-9]+": f"write a decimal point, not a comma: {text.replace(',', '.')}",
        r"-.*": "it cannot be negative: leave out the minus sign",
        r"\+.*": "leave out the plus sign",
        r"[.][0-9]+": f"write a zero before the point: 0{text}",
        r"0+[1-9][0-9]*": f"leave out the zeros in front: {text.lstrip('0')}",
        r"[0-9.]+[eE][-+]?[0-9]+": "write the number out, without an exponent",
    }
    return next((hint for pattern, hint in hints.items() if re.fullmatch(pattern, text)), "")


def fix_count(given: object) -> str:
    """As of a number; in a whole number a point can only stand for thousands."""
    text = str(given)
    return f"leave out the points: {text.replace('.', '')}" if re.fullmatch(_THOUSANDS, text) else fix_number(text)


def fix_duration(given: object) -> str:
    """A duration without a unit, with a unit's whole name, in several units, or written as a time of day."""
    text = str(given).strip()
    hints = {
        _NUMBER: f"add the unit: {text} s, {text} min, {text} h or {text} d",
        r"0+([.]0+)? ?(us|ms|s|min|h|d|w)": "it cannot be zero",
        rf"{_NUMBER} *(months?|years?|bulan|tahun)": "months and years differ in length: write days (d) or weeks (w)",
        rf"({_NUMBER} *[A-Za-z]+ *){{2,}}": "write one number with one unit: 90 min, not 1 h 30 min",
    }
    if hint := next((hint for pattern, hint in hints.items() if re.fullmatch(pattern, text)), ""):
        return hint
    if (found := re.fullmatch(rf"({_NUMBER}) *([A-Za-z]+)", text)) and (unit := _MEANT.get(found[2].lower())):
        return f"write {found[1]} {unit}"
    if found := re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", text):
        return f"a duration is not a time of day: write {60 * int(found[1]) + int(found[2])} min"
    return fix_number(text) or fix_number(text.split(" ", maxsplit=1)[0])


def fix_rate(given: object) -> str:
    """A rate without its time, or in words."""
    text = str(given).strip()
    if re.fullmatch(_NUMBER, text):
        return (
            "it cannot be zero: leave the group out"
            if not text.strip("0.")
            else f"add the unit: {text} / d or {text} / h"
        )
    found = re.fullmatch(rf"({_NUMBER}) *(?:calls?)? *(?:/|per|a|an|each) *([A-Za-z]+)", text)
    if found and not found[1].strip("0."):
        return "it cannot be zero: leave the group out"
    if found and (unit := _MEANT.get(found[2].lower())):
        return f"write {found[1]} / {unit}"
    if found and found[2].lower().startswith(("mon", "year", "bul", "tah")):
        return "months and years differ in length: write it per day (/ d) or week (/ w)"
    return fix_number(text) or fix_number(re.split("[ /]", text, maxsplit=1)[0])


def fix_share(given: object) -> str:
    """A share without the percent sign, or beyond 100 %."""
    text = str(given).strip()
    if re.fullmatch(_NUMBER, text):
        value = float(text)
        if 0 < value <= 1:
            return f"write it in percent: {100 * value:.10g} %"
        return f"add the percent sign: {text} %" if value <= 100 else ""
    if (found := re.fullmatch(rf"({_NUMBER}) ?%", text)) and float(found[1]) > 100:
        return "a share is a part of the whole, 100 % at most"
    return fix_number(text.rstrip("% "))


def fix_clock(given: object) -> str:
    """A time of day with one digit, a point, or am and pm."""
    found = re.fullmatch(r"([0-9]{1,2})[:.h]?([0-9]{2})?(?::00)? *(am|pm)?", str(given).strip().lower())
    if not found:
        return ""
    hour, minute = int(found[1]), int(found[2] or 0)
    hour = hour % 12 + 12 * (found[3] == "pm") if found[3] else hour
    return f"write '{hour:02d}:{minute:02d}'" if hour < 24 and minute < 60 else ""


def fix_moment(given: object) -> str:
    """A date without its time of day or its offset."""
    text = str(given).strip()
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return f"add the time of day and the offset (WIB is +07:00): {text}T00:00+07:00"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?", text):
        return f"add the offset from UTC (WIB +07:00, WITA +08:00, WIT +09:00): {text}+07:00"
    if text.endswith("Z"):
        return f"write the offset as +00:00: {text[:-1]}+00:00"
    return ""


def fix_flag(given: object) -> str:
    """Other words for yes and no."""
    text = str(given).lower()
    meant = _FLAGS.get(text, text)
    return f"write {meant}" if meant in {"yes", "no"} else ""
