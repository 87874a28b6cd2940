"""Callers and call-takers at a target that does what the model says meet what the model says."""

from pathlib import Path

import numpy as np
import pytest

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.live.call_taker import CallTaker
from simulator.engines.live.caller import Caller
from simulator.engines.live.floor import LiveFloor
from simulator.engines.reference import run as run_reference
from simulator.scenario.library import load_policy
from simulator.scenario.load import load_scenario
from simulator.scenario.units import DAY
from simulator.tables.outcomes import Outcomes
from simulator.tables.plan import Plan, Settings
from simulator.tables.row_log import folded
from tests.engines.live.ideal import Centre
from tests.engines.live.virtual import VirtualWorld

SCENARIOS = Path(__file__).parents[3] / "scenarios"
POLICIES = sorted(path.stem for path in (SCENARIOS / "policies").glob("*.yaml"))
NOT_THE_TARGETS = {"why"}
"""Columns that a target can not know of."""


def plan_of(name: str, policy: str, days: int = 6) -> Plan:
    scenario = load_scenario(SCENARIOS / f"{name}.yaml").scenario
    rules = load_policy(policy, SCENARIOS)
    scenario = scenario.model_copy(update={"length": days * DAY, "policy": rules, "reported": ()})
    return Plan(
        calls=draw_calls(scenario, 3),
        staffing=draw_staffing(scenario, 3),
        floor=scenario.floor,
        policy=rules,
        settings=Settings(run="0badcafe", title=scenario.title, scenario=name, start=scenario.start.isoformat()),
    )


def played(plan: Plan) -> Outcomes:
    centre = Centre(plan)
    world = VirtualWorld(centre.user)
    floor = LiveFloor(plan, world)
    for person in range(plan.staffing.persons):
        world.spawn(CallTaker(floor, person).run)
    for call in range(len(plan.calls)):
        world.spawn(Caller(floor, call).run)
    world.run(plan.calls.cut)
    return folded(world.lines)[0]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", ["serang", "bontang", "madiun", "ketapang"])
def test_live_calls_at_an_ideal_target_end_as_in_the_readable_model(name: str, policy: str) -> None:
    plan = plan_of(name, policy)
    live, model = played(plan), run_reference(plan.calls, plan.staffing, plan.floor, plan.policy)[0]
    order = np.lexsort((model.attempt, model.call, model.arrival))
    assert len(live) == len(model) > 10
    for column in Outcomes.DTYPES.keys() - NOT_THE_TARGETS:
        expected = getattr(model, column)[order]
        differ = np.flatnonzero(getattr(live, column) != expected)
        assert not len(differ), (column, differ[:3], getattr(live, column)[differ[:3]], expected[differ[:3]])
