"""The keys of a rule that can be varied: what each holds, which rules have it, and a rule with another value in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulator.scenario.distribution import Exponential, Model
from simulator.scenario.intent import INTENTS
from simulator.scenario.policy import Rule
from simulator.scenario.units import (
    duration_text,
    parse_count,
    parse_duration,
    parse_duration_or,
    parse_positive_duration,
    parse_share,
    share_text,
)

Value = int | float
"""A count, a duration in µs (NEVER: forever), or a share as a fraction of one."""
Measure = Literal["count", "duration", "share"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a key holds: its measure, and the parser of the field."""

    measure: Measure
    parse: Callable[[object], Value]

    def text(self, value: Value) -> str:
        """A value as a file would have it."""
        if self.measure == "share":
            return share_text(value)
        return duration_text(int(value)) if self.measure == "duration" else str(value)


COUNT = Kind("count", parse_count(1))
DURATION = Kind("duration", parse_duration)
POSITIVE_DURATION = Kind("duration", parse_positive_duration)
OR_FOREVER = Kind("duration", parse_duration_or("forever"))
SHARE = Kind("share", parse_share)
KINDS: dict[str, Kind] = {
    "strikes": COUNT,
    "within": OR_FOREVER,
    "for": OR_FOREVER,
    "review": DURATION,
    "talk.shorter_than": POSITIVE_DURATION,
    "talk.longer_than": POSITIVE_DURATION,
    "calls.more_than": COUNT,
    "calls.within": POSITIVE_DURATION,
    "challenge.length": POSITIVE_DURATION,
    **{f"challenge.passes.{intent}": SHARE for intent in INTENTS},
    "warn.length": POSITIVE_DURATION,
    **{f"warn.leaves.{intent}": SHARE for intent in INTENTS},
    "divert.answers_after": POSITIVE_DURATION,
    **{f"divert.passes_back.{intent}": SHARE for intent in INTENTS},
}
"""All keys of a rule that hold a number, a duration or a share; parts are joined by dots."""
MORE_IS_MILDER = frozenset(
    {"strikes", "calls.more_than", "talk.longer_than", "review"}
    | {key for key in KINDS if key.startswith(("challenge.passes.", "divert.passes_back."))}
)
"""Keys of which the larger value turns fewer callers away; of the others, and for want of better, the smaller one."""


def keys_of(rule: Rule) -> list[str]:
    """The keys that can be varied in a rule: a part that it has not, a challenge say, cannot."""
    return [key for key in KINDS if _has(rule, key)]


def _has(rule: Rule, key: str) -> bool:
    part, _, below = key.partition(".")
    if below:
        return getattr(rule, part) is not None
    return part in {"for", "review"} or rule.calls is None


def with_values(rule: Rule, values: Mapping[str, Value]) -> Rule:
    """The rule with these in the place of what stood there, a ladder too; ValidationError where it cannot be."""
    fields = _fields(rule)
    for key, value in values.items():
        _put(fields, key.split("."), value)
    return Rule.model_validate(fields)


def _put(fields: dict[str, Any], path: list[str], value: Value) -> None:
    name, *below = path
    if below:
        part = fields.get(name, {})
        fields[name] = _fields(part) if isinstance(part, Model) else dict(part)
        _put(fields[name], below, value)
    else:
        fields[name] = _delay(fields[name], int(value)) if isinstance(fields.get(name), Model) else value


def _fields(part: Model) -> dict[str, Any]:
    """What a file would give of it, parsed already."""
    kinds = type(part).model_fields
    return {kinds[name].alias or name: getattr(part, name) for name in part.model_fields_set}


def _delay(before: Model, value: int) -> Any:
    """A delay of the same law: fixed, or exponential with this mean."""
    text = f"{value} us"
    return {"exponential": {"mean": text}} if isinstance(before, Exponential) else text
