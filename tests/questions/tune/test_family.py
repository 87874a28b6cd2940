"""All combinations of the values of several keys."""

from itertools import product

import pytest

from simulator.scenario.errors import BadInput
from simulator.scenario.policy import Policy, Rule
from simulator.scenario.units import DAY
from tests.questions.tune.families import family, policy

FAMILIES = [
    ("bontang-24h", ("strikes=1..3", "within=1h..4h", "for=1h,24h,forever")),
    ("mda-divert", ("calls.more_than=5,10", "2.strikes=1..2", "1.divert.passes_back.genuine=80%,95%")),
    ("mda-divert", ("talk.shorter_than=5s..15s", "talk.longer_than=1s..2s", "2.divert.answers_after=10s..30s")),
    ("warn-first", ("1.for=1h..4h", "warn.length=5s,10s", "warn.leaves.genuine=0%,1%")),
    ("challenge", ("challenge.length=5s,8s", "challenge.passes.genuine=90%,100%", "strikes=1,2")),
    ("ladder", ("for=1h,24h", "strikes=1,2")),
]


@pytest.mark.parametrize("name, vary", FAMILIES)
def test_members_are_all_combinations_each_once_and_each_is_a_sound_policy(name: str, vary: tuple[str, ...]) -> None:
    found = family(name, *vary)
    points = list(found.points())
    assert len(points) == found.size
    assert sorted(points) == list(product(*(range(len(axis.values)) for axis in found.axes)))
    policies = [found.at(point) for point in points]
    assert len({repr(each) for each in policies}) == found.size
    for each in policies:
        fields = {name: getattr(each, name) for name in each.model_fields_set}
        assert Policy.model_validate(fields) == each
        assert all(isinstance(rule, Rule) for rule in each.rules)
        assert each.title == policy(name).title


def test_a_member_has_its_values_and_the_rest_of_the_policy() -> None:
    found = family("mda-divert", "calls.more_than=5,10", "2.strikes=1..2")
    first, second = found.at((1, 0)).rules
    assert first.calls is not None
    assert (first.calls.more_than, second.strikes) == (10, (1,))
    assert first == policy("mda-divert").rules[0]
    assert second.model_copy(update={"strikes": (5,)}) == policy("mda-divert").rules[1]
    assert found.texts((1, 0)) == {"1.calls.more_than": "10", "2.strikes": "1"}


def test_corners_have_an_end_of_every_axis() -> None:
    found = family("bontang-24h", "strikes=1..3", "within=1h", "for=1h..4h")
    assert found.corners() == [(0, 0, 0), (0, 0, 2), (2, 0, 0), (2, 0, 2)]


@pytest.mark.parametrize(
    "vary, given, wanted",
    [
        (
            ("talk.shorter_than=5s..20s", "talk.longer_than=1s..5s"),
            "talk.shorter_than=5 s and talk.longer_than=5 s",
            "a longer_than below shorter_than",
        ),
        (("talk.longer_than=5s..10s",), "talk.longer_than=10 s", "a longer_than below shorter_than"),
        (("1.divert.answers_after=1h..2d",), "divert.answers_after=2 d", "a day at most"),
    ],
)
def test_ranges_that_the_rule_refuses_are_refused_with_the_values(
    vary: tuple[str, ...], given: str, wanted: str
) -> None:
    with pytest.raises(BadInput) as refused:
        family("mda-divert", *vary)
    assert str(refused.value).startswith(f"vary: given '{given}'")
    assert wanted in str(refused.value)


def test_lists_that_one_value_stands_for_are_named() -> None:
    assert list(family("ladder", "for=1h,24h", "within=1h..2h").replacements()) == [
        "for: each value stands in place of the policy's list, 1 h, 24 h, forever"
    ]
    assert not list(family("bontang-24h", "for=1h,24h").replacements())


@pytest.mark.parametrize(
    "name, vary, mild, harsh",
    [
        ("bontang-24h", ("strikes=1..3",), (2,), (0,)),
        ("bontang-24h", ("for=1h..forever",), (0,), (3,)),
        ("bontang-24h", ("strikes=1..3", "for=1h..forever"), (0, 0), (2, 3)),
        ("challenge", ("challenge.passes.genuine=90%,100%",), (1,), (0,)),
        ("mda-divert", ("calls.more_than=1..3",), (2,), (0,)),
    ],
)
def test_severity_goes_by_what_turns_more_calls_away(
    name: str, vary: tuple[str, ...], mild: tuple[int, ...], harsh: tuple[int, ...]
) -> None:
    found = family(name, *vary, whole=3 * DAY)
    assert found.severity(mild) < found.severity(harsh)
