"""A week of shifts: what each staffs and costs, held against the minutes of the week; the least against enumeration."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.metrics.targets import ERROR, by_hour
from simulator.planning.sequence import search
from simulator.planning.space import cells_of, levels_of
from simulator.planning.split import split_of
from simulator.questions.shifts.week import Week, cost_of, week_of
from simulator.scenario.errors import BadInput
from simulator.scenario.floor import WEEKDAYS, Floor
from simulator.scenario.units import MINUTE
from simulator.scenario.week import on_duty
from simulator.scenario.work import Work
from tests.planning.lines import experiment, floor_runs

FLOOR = Floor.model_validate({"trunks": "4"})
EIGHT = {"name": "eight", "lengths": "8 h", "starts": ["06:00", "14:00", "22:00"]}


def rules(*kinds: dict[str, Any], **keys: Any) -> Work:
    return Work.model_validate({"title": "t", "interval": "1 h", "shifts": list(kinds), **keys})


CLOCKS = st.integers(0, 23).map(lambda hour: f"{hour:02d}:00")
KINDS = st.fixed_dictionaries(
    {
        "lengths": st.integers(5, 24).map(lambda hours: f"{hours} h"),
        "starts": st.lists(CLOCKS, min_size=1, max_size=3),
        "days": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True),
        "breaks": st.sampled_from([[], [{"for": "30 min", "after": ["1 h", "3 h"]}], [{"for": "1 h", "after": "2 h"}]]),
    }
)


@given(st.lists(KINDS, min_size=1, max_size=2), st.data())
@settings(max_examples=60, deadline=None)
def test_persons_on_a_place_are_on_duty_in_all_its_minutes(kinds: list[dict[str, Any]], data: st.DataObject) -> None:
    named = [{"name": f"k{number}", **kind} for number, kind in enumerate(kinds)]
    week = Week(rules(*named, at_least=0), FLOOR, 3)
    persons = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(week.columns), max_size=len(week.columns))))
    minutes = on_duty(week.shifts(persons)).reshape(7, week.grid.size, -1)
    cells = cells_of(week, persons)
    assert (cells <= minutes.min(axis=2)).all()
    whole = all(pause["for"] != "30 min" for kind in kinds for pause in kind["breaks"])
    assert not whole or (cells == minutes.min(axis=2)).all()


@given(st.lists(KINDS, min_size=1, max_size=2), st.booleans(), st.lists(CLOCKS, min_size=2, max_size=2))
@settings(max_examples=60, deadline=None)
def test_a_shift_costs_what_its_minutes_cost(kinds: list[dict[str, Any]], paid: bool, night: list[str]) -> None:
    named = [{"name": f"k{number}", **kind} for number, kind in enumerate(kinds)]
    extra = [{"from": night[0], "to": night[1], "days": ["sat", "sun"], "add": "50 %"}]
    work = rules(*named, at_least=0, cost={"hour": 3, "shift": 2, "paid_breaks": paid, "extra": extra})
    week = Week(work, FLOOR, 3)
    begin, end = (int(clock[:2]) * 60 for clock in night)
    rate = np.full(7 * 1440, 3.0)
    for day in (5, 6):
        rate[(day * 1440 + begin + np.arange((end - begin - 1) % 1440 + 1)) % len(rate)] *= 1.5
    for place, column in enumerate(week.columns):
        [shift] = week.shifts(np.eye(len(week.columns), dtype=np.int64)[place])
        minutes = [
            ((WEEKDAYS.index(day) * 1440 + shift.from_ // MINUTE + np.arange(shift.length // MINUTE)) % len(rate))
            for day in shift.days
        ]
        unpaid = [pause for pause in shift.breaks if not paid]
        off = [
            (WEEKDAYS.index(day) * 1440 + shift.from_ // MINUTE + (pause.at - shift.from_) // MINUTE % 1440
             + np.arange(pause.for_ // MINUTE)) % len(rate)
            for day in shift.days for pause in unpaid
        ]  # fmt: skip
        wanted = sum(rate[each].sum() for each in minutes) - sum(rate[each].sum() for each in off)
        assert column.cost == pytest.approx(wanted / 60 + 2 * len(shift.days))
        assert cost_of([shift], work.cost) == pytest.approx(column.cost)


@pytest.mark.parametrize(
    "kinds, keys, told",
    [
        ([{**EIGHT, "starts": ["06:00", "14:00"]}], {}, "no shift that covers mon to sun 22:00-06:00"),
        ([{**EIGHT, "days": ["mon", "tue", "wed", "thu", "fri"]}], {}, "sat 06:00 to mon 06:00"),
        ([{**EIGHT, "breaks": [{"for": "1 h", "after": "3 h"}]}], {}, "09:00-10:00"),
        ([EIGHT], {"at_least": 3, "at_most": 2}, "at_least: 3"),
        ([{"name": "many", "lengths": "8 h", "starts": "every 1 min",
           "breaks": [{"for": "5 min", "after": ["1 h", "2 h"]}]}], {"interval": "1 min"}, "different shifts"),
    ],
)  # fmt: skip
def test_rules_under_which_nobody_can_be_there_are_refused_with_what_conflicts(
    kinds: list[dict[str, Any]], keys: dict[str, Any], told: str
) -> None:
    with pytest.raises(BadInput) as refused:
        week_of(rules(*kinds, **keys), FLOOR, 8, "rules.yaml")
    assert told in str(refused.value)
    assert "rules.yaml" in str(refused.value)


def test_a_night_without_a_shift_is_allowed_where_nobody_need_be_there() -> None:
    week = week_of(rules({**EIGHT, "starts": "06:00"}, at_least=0), FLOOR, 8)
    assert week.most.tolist() == [0] * 6 + [8] * 8 + [0] * 10


@pytest.mark.parametrize(
    "kinds, targets",
    [
        ([EIGHT], ("80 % of genuine within 15 s, every hour",)),
        ([EIGHT, {"name": "peak", "lengths": "4 h", "starts": "18:00"}], ("80 % of genuine within 15 s, every hour",)),
        ([EIGHT, {"name": "peak", "lengths": "6 h", "starts": "16:00"}],
         ("60 % of genuine within 15 s, every hour", "70 % of all within 30 s, every hour")),
    ],
)  # fmt: skip
def test_no_shifts_that_pass_on_the_same_calls_cost_less_than_those_found(
    tmp_path: Path, kinds: list[dict[str, Any]], targets: tuple[str, ...]
) -> None:
    most = 4 if len(kinds) == 1 else 3
    work = rules(*kinds, cost={"extra": [{"from": "22:00", "to": "06:00", "add": "30 %"}]})
    with floor_runs(experiment(tmp_path, *targets, genuine=120), 60, workers=1) as runs:
        scenario = runs.experiment.scenario
        week = week_of(work, scenario.floor, most)
        found = search(week, runs, confirm=False)

        def passes(persons: tuple[int, ...]) -> bool:
            floor = scenario.floor.model_copy(update={"shifts": week.shifts(np.array(persons))})
            looked = by_hour(scenario.targets, runs.counts(floor), error=split_of(ERROR).confirm, each=True)
            return all(verdict.met for verdict in looked)

        costs = [column.cost for column in week.columns]
        plans = sorted(product(range(most + 1), repeat=len(costs)), key=lambda plan: float(np.dot(costs, plan)))
        there = (plan for plan in plans if (levels_of(week, np.array(plan)) >= 1).all())
        least = next((float(np.dot(costs, plan)) for plan in there if passes(plan)), None)
        assert least is not None
        assert found.cost == pytest.approx(least)
