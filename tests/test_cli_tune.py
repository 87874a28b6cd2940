"""``siaga tune`` as a person meets it: exit codes, streams."""

import json
from pathlib import Path

import pytest

from tests.commands import siaga
from tests.questions.sensitivity.street import POLICIES, STREET


def test_a_page_for_people_a_document_for_programs_and_a_policy_to_run(tmp_path: Path) -> None:
    (tmp_path / "busy.yaml").write_text(STREET, encoding="utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "all.yaml").write_text(POLICIES["all"], encoding="utf-8")
    words = (
        "tune",
        "busy.yaml",
        "--policy",
        "all",
        "--vary",
        "strikes=1..3",
        "--vary",
        "for=7d,forever",
        "--replications",
        20,
    )
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr + document.stderr
    assert " ".join(page.stdout.split()).startswith("Night and day 112 Blocking for")
    assert page.stderr == document.stderr == ""
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert [each["key"] for each in found["varied"]] == ["strikes", "for"]
    assert found["recommended"]["rule"].removeprefix("b") in " ".join(page.stdout.split())
    folder = tmp_path / page.stdout.rstrip().splitlines()[-1].removeprefix("kept in ")
    assert {"summary.json", "manifest.json", "recommended.yaml"} <= {each.name for each in folder.iterdir()}
    line = next(line for line in page.stdout.splitlines() if "siaga run " in line)
    again = line.partition("siaga run ")[2].split()
    ran = siaga("run", *again, "--replications", 1, "--json", cwd=tmp_path)
    assert ran.returncode in {0, 1}, ran.stderr
