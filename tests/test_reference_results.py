"""results/reference/ holds headline figures of the five services; today's code reproduces them.

They are no truth: they were written by siaga itself. They show when a change moves numbers that users have seen.
Write them anew with ``python -m tests.test_reference_results`` and say why in the CHANGELOG.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.scenario.load import load_scenario
from simulator.scenario.shipped import shipped_scenarios
from simulator.study.answer import answer_of
from simulator.study.experiment import Experiment, run_once

SERVICES = ("madiun", "serang", "bengkulu", "bontang", "ketapang")
FOLDER = Path(__file__).parents[1] / "results" / "reference"
REPLICATIONS, SEED = 4, 1
MEASURES = (
    *("offered", "service_level", "asa", "busy", "abandoned", "blocked_callers", "policy", "capacity"),
    *("nobody_on_duty", "misjudgement", "never_got_through", "nuisance_time", "occupancy"),
)


def summary(service: str) -> dict[str, Any]:
    scenario = load_scenario(shipped_scenarios() / f"{service}.yaml").scenario
    counts = [run_once(Experiment(scenario, SEED), number).counts for number in range(REPLICATIONS)]
    kept = [m for m in answer_of(counts, ()).measures if m.measure in MEASURES and m.intent in {"genuine", "all"}]
    values = {f"{m.intent} {m.measure}": m.value for m in kept}
    return {"scenario": service, "seed": SEED, "replications": REPLICATIONS, "values": values}


@pytest.mark.parametrize("service", SERVICES)
def test_the_reference_figures_of_a_service_are_reproduced(service: str) -> None:
    kept = json.loads((FOLDER / f"{service}.json").read_text(encoding="utf-8"))
    found = summary(service)
    # Floating point may differ in the last digits between processor families; whole counts may not.
    assert found["values"] == {name: pytest.approx(value, rel=1e-12) for name, value in kept["values"].items()}


def write() -> None:
    for service in SERVICES:
        text = json.dumps(summary(service), indent=2) + "\n"
        (FOLDER / f"{service}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
