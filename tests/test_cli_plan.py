"""``siaga erlang`` and ``siaga staff`` as a person meets them: exit codes, streams, files to go on with."""

import json
from pathlib import Path

import pytest

from simulator.scenario.load import load_scenario
from tests.commands import siaga
from tests.planning.lines import LINE

ERLANG = ("erlang", "--calls", "60 / h", "--handling", "150 s")


@pytest.fixture
def line(tmp_path: Path) -> Path:
    path = tmp_path / "line.yaml"
    path.write_text(LINE.format(genuine=250, prank=300, attendance="95 %"))
    return path


def test_formulas_stand_side_by_side_and_say_the_same_to_programs(tmp_path: Path) -> None:
    words = (*ERLANG, "--patience", "90 s", "--trunks", 8, "--redials", "85 %")
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr + document.stderr
    assert max(map(len, page.stdout.splitlines())) <= 80
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert found["load"] == pytest.approx(2.5)
    assert list(found["fewest"]) == ["Erlang C", "Erlang A", "finite trunks"]
    assert [row["call_takers"] for row in found["rows"]] == [found["fewest"]["finite trunks"]] * 3
    assert found["fewest"]["Erlang C"] == 6


def test_more_work_than_call_takers_is_said_not_printed_as_a_number(tmp_path: Path) -> None:
    page = siaga(*ERLANG, "--call-takers", 2, cwd=tmp_path)
    assert page.returncode == 0
    assert "grows" in page.stdout
    assert "nan" not in page.stdout + page.stderr
    assert json.loads(siaga(*ERLANG, "--call-takers", 2, "--json", cwd=tmp_path).stdout)["rows"][0]["asa"] is None


def test_a_plan_comes_as_a_page_a_document_a_table_and_a_scenario_that_meets_the_target(
    tmp_path: Path, line: Path
) -> None:
    words = ("staff", line, "--target", "80 % of genuine within 15 s, every hour", "--replications", 60)
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stdout + page.stderr
    assert max(len(row) for row in page.stdout.splitlines() if "results/" not in row) <= 80
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert found["state"] == "met"
    assert 24 <= found["every_plan_below_is_ruled_out"] <= found["person_hours_a_day"]
    assert found["cheapest_not_shown"]["cost"] < found["person_hours_a_day"]
    assert "is ruled out, with 95 % confidence." in page.stdout
    assert "The cheapest left that was tried, " in page.stdout
    assert all(verdict["met"] for verdict in found["confirmed"])
    folder = tmp_path / page.stdout.rstrip().splitlines()[-1].removeprefix("kept in ")
    assert {"planned.yaml", "staffing.csv", "staffing.html", "summary.json"} <= {each.name for each in folder.iterdir()}
    target = ("--target", "80 % of genuine within 15 s, every hour")
    again = siaga("run", folder / "planned.yaml", "--replications", 100, "--seed", 7, *target, cwd=tmp_path)
    assert again.returncode in {0, 1}, again.stderr
    assert again.stdout


def test_the_average_over_the_day_is_asked_and_answered_as_such(tmp_path: Path, line: Path) -> None:
    def hours(scope: str) -> tuple[float, str]:
        words = ("staff", line, "--interval", "shift", "--replications", 60, "--target")
        done = siaga(*words, f"80 % of genuine within 15 s, {scope}", cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        row = next(row for row in done.stdout.splitlines() if "person-hours a day" in row)
        return float(row.split()[0]), " ".join(done.stdout.split())

    overall, hourly = hours("overall"), hours("every hour")
    assert overall[0] < hourly[0]
    assert "(all hours together)" in overall[1]
    assert "(each hour of the day by itself)" in hourly[1]


def test_what_no_staffing_reaches_is_said_with_exit_code_1(tmp_path: Path, line: Path) -> None:
    words = ("staff", line, "--replications", 30, "--target", "99.9 % of genuine within 1 s, every hour")
    line.write_text(line.read_text().replace("call_takers: 1}", "call_takers: 1, attendance: 20 %}"))
    done = siaga(*words, "--most", 3, cwd=tmp_path)
    assert done.returncode == 1
    assert "CAN NOT BE MET" in done.stdout
    assert "planned.yaml" not in done.stdout


def test_lines_that_are_too_few_whoever_answers_are_said(tmp_path: Path) -> None:
    done = siaga(*ERLANG, "--trunks", 1, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "finite trunks: no number of call-takers reaches the target" in " ".join(done.stdout.split())


def test_a_limit_of_ones_own_is_named_where_a_target_can_not_be_met(tmp_path: Path, line: Path) -> None:
    done = siaga("staff", line, "--most", 1, "--replications", 10, cwd=tmp_path)
    assert done.returncode == 1
    assert "If --most or at_most sets that limit, raise it." in done.stdout


def test_where_growth_fails_each_remedy_stands_on_a_line_of_its_own(tmp_path: Path, line: Path) -> None:
    words = ("--target", "80 % of genuine within 15 s", "--up-to", 8, "--replications", 40)
    done = siaga("capacity", line, *words, "--seed", 2, cwd=tmp_path)
    assert done.returncode in {0, 1}, done.stderr
    page = done.stdout.splitlines()
    remedies = [row for row in page if row.startswith(("as it is", "with "))]
    assert len(remedies) == 4
    assert all("80.0 %" in row and "the whole day" in row for row in remedies)
    assert any(row.startswith("What gives way first: ") for row in page)
    assert all(len(row) <= 80 for row in page if str(tmp_path) not in row and not row.startswith("picture of "))


def test_lines_are_those_asked_for_or_the_fewest_at_p01_on_which_the_plan_still_holds(
    tmp_path: Path, line: Path
) -> None:
    words = ("staff", line, "--interval", "shift", "--target", "80 % of genuine within 15 s, every hour")
    more = ("--replications", 60, "--json")
    four, fewest = (siaga(*words, "--trunks", lines, *more, cwd=tmp_path) for lines in (4, "P.01"))
    said = [json.loads(done.stdout, parse_constant=pytest.fail) for done in (four, fewest)]
    assert (said[0]["lines"]["have"], said[0]["lines"]["plan_holds_on_these"]) == (4, None)
    assert said[1]["lines"]["have"] == 8
    written = [load_scenario(path).scenario.floor.trunks for path in sorted(tmp_path.rglob("planned.yaml"))]
    wanted = said[1]["lines"]["fewest_at_p01"] if said[1]["lines"]["plan_holds_on_these"] else 8
    assert sorted(written) == sorted([4] * said[0]["shown"] + [wanted] * said[1]["shown"])
    assert said[1]["shown"]


def test_a_day_hour_by_hour_fits_the_terminal_and_says_the_same_to_programs(tmp_path: Path, line: Path) -> None:
    words = ("erlang", "--day", line, "--patience", "90 s")
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr + document.stderr
    assert max(map(len, page.stdout.splitlines())) <= 80
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert sum(found["calls"]) == pytest.approx(550)
    assert list(found["methods"]) == ["SIPP", "lagged", "MOL"]
    assert page.stdout.count(":00 ") == 24
