"""Counting compiled and counting in NumPy give the same counts, number by number, of any tables.

They share words, not code (`simulator/metrics/count.py`, `simulator/metrics/compiled.py`); the NumPy telling is held to
hand-worked days and a count row by row in `test_count.py`.
"""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import simulate
from simulator.metrics.count import DEFAULT_THRESHOLDS, count
from simulator.metrics.counts import sum_names, to_row
from simulator.scenario.load import load_scenario
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.units import DAY, HOUR, SECOND
from simulator.tables.outcomes import Cause, Ending, Outcomes, Why
from simulator.tables.staffing import always
from tests.engines.scenes import Scene, drawn_scene, small_scenes
from tests.metrics.hand_tables import (
    GENUINE,
    HAND,
    SILENT,
    attempt,
    calls,
    left_to_machine,
    outcomes,
    random_tables,
    staffing,
)

SERVICES = ("bontang", "madiun", "ketapang", "serang", "bengkulu", "kendari")
SEEDS = st.integers(0, 2**32)
T = 15 * SECOND


def difference(tables, thresholds=DEFAULT_THRESHOLDS, **how):
    """What the two count differently, by the names of rows on disk; None where they agree in names and numbers."""
    one, two = (to_row(count(*tables, thresholds, **how, compiled=compiled)) for compiled in (False, True))
    if list(one) != list(two):
        return f"in numpy {list(one)}, compiled {list(two)}"
    return {name: (one[name], two[name]) for name in one if not np.array_equal(one[name], two[name])} or None


def of_scene(scene: Scene, since: int, **how):
    """The difference of a scene; ``since`` is taken modulo its length."""
    plan = replace(scene.calls, length=max(1, scene.calls.length))  # where all calls are of the past
    took = simulate(plan, scene.staffing, scene.floor, scene.policy)
    return difference((plan, took, scene.staffing), since=since % plan.length, **how)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(small_scenes(), st.integers(0, 10**6), st.booleans())
def test_both_count_any_small_scene_alike(scene, since, clock_hours):
    assert of_scene(scene, since, clock_hours=clock_hours) is None


