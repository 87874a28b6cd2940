"""A target that stands still is told from one that is slow, idle or gone. Every trace is made: the truth is known."""

import numpy as np
import pytest

from simulator.metrics.freezes import Rings, freezes
from simulator.scenario.units import MILLISECOND, SECOND
from tests.metrics.test_refusals import arrivals

USUAL = 4 * MILLISECOND


def trace(sent: np.ndarray, *stands: tuple[float, float], usual: int = USUAL) -> Rings:
    """Replies ``usual`` later, but none while the target stands still (seconds)."""
    replied = sent + usual
    for begin, end in stands:
        held = (replied >= begin * SECOND) & (replied < end * SECOND)
        replied[held] = end * SECOND + np.arange(held.sum()) * 100
    return Rings(sent, replied)


def test_a_freeze_is_found_with_its_times_and_who_waited() -> None:
    sent = arrivals(10, 60)
    [found] = freezes(trace(sent, (20, 25)))
    held = (sent + USUAL >= 20 * SECOND) & (sent < 24.9 * SECOND)
    assert found.begin == pytest.approx(20 * SECOND, abs=SECOND // 2)
    assert found.end == pytest.approx(25 * SECOND, abs=1000)
    assert found.rings == pytest.approx(held.sum(), abs=1)
    assert found.longest == pytest.approx(25 * SECOND - sent[held].min(), abs=SECOND // 10)


def test_a_freeze_is_said_in_a_sentence() -> None:
    [found] = freezes(trace(np.arange(600) * SECOND // 10, (20, 25)))
    said = found.sentence(lambda at: f"{at / SECOND:.1f} s")
    assert said.startswith("the target answered nothing from 20.0 s to 25.0 s (5.0 s on the wall): 50 attempts waited")
    assert said.endswith("up to 5.0 s for the reply to their ring")


def test_each_of_several_freezes_is_found() -> None:
    found = freezes(trace(arrivals(10, 120), (20, 25), (60, 61.5)))
    assert [round(each.end / SECOND, 2) for each in found] == [25.0, 61.5]


def test_the_first_rings_may_be_those_that_wait() -> None:
    [found] = freezes(trace(arrivals(10, 60), (0, 5)))
    assert found.end == pytest.approx(5 * SECOND, abs=1000)


def test_a_quiet_stretch_without_rings_is_no_freeze() -> None:
    sent = arrivals(10, 60)
    assert freezes(trace(sent[(sent < 20 * SECOND) | (sent > 40 * SECOND)])) == []


def test_one_slow_reply_among_others_is_no_freeze() -> None:
    rings = trace(arrivals(10, 60))
    rings.replied[100] += 8 * SECOND
    assert freezes(rings) == []


def test_a_target_that_is_always_slow_does_not_freeze() -> None:
    assert freezes(trace(arrivals(1, 120), usual=3 * SECOND)) == []


@pytest.mark.parametrize("rate", [5, 50, 500])
def test_a_queue_that_grows_is_no_freeze(rate: float) -> None:
    """One reply after the other, each 10 % later than it came: late, but never silent."""
    sent = arrivals(rate, 60)
    gap = 1.1 * SECOND / rate
    replied = sent[0] + (np.arange(len(sent)) * gap).astype(np.int64)
    assert freezes(Rings(sent, np.maximum(replied, sent) + USUAL)) == []


def test_a_generator_that_stood_still_is_not_laid_at_the_target_s_door() -> None:
    """What was under way was read late, and what was due for five seconds was sent all at once."""
    sent = arrivals(10, 60)
    replied = sent + USUAL
    replied[(sent < 20 * SECOND) & (sent > 19.5 * SECOND)] = 25 * SECOND + USUAL
    due = (sent >= 20 * SECOND) & (sent < 25 * SECOND)
    sent = np.where(due, 25 * SECOND, sent)
    replied[due] = 25 * SECOND + USUAL
    assert freezes(Rings(sent, replied)) == []


@pytest.mark.parametrize("count", [0, 1, 2])
def test_of_hardly_any_ring_nothing_is_said(count: int) -> None:
    sent = np.arange(count, dtype=np.int64)
    assert freezes(Rings(sent, sent + 9 * SECOND)) == []
