"""The server's blocklist over time does to every call what the readable engine does, tie for tie."""

from typing import Any

import pytest
from hypothesis import given, settings

from simulator.engines import gate
from simulator.engines.rules import Blocklist, Due, Sanction
from simulator.live.standin.watch import Watch
from simulator.scenario.policy import INTENTS, Policy
from simulator.scenario.units import NEVER
from simulator.tables.outcomes import Action
from tests.engines.scenes import Scene, drawn_scene, small_scenes
from tests.plans import policy, rule

NUMBER, OTHER = 7, 8
Event = tuple[Any, ...]


class Overheard(Blocklist):
    """A blocklist that notes in what order it is asked and told."""

    events: list[Event]

    def look(self, number: int, now: int) -> Sanction | None:
        found = super().look(number, now)
        self.events.append(("ring", number, now, found and (found.action, found.rule)))
        return found

    def judge(self, number: int, verdict: int, now: int, *, talked: int, innocent: bool) -> list[Due]:
        self.events.append(("verdict", number, now, verdict, talked))
        return super().judge(number, verdict, now, talked=talked, innocent=innocent)


def overheard(scene: Scene, patch: pytest.MonkeyPatch) -> list[Event]:
    """Every attempt that asked the blocklist, and every verdict, in the order of the readable engine."""
    patch.setattr(Overheard, "events", events := [], raising=False)
    patch.setattr(gate, "Blocklist", Overheard)
    scene.run()
    return events


def without_allowlist(scene: Scene) -> Scene:
    rules = scene.policy.model_copy(update={"allowlist": ()})
    return Scene(scene.calls, scene.staffing, scene.floor, rules)


def agrees(scene: Scene) -> int:
    """Hold a watch against the engine; how many calls were acted on."""
    with pytest.MonkeyPatch.context() as patch:
        events = overheard(scene, patch)
    watch, acted = Watch(scene.policy), 0
    for number, until in zip(scene.calls.listed.tolist(), scene.calls.listed_until.tolist(), strict=True):
        watch.put(number, until, -NEVER)
    for what, number, now, *more in events:
        if what == "ring":
            found = watch.rings(number, now)
            assert (found and (found.action, found.rule)) == more[0], (number, now)
            acted += found is not None
        else:
            watch.judged(number, INTENTS[more[0]], now, more[1])
    return acted


@pytest.mark.parametrize("seed", range(40))
def test_every_call_meets_the_action_that_it_meets_in_the_readable_engine(seed: int) -> None:
    agrees(without_allowlist(drawn_scene(seed, 60)))


def test_the_scenes_do_act_on_calls() -> None:
    assert sum(agrees(without_allowlist(drawn_scene(seed, 60))) for seed in range(10)) > 30


@settings(deadline=None)
@given(small_scenes())
def test_small_scenes_agree_too(scene: Scene) -> None:
    agrees(without_allowlist(scene))


def judged(rules: Policy, *times: int) -> Watch:
    watch = Watch(rules)
    for now in times:
        watch.judged(NUMBER, "prank", now, 0)
    return watch


def test_a_strike_under_review_takes_effect_as_the_clock_goes_on() -> None:
    watch = judged(policy(rule(for_=(100,), review=10)), 0)
    assert watch.standing(NUMBER, 9) is None
    standing = watch.standing(NUMBER, 10)
    assert standing
    assert standing.door == (Action.BLOCK, 0, 110)


def test_a_number_that_is_put_on_the_list_is_blocked_before_any_rule_until_its_time() -> None:
    watch = judged(policy(rule(action="demote")), 0)
    watch.put(NUMBER, 50, 1)
    assert [found and (found.action, found.rule) for found in (watch.rings(NUMBER, t) for t in (49, 50))] == [
        (Action.BLOCK, 1),
        (Action.DEMOTE, 0),
    ]


def test_what_is_taken_off_holds_no_more_and_its_strikes_are_forgotten() -> None:
    watch = judged(policy(rule(strikes=2, for_=(100,)), rule(strikes=3, for_=(100,))), 0, 1)
    watch.put(NUMBER, None, 2)
    watch.take_off(NUMBER, 3)
    assert watch.standing(NUMBER, 3) is None
    watch.judged(NUMBER, "prank", 4, 0)
    assert watch.standing(NUMBER, 4) is None


def test_a_strike_that_was_under_review_when_its_number_was_taken_off_is_forgotten() -> None:
    watch = judged(policy(rule(review=10)), 0)
    watch.take_off(NUMBER, 5)
    assert watch.standing(NUMBER, 20) is None


def test_the_ladder_stays_where_it_is_when_a_number_is_taken_off() -> None:
    watch = judged(policy(rule(for_=(10, 1000))), 0)
    watch.standing(NUMBER, 0)
    watch.take_off(NUMBER, 1)
    watch.judged(NUMBER, "prank", 2, 0)
    assert watch.until(NUMBER, found) == 1002 if (found := watch.rings(NUMBER, 2)) else False


def test_all_that_holds_is_listed_the_longest_first() -> None:
    watch = judged(policy(rule(for_=(100,))), 0)
    watch.put(OTHER, None, 1)
    assert [each.number for each in watch.all_standing(50)] == [OTHER, NUMBER]
    assert [each.number for each in watch.all_standing(100)] == [OTHER]


def test_a_warning_by_sms_stops_no_call_and_is_told() -> None:
    watch = judged(policy(rule(action="sms", for_=(100,))), 0)
    assert watch.rings(NUMBER, 1) is None
    standing = watch.standing(NUMBER, 1)
    assert standing
    assert (standing.door, standing.text) == (None, (Action.SMS, 0, 100))
