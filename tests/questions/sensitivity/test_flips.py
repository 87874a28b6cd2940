"""Bisection for the value at which the ranking flips, on results that are known."""

from collections.abc import Callable, Sequence

import pytest

from simulator.metrics.estimate import Estimate
from simulator.questions.sensitivity.flips import ROUNDS, Variation, vary
from simulator.questions.sensitivity.score import Apart
from simulator.scenario.ranges import Range

SHARE = Range("share", "4 %", "0 %", "20 %", stated=True)
LINES = Range("lines", "4", "1", "16", whole=True, factor=True)
CHOICE = Range("choose", "by_number", "by_call", "by_number", options=("by_call", "by_number"))


def known_to(half: float, ahead: Callable[[float], float]) -> Callable[[Range, str], Apart]:
    def told(range_: Range, text: str) -> Apart:
        value = ahead(range_.size(text))
        return Apart(Estimate(value, value - half, value + half, 100, "t"))

    return told


def varied(range_: Range, told: Callable[[Range, str], Apart]) -> tuple[Variation, list[str]]:
    asked: list[str] = []

    def answer(each: Sequence[tuple[str, str]]) -> list[Apart]:
        assert all(key == range_.key for key, _ in each)
        asked.extend(text for _, text in each)
        return [told(range_, text) for _, text in each]

    (found,) = vary([range_], told(range_, range_.value), answer)
    return found, asked


@pytest.mark.parametrize("zero", [0.01, 0.035, 0.05, 0.11, 0.19])
@pytest.mark.parametrize("half", [0.0, 0.004])
@pytest.mark.parametrize("rises", [1, -1])
def test_a_flip_is_between_the_values_that_are_sure_and_at_the_zero_of_a_line(
    zero: float, half: float, rises: int
) -> None:
    found, asked = varied(SHARE, known_to(half, lambda share: rises * (share - zero)))
    assert found.ending == "flips"
    (flip,) = found.flips
    low, at, high = (SHARE.size(text) for text in (flip.low, flip.at, flip.high))
    assert low <= zero - half
    assert zero + half <= high
    assert at == pytest.approx(zero, rel=1e-3)
    assert flip.to == rises
    # Either side is halved in each round: what is left of the range beside the part that cannot be told.
    assert high - low <= 2 * half + 2 * 0.2 / 2**ROUNDS
    assert len(asked) <= 2 + 2 * ROUNDS
    assert len(set(asked)) == len(asked)


def test_whole_numbers_are_tried_as_such() -> None:
    found, asked = varied(LINES, known_to(0.0, lambda lines: lines - 8.5))
    (flip,) = found.flips
    assert (flip.low, flip.high) == ("8", "9")
    assert all(text.isdecimal() for text in asked)


def test_the_same_leader_at_both_ends_does_not_flip() -> None:
    found, asked = varied(SHARE, known_to(0.01, lambda share: 0.02 + share))
    assert (found.ending, found.flips) == ("never", ())
    assert sorted(asked) == ["0 %", "20 %"]


@pytest.mark.parametrize("half", [0.05, float("inf")])
def test_where_intervals_hold_zero_at_an_end_it_can_not_be_told(half: float) -> None:
    found, _ = varied(SHARE, known_to(half, lambda share: 0.02 + share))
    assert (found.ending, found.flips) == ("unclear", ())


def test_a_file_that_can_not_be_told_may_lie_between_ends_that_can() -> None:
    found, _ = varied(SHARE, known_to(0.02, lambda share: 0.05 - share))
    (flip,) = found.flips
    assert SHARE.size(flip.low) <= 0.03
    assert SHARE.size(flip.high) >= 0.07


def test_two_flips_are_both_found() -> None:
    """Behind at both ends, ahead in the file."""
    found, _ = varied(SHARE, known_to(0.0, lambda share: 0.03 - abs(share - 0.05)))
    assert [flip.to for flip in found.flips] == [1, -1]
    assert [SHARE.size(flip.at) for flip in found.flips] == pytest.approx([0.02, 0.08], rel=0.05)


@pytest.mark.parametrize("other, ending", [(-1.0, "flips"), (1.0, "never"), (0.0, "unclear")])
def test_a_choice_is_tried_the_other_way(other: float, ending: str) -> None:
    told = known_to(0.5, lambda option: 1.0 if option == CHOICE.size("by_number") else other)
    found, asked = varied(CHOICE, told)
    assert (found.ending, asked) == (ending, ["by_call"])
    assert [flip.at for flip in found.flips] == ["by_call"] * (ending == "flips")