@pytest.mark.parametrize("most_calls, scenes", [(12, 150), (150, 20)])
def test_both_count_drawn_scenes_alike(most_calls, scenes):
    """Ties on whole seconds, hand-overs, breaks, shifts with nobody, redials, blocks, calls cut off, press 55."""
    for seed in range(scenes):
        scene = drawn_scene(seed, most_calls)
        assert of_scene(scene, 0, clock_hours=seed % 2 == 1) is None, f"scene {seed}"
        assert of_scene(scene, scene.calls.length // 3) is None, f"scene {seed} from a third on"


@settings(max_examples=100, deadline=None)
@given(SEEDS, st.integers(0, 400), st.booleans(), st.integers(0, 2 * DAY - 1), st.permutations([1, 10, 15, 200, 3600]))
def test_both_count_any_random_table_alike(seed, n, clock_hours, since, seconds):
    """Days long, from any minute of the week, with a simulated past; thresholds in any order."""
    tables, thresholds = random_tables(seed, n, past=True), tuple(s * SECOND for s in seconds)
    assert difference(tables, thresholds[: 1 + seed % 5], clock_hours=clock_hours, since=since) is None


def test_there_is_something_to_count_of_every_kind_in_the_random_tables():
    """Every ending, every reason, pass-backs, hand-overs, machines: what is nowhere could be counted wrongly."""
    plan, took, duty = random_tables(1, 400)
    counts = count(plan, took, duty, (T,))
    nowhere = {"nobody_on_duty", "never_heard_nobody_on_duty"}  # the hand-worked day and the scenes have it
    assert {name for name in sum_names((T,)) if not counts.sums[name].any()} == nowhere
    assert np.any(took.handovers > 0)
    assert np.any(took.waited_over > 0)
    assert np.any((took.free < took.talk_end) & (took.free >= 0))


def test_both_count_many_different_waits_alike():
    """More than 65,536 keys of a histogram, so that no byte of them is the same throughout."""
    assert difference(random_tables(1, 120_000, days=30, past=True)) is None


@pytest.mark.parametrize("longest", (1, 4096, HOUR, DAY, 2 * 365 * DAY))
def test_both_count_long_waits_alike(longest):
    plan, took, duty = random_tables(3, 300)
    wait = np.random.default_rng(4).integers(0, longest + 1, len(took))
    answered = np.where(took.ending == Ending.ANSWERED, took.arrival + wait, -1)
    later = {name: np.where(answered >= 0, answered + gap, -1) for name, gap in (("talk_end", 5), ("free", 9))}
    assert difference((plan, replace(took, answered=answered, **later), duty)) is None


@pytest.mark.parametrize("service", SERVICES)
def test_both_count_the_services_alike(service):
    scenario = load_scenario(shipped_scenarios() / f"{service}.yaml").scenario
    plan, duty = draw_calls(scenario, 3), draw_staffing(scenario, 3)
    tables = plan, simulate(plan, duty, scenario.floor, scenario.policy), duty
    assert difference(tables, clock_hours=True) is None
    assert difference(tables, since=plan.length // 2 + 1) is None


BY_HAND = (
    ("the hand-worked day", HAND),
    ("nobody calls", (calls([]), outcomes(), always(1, 0, DAY))),
    ("nobody is on any list of duty", (calls([(5, GENUINE, -1)]), outcomes(attempt(0, 1, 5, 2)), always(0, 0, DAY))),
    (
        "stretches of duty out of order, and a call taken over",
        (
            calls([(80, GENUINE, -1)]),
            outcomes(attempt(0, 1, 80, 0, wait=10) | {"handovers": 1, "waited_over": 5 * SECOND}),
            staffing((0, 100, 150), (1, 0, 100), (0, 160, 165)),
        ),
    ),
    (
        "a call taken over by someone who never came on duty",
        (
            calls([(80, GENUINE, -1)]),
            outcomes(attempt(0, 1, 80, 0, wait=10) | {"handovers": 1}),
            staffing((1, 0, 100), (0, 1000, 2000)),
        ),
    ),
    (
        "a call cut off in talk, beyond its call-taker's duty",
        (
            calls([(100, GENUINE, -1)], length=HOUR),
            outcomes(attempt(0, 1, 100, Ending.OPEN) | {"answered": 110 * SECOND, "call_taker": 0}),
            staffing((0, 0, 200), (0, 300, 400)),
        ),
    ),
    (
        "a call cut off in wrap-up",
        (
            calls([(100, GENUINE, -1)], length=HOUR),
            outcomes(attempt(0, 1, 100, Ending.ANSWERED, wait=10) | {"free": -1}),
            staffing((0, 0, 200), (0, 300, 400)),
        ),
    ),
    (
        "calls left to a machine: one says nothing, one presses 55, one is cut off with it, one behind it",
        (
            calls([(at, SILENT, -1) for at in (5, 6, 40, 41)], length=HOUR),
            outcomes(
                left_to_machine(0, 1, 5, Ending.ANSWERED, wait=5, listen=20, machine=15),
                left_to_machine(1, 1, 6, Ending.ANSWERED, wait=9, listen=20, machine=15, waited=5, talk=40, wrap=30),
                attempt(2, 1, 40, Ending.OPEN) | {"answered": 45 * SECOND, "free": 65 * SECOND, "call_taker": 0},
                attempt(3, 1, 41, Ending.OPEN)
                | {"answered": 45 * SECOND, "free": 65 * SECOND, "call_taker": 1, "handovers": 1}
                | {"waited_over": 2000 * SECOND},
            ),
            staffing((0, 0, 30), (1, 0, 50), (0, 60, 62)),
        ),
    ),
    (
        "a call passed back, and one passed back after a redial",
        (
            calls([(0, GENUINE, -1), (0, GENUINE, 0)], accept=((0, 1, 30), (0, 2, 500), (1, 2, 200), (1, 3, 2000))),
            outcomes(
                attempt(0, 1, 0, Ending.DIVERTED, left=10, why=Why.OWN_EARLIER_CALLS),
                attempt(1, 1, 0, Ending.BUSY),
                attempt(1, 2, 5, Ending.DIVERTED, left=5),
                attempt(0, 2, 10, Ending.ANSWERED, wait=0) | {"cause": Cause.PASSBACK},
                attempt(1, 3, 10, Ending.ANSWERED, wait=0) | {"cause": Cause.PASSBACK},
            ),
            staffing((0, 0, 1000)),
        ),
    ),
    (
        "everything that the policy can do to one caller, for every reason",
        (
            calls([(0, GENUINE, -1)] * len(Why)),
            outcomes(
                *(
                    attempt(c, k, 10 * k + c, ending, why=(c + k) % len(Why))
                    for k, ending in enumerate((Ending.BLOCKED, Ending.DIVERTED, Ending.SCREENED), 1)
                    for c in range(len(Why))
                )
            ),
            staffing((0, 0, 1000)),
        ),
    ),
    (
        "a call-taker who works for days on end",
        (
            calls([(80, GENUINE, -1)], length=4 * DAY, clock=3 * HOUR + 7),
            outcomes(attempt(0, 1, 80, 0, wait=10, talk=300_000)),
            staffing((0, 0, 100), (1, 50, 400_000)),
        ),
    ),
)


@pytest.mark.parametrize("name, tables", BY_HAND, ids=[name for name, _ in BY_HAND])
def test_both_count_odd_tables_alike(name, tables):
    assert difference(tables, clock_hours=True) is None
    assert difference(tables, since=tables[0].length // 2) is None


def test_a_threshold_named_twice_is_one():
    assert difference(HAND, (T, SECOND, T)) is None


@pytest.mark.parametrize(
    "rows, thresholds, complaint",
    (
        ((attempt(0, 2, 5, Ending.BUSY),), (T,), "first attempt"),
        ((), (T,), "first attempt"),
        ((attempt(0, 1, 5, Ending.ANSWERED, wait=-2),), (T,), "duration"),
        ((attempt(0, 1, 5, Ending.BUSY),), (), "threshold"),
    ),
)
def test_what_can_not_be_counted_is_refused_with_the_same_words(rows, thresholds, complaint):
    plan = calls([(5, GENUINE, -1)])
    took = outcomes(*rows) if rows else Outcomes(**{name: [] for name in Outcomes.DTYPES})
    with pytest.raises(ValueError, match=complaint):
        count(plan, took, always(1, 0, DAY), thresholds, compiled=True)


def test_numba_is_loaded_only_where_compiled_counting_is_asked_for():
    code = (
        "import sys; from tests.metrics.hand_tables import HAND; from simulator.metrics.count import count\n"
        "count(*HAND); print('numba' in sys.modules); count(*HAND, compiled=True); print('numba' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "True"]
