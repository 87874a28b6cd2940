"""Callers and call-takers at an API that does what the model says meet what the model says."""

from pathlib import Path

import numpy as np
import pytest

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.reference import run as run_reference
from simulator.live.call_taker import CallTaker
from simulator.live.caller import Caller
from simulator.live.floor import LiveFloor
from simulator.live.shares import split
from simulator.scenario.library import load_policy
from simulator.scenario.load import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.units import DAY
from simulator.tables.outcomes import OF_A_FLOOR, Action, Ending, Outcomes
from simulator.tables.plan import Plan, Settings
from simulator.tables.row_log import folded
from tests.live.ideal import Centre, IdealUser, ListUser
from tests.live.virtual import VirtualWorld

SCENARIOS = Path(__file__).parents[2] / "scenarios"
POLICIES = sorted(path.stem for path in (SCENARIOS / "policies").glob("*.yaml"))
NOT_THE_TARGETS = {"why"}
"""Columns that an API cannot know of."""


def plan_of(name: str, policy: str, days: int = 6) -> Plan:
    scenario = load_scenario(SCENARIOS / f"{name}.yaml").scenario
    rules = load_policy(policy, SCENARIOS)
    return plan_from(scenario.model_copy(update={"length": days * DAY, "policy": rules, "reported": ()}), name)


def plan_from(scenario: Scenario, name: str) -> Plan:
    return Plan(
        calls=draw_calls(scenario, 3),
        staffing=draw_staffing(scenario, 3),
        floor=scenario.floor,
        policy=scenario.policy,
        settings=Settings(run="0badcafe", title=scenario.title, scenario=name, start=scenario.start.isoformat()),
    )


def played(plan: Plan, kind: type[IdealUser] = IdealUser, workers: int = 1) -> Outcomes:
    """What becomes of the calls, shared out to so many workers; call-takers too, each to the next."""
    centre = Centre(plan, kind=kind)
    world = VirtualWorld(centre.user)
    floors = [LiveFloor(plan, world, kind) for _ in range(workers)]
    world.others = floors
    floors[0].list_at_start()
    for person in range(plan.staffing.persons):
        world.spawn(CallTaker(floors[person % workers], person).run)
    calls = [(call, floor) for floor, share in zip(floors, split(plan.calls, workers), strict=True) for call in share]
    for call, floor in sorted(calls, key=lambda each: each[0]):
        world.spawn(Caller(floor, int(call)).run)
    world.run(plan.calls.cut)
    return folded(world.lines)[0]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", ["serang", "bontang", "madiun", "ketapang"])
def test_live_calls_at_an_ideal_target_end_as_in_the_readable_model(name: str, policy: str) -> None:
    plan = plan_of(name, policy)
    assert_as_in_the_model(plan)


def assert_as_in_the_model(plan: Plan, kind: type[IdealUser] = IdealUser, workers: int = 1) -> Outcomes:
    live, model = played(plan, kind, workers), run_reference(plan.calls, plan.staffing, plan.floor, plan.policy)[0]
    order = np.lexsort((model.attempt, model.call, model.arrival))
    assert len(live) == len(model) > 10
    for column in Outcomes.DTYPES.keys() - NOT_THE_TARGETS:
        expected = getattr(model, column)[order]
        differ = np.flatnonzero(getattr(live, column) != expected)
        assert not len(differ), (column, differ[:3], getattr(live, column)[differ[:3]], expected[differ[:3]])
    return live


CROWDED = """
title: everything that callers do, on too few lines
start: 2024-01-01T00:00+07:00
length: 2 d
callers:
  residents:
    intent: genuine
    volume: 300 / d
    talk: {lognormal: {mean: 120 s, cv: 1}}
    wrap_up: {exponential: {mean: 30 s}}
    patience: {exponential: {mean: 60 s}}
    incidents: {callers: 3, spread: {exponential: {mean: 5 min}}, duplicate_talk: {exponential: {mean: 20 s}}}
    numbers: {pool: 200, sims: 2, rotate: 50 %, withheld: 5 %, shared_with: {children: {share: 10 %, choose: by_call}}}
    redial:
      after: {busy: 80 %, abandoned: 70 %, blocked: 60 %, screened: 50 %, dismissed: 90 %, diverted: 40 %}
      delay: {exponential: {mean: 30 s}}
      attempts: 6
    misjudged: {as: {prank: 8 %}, correlation: 30 %}
    voiceless: 5 %
    gives_up: 20 %
    deterred_by_sms: 50 %
  children:
    intent: prank
    volume: 900 / d
    talk: {exponential: {mean: 25 s}}
    wrap_up: {exponential: {mean: 5 s}}
    patience: {exponential: {mean: 40 s}}
    numbers: {pool: 60, heavy_tail: {zipf: 1.2}}
    deceives: 10 %
    redial: {after: {blocked: 50 %, busy: 50 %}, delay: {exponential: {mean: 10 s}}, attempts: 4}
  ghosts:
    intent: silent
    volume: 200 / d
    talk: {exponential: {mean: 15 s}}
    patience: {exponential: {mean: 20 s}}
    numbers: {pool: 50}
floor:
  trunks: 3
  shifts:
    - {name: day, from: '07:00', to: '19:00', call_takers: 2, breaks: [{at: '12:00', for: 30 min}]}
    - {name: night, from: '19:00', to: '07:00', call_takers: 1, attendance: 80 %}
  acceptance: {delay: {exponential: {mean: 60 s}}, mode: attended}
  silent_procedure: {listen: 8 s, call_back: {share: 30 %, takes: 40 s}}
policy:
  rules:
    - {calls: {more_than: 12, within: 1 h}, action: demote, for: 2 h}
    - {on: [silent], strikes: 2, within: 6 h, action: challenge, for: 6 h,
       challenge: {length: 5 s, passes: {genuine: 90 %}}}
    - {on: [prank], strikes: 2, within: 2 h, action: warn, for: 1 h, warn: {length: 6 s, leaves: {prank: 40 %}}}
    - {on: [prank], strikes: 1, action: sms, for: 3 h}
    - {on: [prank], strikes: 4, within: 1 d, action: block, for: [30 min, 2 h],
       reset_by: genuine, review: 5 min, extend: yes}
"""


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_crowded_lines_and_every_kind_of_caller_end_as_in_the_readable_model(workers: int, tmp_path: Path) -> None:
    """However many workers they are shared out to, and whoever's call a call-taker answers."""
    (tmp_path / "crowded.yaml").write_text(CROWDED)
    plan = plan_from(load_scenario(tmp_path / "crowded.yaml").scenario, "crowded")
    live = assert_as_in_the_model(plan, workers=workers)
    endings = {Ending(ending) for ending in np.unique(live.ending)}
    assert endings >= set(OF_A_FLOOR) - {Ending.DIVERTED, Ending.OPEN}
    assert set(np.unique(live.action)) >= {Action.DEMOTE, Action.WARN, Action.CHALLENGE, Action.BLOCK, Action.SMS}


@pytest.mark.parametrize("policy", ["bontang-24h", "israel-ladder", "purworejo-silent-24h"])
def test_a_policy_applied_from_outside_blocks_what_the_target_would_have(policy: str) -> None:
    live = assert_as_in_the_model(plan_of("serang", policy), ListUser)
    assert (live.ending == Ending.BLOCKED).any()
