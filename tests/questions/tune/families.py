"""Policies and families for tests of tuning."""

from pathlib import Path

from simulator.questions.tune.family import Family, family_of
from simulator.questions.tune.vary import axes_of
from simulator.scenario.library import load_policy
from simulator.scenario.nodes import plain_data, read_nodes
from simulator.scenario.policy import Policy
from simulator.scenario.units import DAY

LIBRARY = Path(__file__).parents[3] / "scenarios"
WHOLE = 365 * DAY
CHALLENGE = """
rules:
  - {on: prank, strikes: 2, action: challenge, challenge: {length: 8 s, passes: {genuine: 95 %}}, for: 24 h}
"""
LADDER = """
rules:
  - {on: [prank, silent], strikes: [3, 2], within: 7 d, action: block, for: [1 h, 24 h, forever], consecutive: yes}
"""


def written(text: str) -> Policy:
    """The policy that a text holds."""
    return Policy.model_validate(plain_data(read_nodes(text, "test")[0]))


def policy(name: str) -> Policy:
    """A shipped policy, or one of the texts above."""
    texts = {"challenge": CHALLENGE, "ladder": LADDER}
    return written(texts[name]) if name in texts else load_policy(name, LIBRARY)


def family(name: str, *vary: str, whole: int = WHOLE) -> Family:
    """A policy varied so."""
    return family_of(policy(name), axes_of(vary, policy(name), whole))
