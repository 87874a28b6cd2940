"""Pairing caller by caller: hand-made floors, and what must hold of any."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from simulator.engines.simulate import simulate
from simulator.metrics.count import count
from simulator.metrics.paired import EFFECTS, FATES, FROM_NO_NUISANCE, PAIRED, ROUTES, TABLE, Plan, Throughout, baseline
from simulator.scenario.floor import Floor
from simulator.scenario.policy import NO_POLICY, Intent, Policy
from simulator.scenario.units import SECOND
from simulator.study.no_nuisance import without_nuisance
from simulator.tables.calls import DOUBT_SCALE, SHARED, Calls
from simulator.tables.outcomes import Ending, Outcomes, Why
from simulator.tables.staffing import Staffing, always
from tests.engines.scenes import Scene, drawn_scene, small_scenes
from tests.engines.worked import AGAIN, calls
from tests.plans import floor, policy, rule

G, E, P, S = Intent.GENUINE, Intent.ENQUIRY, Intent.PRANK, Intent.SILENT
T = 15 * SECOND
DAY = 86_400


def pair(
    calls: Calls, staffing: Staffing, floor: Floor, policy: Policy, *, since: int = 0, ideal: bool = False
) -> dict[str, int]:
    """The paired numbers of a policy (or of no nuisance), by name."""
    less = without_nuisance(calls)
    plans = Plan.of(calls, T, since), Plan.of(less, T, since)
    runs = simulate(calls, staffing, floor, NO_POLICY), simulate(less, staffing, floor, NO_POLICY)
    base = baseline(plans[0], runs[0], staffing, plans[1], runs[1])
    under = simulate(calls, staffing, floor, policy)
    found = base.no_nuisance() if ideal else base.held_against(under, Throughout.nobody(base.plan.genuine))
    numbers = dict(zip(PAIRED, found, strict=True))
    return numbers | effects_in(numbers) | effects_in(numbers, FROM_NO_NUISANCE)


def effects_in(found: dict[str, int], baseline: str = "") -> dict[str, int]:
    """What the policy did to genuine callers, by the names of EFFECTS."""
    return {baseline + name: sum(found[baseline + cell] for cell in cells) for name, cells in EFFECTS.items()}


def some(found: dict[str, int], *names: str) -> tuple[int, ...]:
    return tuple(found[name] for name in names)


ONE, TWO = always(1, 0, DAY * SECOND), always(2, 0, DAY * SECOND)
BLOCK = policy(rule())


def test_a_prank_kept_out_saves_who_waited_behind_it_and_frees_its_time() -> None:
    """The second prank of number 7 holds the only call-taker from 100 to 160 s; a genuine caller at 110 s needs her."""
    made = calls(0, 100, 110, intent=[P, P, G], number=[7, 7, 1], talk=[10, 60, 30], length=DAY)
    found = pair(made, ONE, floor(), BLOCK)
    assert some(found, "genuine", "late_to_in_time") == (1, 1)
    assert some(found, *EFFECTS) == (0, 0, 0, 1)
    assert some(found, "nuisance_time", "freed", "freed_idle", "taken_on") == (70 * SECOND, 60 * SECOND, 0, 0)
    assert found["no_nuisance_in_time_to_in_time"] == 1
    assert pair(made, TWO, floor(), BLOCK)["freed_idle"] == 30 * SECOND, "the other one is needed from 110 to 140 s"


def test_no_nuisance_is_the_most_that_a_rule_can_win() -> None:
    """The first prank is never stopped by a rule that goes by verdicts; without nuisance it is not made at all."""
    made = calls(0, 5, intent=[P, G], talk=60, length=DAY)
    found = pair(made, ONE, floor(), BLOCK)
    assert some(found, "late_to_late", "no_nuisance_in_time_to_late", "freed") == (1, 1, 0)
    most = pair(made, ONE, floor(), BLOCK, ideal=True)
    assert some(most, "late_to_in_time", "no_nuisance_in_time_to_in_time", "freed") == (1, 1, 60 * SECOND)


HARM = [
    ("a genuine caller on the phone of a prank caller", "shared_phone", {"intent": [P, G], "number": 7}, BLOCK),
    (
        "a genuine caller who was taken for a prank, calls again on a later day",
        "misjudged_earlier",
        {"intent": G, "number": 7, "tendency": [DOUBT_SCALE, 0], "verdict": P},
        BLOCK,
    ),
    ("withheld numbers taken as one", "withheld_as_one", {"intent": [P, G], "number": -1}, policy(rule(), as_one=True)),
]


@pytest.mark.parametrize("_, route, columns, rules", HARM, ids=[case[0] for case in HARM])
def test_who_is_never_heard_because_of_it_is_told_by_the_route(
    _: str, route: str, columns: dict, rules: Policy
) -> None:
    made = calls(0, 1000, talk=10, route=SHARED, length=DAY, **columns)
    found = pair(made, ONE, floor(), rules)
    assert some(found, "in_time_to_never", f"never_because_{route}") == (1, 1)
    assert some(found, *EFFECTS) == (1, 0, 0, 0)


def test_who_was_put_off_by_an_earlier_block_is_a_route_of_its_own() -> None:
    """The person of calls 1 and 2 is blocked once on a shared phone, gives up for good, and never makes call 2."""
    brief = policy(rule(for_=(100 * SECOND,)))
    made = calls(0, 50, 500, intent=[P, G, G], number=7, person=[0, 1, 1], route=SHARED, talk=10, quit=True, length=DAY)
    found = pair(made, ONE, floor(), brief)
    assert some(found, "genuine", "never_because", "never_because_shared_phone") == (2, 2, 1)
    assert found["never_because_deterred"] == 1


def test_who_is_lost_in_a_longer_queue_is_told_apart_from_who_is_acted_on() -> None:
    """Blocked, an enquiring caller tries again later, and is then in the way of a genuine one that no rule acted on."""
    made = calls(
        0, 20, 100, intent=[P, E, G], number=[7, 7, 1], talk=[10, 60, 10], attempts=2, redial=AGAIN["blocked"],
        redial_delay=75, patience=30, length=DAY,
    )  # fmt: skip
    brief = policy(rule(for_=(50 * SECOND,)))
    found = pair(made, ONE, floor(), brief)
    assert some(found, "never_because", "never_because_queue") == (1, 1)


def test_time_that_goes_to_other_nuisance_is_not_hidden() -> None:
    """With the prank of 7 blocked, a silent caller who would have hung up is answered: 60 s freed, 40 s taken on."""
    made = calls(
        0, 100, 110, intent=[P, P, S], number=[7, 7, 1], talk=[10, 60, 40], patience=[500, 500, 20], length=DAY
    )
    assert some(pair(made, ONE, floor(), BLOCK), "freed", "taken_on") == (60 * SECOND, 40 * SECOND)


def test_only_callers_and_time_within_what_is_counted_are() -> None:
    """Counted from 120 s on: of the prank of 100 to 160 s there are 40 s, and the genuine caller of 110 s is not."""
    made = calls(0, 100, 110, intent=[P, P, G], number=[7, 7, 1], talk=[10, 60, 30], length=DAY)
    found = pair(made, ONE, floor(), BLOCK, since=120 * SECOND)
    assert some(found, "genuine", *TABLE) == (0,) * 10
    assert some(found, "nuisance_time", "freed") == (40 * SECOND, 40 * SECOND)


MISJUDGED = [
    ("heard at the redial without the rule, blocked for good under it", policy(rule()), (1, 0, 0)),
    ("a block that ends before the redial harms nobody", policy(rule(for_=(1 * SECOND,))), (0, 0, 1)),
]


@pytest.mark.parametrize("_, rules, fates", MISJUDGED, ids=[case[0] for case in MISJUDGED])
def test_who_is_misjudged_and_heard_late_without_the_rule_does_not_vanish(
    _: str, rules: Policy, fates: tuple[int, ...]
) -> None:
    """Dismissed at 10 s, the caller tries again 20 s later: too late for 15 s, and heard."""
    made = calls(
        0, intent=G, number=7, tendency=DOUBT_SCALE // 2, doubt=[[0, DOUBT_SCALE - 1]], verdict=P, talk=10, attempts=2,
        redial=AGAIN["dismissed"], redial_delay=20, length=DAY,
    )  # fmt: skip
    found = pair(made, ONE, floor(), rules)
    assert some(found, "late_to_never", "late_to_in_time", "late_to_late") == fates
    assert found["never_because_misjudged_earlier"] == fates[0]


OPEN = [("its call-taker still talks", ONE, "in_time", 1), ("nobody ever came", always(0, 0, DAY), "never", 1)]


@pytest.mark.parametrize("_, staffing, fate, left_open", OPEN, ids=[case[0] for case in OPEN])
def test_a_call_still_open_goes_by_its_time_of_answer(_: str, staffing: Staffing, fate: str, left_open: int) -> None:
    made = calls(0, intent=G, number=7, talk=3 * DAY, length=DAY)
    found = pair(made, staffing, floor(), BLOCK)
    assert some(found, f"{fate}_to_{fate}", "open") == (1, left_open)


def fates_by_hand(calls: Calls, outcomes: Outcomes) -> dict[int, str]:
    """The fate of each genuine caller, by a loop over rows."""
    found = {call: "never" for call in range(len(calls)) if calls.intent[call] == G and calls.arrival[call] >= 0}
    found = {call: fate for call, fate in found.items() if calls.arrival[call] < calls.length}
    for row in range(len(outcomes)):
        call, ending = int(outcomes.call[row]), outcomes.ending[row]
        heard = ending == Ending.ANSWERED and not outcomes.dismissed[row]
        if call in found and (heard or (ending == Ending.OPEN and outcomes.answered[row] >= 0)):
            found[call] = "in_time" if outcomes.answered[row] - calls.arrival[call] <= T else "late"
    return found


def check(scene: Scene) -> None:
    """The tables of fates are those of loops over the rows of each run, and the sums those of `metrics.count`."""
    made = replace(scene.calls, length=60 * SECOND)
    floor_of, staffing = scene.floor, scene.staffing
    found, most = (pair(made, staffing, floor_of, scene.policy, ideal=ideal) for ideal in (False, True))
    less = without_nuisance(made)
    runs = [
        simulate(made, staffing, floor_of, NO_POLICY),
        simulate(made, staffing, floor_of, scene.policy),
        simulate(less, staffing, floor_of, NO_POLICY),
    ]
    none, under, ideal = (
        list(fates_by_hand(plan, run).values()) for plan, run in zip((made, made, less), runs, strict=True)
    )
    for numbers, becomes in ((found, under), (most, ideal)):
        for ahead, was in (("", none), (FROM_NO_NUISANCE, ideal)):
            cells = Counter(f"{ahead}{a}_to_{b}" for a, b in zip(was, becomes, strict=True))
            assert {name: numbers[name] for name in numbers if name in cells} == cells
            for fate in FATES:
                assert sum(numbers[f"{ahead}{fate}_to_{to}"] for to in FATES) == was.count(fate)
            change = numbers[ahead + "never_because"] - numbers[ahead + "heard_because"]
            assert change == becomes.count("never") - was.count("never")
        assert sum(numbers[f"never_because_{route}"] for route in ROUTES) == numbers["never_because"]
        assert numbers["genuine"] == sum(numbers[cell] for cell in TABLE)
    in_time = int(count(made, runs[1], staffing, (T,)).sums["in_time_and_well"][G].sum())
    still = ((runs[1].ending == Ending.OPEN) & (runs[1].answered >= 0)).any()
    assert still or sum(found[f"{fate}_to_in_time"] for fate in FATES) == in_time
    assert 0 <= found["freed_idle"] <= found["freed"] <= found["nuisance_time"]
    assert most["freed"] <= most["nuisance_time"] == found["nuisance_time"]
    assert found["taken_on"] >= 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(small_scenes())
def test_pairs_add_up_to_the_counts_of_each_design(scene: Scene) -> None:
    assume(len(scene.calls))
    check(scene)


@pytest.mark.parametrize("seed", range(12))
def test_pairs_add_up_on_busier_floors_too(seed: int) -> None:
    check(drawn_scene(seed, 60))


@pytest.mark.parametrize("seed", range(8))
def test_freed_time_is_the_handling_of_nuisance_that_is_not_answered_under_the_policy(seed: int) -> None:
    """Held against a loop over the rows of both runs; waits for a hand-over are nobody's time."""
    scene = drawn_scene(seed, 60)
    made = replace(scene.calls, length=40 * SECOND)
    without, under = (simulate(made, scene.staffing, scene.floor, each) for each in (NO_POLICY, scene.policy))
    answered = [set(run.call[run.ending == Ending.ANSWERED].tolist()) for run in (without, under)]
    freed = 0
    for row in range(len(without)):
        call = int(without.call[row])
        if made.intent[call] in {P, S} and call in answered[0] - answered[1] and without.call_taker[row] >= 0:
            end = made.length if without.free[row] == -1 else without.free[row] - without.waited_over[row]
            freed += max(0, min(int(end), made.length) - max(int(without.answered[row]), 0))
    assert pair(made, scene.staffing, scene.floor, scene.policy)["freed"] == freed


def test_every_reason_of_the_tables_has_a_route() -> None:
    assert len(ROUTES) == len(Why) + 1
    assert np.all(np.diff([int(why) for why in Why]) == 1)
