"""The engine agrees row by row with a second, naive telling of the rules, and keeps the laws of the tables."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from simulator.tables.columns import Columns
from simulator.tables.laws import broken_laws
from simulator.tables.outcomes import Outcomes
from simulator.tables.sanctions import Sanctions
from tests.engines.corners import corners
from tests.engines.oracle import oracle
from tests.engines.scenes import Scene, drawn_scene, small_scenes


def differences(scene: Scene, got: tuple[Outcomes, Sanctions]) -> list[str]:
    """The columns in which the engine and the oracle differ, in words."""
    wanted = oracle(scene.calls, scene.staffing, scene.floor, scene.policy)
    return [told for one, other in zip(got, wanted, strict=True) for told in _columns_that_differ(one, other)]


def _columns_that_differ(got: Columns, wanted: Columns) -> list[str]:
    pairs = [(name, column, getattr(wanted, name)) for name, column in got.columns().items()]
    return [f"{name}: {a.tolist()}, not {b.tolist()}" for name, a, b in pairs if not np.array_equal(a, b)]


def faults(scene: Scene) -> list[str]:
    got = scene.play()
    return [
        *differences(scene, got),
        *broken_laws(scene.calls, scene.staffing, got[0], scene.floor, scene.policy),
        *([] if scene.play() == got else ["a second run differs"]),
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(small_scenes())
def test_small_scenes_go_as_the_rules_say(scene: Scene) -> None:
    """Whatever the plan, the rows are the oracle's, the laws hold, and a second run gives the same bytes."""
    assert faults(scene) == []


@pytest.mark.parametrize("calls, scenes", [(3, 1000), (12, 1000), (40, 300), (150, 15)])
def test_drawn_scenes_go_as_the_rules_say(calls: int, scenes: int) -> None:
    """The same for many scenes of fixed seeds, from nearly empty to crowded."""
    wrong = {seed: found for seed in range(scenes) if (found := faults(drawn_scene(seed, calls)))}
    assert wrong == {}


@pytest.mark.slow
def test_many_drawn_scenes_go_as_the_rules_say() -> None:
    """The same, ten thousands of times."""
    seeds = range(10_000, 40_000)
    wrong = {seed: found for seed in seeds if (found := faults(drawn_scene(seed, 10 + seed % 40)))}
    assert wrong == {}


def test_scenes_reach_every_corner() -> None:
    """The drawn scenes hold all that the oracle is meant to judge: otherwise their agreement would say little."""
    seen: Counter[str] = Counter()
    for seed in range(1200):
        scene = drawn_scene(seed, 25)
        seen.update(name for name, rows in corners(scene, *scene.play()).items() if rows.any())
    wanted = set(corners(scene, *scene.play()))
    assert {name for name in wanted if seen[name] < 4} == set(), f"\n{seen}"
