"""A policy as the text of a file."""

from pathlib import Path

import pytest

from simulator.questions.tune.policy_text import policy_text
from simulator.scenario.library import load_policy, policy_names
from simulator.scenario.policy import Policy
from tests.questions.tune.families import LIBRARY, family, policy, written

EVERYTHING = """
title: "it's all: here"
sources: [one, 'two: three']
withheld: as_one
allowlist: [residents, children/3]
rules:
  - {on: prank, strikes: [3, 1], within: 90 s, consecutive: yes, action: divert, for: [36 h, forever], extend: no,
     reset_by: [genuine], resets_ladder: yes, review: 1 min, talk: {longer_than: 2 s, shorter_than: 1.5 min},
     divert: {answers_after: 30 s, passes_back: {genuine: 99.5 %}}}
  - {calls: {more_than: 3, within: 1 w}, action: warn, warn: {length: 10 s}, for: 1 h}
  - {on: silent, action: challenge, challenge: {length: 8 s, passes: {genuine: 100 %, prank: 0 %}}, for: 1 h}
"""


@pytest.mark.parametrize("given", [*map(policy, policy_names(LIBRARY)), policy("ladder"), written(EVERYTHING)])
def test_what_is_written_reads_back_as_the_same_policy(given: Policy, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(policy_text(given, ("where it is from",)), encoding="utf-8")
    assert load_policy(path, tmp_path) == given
    assert path.read_text(encoding="utf-8").startswith("# where it is from\n")


def test_every_member_of_a_family_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    found = family("mda-divert", "2.strikes=1,3", "talk.longer_than=1s,2s", "1.divert.passes_back.genuine=0%,12.5%")
    for point in found.points():
        path.write_text(policy_text(found.at(point)), encoding="utf-8")
        assert load_policy(path, tmp_path) == found.at(point)


def test_units_are_those_that_people_write() -> None:
    lines = policy_text(policy("bontang-24h")).splitlines()
    assert "    for: 24 h" in lines
    assert "    strikes: 1" in lines
    assert "  - on: [prank, silent]" in lines
