"""``siaga sensitivity`` as a person meets it: exit codes, streams."""

import json
from pathlib import Path

import pytest

from tests.commands import siaga
from tests.questions.sensitivity.street import POLICIES, STREET

SHORT = STREET.replace("length: 5 d", "length: 1 d").replace("warmed 3 d", "empty").replace("200 / d", "40 / d")
NAMES = ("--policies", "all,half")


@pytest.fixture
def street(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    for name, content in POLICIES.items():
        (tmp_path / "policies" / f"{name}.yaml").write_text(content, encoding="utf-8")
    (tmp_path / "street.yaml").write_text(SHORT, encoding="utf-8")
    return tmp_path


def test_a_page_for_people_and_a_document_for_programs(street: Path) -> None:
    words = ("sensitivity", "street.yaml", *NAMES, "--samples", 10, "--replications", 2, "--engine", "reference")
    page, document = siaga(*words, cwd=street), siaga(*words, "--json", cwd=street)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr + document.stderr
    assert page.stdout.startswith("Night and day 112")
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert {each["policy"] for each in found["policies"]} == {"none", "all", "half"}
    assert page.stderr == document.stderr == ""
    folder = Path(page.stdout.rstrip().splitlines()[-1].removeprefix("kept in "))
    assert {"summary.json", "manifest.json"} <= {each.name for each in (street / folder).iterdir()}
