"""The least cost of a plan under cuts, by HiGHS, held against trying all."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.planning.master import Gain, solve
from simulator.planning.programme import Best, Programme
from simulator.planning.space import Column, Constraint, levels_of


@dataclass(frozen=True)
class Plans:
    """Columns over places."""

    columns: tuple[Column, ...]
    places: int
    days: int = 1

    @property
    def least(self) -> np.ndarray:
        return np.zeros(self.places, dtype=np.int64)


def columns(costs: list[int], covers: list[list[int]]) -> tuple[Column, ...]:
    return tuple(
        Column(str(k), tuple(sorted(set(c))), float(cost), 3)
        for k, (cost, c) in enumerate(zip(costs, covers, strict=True))
    )


CUTS = st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=3), max_size=5)


@given(
    st.lists(st.integers(1, 5), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(0, 7), min_size=1, max_size=5), min_size=3, max_size=3),
    st.sampled_from([1, 2]),
    CUTS,
    st.floats(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_no_plan_that_meets_all_cuts_and_gains_costs_less(
    costs: list[int], covers: list[list[int]], days: int, needs: list[list[tuple[int, int]]], wanted: float
) -> None:
    space = Plans(columns(costs, [[cell % (4 * days) for cell in each] for each in covers]), 4, days)
    cuts = [Constraint(tuple(each)) for each in needs]
    gain = Gain(np.tile([0, 0.5, 0.8, 0.9, 0.95, 1.0, 1.0, 1.0, 1.0, 1.0], (4, 1)), round(wanted, 3))
    pairs = Gain(gain.table[:2], gain.wanted / 2, ((0, 1), (2, 3)))
    found = solve(space, cuts, [gain, pairs], gap=0.0)  # type: ignore[arg-type]

    def fits(plan: tuple[int, ...]) -> bool:
        levels = levels_of(space, np.array(plan))  # type: ignore[arg-type]
        brings = gain.table[np.arange(4), levels].sum()
        paired = gain.table[0, max(levels[:2])] + gain.table[0, max(levels[2:])]
        enough = brings >= gain.wanted - 1e-9 and paired >= pairs.wanted - 1e-9
        return enough and not any(cut.broken_by(levels) for cut in cuts)

    fitting = [float(np.dot(costs, plan)) for plan in product(range(4), repeat=3) if fits(plan)]
    assert (None if found is None else found.cost) == min(fitting, default=None)
    assert found is None or found.gap <= 1e-9


def test_solving_says_nothing_on_standard_output(capfd: object) -> None:
    solve(Plans(columns([1], [[0]]), 1), [Constraint(((0, 1),))])  # type: ignore[arg-type]
    assert capfd.readouterr().out == ""  # type: ignore[attr-defined]


def test_what_is_far_from_the_least_when_time_is_up_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    space = Plans(columns([1, 1, 1], [[0, 1], [1, 2], [2, 3]]), 4)
    cuts = [Constraint(((0, 2),)), Constraint(((3, 2),))]
    found = solve(space, cuts)  # type: ignore[arg-type]
    assert found is not None
    monkeypatch.setattr(Programme, "best", lambda *_, **__: Best(np.array([3.0, 3, 3]), 9.0, 4.0))
    assert solve(space, cuts) is None  # type: ignore[arg-type]
