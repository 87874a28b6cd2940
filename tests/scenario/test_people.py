"""People and their rules: what a file of them may say, and what is refused with its place."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_scenario
from simulator.scenario.people import parse_leave, people_named, read_people
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.units import HOUR

SHIPPED = sorted((shipped_scenarios() / "people").glob("*.yaml"))
SCHEMA = json.loads((shipped_scenarios() / "schema" / "people.schema.json").read_text(encoding="utf-8"))
PEOPLE = """
title: some people
people:
  - {name: Ani}
  - name: Budi
    hours_a_week: 24 h
    nights: no
    not_on: [fri, sat]
    shifts: [morning]
    leave: [2024-06-05, 2024-06-08 to 2024-06-10]
    since: 2024-06-01
rules:
  hours_a_week: 40 h
  overtime: 4 h
  rest: 11 h
  days_off_a_week: 2
  night: {from: '22:00', to: '05:00', at_least: 2 h}
"""


def written(folder: Path, *change: str) -> Path:
    path = folder / "people.yaml"
    assert not change or change[0] in PEOPLE
    path.write_text(PEOPLE.replace(*change, 1) if change else PEOPLE)
    return path


def as_plain(text: str) -> object:
    return yaml.load(text, Loader=yaml.BaseLoader)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_people_that_ship_fit_their_schema_and_the_scenario_of_their_name(path: Path) -> None:
    scenario = load_scenario(path.parents[1] / f"{path.stem}.yaml").scenario
    people = read_people(path, tuple(shift.name for shift in scenario.floor.shifts))
    assert "invented" in people.title
    jsonschema.validate(as_plain(path.read_text(encoding="utf-8")), SCHEMA)


def test_a_file_says_who_can_work_when(tmp_path: Path) -> None:
    people = read_people(written(tmp_path))
    ani, budi = people.people
    assert (ani.hours_a_week, ani.nights, ani.shifts, ani.not_on, ani.leave) == (None, True, None, None, ())
    assert (budi.hours_a_week, budi.nights, budi.shifts, budi.not_on) == (
        24 * HOUR,
        False,
        ("morning",),
        ("fri", "sat"),
    )
    assert budi.leave == (
        (date(2024, 6, 5), date(2024, 6, 5)),
        (date(2024, 6, 8), date(2024, 6, 10)),
    )
    assert (people.rules.overtime, people.rules.days_off_a_week) == (4 * HOUR, 2)
    jsonschema.validate(as_plain(PEOPLE), SCHEMA)


def test_rules_left_out_are_those_of_the_law(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text("title: t\npeople: [{name: Ani}]\n")
    rules = read_people(path).rules
    assert (rules.hours_a_week, rules.days_in_a_row, rules.days_off_a_week) == (40 * HOUR, 6, 1)
    assert (rules.night.from_, rules.night.to, rules.paid_breaks) == (23 * HOUR, 7 * HOUR, False)


@pytest.mark.parametrize(
    "before, after, line, told",
    [
        ("name: Ani", "name: budi", 2, "every name once"),
        ("{name: Ani}", "{nme: Ani}", 4, "did you mean name?"),
        ("{name: Ani}", "{nights: yes}", 4, "the key name"),
        ("24 h", "24", 6, "24 h"),
        ("24 h", "200 h", 6, "at most a week"),
        ("nights: no", "nights: never", 7, "yes or no"),
        ("[fri, sat]", "[friday]", 8, "fri"),
        ("[morning]", "[mornin]", 9, "did you mean morning?"),
        ("2024-06-05,", "5 June,", 10, "2025-06-19 to 2025-06-22"),
        ("2024-06-05,", "2024-06-31,", 10, "there has to be such a day"),
        ("2024-06-08 to 2024-06-10", "2024-06-10 to 2024-06-08", 10, "the earlier date first"),
        ("since: 2024-06-01", "since: 2024-06-01\n    until: 2024-05-01", 5, "since before until"),
        ("overtime: 4 h", "overtime: 400 h", 14, "at most a week"),
        ("days_off_a_week: 2", "days_off_a_week: 7", 13, "at most 6"),
        ("at_least: 2 h", "at_least: 8 h", 17, "no longer than the night"),
        ("title: some people", "titel: some people", 2, "did you mean title?"),
        ("rest: 11 h", "rest: 11 h\n  rest: 12 h", 16, "a second time"),
    ],
)
def test_what_can_not_be_is_refused_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, told: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_people(written(tmp_path, before, after), ("morning", "night"))
    text = str(refused.value)
    assert told in text, text
    assert any(fault.line == line for fault in refused.value.faults), text


@pytest.mark.parametrize("text", ["title: t\npeople: []\n", "title: t\n", "title: t\npeople: {Ani: yes}\n", "[]\n"])
def test_a_file_without_people_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(text)
    with pytest.raises(BadInput):
        read_people(path)


def test_a_single_day_of_leave_is_the_first_and_the_last() -> None:
    assert parse_leave("2024-06-05") == (date(2024, 6, 5), date(2024, 6, 5))


def test_people_are_found_by_name_beside_the_scenario_first_and_then_among_what_ships(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "ours.yaml").write_text(PEOPLE)
    assert people_named("ours", tmp_path)[0].title == "some people"
    assert people_named("serang", tmp_path)[1] in SHIPPED
    with pytest.raises(BadInput, match="did you mean serang"):
        people_named("serag", tmp_path)
