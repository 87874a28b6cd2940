"""Occupancy: of silent calls left to a machine, by hand; of runs of the reference engine, whatever is in them."""

import pytest

from simulator.metrics.count import count
from simulator.scenario.units import HOUR, SECOND
from simulator.tables.outcomes import Ending
from tests.engines.scenes import drawn_scene
from tests.metrics.hand_tables import SILENT, attempt, calls, left_to_machine, outcomes, staffing

MACHINE = (
    # answered at 10 s, left after 20 s of listening to a machine of 15 s: call-taker 0 is busy to 30 s
    ("the caller says nothing to the machine", {"machine": 15}, 1000, 20, 0),
    ("duty ends while the call-taker listens", {"machine": 15}, 25, 20, 5),
    ("duty ends while the machine asks", {"machine": 15}, 40, 20, 0),
    # pressed 55 at 45 s, waits 5 s, talks 40 s, wrap-up 30 s: busy another 70 s, to 120 s
    ("the caller presses 55, waits and talks", {"machine": 15, "waited": 5, "talk": 40, "wrap": 30}, 1000, 90, 0),
    ("duty ends in wrap-up then", {"machine": 15, "waited": 5, "talk": 40, "wrap": 30}, 100, 90, 20),
    ("the caller presses 55 and is taken over at once", {"machine": 15, "waited": 0, "talk": 40}, 80, 60, 5),
)


@pytest.mark.parametrize("name,then,off,busy,overtime", MACHINE, ids=[row[0] for row in MACHINE])
def test_a_machine_and_waiting_behind_it_occupy_nobody(name, then, off, busy, overtime):
    row = left_to_machine(0, 1, 5, Ending.ANSWERED, wait=5, listen=20, **then)
    counts = count(calls([(5, SILENT, -1)]), outcomes(row), staffing((0, 0, off)))
    assert counts.floor["time_busy"].sum() == busy * SECOND
    assert counts.sums["handling"].sum() == counts.sums["nuisance_handling"].sum() == busy * SECOND
    assert counts.sums["handled"].sum() == counts.sums["answered"].sum() == 1
    assert counts.floor["time_on_duty"].sum() == (off + overtime) * SECOND


def test_who_takes_over_from_a_machine_was_not_on_overtime_before():
    """Call-taker 0 comes at 50 s, takes over at 50 s who pressed 55 at 45 s, and is done at 120 s, 10 s after duty."""
    row = left_to_machine(0, 1, 5, Ending.ANSWERED, wait=5, listen=20, machine=15, waited=5, talk=40, wrap=30)
    counts = count(calls([(5, SILENT, -1)]), outcomes(row), staffing((0, 50, 110), (1, 0, 40)))
    assert counts.floor["time_on_duty"].sum() == (60 + 40 + 10) * SECOND


@pytest.mark.parametrize("handovers,waited", ((0, 0), (1, 2000)))
def test_a_call_cut_off_with_a_machine_or_behind_it_was_busy_until_the_machine_took_over(handovers, waited):
    row = attempt(0, 1, 100, Ending.OPEN) | {"answered": 110 * SECOND, "free": 130 * SECOND, "call_taker": 0}
    row |= {"handovers": handovers, "waited_over": waited * SECOND}
    counts = count(calls([(100, SILENT, -1)], length=HOUR), outcomes(row), staffing((0, 0, 120)))
    assert counts.floor["time_busy"].sum() == 20 * SECOND
    assert counts.floor["time_on_duty"].sum() == 130 * SECOND
    assert counts.sums["handled"].sum() == 0


@pytest.mark.parametrize("seed", range(15))
def test_nobody_is_busy_longer_than_on_duty_and_overtime_together(seed):
    scene = drawn_scene(seed, 40)
    floor = count(scene.calls, scene.run(), scene.staffing).floor
    rostered = scene.staffing.time_on_duty(0, scene.calls.length)
    assert floor["time_busy"].sum() <= floor["time_on_duty"].sum()
    assert rostered <= floor["time_on_duty"].sum()
