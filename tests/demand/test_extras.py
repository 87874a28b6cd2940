"""Who says nothing, who heeds a warning, and what only some policies need: drawn without moving any other draw."""

import numpy as np
import pytest
from scipy import stats

from simulator.demand.draw import draw_calls
from simulator.scenario.policy import INTENTS
from simulator.tables.calls import DELAY_SCALE, DOUBT_SCALE
from tests.demand.made import GENUINE, PRANK, SURE, scenario
from tests.demand.test_callers import MANY, calls_of, group, share_of


@pytest.mark.parametrize("share", [0, 12, 100])
def test_a_share_of_calls_is_voiceless(share: int) -> None:
    """Each call for itself: of the same person some are."""
    calls = calls_of({"pool": "20"}, voiceless=f"{share} %")
    assert share_of(calls.voiceless, share / 100)
    by_person = [calls.voiceless[calls.person == person].mean() for person in range(20)]
    assert all((0 < mean < 1) == (0 < share < 100) for mean in by_person)


@pytest.mark.parametrize("intent", INTENTS)
def test_all_of_a_silent_group_are_voiceless_unless_it_says_otherwise_and_none_of_others(intent: str) -> None:
    assert calls_of({}, intent=intent).voiceless.mean() == (intent == "silent")
    assert share_of(calls_of({}, intent=intent, voiceless="40 %").voiceless, 0.4)


@pytest.mark.parametrize("share", [0, 30, 100])
def test_whether_a_warning_is_heeded_belongs_to_the_person(share: int) -> None:
    """The share of persons, and in every call of theirs alike, in the warmed past and the run."""
    some = {**GENUINE, "volume": "2000 / d", "numbers": {"pool": "1500"}, "deterred_by_sms": f"{share} %"}
    calls = draw_calls(scenario({"some": some}, floor={"blocklist": "warmed 5 d"}), 1)
    first = np.unique(calls.person, return_index=True)[1]
    assert len(first) > 1400
    assert (calls.heeds == calls.heeds[first][np.searchsorted(calls.person[first], calls.person)]).all()
    assert share_of(calls.heeds[first], share / 100)
    assert len(set(calls.heeds[calls.arrival < 0].tolist())) == (2 if 0 < share < 100 else 1)


def test_new_persons_heed_warnings_each_for_themselves() -> None:
    assert share_of(calls_of({}, deterred_by_sms="25 %").heeds, 0.25)


EXTRA = {"messages": {"challenge"}, "diversion": {"passback", "passback_delay"}, "silence": {"press55"}}
LIVELY = {
    "some": {
        **GENUINE,
        "numbers": {"pool": "30", "sims": "2", "rotate": "50 %", "withheld": "10 %"},
        "misjudged": {"as": {"prank": "10 %"}},
        "redial": {"after": {"busy": "50 %", "blocked": "50 %"}, "delay": {"exponential": {"mean": "1 min"}}},
        "voiceless": "20 %",
        "deterred_by_sms": "30 %",
        "patience": {"exponential": {"mean": "2 min"}},
    },
    "children": {**PRANK, "deceives": "5 %", "gives_up": "5 %"},
}


@pytest.mark.parametrize("also", [{"messages"}, {"diversion"}, {"silence"}, set(EXTRA)], ids=sorted)
def test_what_other_policies_need_moves_no_other_draw(also: set[str]) -> None:
    """Its own columns are drawn, all others are the same to the digit, so policies are compared on the same calls."""
    plain, more = (draw_calls(scenario(LIVELY), 3, 2, frozenset(extras)) for extras in (set(), also))
    drawn = set().union(*(EXTRA[name] for name in also))
    changed = {name for name, column in plain.columns().items() if not np.array_equal(column, more.columns()[name])}
    assert changed == drawn
    assert more.extras == tuple(name for name in ("messages", "diversion", "silence") if name in also)
    assert not any(getattr(plain, name).any() for name in drawn)


def test_what_is_drawn_for_one_is_the_same_with_the_others() -> None:
    """A challenge finds the same callers beside a diversion."""
    every = draw_calls(scenario(LIVELY), 3, 2, frozenset(EXTRA))
    for name, columns in EXTRA.items():
        alone = draw_calls(scenario(LIVELY), 3, 2, frozenset({name}))
        assert all(np.array_equal(getattr(alone, column), getattr(every, column)) for column in columns)


def test_a_policy_of_its_own_and_a_procedure_have_their_draws_without_being_asked() -> None:
    silent = {"silent_procedure": {"listen": "5 s"}}
    rule = {"on": "prank", "action": "divert", "for": "1 h", "divert": {"answers_after": "9 s", "passes_back": {}}}
    made = scenario(LIVELY, floor=silent, policy={"rules": [rule]})
    assert draw_calls(made, 1).extras == ("diversion", "silence")
    assert draw_calls(made, 1, 0, frozenset({"silence", "messages"})).extras == ("messages", "diversion", "silence")


@pytest.mark.parametrize("column", ["challenge", "passback", "press55"])
def test_chances_are_uniform_and_fall_below_a_share_as_often(column: str) -> None:
    drawn = getattr(draw_calls(scenario({"some": {**MANY, "voiceless": "50 %"}}), 1, 0, frozenset(EXTRA)), column)
    drawn = drawn / DOUBT_SCALE
    assert ((drawn >= 0) & (drawn < 1)).all()
    assert stats.kstest(drawn, "uniform").pvalue > SURE


def test_delays_of_the_other_line_are_exponential_with_mean_one() -> None:
    drawn = draw_calls(scenario({"some": MANY}), 1, 0, frozenset({"diversion"})).passback_delay / DELAY_SCALE
    assert stats.kstest(drawn, "expon").pvalue > SURE


def test_nobody_presses_55_who_is_always_able_to_speak() -> None:
    """So nothing is drawn for it."""
    calls = draw_calls(
        scenario({"some": GENUINE, "quiet": {**PRANK, "voiceless": "1 %"}}), 1, 0, frozenset({"silence"})
    )
    assert not calls.press55[group(calls)].any()
    assert calls.press55[group(calls, "quiet")].any()
