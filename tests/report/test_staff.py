"""What ``siaga staff`` says and writes, by what was found."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.decisions.order import Order
from simulator.decisions.planning.found import Tally, Unshown
from simulator.decisions.planning.staff import Staff, Wish, carry_out
from simulator.metrics.estimate import Estimate
from simulator.report.staff import print_staff
from simulator.scenario.load import load_scenario
from tests.decisions.planning.lines import LINE

TARGET = "80 % of genuine within 15 s, every hour"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Staff:
    folder = tmp_path_factory.mktemp("staff")
    path = folder / "line.yaml"
    path.write_text(LINE.format(genuine=250, prank=300, attendance="95 %"))
    order = Order(loaded=load_scenario(path), replications=40, targets=(TARGET,), out=folder / "results", workers=1)
    return carry_out(order, Wish("shift"))


def page(done: Staff, folder: Path) -> str:
    to = io.StringIO()
    print_staff(replace(done, folder=folder), to, as_json=False)
    return to.getvalue()


def test_a_plan_that_passed_on_fresh_callers_is_shown_and_written(done: Staff, tmp_path: Path) -> None:
    assert done.shown
    said = page(done, tmp_path)
    assert "Confirmed on fresh callers" in said
    assert "call-takers" in said
    assert {"planned.yaml", "staffing.csv"} <= {each.name for each in tmp_path.iterdir()}


@pytest.mark.parametrize("state, failed", [("not shown", True), ("not shown", False), ("not found", False)])
def test_what_was_not_confirmed_is_not_shown_nor_written_and_it_says_why_and_what_to_try(
    done: Staff, tmp_path: Path, state: str, failed: bool
) -> None:
    missed = replace(done.found.confirmed[0], estimate=Estimate(0.79, 0.76, 0.82, 100, "t"))
    plan = Unshown(done.found.persons, done.found.cost, missed, 1_234, fresh=True)
    passed = tuple(v for v in done.found.fullest if v.met) if failed else (missed,)
    found = replace(done.found, state=state, confirmed=(), fullest=passed, unshown=plan if failed else None, tally=None)  # type: ignore[arg-type]
    unsure = replace(done, found=found)
    said = page(unsure, tmp_path)
    assert (unsure.shown, unsure.document["shifts"], unsure.document["call_takers"]) == (False, [], [])
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
    plan = Unshown(done.found.persons, 0.9 * done.found.cost, worst, 1_234, fresh=False)
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
