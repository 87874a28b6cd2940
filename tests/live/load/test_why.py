"""Why a live API refused a caller, from what it was seen to do: as the engine says, or by the number's own past."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.engines.simulate import simulate
from simulator.live.load.draw import draw
from simulator.live.load.why import with_reasons
from simulator.scenario.library import load_policy
from simulator.scenario.policy import NO_POLICY, Intent
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.units import SECOND
from simulator.tables.calls import OWN, REUSED, SHARED, Calls
from simulator.tables.outcomes import Action, Ending, Outcomes, Why
from tests.live.load.lines import CROWDED, load_request
from tests.metrics.hand_tables import attempt, outcomes
from tests.plans import plan

GENUINE, PRANK = Intent.GENUINE, Intent.PRANK
MISJUDGING = CROWDED.replace(
    "    numbers: {shared_with",
    "    misjudged: {as: {prank: 10 %}, correlation: 30 %}\n    numbers: {shared_with",
)


@pytest.mark.parametrize("name", ["bontang-24h", "israel-ladder", "sumut-three-strikes", "mda-divert", "sms-warning"])
def test_where_the_api_follows_the_rules_the_reasons_are_those_of_the_engine(tmp_path: Path, name: str) -> None:
    rules = load_policy(name, shipped_scenarios())
    asked = load_request(tmp_path, text=MISJUDGING)
    made = draw(replace(asked.options, policy=name), replace(asked.stretch, begin=0, length=None)).plan
    happened = simulate(made.calls, made.staffing, made.floor, rules)
    bare = replace(happened, why=np.zeros(len(happened)))
    assert np.array_equal(with_reasons(made.calls, bare, rules).why, happened.why)


def table(*rows: tuple[int, int, Ending, int], route: int = OWN) -> tuple[Calls, Outcomes]:
    """Calls (intent, second, ending, verdict) from one number; blocked ones met a block of nobody knows which rule."""
    calls = plan(
        [row[1] for row in rows],
        unit=SECOND,
        intent=[row[0] for row in rows],
        number=0,
        person=list(range(len(rows))),
        route=[route] * len(rows),
    )
    made = outcomes(
        *(
            attempt(k, 1, at, ending, wait=0, talk=5, verdict=verdict)
            | {"number": 0}
            | ({"action": Action.BLOCK} if ending == Ending.BLOCKED else {})
            for k, (_, at, ending, verdict) in enumerate(rows)
        )
    )
    return calls, made


CASES = (
    # what happened to the number before; how the caller came to it; the reason
    (((GENUINE, 0, Ending.ANSWERED, PRANK),), OWN, Why.MISJUDGED_EARLIER),
    (((PRANK, 0, Ending.ANSWERED, PRANK),), SHARED, Why.SHARED_PHONE),
    (((PRANK, 0, Ending.ANSWERED, PRANK),), REUSED, Why.REUSED_NUMBER),
    (((PRANK, 0, Ending.ANSWERED, PRANK), (GENUINE, 20, Ending.ANSWERED, PRANK)), SHARED, Why.SHARED_PHONE),
    ((), OWN, Why.REUSED_NUMBER),
    ((), SHARED, Why.SHARED_PHONE),
)


@pytest.mark.parametrize("before, route, why", CASES)
def test_rules_that_nobody_knows_leave_the_numbers_own_past(
    before: tuple[tuple[int, int, Ending, int], ...], route: int, why: Why
) -> None:
    calls, made = table(*before, (GENUINE, 60, Ending.BLOCKED, 0), route=route)
    assert Why(with_reasons(calls, made, NO_POLICY).why[-1]) == why


def test_nuisance_callers_and_those_let_through_have_no_reason() -> None:
    calls, made = table((GENUINE, 0, Ending.ANSWERED, 0), (PRANK, 20, Ending.BLOCKED, 0))
    assert not with_reasons(calls, made, NO_POLICY).why.any()
