"""Answer-time targets: ``90 % of genuine within 15 s, every hour``. One parser for files and ``--target``."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from simulator.scenario.policy import INTENTS
from simulator.scenario.units import parse_positive_duration, parse_share, refuse, written

SCOPES = ("overall", "every hour", "every clock hour")
_PATTERN = (
    r"(?P<share>(100([.]0{1,9})?|[0-9]{1,2}([.][0-9]{1,9})?) ?%) of "
    r"(?P<intent>genuine|enquiry|prank|silent|all) within "
    r"(?P<within>(?!0+([.]0+)?(?![0-9.]))[0-9]{1,12}([.][0-9]{1,9})? ?(us|ms|s|min|h|d|w))"
    r"(, (?P<scope>overall|every hour|every clock hour))?"
)
WANTED = (
    "a target such as '90 % of genuine within 15 s, every hour'; the end is one of "
    "overall (the default), every hour (of the day), every clock hour"
)


@dataclass(frozen=True, slots=True)
class Target:
    """At least ``share`` of the callers of ``intent`` (-1: of all) answered ``within`` µs of their first attempt.

    ``every hour`` asks it of each hour of the day, pooled over days; ``every clock hour`` of each hour of the run.
    """

    share: float
    intent: int
    within: int
    scope: str
    text: str

    def __str__(self) -> str:
        return self.text


def _fix(given: str) -> str:
    """What of the four parts is missing or misspelt."""
    parts = {
        "the share": r"^[0-9.]+ ?%",
        "of whom (of genuine, of all)": r"\bof (genuine|enquiry|prank|silent|all)\b",
        "within what time, with its unit (within 15 s)": r"\bwithin [0-9.]+ ?(us|ms|s|min|h|d|w)\b",
    }
    missing = [part for part, pattern in parts.items() if not re.search(pattern, given)]
    if missing:
        return f"it does not say {', nor '.join(missing)}"
    if (share := re.match(r"[0-9.]+(?= ?%)", given)) and share[0].count(".") < 2 and float(share[0]) > 100:
        return "a share is at most 100 %"
    if re.search(r"within 0+([.]0+)? ?[a-z]", given):
        return "nobody is answered in no time at all: within 1 s is the least that makes sense"
    return ""


def parse_target(given: object) -> Target:
    """The target that a text states."""
    if isinstance(given, Target):
        return given
    found = re.fullmatch(_PATTERN, given) if isinstance(given, str) else None
    if not found:
        raise refuse(WANTED, given, _fix(given) if isinstance(given, str) else "")
    named = found["intent"]
    intent = -1 if named == "all" else list[str](INTENTS).index(named)
    within = parse_positive_duration(found["within"])
    return Target(parse_share(found["share"]), intent, within, found["scope"] or "overall", found[0])


TargetText = Annotated[
    Target,
    BeforeValidator(parse_target),
    written(re.sub(r"[?]P<[a-z]+>", "", _PATTERN), "target", "90 % of genuine within 15 s, every hour"),
]
