"""A target that stands still is told from one that is slow, idle or gone. Every trace is made: the truth is known."""

import numpy as np
import pytest

from simulator.metrics.freezes import Freeze, Rings, freezes
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
    assert said.startswith("the API answered nothing from 20.0 s to 25.0 s (5.0 s on the wall): 50 attempts waited")
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


def stands(begin: float, end: float, sends: list[float], reply: float = 4) -> Rings:
    """A ring every 10 ms but from begin to end (ms), where these are sent and replied to at the end."""
    at = np.arange(0, 3000, 10)
    at = at[(at < begin) | (at > end)]
    sent = np.concatenate([at, sends]) * MILLISECOND
    replied = np.concatenate([at + reply, np.full(len(sends), end)]) * MILLISECOND
    return Rings(sent.astype(np.int64), replied.astype(np.int64))


def test_a_freeze_is_told_to_the_microsecond() -> None:
    """The last reply before comes at 994 ms, the first of those who wait was sent at 1,000 ms."""
    assert freezes(stands(1000, 2000, [1000, 1200, 1500, 1700])) == [
        Freeze(1000 * MILLISECOND, 2000 * MILLISECOND, 4, 1000 * MILLISECOND)
    ]


def test_a_freeze_begins_with_the_last_reply_where_a_ring_was_sent_before_that() -> None:
    """Sent at 980 ms; replies came up to 994 ms."""
    assert freezes(stands(1000, 2000, [980, 1200, 1500, 1700])) == [
        Freeze(994 * MILLISECOND, 2000 * MILLISECOND, 4, 1020 * MILLISECOND)
    ]


@pytest.mark.parametrize("long, found", [(500, True), (499, False)])
def test_a_silence_of_half_a_second_is_the_shortest_that_counts(long: float, found: bool) -> None:
    assert bool(freezes(stands(1000, 1000 + long, [1000, 1100, 1300]))) is found


@pytest.mark.parametrize("long, found", [(800, True), (799, False)])
def test_a_silence_is_unusual_from_ten_usual_replies_on(long: float, found: bool) -> None:
    """Replies take 80 ms, the last before the silence comes at 1,070 ms."""
    assert bool(freezes(stands(1000, 1070 + long, [1060, 1200, 1500], reply=80))) is found


@pytest.mark.parametrize(
    "sends, found", [([1000, 1500, 1900], True), ([1000, 1500, 1901], False), ([1000, 1500], False)]
)
def test_three_have_to_wait_a_tenth_of_a_second_through_it(sends: list[float], found: bool) -> None:
    assert bool(freezes(stands(1000, 2000, sends))) is found


@pytest.mark.parametrize("latest, found", [(1500, True), (1499, False)])
def test_rings_are_sent_into_the_later_half_of_a_freeze(latest: float, found: bool) -> None:
    """Else it is the sender that stood still."""
    assert bool(freezes(stands(1000, 2000, [1000, 1100, latest]))) is found


def test_three_rings_are_enough_to_tell() -> None:
    sent = np.array([0, 9900, 9895]) * MILLISECOND
    replied = np.array([10_000, 10_000, 10_001]) * MILLISECOND
    assert freezes(Rings(sent, replied)) == [Freeze(0, 10_000 * MILLISECOND, 3, 10_000 * MILLISECOND)]


def test_thousands_have_a_comma_and_seconds_a_tenth() -> None:
    said = Freeze(0, 12_340_000, 1234, 5_670_000).sentence(lambda at: f"<{at}>")
    assert said == (
        "the API answered nothing from <0> to <12340000> (12.3 s on the wall): "
        "1,234 attempts waited up to 5.7 s for the reply to their ring"
    )
