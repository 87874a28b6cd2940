"""The smoothed count of blocked genuine callers is the conditional expectation of the plain one, and varies less."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.decisions.conditional import first_blocks
from simulator.demand.attendance import draw_staffing
from simulator.demand.callers import chances_of_numbers, routes
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import play
from simulator.scenario.load import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Policy
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Ending

STREET = """
title: a street with a playground
start: 2024-01-01T00:00+07:00
length: 3 d
callers:
  people:
    intent: genuine
    volume: 10 / d
    talk: {exponential: {mean: 60 s}}
    patience: {exponential: {mean: 60 s}}
    misjudged: {as: {prank: 20 %}, correlation: 50 %}
    redial: {after: {busy: 80 %, blocked: 80 %, dismissed: 50 %}, delay: 20 s, attempts: 3}
    numbers:
      pool: 6
      withheld: 10 %
      shared_with: {kids: {share: 30 %, choose: CHOOSE}}
      reused_from: {pockets: 20 %}
  kids:
    intent: prank
    volume: 60 / d
    talk: {exponential: {mean: 20 s}}
    numbers: {pool: 8, heavy_tail: {zipf: 1.2}, sims: 2, rotate: 30 %}
  pockets:
    intent: silent
    volume: 30 / d
    talk: 10 s
    numbers: {pool: 4}
floor:
  trunks: 3
  shifts: [{name: always, from: '00:00', to: '24:00', call_takers: 1}]
