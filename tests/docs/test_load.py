"""The guide to live runs says what the integers in its tables stand for."""

from pathlib import Path

import pytest

from simulator.scenario.intent import Intent
from simulator.tables.exchanges import TROUBLES
from simulator.tables.outcomes import Action, Cause, Ending, Why

PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "load.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "column, words",
    [
        *((kind.__name__.lower(), [each.name.lower().replace("_", " ") for each in kind]) for kind in (Ending, Cause)),
        *((kind.__name__.lower(), [each.name.lower().replace("_", " ") for each in kind]) for kind in (Action, Why)),
        ("verdict", [each.name.lower() for each in Intent]),
        ("trouble", [str(each) or "none" for each in TROUBLES]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_legend_names_every_code_there_is_and_no_other(column: str, words: list[str]) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{column}`")]
    assert line.split(" | ")[1].rstrip(" |") == ", ".join(f"{code} {word}" for code, word in enumerate(words))
