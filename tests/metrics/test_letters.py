"""Letters: two things share one exactly if they were not found to differ."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.letters import letters


@st.composite
def differences(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    many = draw(st.integers(1, 9))
    pairs = list(combinations(range(many), 2))
    return many, draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []


@given(differences())
def test_two_share_a_letter_exactly_if_they_do_not_differ(case: tuple[int, list[tuple[int, int]]]) -> None:
    many, different = case
    found = letters(many, different)
    assert len(found) == many
    assert all(found)
    for one, other in combinations(range(many), 2):
        assert bool(set(found[one]) & set(found[other])) == ((one, other) not in different)


@given(differences())
def test_no_letter_says_only_what_another_says_too(case: tuple[int, list[tuple[int, int]]]) -> None:
    found = letters(*case)
    bearers = [{thing for thing, own in enumerate(found) if letter in own} for letter in sorted(set("".join(found)))]
    assert not any(one <= other for one in bearers for other in bearers if one is not other)


CASES = [
    ("nothing differs: one letter", 3, [], ("a", "a", "a")),
    ("everything differs: a letter each", 3, [(0, 1), (0, 2), (1, 2)], ("a", "b", "c")),
    ("a chain, only its ends differ: the middle has both", 3, [(0, 2)], ("a", "ab", "b")),
    ("one alone differs from all others", 4, [(0, 1), (0, 2), (0, 3)], ("a", "b", "b", "b")),
    ("one thing", 1, [], ("a",)),
]


@pytest.mark.parametrize("_, many, different, wanted", CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_small_cases_by_hand(_: str, many: int, different: list[tuple[int, int]], wanted: tuple[str, ...]) -> None:
    assert letters(many, different) == wanted


def test_beyond_the_alphabet_letters_stay_apart() -> None:
    found = letters(30, list(combinations(range(30), 2)))
    assert len(set(found)) == 30
    assert found[26] == "a2"
