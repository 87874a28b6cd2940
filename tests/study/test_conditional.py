"""The smoothed count of callers blocked at every attempt is the expectation of the plain one, and varies less."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from simulator.demand.attendance import draw_staffing
from simulator.demand.callers import chances_of_numbers, routes
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import play, simulate
from simulator.metrics.paired import EFFECTS, PAIRED, SMOOTHED, WHOLE, Baseline, Plan, Throughout, baseline
from simulator.scenario.load import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.policy import NO_POLICY, Intent, Policy
from simulator.scenario.units import SECOND
from simulator.study.conditional import Known, blocked_throughout, last_attempts
from simulator.study.no_nuisance import without_nuisance
from simulator.tables.calls import OWN, Calls
from simulator.tables.outcomes import Ending
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing

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
    "withheld as one, cleared and prolonged": {
        "rules": [{**BLOCK, "reset_by": "genuine", "extend": "yes"}],
        "withheld": "as_one",
    },
    "more than two calls a day": {
        "rules": [{"calls": {"more_than": "2", "within": "1 d"}, "action": "block", "for": "8 h"}]
    },
    "blocks that end between the redials": {"rules": [{**BLOCK, "strikes": "1", "for": "30 s"}]},
    "a block before a warning": {
        "rules": [BLOCK, {"on": "prank", "action": "warn", "warn": {"length": "10 s"}, "for": "1 d"}]
    },
    "some allowed": {"rules": [BLOCK], "allowlist": ["pockets", "kids/0"]},
}


SMALL = (
    STREET.replace("length: 3 d", "length: 1 d")
    .replace("volume: 10 / d", "volume: 3 / d")
    .replace("pool: 8, heavy_tail: {zipf: 1.2}, sims: 2, rotate: 30 %", "pool: 3, heavy_tail: {zipf: 1.2}")
    .replace("pool: 4", "pool: 2")
)


def street(folder: Path, policy: str, choose: str, text: str = STREET, people: str = "") -> Scenario:
    path = folder / "street.yaml"
    path.write_text(text.replace("CHOOSE", choose).replace("intent: genuine\n", "intent: genuine\n" + people))
    return load_scenario(path).scenario.model_copy(update={"policy": Policy.model_validate(POLICIES[policy])})


T = 15 * SECOND
World = tuple[float, Calls]


def numbers_of(scenario: Scenario, calls: Calls, caller: int) -> Iterator[tuple[float, int, int]]:
    """Every number that a caller could have carried: the chance of it, the number, and the route to it."""
    left = 1.0
    for way in routes(scenario.callers["people"].numbers):
        left -= way.share
        if not way.group:
            yield way.share, -1, way.by
            continue
        first = calls.numbers_of(way.group).start
        chances = chances_of_numbers(scenario.callers[way.group].numbers, way.choose)
        yield from ((way.share * chance, first + k, way.by) for k, chance in enumerate(chances.tolist()) if chance)
    yield left, int(calls.own[caller]), OWN


def worlds(scenario: Scenario, calls: Calls, *callers: int) -> Iterator[World]:
    """The same calls with every choice of the numbers that these callers show, and the chance of each choice."""
    for chosen in product(*(tuple(numbers_of(scenario, calls, caller)) for caller in callers)):
        number, route, chance = calls.number.copy(), calls.route.copy(), 1.0
        for caller, (of, shown, by) in zip(callers, chosen, strict=True):
            number[caller], route[caller], chance = shown, by, chance * of
        yield chance, replace(calls, number=number, route=route)


def base_of(scenario: Scenario, calls: Calls, staffing: Staffing) -> Baseline:
    less = without_nuisance(calls)
    runs = (simulate(each, staffing, scenario.floor, NO_POLICY) for each in (calls, less))
    plans = Plan.of(calls, T, 0), Plan.of(less, T, 0)
    return baseline(plans[0], next(runs), staffing, plans[1], next(runs))


def under(scenario: Scenario, calls: Calls, staffing: Staffing, base: Baseline) -> tuple[Throughout, dict[str, int]]:
    """Who is blocked throughout, and the paired numbers."""
    outcomes, sanctions = play(calls, staffing, scenario.floor, scenario.policy)
    blocked = blocked_throughout(scenario, calls, outcomes, sanctions)
    genuine = (calls.intent == Intent.GENUINE).nonzero()[0]
    mine = np.isin(outcomes.call, genuine[blocked.happened])
    assert (outcomes.ending[mine & (outcomes.attempt == 1)] == Ending.BLOCKED).all()
    assert np.isin(outcomes.ending[mine], [Ending.BLOCKED, Ending.DETERRED]).all(), "who gave up is put off"
    for caller in genuine[blocked.happened]:
        rows = outcomes.call == caller
        if (outcomes.ending[rows] == Ending.BLOCKED).all():
            assert outcomes.arrival[rows].max() == last_attempts(calls, np.array([caller]))[0]
    return blocked, dict(zip(PAIRED, base.held_against(outcomes, blocked), strict=True))


def chance(blocked: Throughout) -> np.ndarray:
    return np.asarray(sum(blocked.ways[way][1] for way in SMOOTHED))


def smoothed(numbers: dict[str, int]) -> float:
    return sum(numbers[f"smoothed_{way}"] for way in SMOOTHED) / WHOLE + numbers["never_because_besides"]


def never_because(numbers: dict[str, int]) -> int:
    return sum(numbers[cell] for cell in EFFECTS["never_because"])


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("choose", ["by_call", "by_number"])
def test_the_chance_is_the_mean_over_every_number_that_the_caller_could_have_carried(
    tmp_path: Path, policy: str, choose: str
) -> None:
    """Every number of every route is tried, each in a run of its own; whichever is shown, the chance is the same."""
    scenario = street(tmp_path, policy, choose)
    calls, staffing = draw_calls(scenario, 1, 0), draw_staffing(scenario, 1, 0)
    base = base_of(scenario, calls, staffing)
    found, _ = under(scenario, calls, staffing, base)
    assert 0 < chance(found).mean() < 1
    genuine = (calls.intent == Intent.GENUINE).nonzero()[0]
    for place in range(0, len(genuine), 9):
        mean = 0.0
        for share, world in worlds(scenario, calls, int(genuine[place])):
            blocked, _ = under(scenario, world, staffing, base)
            mean += share * blocked.happened[place]
            assert chance(blocked)[place] == pytest.approx(chance(found)[place], abs=1e-12)
        assert chance(found)[place] == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("others", ["", "    gives_up: 50 %\n"])
def test_smoothed_and_counted_together_have_the_mean_of_the_count_over_all_numbers_of_all_callers(
    tmp_path: Path, policy: str, others: str
) -> None:
    """A day with three genuine callers who could each show one of seven numbers: 343 runs, each with its chance."""
    scenario = street(tmp_path, policy, "by_call", SMALL, others)
    number = next(n for n in range(40) if sum(draw_calls(scenario, 5, n).intent == Intent.GENUINE) == 3)
    calls, staffing = draw_calls(scenario, 5, number), draw_staffing(scenario, 5, number)
    callers = (calls.intent == Intent.GENUINE).nonzero()[0].tolist()
    base = base_of(scenario, calls, staffing)
    means = np.zeros(2)
    total = 0.0
    for share, world in worlds(scenario, calls, *callers):
        _, numbers = under(scenario, world, staffing, base)
        means += share * np.array([smoothed(numbers), never_because(numbers)])
        total += share
    assert total == pytest.approx(1)
    assert means[0] == pytest.approx(means[1], abs=1e-9)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_smoothed_sum_has_the_mean_of_the_plain_one_and_varies_less(tmp_path: Path, policy: str) -> None:
    """Paired by replication: the mean difference is within 4.5 standard errors of none."""
    scenario = street(tmp_path, policy, "by_number")
    smooth, plain = np.zeros(60), np.zeros(60)
    for number in range(60):
        calls, staffing = draw_calls(scenario, 2, number), draw_staffing(scenario, 2, number)
        found = blocked_throughout(scenario, calls, *play(calls, staffing, scenario.floor, scenario.policy))
        smooth[number], plain[number] = chance(found).sum(), found.happened.sum()
    difference = smooth - plain
    assert abs(difference.mean()) < 4.5 * difference.std(ddof=1) / len(difference) ** 0.5
    assert smooth.var() < plain.var()


def test_callers_before_the_time_that_counts_are_left_out(tmp_path: Path) -> None:
    scenario = street(tmp_path, "a ladder", "by_call")
    calls = draw_calls(scenario, 1, 0)
    played = play(calls, draw_staffing(scenario, 1, 0), scenario.floor, scenario.policy)
    whole, later = (chance(blocked_throughout(scenario, calls, *played, since)) for since in (0, 2 * 86_400_000_000))
    assert 0 < len(later) < len(whole)
    assert np.array_equal(whole[-len(later) :], later)


LADDER = POLICIES["a ladder"]
DEMOTION = {"rules": [{**BLOCK, "strikes": "1", "action": "demote", "for": "2 h"}, BLOCK]}
COUNTED = [
    ("under a rule that may let through who is blocked", "", "", DEMOTION),
    (
        "who goes on to another SIM card",
        "      pool: 6\n",
        "      pool: 6\n      sims: 2\n      rotate: 50 %\n",
        LADDER,
    ),
    ("who could show a number that is listed", "  trunks: 3\n", "  trunks: 3\n  blocklist: listed.csv\n", LADDER),
]


@pytest.mark.parametrize("_, before, after, rules", COUNTED, ids=[case[0] for case in COUNTED])
def test_where_the_number_hangs_on_the_past_or_matters_without_the_policy_nothing_is_smoothed(
    tmp_path: Path, _: str, before: str, after: str, rules: dict
) -> None:
    (tmp_path / "listed.csv").write_text("number,until\nkids/1,forever\n")
    scenario = street(tmp_path, "a ladder", "by_call", STREET.replace(before, after) if before else STREET)
    scenario = scenario.model_copy(update={"policy": Policy.model_validate(rules)})
    calls, staffing = draw_calls(scenario, 1, 0), draw_staffing(scenario, 1, 0)
    found, numbers = under(scenario, calls, staffing, base_of(scenario, calls, staffing))
    assert not chance(found).any()
    assert not found.happened.any()
    assert numbers["never_because_besides"] == never_because(numbers) > 0


def test_without_a_policy_nobody_can_be_blocked(tmp_path: Path) -> None:
    scenario = street(tmp_path, "a ladder", "by_call").model_copy(update={"policy": Policy()})
    calls, staffing = draw_calls(scenario, 1, 0), draw_staffing(scenario, 1, 0)
    found, numbers = under(scenario, calls, staffing, base_of(scenario, calls, staffing))
    assert not chance(found).any()
    assert smoothed(numbers) == never_because(numbers) == 0


@pytest.mark.parametrize("seed", range(20))
def test_what_was_known_of_numbers_is_what_a_loop_over_sanctions_says(seed: int) -> None:
    """Forty numbers, blocks that overlap, follow on one another and end between a caller's first and last attempt."""
    r = np.random.default_rng(seed)
    begin, number = np.sort(r.integers(0, 1000, 150)), r.integers(-1, 40, 150)
    rule, end = r.integers(0, 3, 150), begin + r.integers(1, 200, 150)
    rules = [BLOCK, {**BLOCK, "action": "demote", "for": "1 d"}, {**BLOCK, "for": "2 d"}]
    sanctions = Sanctions.of(number=number, rule=rule, begin=begin, end=end)
    known = Known(sanctions, Policy.model_validate({"rules": rules}), np.append(np.arange(40) != 7, True))
    since = r.integers(0, 1100, 60)
    last = since + r.integers(0, 150, 60)
    chances = r.dirichlet(np.ones(25))

    def blocked(x: int, caller: int) -> bool:
        rows = (number == x) & (rule == 0) & (begin < since[caller])  # the third rule may give way to the second
        return x != 7 and bool(rows.any()) and int(end[rows].max()) > last[caller]

    wanted = [sum(chances[k] * blocked(5 + k, caller) for k in range(25)) for caller in range(60)]
    assert known.part(5, chances, since, last) == pytest.approx(wanted, abs=1e-12)
    shown = r.integers(-1, 40, 60)
    assert known.of(shown, since, last).tolist() == [blocked(int(x), caller) for caller, x in enumerate(shown)]
    assert 0 < sum(wanted) < 60
