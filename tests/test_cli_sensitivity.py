"""``siaga sensitivity`` as a person meets it: exit codes, streams, bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.questions.sensitivity.street import MARK, POLICIES, STREET

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "simulator.cli", "sensitivity"]
SHORT = STREET.replace("length: 5 d", "length: 1 d").replace("warmed 3 d", "empty").replace("200 / d", "40 / d")
NAMES = ("--policies", "all,half")


@pytest.fixture
def street(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    for name, content in POLICIES.items():
        (tmp_path / "policies" / f"{name}.yaml").write_text(content, encoding="utf-8")
    (tmp_path / "street.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "known.yaml").write_text(SHORT.replace(MARK, ""), encoding="utf-8")
    (tmp_path / "upside.yaml").write_text(SHORT.replace("0 % to 40 %", "40 % to 0 %"), encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    return tmp_path


def siaga(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*COMMAND, *map(str, words)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=180)


def test_a_page_for_people_and_a_document_for_programs(street: Path) -> None:
    words = ("street.yaml", *NAMES, "--samples", 10, "--replications", 2, "--engine", "reference")
    page, document = siaga(*words, cwd=street), siaga(*words, "--json", cwd=street)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr + document.stderr
    assert page.stdout.startswith("Night and day 112")
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert {each["policy"] for each in found["policies"]} == {"none", "all", "half"}
    assert page.stderr == document.stderr == ""
    folder = Path(page.stdout.rstrip().splitlines()[-1].removeprefix("kept in "))
    assert {"summary.json", "manifest.json"} <= {each.name for each in (street / folder).iterdir()}


BAD = [
    (("nowhere.yaml",), "nowhere.yaml"),
    (("known.yaml", *NAMES), "values marked as assumed"),
    (("upside.yaml", *NAMES), "write 0 % to 40 %"),
    (("street.yaml", "--policies", "all"), "two policies or more"),
    (("street.yaml", "--policies", "all,hlaf"), "did you mean half"),
    (("street.yaml", *NAMES, "--samples", "0"), "--samples"),
    (("street.yaml", *NAMES, "--samples", "many"), "--samples"),
    (("street.yaml", *NAMES, "--replications", "1"), "--replications"),
    (("street.yaml", *NAMES, "--by", "luck"), "--by"),
    (("street.yaml", *NAMES, "--out", "file"), "--out"),
    ((), "SCENARIO"),
]


@pytest.mark.parametrize("words, named", BAD, ids=[" ".join(map(str, words)) for words, _ in BAD])
def test_bad_input_ends_with_2_and_a_word_of_what_was_wrong(
    words: tuple[object, ...], named: str, street: Path
) -> None:
    done = siaga(*words, cwd=street)
    assert done.returncode == 2, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
