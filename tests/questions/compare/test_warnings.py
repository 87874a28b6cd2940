"""Doubts of a comparison, each in its words, from figures made up by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.metrics.paired import ROUTES
from simulator.questions.compare.warnings import _assumed, _taken_on
from simulator.scenario.load import Loaded, load_scenario
from tests.questions.compare.test_comparison import estimate, held
from tests.study.towns import TOWN, town

GENUINE = """
    numbers:
      shared_with: {children: {share: 10 %, choose: by_call}}    # assumed: nobody has counted
      reused_from: {children: 1 %}    # assumed: nobody has counted
    misjudged: {as: {prank: 2 %}, correlation: 30 %}    # assumed: nobody has counted
"""
SHARED = "    numbers: {shared_with: {children: {share: 10 %, choose: by_call}}}\n"
PRANK = "    numbers: {pool: 10, heavy_tail: {zipf: 1.5}}\n"
MISJUDGED = "    misjudged: {as: {genuine: 2 %}, correlation: 30 %}    # assumed: of pranks it is no matter\n"


def assumed(folder: Path) -> Loaded:
    text = TOWN.replace(SHARED, GENUINE.lstrip("\n")).replace(PRANK, PRANK + MISJUDGED)
    text = text.replace("talk: {exponential: {mean: 6 min}}", "talk: {exponential: {mean: 6 min}}    # assumed: by ear")
    return load_scenario(town(folder, text))


@pytest.mark.parametrize(
    "route, part, words",
    [
        ("shared_phone", "callers.residents.numbers.shared_with", "shared phones"),
        ("misjudged_earlier", "callers.residents.misjudged", "misjudgement"),
        ("reused_number", "callers.residents.numbers.reused_from", "reused numbers"),
    ],
)
def test_harm_by_a_route_goes_with_the_share_of_genuine_callers_that_was_assumed(
    tmp_path: Path, route: str, part: str, words: str
) -> None:
    """Neither with what was assumed of pranks, nor with how long genuine callers talk."""
    none = dict.fromkeys(ROUTES, estimate((0, 0, 0.1)))
    some = replace(held("strict"), routes={**none, route: estimate((0.01, 0, 0.1))})
    said = list(_assumed(assumed(tmp_path), [replace(held("lax"), routes=none), some]))
    assert said
    for each in said:
        assert each.startswith(part)
        assert each.endswith(f"): harm by {words} goes up and down with it")
    assert list(_assumed(assumed(tmp_path), [replace(held("lax"), routes=none)])) == []


@pytest.mark.parametrize(
    "call_takers, taken_on, said",
    [
        (None, 0.061, "strict: of the time counted as freed 6 % goes to other prank and silent calls"),
        (1, 0.25, "strict with 1 call-taker: of the time counted as freed 25 % goes to other prank and silent calls"),
        (2, 0.25, "strict with 2 call-takers: of the time counted as freed 25 % goes to other prank and silent calls"),
        (2, 0.05, ""),
        (2, None, ""),
    ],
)
def test_time_that_goes_to_other_nuisance_is_a_doubt_from_a_twentieth_on(
    call_takers: int | None, taken_on: float | None, said: str
) -> None:
    row = held("strict")
    row = replace(row, design=replace(row.design, call_takers=call_takers), taken_on=taken_on)
    wanted = f"{said}, which would have given up waiting"
    assert list(_taken_on([row])) == ([wanted] if said else [])
