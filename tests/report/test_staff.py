"""What ``siaga staff`` says and writes, by what was found."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.metrics.estimate import Estimate
from simulator.planning.plan_files import confirming_options
from simulator.planning.plan_result import OpenPlan, Tally
from simulator.questions.shifts import request as shifts_request
from simulator.questions.shifts.result import Shifts
from simulator.questions.shifts.shifts import answer as plan_shifts
from simulator.questions.staff.files import write_plan
from simulator.questions.staff.request import Request
from simulator.questions.staff.result import Staff
from simulator.questions.staff.staff import staff
from simulator.report.answer import print_answer
from simulator.scenario.load import load_scenario
from tests.planning.lines import LINE

TARGET = "80 % of genuine within 15 s, every hour"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Staff:
    folder = tmp_path_factory.mktemp("staff")
    path = folder / "line.yaml"
    path.write_text(LINE.format(genuine=250, prank=300, attendance="95 %"))
    return plan(path, folder, replications=40, targets=(TARGET,))


def plan(path: Path, folder: Path, **fields: Any) -> Staff:
    """A staffing by the shifts of the file, not written yet."""
    request = Request(scenario=path, interval="shift", out=folder / "results", workers=1, **fields)
    return staff(request, load_scenario(path))


def page(done: Staff, folder: Path) -> str:
    to = io.StringIO()
    here = replace(done, folder=folder)
    print_answer("staff", replace(here, notes=(*here.notes, *write_plan(here))), to, as_json=False)
    return to.getvalue()


def test_a_plan_that_passed_on_fresh_callers_is_shown_and_written(done: Staff, tmp_path: Path) -> None:
    assert done.has_plan
    said = page(done, tmp_path)
    assert "Confirmed on fresh callers" in said
    assert "call-takers" in said
    assert {"planned.yaml", "staffing.csv"} <= {each.name for each in tmp_path.iterdir()}


@pytest.mark.parametrize("state, failed", [("not shown", True), ("not shown", False), ("not found", False)])
def test_what_was_not_confirmed_is_not_shown_nor_written_and_it_says_why_and_what_to_try(
    done: Staff, tmp_path: Path, state: str, failed: bool
) -> None:
    missed = replace(done.found.confirmed[0], estimate=Estimate(0.79, 0.76, 0.82, 100, "t"))
    plan = OpenPlan(done.found.persons, done.found.cost, missed, 1_234, fresh=True)
    passed = tuple(v for v in done.found.fullest if v.met) if failed else (missed,)
    found = replace(done.found, state=state, confirmed=(), fullest=passed, unshown=plan if failed else None, tally=None)  # type: ignore[arg-type]
    unsure = replace(done, found=found)
    said = page(unsure, tmp_path)
    assert (unsure.has_plan, unsure.document()["shifts"], unsure.document()["call_takers"]) == (False, [], [])
    assert not list(tmp_path.glob("*.yaml")) + list(tmp_path.glob("*.csv")) + list(tmp_path.glob("*.html"))
    assert "So no plan is shown" in said
    assert "person-hours a day" not in said
    assert ("--replications" if state == "not shown" else "--most") in said
    assert ("79.0 % in time" in said) == (state == "not shown")
    assert ("no staffing passed on fresh callers" in said) == failed
    assert ("About 1,300 replications may decide." in said) == failed
    assert max(len(row) for row in said.splitlines() if not row.startswith("kept in")) <= 80


def test_what_is_ruled_out_and_what_is_only_not_shown_are_told_apart_and_counted(done: Staff, tmp_path: Path) -> None:
    worst = replace(done.found.confirmed[0], estimate=Estimate(0.805, 0.79, 0.82, 100, "t"))
    plan = OpenPlan(done.found.persons, 0.9 * done.found.cost, worst, 1_234, fresh=False)
    found = replace(done.found, bound=0.8 * done.found.cost, unshown=plan, tally=Tally(7, 4))
    said = " ".join(page(replace(done, found=found), tmp_path).split())
    assert f"Every staffing below {0.8 * done.plan.person_hours:.1f} is ruled out, with 95 % confidence." in said
    assert "Cheaper: 7 plans, 4 ruled out, 3 not shown to meet the target, nor to miss it." in said
    stretch = f"from {0.8 * done.plan.person_hours:.1f} up to {0.9 * done.plan.person_hours:.1f}"
    assert f"Whether one {stretch} meets the target is not known: not all were tried." in said
    wanted = (
        f"The cheapest left that was tried, {0.9 * done.plan.person_hours:.1f}, is not shown to meet the target, "
        "nor to miss it: 00:00-01:00 has 80.5 % in time, wanted 80.0 %"
    )
    assert f"{wanted}. About 1,300 replications may decide." in said
    assert "ruled out" in said
    assert "Every cheaper staffing is ruled out" not in said


def test_the_plans_row_of_the_table_is_of_the_callers_who_confirmed_it(done: Staff, tmp_path: Path) -> None:
    assert done.fresh is not None
    lowest = min(done.found.confirmed, key=lambda verdict: verdict.estimate.value)
    assert (done.fresh.worst[0], done.fresh.worst_hour[0]) == (lowest.estimate.value, lowest.hour)
    said = page(done, tmp_path)
    row = next(row for row in said.splitlines() if row.startswith("the plan "))
    assert f"{100 * lowest.estimate.value:.1f} % at {lowest.hour:02d}" in row
    fresh = f"({done.found.effort.fresh} replications), all others of {done.replications}."
    assert f"The plan's row is of the fresh callers {fresh}" in said
    assert done.document()["plan_on_fresh_callers"]["worst_hour"] == [lowest.estimate.value]


def test_a_plan_that_passes_by_a_narrow_margin_is_run_with_the_callers_who_confirmed_it(done: Staff) -> None:
    effort = replace(done.found.effort, fresh=2_000, fresh_seed=3)
    # 1,100 calls: a plain run simulates 100 replications. (wide / margin * (2.73 + 1.28) / 2.73)^2 * 2,000 wanted are
    # 2,061 where the bound is just above 80 %, and 43 where it is far from it.
    for low, value, wanted in [(0.8055, 0.8178, " --seed 3 --replications 2000"), (0.89, 0.9, "")]:
        verdict = replace(done.found.confirmed[0], estimate=Estimate(value, low, 1.0, 1_999, "t"))
        found = replace(done.found, effort=effort, confirmed=(verdict,))
        assert confirming_options(found, done.experiment) == wanted


def test_what_is_written_states_the_targets_that_were_asked_for(done: Staff, tmp_path: Path) -> None:
    page(done, tmp_path)
    scenario = load_scenario(tmp_path / "planned.yaml").scenario
    assert [str(target) for target in scenario.targets] == [TARGET]
    assert scenario.floor.shifts == done.found.shifts


def test_shifts_under_work_rules_are_written_and_shown_alike(done: Staff, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(
        "title: three\ninterval: 1 h\nshifts:\n  - {name: eight, lengths: 8 h, starts: ['06:00', '14:00', '22:00']}\n"
    )
    fields = done.request.model_dump(include={"scenario", "replications", "targets", "workers"})
    request = shifts_request.Request(**fields, work=str(tmp_path / "rules.yaml"), out=tmp_path / "results")
    found = plan_shifts(request)
    assert isinstance(found, Shifts)
    assert found.fresh is not None
    lowest = min(found.found.confirmed, key=lambda verdict: verdict.estimate.value)
    assert (found.fresh.worst[0], found.fresh.worst_hour[0]) == (lowest.estimate.value, lowest.hour)
    to = io.StringIO()
    print_answer("shifts", found, to, as_json=False)
    assert f"({found.found.effort.fresh} replications), all others of {found.replications}." in to.getvalue()
    scenario = load_scenario(found.folder / "planned.yaml").scenario
    assert ([str(target) for target in scenario.targets], scenario.floor.shifts) == ([TARGET], found.found.shifts)


CLOSED = (("from: '06:00', to: '14:00'", "from: '07:00', to: '14:00'"), ("to: '22:00'", "to: '21:00'"))


@pytest.mark.parametrize(
    "days, scope, times",
    [
        ("", "every hour", "21:00-07:00"),
        ("", "overall", "21:00-07:00"),
        ("", "every clock hour", "21:00-07:00"),
        # The two days are a Monday and a Tuesday.
        (", days: [tue]", "every hour", "mon 00:00 to tue 07:00, tue 21:00-24:00"),
    ],
)
def test_hours_that_no_shift_covers_are_named_first_where_they_are_why_a_target_cannot_be_met(
    tmp_path: Path, days: str, scope: str, times: str
) -> None:
    text = LINE.format(genuine=250, prank=300, attendance="95 %")
    for before, after in CLOSED:
        text = text.replace(before, after)
    rows = text.splitlines(keepends=True)
    text = "".join(row for row in rows if "name: night" not in row)
    for end in ("call_takers: 2}\n", "attendance: 95 %}\n"):
        text = text.replace(end, f"{end[:-2]}{days}}}\n")
    path = tmp_path / "line.yaml"
    path.write_text(text)
    target = f"90 % of genuine within 15 s, {scope}"
    done = plan(path, tmp_path, replications=20, targets=(target,), most=6)
    assert done.found.state == "cannot be met"
    said = page(done, tmp_path / "kept")
    assert f"CAN NOT BE MET: no shift covers {times}, when callers call:" in " ".join(said.split())
    assert "on every shift" in said
    assert "round the clock" not in said
    assert [level.name for level in done.uniform] == ["1", "2", "3", "4", "5", "6"]
    assert not done.more
    assert max(len(row) for row in said.splitlines() if not row.startswith("kept in")) <= 80


def test_hours_without_a_shift_are_not_blamed_where_lines_are_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "line.yaml"
    text = LINE.format(genuine=250, prank=300, attendance="95 %")
    text = text.replace("trunks: 8", "trunks: 1").replace("to: '06:00'", "to: '05:00'")
    path.write_text(text)
    target = "95 % of genuine within 15 s, overall"
    said = page(plan(path, tmp_path, replications=20, targets=(target,), most=4), tmp_path / "kept")
    assert "CAN NOT BE MET: with 4 call-takers on every shift, the most of any plan tried," in said
    assert "no shift covers" not in said
