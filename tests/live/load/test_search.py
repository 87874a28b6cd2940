"""The search finds where a target begins to fail, however chance plays with single steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from simulator.live.load.search import Bounds, Search


@dataclass(frozen=True)
class Tried:
    scale: float
    holds: bool
    callers: int = 10_000
    draw: int = 0
    margin: float = 0.0

    def holds_with(self, other: "Tried") -> bool:
        return self.margin + other.margin >= 0


def search(fails: Callable[[float, int], bool], first: float = 1.0, callers: int = 10_000) -> Bounds[Tried]:
    def play(scale: float, draw: int) -> Tried:
        failed = fails(scale, draw)
        return Tried(scale, not failed, callers, draw, -2 if failed else 1)

    return Search(play, first).run()


@pytest.mark.parametrize("limit", [0.1, 0.9, 1.0, 1.5, 7, 100, 3000])
def test_the_bounds_are_a_twentieth_apart_about_the_limit(limit: float) -> None:
    found = search(lambda scale, _: scale > limit)
    assert found.good is not None
    assert found.bad is not None
    assert found.good.scale <= limit < found.bad.scale <= 1.05 * found.good.scale
    assert found.confirmed
    assert len(found.steps) <= 20


def test_the_good_bound_was_played_with_other_callers_too() -> None:
    found = search(lambda scale, _: scale > 5)
    assert found.good is not None
    assert [(step.scale, step.draw) for step in found.steps][-1] == (found.good.scale, 1)


def test_what_fails_at_every_scale_has_no_good_bound() -> None:
    found = search(lambda *_: True)
    assert (found.good, found.confirmed) == (None, False)
    assert found.bad is not None
    assert found.bad.scale == pytest.approx(1 / 64)


def test_what_never_fails_has_no_bad_bound() -> None:
    found = search(lambda *_: False)
    assert found.bad is None
    assert found.good is not None
    assert found.good.scale == 4096
    assert found.confirmed


def test_bounds_come_no_nearer_than_chance_lets_them_be_told_apart() -> None:
    """Of 25 callers the share is known to a fifth."""
    found = search(lambda scale, _: scale > 7, callers=25)
    assert found.good is not None
    assert found.bad is not None
    assert 1.05 < found.bad.scale / found.good.scale <= 1.2


def test_a_step_that_other_callers_disprove_is_the_bad_bound() -> None:
    """The first draw holds to 8, the second to 4 only: nothing above 4 stands."""
    found = search(lambda scale, draw: scale > (4.1 if draw else 8))
    assert found.good is not None
    assert found.bad is not None
    assert found.good.scale < found.bad.scale <= 8


def test_a_bound_stands_if_both_draws_together_hold() -> None:
    def play(scale: float, draw: int) -> Tried:
        return Tried(scale, scale <= 6 and not draw, draw=draw, margin=-0.01 if draw else 0.02)

    found = Search(play, 1.0).run()
    assert found.confirmed
    assert found.good is not None
    assert 5.7 < found.good.scale <= 6


def test_where_nobody_calls_at_a_smaller_scale_the_search_ends() -> None:
    found = Search(lambda scale, _: Tried(scale, False) if scale >= 0.25 else None, 1.0).run()
    assert found.good is None
    assert [step.scale for step in found.steps] == [1, 0.5, 0.25]


@pytest.mark.parametrize("seed", range(30))
def test_chance_never_makes_the_search_go_on_for_ever(seed: int) -> None:
    """Each step holds by a coin: bounds come out of it in order, after a number of steps that somebody can wait for."""
    coin = np.random.default_rng(seed)
    found = search(lambda *_: bool(coin.random() < 0.5), callers=20)
    assert len(found.steps) <= 40
    if found.good and found.bad:
        assert found.good.scale <= found.bad.scale
