"""The keys of a rule that can be varied."""

from types import NoneType
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from simulator.questions.tune.keys import KINDS, keys_of, with_values
from simulator.scenario.intent import INTENTS
from simulator.scenario.policy import Rule
from simulator.scenario.units import DAY, HOUR, NEVER, SECOND
from tests.questions.tune.families import policy


def numbers(kind: Any, name: str) -> set[str]:
    """The key paths of all numbers that a type of the scenario holds."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {field.alias or key: field.annotation for key, field in kind.model_fields.items()}
        return {path for key, below in fields.items() for path in numbers(below, f"{name}.{key}".lstrip("."))}
    if kind in {int, float}:
        return {name}
    if get_origin(kind) is dict:
        return {path for intent in INTENTS for path in numbers(get_args(kind)[1], f"{name}.{intent}")}
    return {path for each in get_args(kind) if each not in {NoneType, ...} for path in numbers(each, name)}


def test_every_number_duration_and_share_of_a_rule_can_be_varied() -> None:
    """Found by walking through the types: a key that is added to a rule must be added here, or be left out in words."""
    law = {"divert.answers_after.fixed", "divert.answers_after.exponential.mean"}
    found = numbers(Rule, "")
    assert law <= found
    assert found - law | {"divert.answers_after"} == set(KINDS)


RULES = {
    "within": "bontang-24h",
    "talk": "mda-divert",
    "calls": "mda-divert",
    "divert": "mda-divert",
    "warn": "warn-first",
    "challenge": "challenge",
}


@pytest.mark.parametrize("key", [key for key in KINDS if key != "divert.answers_after"])
@pytest.mark.parametrize("text", ["0", "1", "3", "0 s", "1 s", "9 s", "forever", "0 %", "7 %", "100 %", "x", "-1"])
def test_a_value_is_refused_just_where_the_rule_refuses_it(key: str, text: str) -> None:
    name = RULES.get(key.partition(".")[0], "bontang-24h")
    rule = next(rule for rule in policy(name).rules if key in keys_of(rule))
    assert takes(lambda: with_text(rule, key, text)) == takes(lambda: KINDS[key].parse(text))


def with_text(rule: Rule, key: str, text: str) -> Rule:
    return with_values(rule, {key: text})  # type: ignore[dict-item]


def takes(build: Any) -> bool:
    try:
        build()
    except (ValidationError, PydanticCustomError):
        return False
    return True


def test_values_stand_where_they_were_put_and_nothing_else_changes() -> None:
    first, second = policy("mda-divert").rules
    found = with_values(second, {"strikes": 7, "talk.longer_than": 2 * SECOND, "divert.passes_back.genuine": 0.5})
    assert found.strikes == (7,)
    assert found.talk is not None
    assert second.talk is not None
    assert (found.talk.shorter_than, found.talk.longer_than) == (second.talk.shorter_than, 2 * SECOND)
    assert found.divert is not None
    assert found.divert.passes_back == {"genuine": 0.5, "enquiry": 0.2}
    same = {"strikes": second.strikes, "talk": second.talk, "divert": second.divert}
    assert found.model_copy(update=same) == second
    assert with_values(first, {"calls.more_than": 3}).needed == (4,)


def test_values_that_only_go_together_are_put_together() -> None:
    """A longer_than above the old shorter_than is no fault where shorter_than grows as well."""
    rule = policy("mda-divert").rules[1]
    found = with_values(rule, {"talk.longer_than": 15 * SECOND, "talk.shorter_than": 30 * SECOND})
    assert found.talk is not None
    assert (found.talk.longer_than, found.talk.shorter_than) == (15 * SECOND, 30 * SECOND)


def test_a_ladder_gives_way_to_one_value() -> None:
    found = with_values(policy("ladder").rules[0], {"for": DAY, "strikes": 4})
    assert (found.for_, found.strikes) == ((DAY,), (4,))


def test_a_delay_keeps_its_law() -> None:
    rule = policy("mda-divert").rules[0]
    found = with_values(rule, {"divert.answers_after": HOUR})
    assert found.divert is not None
    assert rule.divert is not None
    assert type(found.divert.answers_after) is type(rule.divert.answers_after)
    assert found.divert.answers_after.mean() == HOUR


def test_a_key_that_was_not_written_has_a_value_all_the_same() -> None:
    """A window that no file names is one without end."""
    rule = policy("bontang-24h").rules[0]
    assert rule.within == NEVER
    assert with_values(rule, {"within": DAY}).within == DAY
