"""The plan of a live run comes out of its file as it went in."""

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.scenario.library import load_policy
from simulator.scenario.load import load_scenario
from simulator.scenario.units import DAY
from simulator.tables.plan import NoPlan, Plan, Settings

SCENARIOS = Path(__file__).parents[2] / "scenarios"
POLICIES = sorted(path.stem for path in (SCENARIOS / "policies").glob("*.yaml"))
SETTINGS = Settings(run="0badcafe", title="t", scenario="s", start="2024-01-01T06:00:00+07:00", speed=60, scale=2.5)


def plan_of(name: str, policy: str) -> Plan:
    scenario = load_scenario(SCENARIOS / f"{name}.yaml").scenario.model_copy(update={"length": 3 * DAY, "reported": ()})
    rules = load_policy(policy, SCENARIOS)
    calls, staffing = draw_calls(scenario, 2, 0, rules.needs), draw_staffing(scenario, 2)
    return Plan(calls=calls, staffing=staffing, floor=scenario.floor, policy=rules, settings=SETTINGS)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", ["bontang", "madiun"])
def test_a_plan_is_read_as_it_was_written(name: str, policy: str, tmp_path: Path) -> None:
    plan, path = plan_of(name, policy), tmp_path / "plan.siaga"
    plan.write(path)
    read = Plan.read(path)
    assert (read.calls, read.staffing, read.policy, read.settings) == (
        plan.calls,
        plan.staffing,
        plan.policy,
        plan.settings,
    )
    assert (read.floor.trunks, read.floor.attended, read.floor.shifts) == (
        plan.floor.trunks,
        plan.floor.attended,
        plan.floor.shifts,
    )


@pytest.mark.parametrize("cut", [0, 10, 500])
def test_bytes_that_are_no_plan_are_refused(cut: int) -> None:
    packed = plan_of("bontang", "none").to_bytes()
    with pytest.raises(NoPlan):
        Plan.from_bytes(packed[:cut])


def test_a_plan_of_another_format_is_refused_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of("bontang", "none")
    monkeypatch.setattr("simulator.tables.plan.FORMAT", 99)
    packed = plan.to_bytes()
    monkeypatch.undo()
    with pytest.raises(NoPlan, match="99"):
        Plan.from_bytes(packed)


def test_a_time_of_the_plan_is_told_in_local_time() -> None:
    assert SETTINGS.at(90_061_234_567) == "2024-01-02T07:01:01.234+07:00"
    assert replace(SETTINGS, start="2024-01-01T23:59:59.500+09:00").at(500_000) == "2024-01-02T00:00:00.000+09:00"
