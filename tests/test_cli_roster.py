"""``siaga roster`` as a person meets it: a roster with calendars, a plain no with its cause."""

import csv
import json
from pathlib import Path

import pytest

from simulator.questions.roster.earlier import read_roster
from tests.commands import siaga
from tests.test_cli_plan import line  # noqa: F401  (a fixture)

PEOPLE = """
title: our people
people:
  - {name: Ani}
  - {name: Budi, nights: no}
  - {name: Citra}
  - {name: Dedi, leave: 2026-03-10 to 2026-03-12}
  - {name: Eka}
  - {name: Fitri}
  - {name: Gita}
  - {name: Hadi}
  - {name: Indah}
rules: {hours_a_week: 40 h, rest: 11 h}
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.yaml"
    path.write_text(PEOPLE)
    return path


def test_a_roster_comes_as_a_page_a_document_tables_and_calendars(
    tmp_path: Path,
    line: Path,  # noqa: F811
    people: Path,
) -> None:
    words = ("roster", line, "--people", people, "--weeks", 2, "--seconds", 5)
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr + document.stderr
    assert page.stderr == document.stderr == ""
    assert max(len(row) for row in page.stdout.splitlines() if "results/" not in row) <= 80
    assert "Every shift is filled and every rule kept." in page.stdout
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert (found["state"], found["weeks"], found["first_day"]) == ("full", 2, "2026-03-02")
    assert sum(person["duties"] for person in found["persons"]) == 14 * 5
    [folder] = (tmp_path / "results" / "line").glob("roster-*")
    assert {path.stem for path in (folder / "calendars").glob("*.ics")} >= {"everybody", "ani", "budi"}
    assert len(read_roster(folder / "roster.csv")) == 14 * 5
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["people_text"] == PEOPLE
    with (folder / "table.csv").open(encoding="utf-8") as file:
        assert sum(float(row["hours"]) for row in csv.DictReader(file)) == 14 * 5 * 8


def test_the_next_roster_begins_where_the_one_before_ends(
    tmp_path: Path,
    line: Path,  # noqa: F811
    people: Path,
) -> None:
    words = ("roster", line, "--people", people, "--weeks", 1, "--seconds", 2)
    assert siaga(*words, cwd=tmp_path).returncode == 0
    [first] = (tmp_path / "results" / "line").glob("roster-*/roster.csv")
    after = siaga(*words, "--after", first, "--json", cwd=tmp_path)
    assert after.returncode == 0, after.stderr
    assert json.loads(after.stdout)["first_day"] == "2026-03-09"
    overlapping = siaga(*words, "--after", first, "--start", "2026-03-05", cwd=tmp_path)
    assert overlapping.returncode == 2
    assert "--start" in overlapping.stderr


def test_too_few_people_are_a_plain_no_with_what_lacks_and_how_many_would_do(
    tmp_path: Path,
    line: Path,  # noqa: F811
    people: Path,
) -> None:
    few = "\n".join(
        row for row in PEOPLE.splitlines() if not any(f"name: {name}}}" in row for name in ("Gita", "Hadi"))
    )
    people.write_text(few.replace("Eka", "Eka, nights: no"))
    words = ("roster", line, "--people", people, "--weeks", 1, "--seconds", 5)
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--start", "2026-03-09", "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 1), page.stdout + page.stderr + document.stderr
    found = json.loads(document.stdout)
    assert found["state"] == "short"
    assert found["can_not_be_filled"]
    assert found["lacking"]
    assert "are on leave" in found["would_do_without"]
    assert (found["further_people"], found["further_people_proven"]) == (1, True)
    told = siaga(*words, "--start", "2026-03-09", cwd=tmp_path).stdout
    assert "CAN NOT BE FILLED" in told
    assert "lacks 1" in told
    assert "1 person more" in told
    assert max(map(len, told.splitlines())) <= 80
    assert not list((tmp_path / "results" / "line").glob("roster-*/2*"))


def test_the_fewest_people_are_counted_without_names(
    tmp_path: Path,
    line: Path,  # noqa: F811
    people: Path,
) -> None:
    words = ("roster", line, "--people", people, "--fewest", "--weeks", 1)
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr
    # 35 shifts a week, five of eight hours for each.
    found = json.loads(document.stdout)
    assert (found["fewest_people"], found["proven"], found["by_hours_alone"]) == (7, True, 7)
    assert "7 people on 40 h a week" in page.stdout
    assert not (tmp_path / "results").exists()
