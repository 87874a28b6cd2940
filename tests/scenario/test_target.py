"""Targets: one sentence, four parts."""

import pytest
from pydantic_core import PydanticCustomError

from simulator.scenario.target import Target, parse_target

TAKEN = [
    ("90 % of genuine within 15 s, every hour", (0.9, 0, 15_000_000, "every hour")),
    ("95% of enquiry within 20s, every clock hour", (0.95, 1, 20_000_000, "every clock hour")),
    ("99.5 % of all within 1 min, overall", (0.995, -1, 60_000_000, "overall")),
    ("100 % of prank within 1 h", (1.0, 2, 3_600_000_000, "overall")),
]
REFUSED = [
    "",
    "90 of genuine within 15 s",
    "101 % of genuine within 15 s",
    "90 % of people within 15 s",
    "90 % of genuine",
]
REFUSED += [
    "90 % of genuine within 15",
    "90 % of genuine within 0 s",
    "90 % of genuine within 15 s, each hour",
    "-1 % of all within 1 s",
]
REFUSED += [
    "90 % of genuine within 15 s,every hour",
    "90 % of genuine within 15 s, every hour ",
    90,
    None,
    ["90 % of all within 9 s"],
]


@pytest.mark.parametrize("text, parts", TAKEN)
def test_a_target_says_share_intent_time_and_scope(text: str, parts: tuple[object, ...]) -> None:
    target = parse_target(text)
    assert (target.share, target.intent, target.within, target.scope) == parts
    assert str(target) == text


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_target_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_target(text)
    assert "90 % of genuine within 15 s, every hour" in caught.value.context["wanted"]


def test_a_target_passes_as_itself() -> None:
    target = Target(0.9, 0, 15_000_000, "overall", "90 % of genuine within 15 s")
    assert parse_target(target) is target


@pytest.mark.parametrize(
    "text, told",
    [
        ("90 % of genuine within 15", "it does not say within what time, with its unit (within 15 s)"),
        ("90 % of martians within 15 s", "it does not say of whom (of genuine, of all)"),
        ("120 % of genuine within 15 s", "a share is at most 100 %"),
        (
            "90 % of genuine within 0.0 s",
            "nobody is answered in no time at all: within 1 s is the least that makes sense",
        ),
        ("1.2.3 % of genuine within 15 s", ""),
    ],
)
def test_a_target_that_can_not_be_is_told_its_fix(text: str, told: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_target(text)
    assert (caught.value.context or {}).get("hint", "") == told
