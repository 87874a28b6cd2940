"""Figures that repeat an input: where the scenario is changed, and nothing else, they change with it."""

from typing import Any

import pytest

from simulator.metrics.summary import measures_of
from simulator.scenario.inputs import repeated_inputs
from simulator.scenario.model import Scenario
from simulator.study.experiment import Experiment, run_once

RESIDENTS: dict[str, Any] = {"intent": "genuine", "volume": "100 / d", "talk": "1 s", "day_factor": {"cv": "0"}}


def scenario(**residents: Any) -> Scenario:
    """Ten days of residents of whom nobody ever waits, and of children, who are always taken for what they are."""
    return Scenario.model_validate(
        {
            "title": "t",
            "start": "2024-01-01T00:00+07:00",
            "length": "10 d",
            "callers": {
                "residents": {**RESIDENTS, **residents},
                "children": {
                    "intent": "prank",
                    "volume": "5 / d",
                    "talk": "1 s",
                    "misjudged": {"as": {"silent": "5 %"}},
                },
            },
            "floor": {
                "trunks": "50",
                "shifts": [{"name": "day", "from": "00:00", "to": "24:00", "call_takers": "20"}],
            },
        }
    )


CASES = [
    ({}, None),
    ({"misjudged": {"as": {"prank": "10 %"}}}, "misjudged: 10 % (residents)"),
    ({"misjudged": {"as": {"prank": "6 %", "silent": "2 %"}}}, "misjudged: 8 % (residents)"),
    ({"misjudged": {"as": {"prank": "0 %"}}}, None),
    ({"voiceless": "5 %"}, "voiceless: 5 % (residents)"),
    (
        {"misjudged": {"as": {"prank": "4 %"}}, "voiceless": "5 %"},
        "misjudged: 4 % (residents); voiceless: 5 % (residents)",
    ),
]


@pytest.mark.parametrize("residents, wanted", CASES)
def test_misjudgement_is_named_with_the_settings_that_it_follows(residents: dict[str, Any], wanted: str | None) -> None:
    assert repeated_inputs(scenario(**residents)).get("misjudgement") == wanted


@pytest.mark.parametrize("share", ["2 %", "10 %"])
def test_callers_taken_for_a_nuisance_are_the_share_that_is_put_in(share: str) -> None:
    """1,000 callers: within five standard errors of the input, as are those who call a day."""
    made = scenario(misjudged={"as": {"prank": share}})
    assert set(repeated_inputs(made)) == {"offered", "misjudgement", "never_heard_misjudgement"}
    found = measures_of([run_once(Experiment(made), number).counts for number in range(2)])
    value = {m.measure: m.value or 0.0 for m in found if m.intent == "genuine"}
    chance = float(share.removesuffix(" %")) / 100
    assert value["misjudgement"] == pytest.approx(chance, abs=5 * (chance * (1 - chance) / 2000) ** 0.5)
    assert value["never_heard_misjudgement"] == value["misjudgement"]
    assert value["offered"] == pytest.approx(1000, abs=5 * 500**0.5)
