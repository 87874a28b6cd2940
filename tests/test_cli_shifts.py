"""``siaga shifts`` as a person meets it: a plan that can be run, and a plain no."""

import csv
import json
import subprocess
from pathlib import Path

import pytest

from simulator.scenario.load import load_scenario
from tests.commands import siaga
from tests.test_cli_plan import line  # noqa: F401  (a fixture)

TARGET = ("--target", "80 % of genuine within 15 s, every hour", "--replications", 60)
PEAK = """
title: three shifts, and a short one at the peak
interval: 1 h
shifts:
  - {name: eight, lengths: 8 h, starts: ['06:00', '14:00', '22:00']}
  - {name: peak, lengths: 4 h, starts: every 2 h}
"""


def folder_of(page: subprocess.CompletedProcess[str], below: Path) -> Path:
    return below / page.stdout.rstrip().splitlines()[-1].removeprefix("kept in ")


def test_shifts_come_as_a_page_a_document_a_table_and_a_scenario_that_meets_the_target(
    tmp_path: Path,
    line: Path,  # noqa: F811
) -> None:
    (tmp_path / "peak.yaml").write_text(PEAK)
    words = ("shifts", line, "--work", "peak.yaml", *TARGET)
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stdout + page.stderr
    assert max(len(row) for row in page.stdout.splitlines() if "results/" not in row) <= 80
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert found["state"] == "met"
    assert 0 < found["every_plan_below_is_ruled_out"] <= found["cost_a_week"] * (1 + 1e-9)
    assert all(verdict["met"] for verdict in found["confirmed"])
    assert {shift["name"].split("_")[0] for shift in found["shifts"]} <= {"eight", "peak"}
    folder = folder_of(page, tmp_path)
    planned = load_scenario(folder / "planned.yaml")
    assert not planned.warnings
    with (folder / "shifts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["persons"] for row in rows] == [str(shift.call_takers) for shift in planned.scenario.floor.shifts]
    hours = sum(shift.call_takers * len(shift.days) * shift.length / 3.6e9 for shift in planned.scenario.floor.shifts)
    assert found["person_hours_a_week"] == pytest.approx(hours)
    assert found["cost_a_week"] == pytest.approx(hours)
    run = siaga("run", folder / "planned.yaml", "--replications", 60, "--seed", 9, cwd=tmp_path)
    assert run.returncode in (0, 1), run.stderr


def test_a_target_beyond_the_fullest_shifts_is_a_plain_no_and_no_plan_is_written(
    tmp_path: Path,
    line: Path,  # noqa: F811
) -> None:
    words = ("--target", "99.9 % of genuine within 1 s, every hour", "--replications", 20)
    few = PEAK.replace("interval: 1 h", "interval: 1 h\nat_most: 1")
    (tmp_path / "few.yaml").write_text(few)
    page = siaga("shifts", line, "--work", "few.yaml", *words, cwd=tmp_path)
    assert page.returncode == 1, page.stderr
    assert "CAN NOT BE MET" in page.stdout
    assert not (folder_of(page, tmp_path) / "planned.yaml").exists()
