"""Both engines tell the same story: the same rows, to the bit, for any scenario or trace.

They share words, not code (`simulator/engines/reference.py`, `simulator/engines/kernel.py`), so what both say is hardly
wrong in both. A case that differs shrinks to a readable one and prints both rows.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import ENGINES, play, simulate
from simulator.questions.run.request import Request
from simulator.questions.run.run import answer
from simulator.scenario.floor import Floor
from simulator.scenario.load import load_policy, load_scenario
from simulator.scenario.policy import NO_POLICY, Policy
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.units import SECOND
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing, always
from tests.benchmarks.loads import LOADS, Load
from tests.benchmarks.loads import plan as load_plan
from tests.engines.scenes import Scene, drawn_scene, small_scenes
from tests.plans import plan, staff

SCENARIOS = shipped_scenarios()
POLICIES = sorted(path.stem for path in (SCENARIOS / "policies").glob("*.yaml"))
SERVICES = ("bontang", "madiun", "ketapang", "serang", "bengkulu", "kendari")


def told(outcomes: Outcomes, row: int) -> str:
    """One row in words, for a person who looks for what went differently."""
    if row >= len(outcomes):
        return "no such row"
    return ", ".join(f"{name} {getattr(outcomes, name)[row]}" for name in Outcomes.DTYPES)


def difference(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> str | None:
    """The first row in which the engines differ, as both tell it; None where they agree, on sanctions too."""
    (one, did), (two, also) = (play(calls, staffing, floor, policy, engine) for engine in ("reference", "kernel"))
    if one == two:
        return None if did == also else f"sanctions\n  reference: {did}\n  kernel:    {also}"
    both = min(len(one), len(two))
    differs = np.zeros(both + 1, dtype=bool)
    differs[both] = True
    for name in Outcomes.DTYPES:
        differs[:both] |= getattr(one, name)[:both] != getattr(two, name)[:both]
    row = int(np.flatnonzero(differs)[0])
    return f"row {row}\n  reference: {told(one, row)}\n  kernel:    {told(two, row)}"


def of_scene(scene: Scene) -> str | None:
    return difference(scene.calls, scene.staffing, scene.floor, scene.policy)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(small_scenes())
def test_the_engines_agree_on_any_small_scene(scene: Scene) -> None:
    assert of_scene(scene) is None


@pytest.mark.parametrize("calls, scenes", [(3, 1000), (12, 1000), (40, 400), (150, 60), (600, 8)])
def test_the_engines_agree_on_drawn_scenes(calls: int, scenes: int) -> None:
    """Fixed seeds, ties on whole seconds throughout: one trunk up, shifts with nobody, redials, ladders, hand-overs."""
    for seed in range(scenes):
        assert of_scene(drawn_scene(seed, calls)) is None, f"scene {seed} of at most {calls} calls"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(small_scenes())
def test_the_engines_agree_on_any_small_scene_where_the_line_is_never_full(scene: Scene) -> None:
    assert of_scene(never_full(scene)) is None


@pytest.mark.parametrize("calls, scenes", [(12, 600), (60, 200), (600, 5)])
def test_the_engines_agree_where_the_line_is_never_full(calls: int, scenes: int) -> None:
    """No caller who hangs up is missed then: the kernel looks only when a call-taker would answer."""
    abandoned = 0
    for seed in range(scenes):
        scene = never_full(drawn_scene(seed, calls))
        assert of_scene(scene) is None, f"scene {seed} of at most {calls} calls"
        abandoned += int((scene.run().ending == Ending.ABANDONED).sum())
    assert abandoned > scenes


def never_full(scene: Scene) -> Scene:
    """The scene with lines for everybody, and nobody who hangs up and calls again."""
    calls = replace(scene.calls, redial=scene.calls.redial & ~np.uint8(1 << Ending.ABANDONED))
    return replace(scene, calls=calls, floor=scene.floor.model_copy(update={"trunks": 1_000_000}))


@pytest.mark.slow
def test_the_engines_agree_on_tens_of_thousands_of_scenes() -> None:
    for seed in range(10_000, 60_000):
        scene = drawn_scene(seed, 5 + seed % 60)
        assert of_scene(scene if seed % 5 else never_full(scene)) is None, f"scene {seed}"


@pytest.mark.parametrize("policy", [None, *POLICIES])
@pytest.mark.parametrize("service", SERVICES)
def test_the_engines_agree_on_the_services_under_every_policy(service: str, policy: str | None) -> None:
    """Drawn scenarios as users run them, also with hand-overs and one call-taker less."""
    scenario = load_scenario(SCENARIOS / f"{service}.yaml").scenario
    rules = scenario.policy if policy is None else load_policy(policy, Path())
    calls, staffing = draw_calls(scenario, 7, 0, rules.needs), draw_staffing(scenario, 7)
    floor = scenario.floor.model_copy(update={"end_of_shift": "hand_over", "trunks": 1})
    assert difference(calls, staffing, scenario.floor, rules) is None
    assert difference(calls, staffing, floor, rules) is None


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
def test_the_engines_agree_under_the_loads_that_are_measured(load: Load) -> None:
    calls = load_plan(load)
    assert difference(calls, always(load.call_takers, 0, calls.cut), Floor(trunks=load.trunks), NO_POLICY) is None


def test_the_engines_agree_where_nobody_calls_and_nobody_is_there() -> None:
    nobody = plan([], length=10)
    assert difference(nobody, always(0, 0, 1), Floor(trunks=1), NO_POLICY) is None
    assert difference(nobody, always(2, 0, 1), Floor(trunks=1), NO_POLICY) is None


@pytest.mark.parametrize("changes, span", [(400, 400), (40_000, 40_000)])
def test_the_engines_agree_where_the_shift_changes_every_second(changes: int, span: int) -> None:
    """One long call is handed to and fro all the time, more often than 16 bits can count; others wait meanwhile."""
    calls = plan([0, 1, 5], unit=SECOND, talk=[[span - 1], [7], [span // 2]])
    rota = staff(*((second % 2, second, second + 1, False) for second in range(changes)), persons=2)
    handing = Floor(trunks=3, end_of_shift="hand_over")
    assert difference(calls, rota, handing, NO_POLICY) is None
    assert simulate(calls, rota, handing).handovers.max() > span / 3


def test_a_run_that_needs_more_room_than_was_thought_goes_as_well() -> None:
    """Twenty attempts a call, where room for four was made."""
    scenario = load_scenario(SCENARIOS / "serang.yaml").scenario
    group = scenario.callers["children"]
    assert group.redial is not None
    stubborn = group.redial.model_copy(
        update={"attempts": 20, "after": group.redial.after.model_copy(update={"blocked": 1.0, "busy": 1.0})}
    )
    callers = {"children": group.model_copy(update={"redial": stubborn})}
    crowded = scenario.model_copy(update={"callers": callers, "floor": scenario.floor.model_copy(update={"trunks": 1})})
    calls, staffing = draw_calls(crowded, 1), draw_staffing(crowded, 1)
    policy = load_policy("bontang-24h", Path())
    assert len(simulate(calls, staffing, crowded.floor, policy)) > 4 * len(calls)
    assert difference(calls, staffing, crowded.floor, policy) is None


def test_the_difference_of_two_stories_is_told_with_both_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own ear: if one engine were wrong, this is what would be printed."""
    from simulator.engines import kernel

    right = kernel.run

    def wrong(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> tuple[Outcomes, Sanctions]:
        outcomes, sanctions = right(calls, staffing, floor, policy)
        rows = outcomes.columns()
        changed = rows["left"].copy()
        changed[1] += 1
        return Outcomes.of(**{**rows, "left": changed}), sanctions

    monkeypatch.setattr(kernel, "run", wrong)
    found = of_scene(next(s for seed in range(50) if len((s := drawn_scene(seed, 12)).run()) > 2))
    assert found is not None
    assert found.startswith("row 1\n  reference: call ")
    assert "\n  kernel:    call " in found


def test_results_on_disk_do_not_depend_on_the_engine(tmp_path: Path) -> None:
    """To the byte, so that one engine goes on where the other was stopped."""
    kept = []
    for engine in ENGINES:
        path, out = SCENARIOS / "madiun.yaml", tmp_path / engine
        done = answer(Request(scenario=path, seed=3, engine=engine, replications=4, out=out, check_laws=True))
        kept.append({path.name: path.read_bytes() for path in sorted(done.folder.glob("*.parquet"))})
    assert list(kept[0]) == ["calls.parquet", "outcomes.parquet", "replications.parquet"]
    assert kept[0] == kept[1]
