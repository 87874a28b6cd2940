"""Calls without prank and silent ones: everything else stays as it was drawn, to the bit."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from simulator.demand.draw import draw_calls
from simulator.scenario.policy import Intent
from simulator.study.no_nuisance import without_nuisance
from simulator.tables.calls import Calls
from tests.engines.scenes import Scene, small_scenes
from tests.study.towns import experiment

LEGITIMATE = (Intent.GENUINE, Intent.ENQUIRY)


def check(calls: Calls) -> None:
    less = without_nuisance(calls)
    kept = np.flatnonzero(np.isin(calls.intent, LEGITIMATE))
    assert len(less) == len(kept)
    for name in set(Calls.CALL_COLUMNS) - {"later"}:
        assert np.array_equal(getattr(less, name), getattr(calls, name)[kept]), name
    for now, before in enumerate(kept.tolist()):
        for attempt in range(1, int(calls.attempts[calls.group[before]]) + 1):
            row = [each.row(np.array([call]), np.array([attempt]))[0] for each, call in ((less, now), (calls, before))]
            for name in Calls.ATTEMPT_COLUMNS:
                assert getattr(less, name)[row[0]] == getattr(calls, name)[row[1]], (name, before, attempt)
    for name in ("groups", "persons", "numbers", "incidents", "length", "clock"):
        assert getattr(less, name) == getattr(calls, name)
    assert np.array_equal(less.listed_until, calls.listed_until)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small_scenes())
def test_every_attempt_of_a_genuine_or_enquiring_caller_is_as_it_was(scene: Scene) -> None:
    check(scene.calls)


@pytest.mark.parametrize("number", range(3))
def test_so_are_drawn_calls_whose_later_attempts_share_a_book(tmp_path: Path, number: int) -> None:
    made = experiment(tmp_path)
    check(draw_calls(made.scenario, made.seed, number))


def test_without_nuisance_twice_is_the_same_as_once(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    less = without_nuisance(draw_calls(made.scenario, made.seed, 0))
    assert without_nuisance(less) == less
