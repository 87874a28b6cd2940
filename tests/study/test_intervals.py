"""Every interval of every document of the shipped scenarios: of some width, about its value, and a share's in range."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.metrics.measures import PERCENTILES
from simulator.questions.compare import request as comparing
from simulator.questions.compare.compare import answer as compare
from simulator.questions.run.request import Request
from simulator.questions.run.run import answer

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))
POLICIES = "none,bontang-24h,mda-divert,sumut-three-strikes"
QUANTILES = {percentile.name for percentile in PERCENTILES}
"""Of these alone one value may be sure: where surely more than half wait for nothing, the median is nought."""


def request(name: str, out: Path, replications: int) -> Request:
    path = ROOT / "scenarios" / f"{name}.yaml"
    return Request(scenario=path, replications=replications, out=out, workers=1, engine="kernel")


def intervals(document: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Whatever has a value and bounds, and the keys that lead to it."""
    if isinstance(document, dict):
        if {"value", "low", "high"} <= document.keys():
            name = " ".join(str(document[key]) for key in ("intent", "measure", "of", "hour") if key in document)
            yield f"{where} {name}", document
        for key, part in document.items():
            yield from intervals(part, f"{where}.{key}")
    if isinstance(document, list):
        for part in document:
            yield from intervals(part, where)


def faults(document: Any) -> list[str]:
    """Intervals that no honest one can be."""
    found = []
    for where, each in intervals(document):
        value, low, high = each["value"], each["low"], each["high"]
        share = str(each.get("unit", "share")).startswith("share")
        if value is None or (low is None and high is None):
            continue
        least, most = -1 if share and value < 0 else float("-inf"), 1 if share else float("inf")
        if not (low is None or low <= value) or not (high is None or value <= high):
            found.append(f"{where}: {value} is not in {low} to {high}")
        # Nothing could be otherwise where no rule can act on anybody: that is known without a simulation.
        certain = each.get("method") == "no rule can act" and value == low == high == 0
        if low == high and each.get("measure") not in QUANTILES and not certain:
            found.append(f"{where}: {low} to {high} has no width")
        if (low is not None and low < least) or (high is not None and high > most):
            found.append(f"{where}: {low} to {high} leaves the range of a share")
    return found


@pytest.mark.parametrize("replications", (2, 12))
@pytest.mark.parametrize("name", SCENARIOS)
def test_intervals_of_a_run_have_some_width_and_stay_in_range(name: str, replications: int, tmp_path: Path) -> None:
    document = answer(request(name, tmp_path, replications)).document()
    assert len(list(intervals(document))) > 100
    assert faults(document) == []


@pytest.mark.parametrize("name", ("bontang", "kendari", "madiun"))
def test_intervals_of_a_comparison_have_some_width_and_stay_in_range(name: str, tmp_path: Path) -> None:
    path = ROOT / "scenarios" / f"{name}.yaml"
    asked = comparing.Request(
        scenario=path, policies=POLICIES, replications=5, out=tmp_path, workers=1, engine="kernel"
    )
    document = compare(asked).document()
    assert len(list(intervals(document))) > 100
    assert faults(document) == []


def test_bounds_that_hold_for_all_hours_at_once_are_wider_than_those_of_each_hour(tmp_path: Path) -> None:
    hours = answer(request("madiun", tmp_path, 12)).document()["by_hour"]
    assert all(hour["simultaneous_low"] < hour["low"] for hour in hours if hour["low"])
    assert all(hour["simultaneous_high"] > hour["high"] for hour in hours if hour["high"] < 1)