"""
BLOCK = {"on": ["prank", "silent"], "strikes": "2", "within": "12 h", "action": "block", "for": ["3 h", "1 d"]}
POLICIES = {
    "a ladder": {"rules": [BLOCK]},
    "demotion before a block": {"rules": [{**BLOCK, "strikes": "1", "action": "demote", "for": "2 h"}, BLOCK]},
    "withheld as one, cleared and prolonged": {
        "rules": [{**BLOCK, "reset_by": "genuine", "extend": "yes"}],
        "withheld": "as_one",
    },
    "more than two calls a day": {
        "rules": [{"calls": {"more_than": "2", "within": "1 d"}, "action": "block", "for": "8 h"}]
    },
    "some allowed": {"rules": [BLOCK], "allowlist": ["pockets", "kids/0"]},
}


def street(folder: Path, policy: str, choose: str) -> Scenario:
    path = folder / "street.yaml"
    path.write_text(STREET.replace("CHOOSE", choose))
    return load_scenario(path).scenario.model_copy(update={"policy": Policy.model_validate(POLICIES[policy])})


def blocked_first(scenario: Scenario, calls: Calls, caller: int) -> bool:
    outcomes, _ = play(calls, draw_staffing(scenario, 1, 0), scenario.floor, scenario.policy)
    row = np.flatnonzero((outcomes.call == caller) & (outcomes.attempt == 1))[0]
    return bool(outcomes.ending[row] == Ending.BLOCKED)


def showing(calls: Calls, caller: int, number: int) -> Calls:
    """The same calls, but for the number that one caller shows."""
    shown = calls.number.copy()
    shown[caller] = number
    return replace(calls, number=shown)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("choose", ["by_call", "by_number"])
def test_the_chance_is_the_mean_over_every_number_that_the_caller_could_have_carried(
    tmp_path: Path, policy: str, choose: str
) -> None:
    """Every number of every route is tried, each in a run of its own; the mean goes by the chance of each."""
    scenario = street(tmp_path, policy, choose)
    calls = draw_calls(scenario, 1, 0)
    staffing = draw_staffing(scenario, 1, 0)
    found = first_blocks(scenario, calls, *play(calls, staffing, scenario.floor, scenario.policy))
    assert 0 < found.chance.mean() < 1
    for place in range(0, len(found.caller), 9):
        caller = int(found.caller[place])
        mean = 0.0
        left = 1.0
        for way in routes(scenario.callers["people"].numbers):
            numbers = {-1: 1.0}
            if way.group:
                first = calls.numbers_of(way.group).start
                chances = chances_of_numbers(scenario.callers[way.group].numbers, way.choose)
                numbers = {first + index: chance for index, chance in enumerate(chances.tolist()) if chance}
            for number, chance in numbers.items():
                mean += way.share * chance * blocked_first(scenario, showing(calls, caller, number), caller)
            left -= way.share
        mean += left * blocked_first(scenario, showing(calls, caller, int(calls.own[caller])), caller)
        assert found.chance[place] == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_smoothed_count_has_the_mean_of_the_plain_one_and_varies_less(tmp_path: Path, policy: str) -> None:
    """Paired by replication: the mean difference is within 4.5 standard errors of none."""
    scenario = street(tmp_path, policy, "by_number")
    smooth, plain = np.zeros(60), np.zeros(60)
    for number in range(60):
        calls, staffing = draw_calls(scenario, 2, number), draw_staffing(scenario, 2, number)
        found = first_blocks(scenario, calls, *play(calls, staffing, scenario.floor, scenario.policy))
        smooth[number], plain[number] = found.chance.sum(), found.happened.sum()
    difference = smooth - plain
    assert abs(difference.mean()) < 4.5 * difference.std(ddof=1) / len(difference) ** 0.5
    assert smooth.var() < plain.var()


def test_callers_before_the_time_that_counts_are_left_out(tmp_path: Path) -> None:
    scenario = street(tmp_path, "a ladder", "by_call")
    calls = draw_calls(scenario, 1, 0)
    played = play(calls, draw_staffing(scenario, 1, 0), scenario.floor, scenario.policy)
    whole, later = (first_blocks(scenario, calls, *played, since) for since in (0, 2 * 86_400_000_000))
    assert np.array_equal(whole.chance[-len(later.chance) :], later.chance)
    assert calls.arrival[later.caller].min() >= 2 * 86_400_000_000
    assert len(later.caller) < len(whole.caller)


def test_who_gave_up_before_is_not_blocked_again(tmp_path: Path) -> None:
    """Whoever gave up has no chance to be blocked; the counts then agree for a pool whose persons give up, too."""
    path = tmp_path / "street.yaml"
    path.write_text(
        STREET.replace("CHOOSE", "by_call").replace("intent: genuine\n", "intent: genuine\n    gives_up: 50 %\n")
    )
    scenario = load_scenario(path).scenario.model_copy(update={"policy": Policy.model_validate(POLICIES["a ladder"])})
    difference = np.zeros(60)
    for number in range(60):
        calls, staffing = draw_calls(scenario, 3, number), draw_staffing(scenario, 3, number)
        outcomes, sanctions = play(calls, staffing, scenario.floor, scenario.policy)
        found = first_blocks(scenario, calls, outcomes, sanctions)
        gone = np.isin(found.caller, outcomes.call[(outcomes.attempt == 1) & (outcomes.ending == Ending.DETERRED)])
        assert not found.chance[gone].any()
        difference[number] = found.chance.sum() - found.happened.sum()
    assert abs(difference.mean()) < 4.5 * difference.std(ddof=1) / len(difference) ** 0.5


def test_where_a_number_that_callers_can_show_is_listed_blocks_are_counted_as_they_happened(tmp_path: Path) -> None:
    """The list is in force without the policy, too, so that being reached without it hangs on the number."""
    (tmp_path / "listed.csv").write_text("number,until\nkids/1,forever\n")
    path = tmp_path / "street.yaml"
    path.write_text(STREET.replace("CHOOSE", "by_call").replace("trunks: 3\n", "trunks: 3\n  blocklist: listed.csv\n"))
    scenario = load_scenario(path).scenario.model_copy(update={"policy": Policy.model_validate(POLICIES["a ladder"])})
    calls = draw_calls(scenario, 1, 0)
    found = first_blocks(scenario, calls, *play(calls, draw_staffing(scenario, 1, 0), scenario.floor, scenario.policy))
    assert found.happened.any()
    assert np.array_equal(found.chance, found.happened)


def test_without_a_policy_nobody_can_be_blocked(tmp_path: Path) -> None:
    scenario = street(tmp_path, "a ladder", "by_call").model_copy(update={"policy": Policy()})
    calls = draw_calls(scenario, 1, 0)
    found = first_blocks(scenario, calls, *play(calls, draw_staffing(scenario, 1, 0), scenario.floor, Policy()))
    assert not found.chance.any()
    assert not found.happened.any()
