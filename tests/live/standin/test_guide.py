"""docs/guides/serve.md: the call by hand goes as the page says, and the page names routes and keys that there are."""

import re
import subprocess
from pathlib import Path

from simulator.live.standin.app import create_app
from simulator.live.standin.keys import read_keys
from simulator.scenario.load import load_scenario
from tests.live.standin.processes import ROOT
from tests.live.standin.servers import serving

PAGE = (ROOT / "docs" / "guides" / "serve.md").read_text(encoding="utf-8")


def block(beginning: str) -> str:
    """The fenced block that begins so."""
    found = [
        content for content in re.findall(r"^```\w+\n(.*?)^```", PAGE, re.M | re.S) if content.startswith(beginning)
    ]
    [only] = found
    return only


def test_the_call_by_hand_goes_as_the_page_says(tmp_path: Path) -> None:
    script = block("call()")
    rules = load_scenario(ROOT / "scenarios" / "bontang.yaml").scenario.policy
    with serving(rules, trunks=4, database=tmp_path / "calls.sqlite") as client:
        there = script.replace("127.0.0.1:8112", f"127.0.0.1:{client.port}")
        done = subprocess.run(["bash", "-c", there], capture_output=True, text=True, check=True)
    told = [re.search(r"# ([^.]*)(?:\.\.\.)?$", line) for line in script.splitlines()[1:]]
    assert len(told) == len(done.stdout.splitlines())
    for promised, said in zip(told, done.stdout.splitlines(), strict=True):
        assert said.startswith(promised[1] if promised else "{"), said


def test_every_route_that_the_page_names_is_there() -> None:
    shapes = {re.sub(r"\{\w+\}", "{}", path) for path in create_app(None).openapi()["paths"]}
    named = re.findall(r"`(?:GET|PUT|POST|DELETE) (/[^`?]*)", PAGE)
    assert len(named) > 8
    assert {re.sub(r"\{\w+\}", "{}", path) for path in named} <= shapes


def test_the_example_of_a_file_of_keys_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(block("# ROLE"), encoding="utf-8")
    file.chmod(0o600)
    assert sorted(holder.role for holder in read_keys(file).values()) == ["desk", "intake", "supervisor"]
