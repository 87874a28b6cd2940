"""The guide to live runs says what the integers in its tables stand for."""

import re
from pathlib import Path

import pytest

from simulator.scenario.intent import Intent
from simulator.tables.exchanges import TROUBLES
from simulator.tables.outcomes import Action, Cause, Ending, Why

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "load.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "column, words",
    [
        *((kind.__name__.lower(), [each.name.lower().replace("_", " ") for each in kind]) for kind in (Ending, Cause)),
        *((kind.__name__.lower(), [each.name.lower().replace("_", " ") for each in kind]) for kind in (Why,)),
        ("verdict", [each.name.lower() for each in Intent]),
        ("trouble", [str(each) or "none" for each in TROUBLES]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_legend_names_every_code_there_is_and_no_other(column: str, words: list[str]) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{column}`")]
    assert line.split(" | ")[1].rstrip(" |") == ", ".join(f"{code} {word}" for code, word in enumerate(words))


def test_the_table_of_actions_names_every_code_there_is_and_no_other() -> None:
    table = (ROOT / "docs" / "guides" / "policies.md").read_text(encoding="utf-8").partition("### What is then done")[2]
    found = dict(re.findall(r"^\| `(\w+)` \| (\d) \|", table, re.MULTILINE))
    assert found == {each.name.lower(): str(int(each)) for each in Action if each}
