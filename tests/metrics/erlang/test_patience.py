"""The quick formula of the service level, held against sums over the states; sizing by it, against sizing by these."""

import warnings
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.metrics.erlang.patience import DEFINITIONS, level_with_patience
from simulator.metrics.erlang.sizing import fewest_staff, level
from simulator.metrics.erlang.waiting import Line

LOADS = st.floats(-2, 3.5).map(lambda power: 10**power)
TIMES = st.sampled_from([1.0, 10.0, 60.0, 150.0, 600.0])
PATIENCE = st.one_of(st.just(inf), st.floats(0, 5).map(lambda power: 10**power))
WITHIN = st.sampled_from([0.0, 5.0, 15.0, 60.0, 600.0])


@given(LOADS, st.floats(0.05, 4), TIMES, PATIENCE, WITHIN, st.sampled_from(DEFINITIONS))
@settings(max_examples=400, deadline=None)
def test_the_quick_formula_says_what_the_states_do(
    load: float, staffed: float, handling: float, patience: float, within: float, of: str
) -> None:
    c = max(1, round(load * staffed))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quick = level_with_patience(load / handling, handling, c, patience, within, of)
    if quick is not None:
        assert quick == pytest.approx(level(Line(load / handling, handling, c, patience), within, of), abs=2e-9)


@given(
    LOADS.filter(lambda load: load < 200), TIMES, PATIENCE, WITHIN, st.floats(0.05, 0.999), st.sampled_from(DEFINITIONS)
)
@settings(max_examples=60, deadline=None)
def test_the_fewest_are_enough_and_one_less_is_not(
    load: float, handling: float, patience: float, within: float, share: float, of: str
) -> None:
    found = fewest_staff(load / handling, handling, within, share, patience=patience, of=of)
    assert found is not None
    assert level(Line(load / handling, handling, found, patience), within, of) >= share
    assert found == 1 or level(Line(load / handling, handling, found - 1, patience), within, of) < share


def test_the_quick_formula_answers_in_the_range_of_call_centres() -> None:
    """Where it did not, sizing would be right and slow."""
    for load in (0.05, 1.0, 30.0, 1_000.0):
        for staffed in (0.9, 1.0, 1.1, 1.5):
            assert level_with_patience(load / 150, 150, max(1, round(load * staffed)), 90, 15, "offered") is not None


def test_no_number_answers_all_calls_in_time() -> None:
    assert fewest_staff(1 / 60, 150, 15, 1.0, patience=90) is None
