"""``siaga compare`` as a person meets it: exit codes, streams."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import siaga

ROOT = Path(__file__).parents[1]
BONTANG = ROOT / "scenarios" / "bontang.yaml"
POLICIES = "none,bontang-24h,sumut-three-strikes"


def test_a_page_for_people_and_a_document_for_programs(tmp_path: Path) -> None:
    words = ("compare", BONTANG, "--policies", POLICIES, "--replications", 5)
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr + document.stderr
    assert page.stdout.startswith("Bontang Siaga 112")
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert [each["policy"] for each in found["paired"]] == [*POLICIES.split(","), "no nuisance"]
    assert page.stderr == document.stderr == ""
    folder = Path(page.stdout.rstrip().splitlines()[-1].removeprefix("kept in "))
    assert {"summary.json", "manifest.json"} <= {each.name for each in (tmp_path / folder).iterdir()}


def test_pictures_need_not_be_possible_for_the_command_to_start(tmp_path: Path) -> None:
    """Neither the command nor the page imports plotly; only drawing does."""
    code = "import sys, simulator.cli.commands, simulator.report.compare; sys.exit('plotly' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == 0
