"""Work rules: what a file of them may say, and what is refused with its place."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from simulator.scenario.errors import BadInput
from simulator.scenario.library import read_model
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.units import DAY, HOUR, MINUTE
from simulator.scenario.work import Work, parse_starts, work_named

SHIPPED = sorted((shipped_scenarios() / "work").glob("*.yaml"))
SCHEMA = json.loads((shipped_scenarios() / "schema" / "work.schema.json").read_text(encoding="utf-8"))
RULES = """
title: some rules
interval: 30 min
shifts:
  - name: day
    lengths: [8 h, 4 h]
    starts: ['07:00', '15:00']
    days: [mon, tue]
    breaks: [{for: 30 min, after: [1 h, 2 h]}, {for: 15 min, after: 3 h}]
cost: {hour: 20, shift: 5, paid_breaks: no, extra: [{from: '22:00', to: '06:00', add: 25 %}]}
"""


def written(folder: Path, *change: str) -> Path:
    path = folder / "rules.yaml"
    assert not change or change[0] in RULES
    path.write_text(RULES.replace(*change) if change else RULES)
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_rules_that_ship_are_read_and_fit_their_schema(path: Path) -> None:
    work = read_model(path, Work)
    assert work.shifts
    assert work.sources
    jsonschema.validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader), SCHEMA)


@pytest.mark.parametrize(
    "given, hours",
    [
        ("07:00", [7]),
        (["15:00", "07:00", "15:00"], [7, 15]),
        ("24:00", [0]),
        ("every 6 h", [0, 6, 12, 18]),
        ("every 30 min from 06:00 to 07:30", [6, 6.5, 7, 7.5]),
        ("every 1 h from 22:00 to 01:00", [0, 1, 22, 23]),
        ("every 2 h from 06:00 to 06:00", [6]),
    ],
)
def test_starts_are_times_of_day_each_once(given: object, hours: list[float]) -> None:
    assert parse_starts(given) == tuple(int(hour * HOUR) for hour in hours)


def test_a_file_says_what_the_rules_are(tmp_path: Path) -> None:
    work = read_model(written(tmp_path), Work)
    [kind] = work.shifts
    assert kind.lengths == (8 * HOUR, 4 * HOUR)
    assert [pause.after for pause in kind.breaks] == [(HOUR, 2 * HOUR), (3 * HOUR, 3 * HOUR)]
    assert work.cost.extra[0].length == 8 * HOUR
    assert not work.cost.paid_breaks


@pytest.mark.parametrize(
    "before, after, line, told",
    [
        ("interval: 30 min", "interval: 7 min", 2, "intervals that fill a day"),
        ("interval: 30 min", "interval: 1 h\nat_least: -1", 4, "whole number"),
        ("['07:00', '15:00']", "['07:20']", 2, "whole numbers of intervals"),
        ("['07:00', '15:00']", "every hour", 7, "every 1 h"),
        ("['07:00', '15:00']", "[]", 7, "times of day"),
        ("[8 h, 4 h]", "[26 h]", 5, "at most 24 h"),
        ("[8 h, 4 h]", "[]", 6, "lengths"),
        ("{for: 30 min, after: [1 h, 2 h]}", "{for: 9 h, after: 1 h}", 5, "breaks that follow each other"),
        ("{for: 15 min, after: 3 h}", "{for: 5 h, after: 3 h}", 5, "until 8 h after the beginning of a shift of 4 h"),
        ("{for: 15 min, after: 3 h}", "{for: 15 min, after: [5 h, 3 h]}", 9, "the earlier one first"),
        ("paid_breaks: no", "paid_brakes: no", 10, "paid_breaks"),
        ("add: 25 %", "add: 25", 10, "25 %"),
        ("days: [mon, tue]", "days: [mon, mon]", 8, "each day at most once"),
    ],
)
def test_what_can_not_be_is_refused_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, told: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_model(written(tmp_path, before, after), Work)
    text = str(refused.value)
    assert told in text, text
    assert any(fault.line == line for fault in refused.value.faults), text


def test_rules_are_found_by_name_beside_the_scenario_first_and_then_among_what_ships(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "ours.yaml").write_text(RULES)
    assert work_named("ours", tmp_path)[0].title == "some rules"
    assert work_named("eight-hours", tmp_path)[1] in SHIPPED
    with pytest.raises(BadInput, match="eight-hours"):
        work_named("eight-hour", tmp_path)


def test_what_a_file_leaves_out_is_every_day_with_somebody_always_there() -> None:
    work = Work.model_validate({"title": "t", "shifts": [{"name": "a", "lengths": "8 h", "starts": "every 8 h"}]})
    assert (work.interval, work.at_least, work.at_most) == (30 * MINUTE, 1, None)
    assert work.shifts[0].starts == (0, 8 * HOUR, 16 * HOUR)
    assert len(work.shifts[0].days) * DAY == 7 * DAY
