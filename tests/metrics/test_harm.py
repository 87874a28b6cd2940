"""Harm that is reckoned may be known well; harm that is counted never better than any count."""

import numpy as np
import pytest

from simulator.metrics.estimate import Float
from simulator.metrics.harm import Harm

RUNS = 40
GENUINE = np.full(RUNS, 100.0)
CHANCES = 0.05 + 0.001 * np.arange(RUNS)
NONE = np.zeros(RUNS)


def counts(*where: int) -> Float:
    found = np.zeros(RUNS)
    found[list(where)] = 1.0
    return found


def test_blocks_alone_are_known_as_well_as_their_chances() -> None:
    """2.8 callers in all would be a count of three, from 0.6 to 8.8; their chances are known to a few percent."""
    found = Harm(CHANCES, NONE, only_blocks=True).share(GENUINE)
    assert found.value == pytest.approx(CHANCES.sum() / GENUINE.sum())
    assert found.high / found.low < 1.2


def test_under_other_actions_what_was_never_seen_is_bounded_as_a_count_of_none_is() -> None:
    """3.7 in all of the callers (97.5 %, half of either tail) come on top of the chances."""
    found = Harm(CHANCES, NONE, only_blocks=False).share(GENUINE)
    assert found.value == pytest.approx(CHANCES.sum() / GENUINE.sum())
    assert found.high > (CHANCES.sum() + 3.6) / GENUINE.sum()


def test_what_was_counted_is_part_of_the_share() -> None:
    found = Harm(CHANCES, counts(3, 7), only_blocks=False).share(GENUINE)
    assert found.value == pytest.approx((CHANCES.sum() + 2) / GENUINE.sum())
    assert found.low < found.value < found.high


def test_two_policies_of_which_one_does_other_things_are_told_apart_only_beyond_what_may_be_unseen() -> None:
    """One block less than the other in all, by chances: surely fewer, unless the other may do what was never seen."""
    mild, harsh = Harm(CHANCES, NONE, only_blocks=True), Harm(CHANCES + 0.02, NONE, only_blocks=True)
    assert harsh.less(mild, GENUINE).low > 0
    unsure = harsh.less(mild._replace(only_blocks=False), GENUINE)
    assert unsure.low < 0 < unsure.high


def test_a_difference_turns_over_with_its_sign() -> None:
    one, two = Harm(CHANCES, counts(1), only_blocks=False), Harm(CHANCES[::-1] / 2, NONE, only_blocks=False)
    there, back = one.less(two, GENUINE, NONE), two.less(one, GENUINE, NONE)
    assert (back.low, back.value, back.high) == pytest.approx((-there.high, -there.value, -there.low))


def test_callers_saved_are_counts_whatever_harm_is() -> None:
    """None seen to be saved does not say that none is: 3.7 in all may be."""
    found = Harm(NONE, NONE, only_blocks=True).less(Harm(CHANCES, NONE, only_blocks=True), GENUINE, NONE)
    assert found.value == pytest.approx(-CHANCES.sum() / GENUINE.sum())
    assert found.high > (3.6 - CHANCES.sum()) / GENUINE.sum()


def test_chances_that_are_whole_numbers_are_counts() -> None:
    """Where blocks could only be counted, as with a list at the start, they are no better known than counts."""
    found = Harm(counts(3, 7, 9), NONE, only_blocks=True).share(GENUINE)
    assert found.low < 0.7 / GENUINE.sum()
    assert found.high > 8.7 / GENUINE.sum()


@pytest.mark.parametrize("only_blocks", [True, False])
def test_of_nothing_at_all_a_bound_is_left(only_blocks: bool) -> None:
    found = Harm(NONE, NONE, only_blocks).share(GENUINE)
    assert (found.value, found.low) == (0, 0)
    assert found.high >= 3.6 / GENUINE.sum() * (1 if not only_blocks else 0.8)
