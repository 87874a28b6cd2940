"""Shifts with dates: what a file may say, what is warned of, and who is rostered on which day."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scenario.errors import BadInput
from simulator.scenario.floor import WEEKDAYS, Shift
from simulator.scenario.load import Loaded, load_scenario
from simulator.scenario.rewrite import lengthened, with_floor
from simulator.scenario.units import MINUTE
from simulator.scenario.week import on_dates, overlap
from tests.planning.lines import LINE

SHIFTS = """  shifts:
    - {name: launch, from: '00:00', to: '24:00', call_takers: 3, until: 2026-03-02}
    - {name: later, from: '00:00', to: '24:00', call_takers: 1, since: 2026-03-03}
targets:"""


def written(folder: Path, *change: str) -> Path:
    text = LINE.format(genuine=250, prank=300, attendance="100 %")
    text = text[: text.index("  shifts:")] + SHIFTS + text[text.index("targets:") + len("targets:") :]
    for before, after in zip(change[::2], change[1::2], strict=True):
        assert before in text
        text = text.replace(before, after)
    path = folder / "line.yaml"
    path.write_text(text)
    return path


def loaded(folder: Path, *change: str) -> Loaded:
    return load_scenario(written(folder, *change))


def test_shifts_that_follow_each_other_by_date_do_not_overlap(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    assert found.warnings == ()
    assert on_dates(found.scenario).tolist() == [3] * 1440 + [1] * 1440


def test_shifts_that_share_a_date_overlap(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="later, which overlaps shift launch"):
        loaded(tmp_path, "since: 2026-03-03", "since: 2026-03-02")


TWO = """  shifts:
    - {{name: one, from: '{}', to: '{}', call_takers: 1, {}}}
    - {{name: two, from: '{}', to: '{}', call_takers: 1, {}}}
targets:"""
ALL, NIGHT, MORNING = ("00:00", "24:00"), ("22:00", "06:00"), ("05:00", "13:00")
OVERLAPS = [
    # Monday is 2 March 2026; of the dates that both have, Tuesday and Wednesday, neither is a Monday
    (ALL, "until: 2026-03-04", ALL, "since: 2026-03-03, days: mon", ""),
    (ALL, "until: 2026-03-09", ALL, "since: 2026-03-03, days: mon", "mon 00:00-24:00"),
    (ALL, "until: 2026-03-02", ALL, "since: 2026-03-03", ""),
    (ALL, "until: 2026-03-03", ALL, "since: 2026-03-03", "tue 00:00-24:00"),
    (ALL, "days: [mon, tue]", ALL, "days: [wed, thu]", ""),
    (NIGHT, "until: 2026-03-03", MORNING, "since: 2026-03-03", "tue, wed 05:00-06:00"),
    (NIGHT, "until: 2026-03-02", MORNING, "since: 2026-03-03", ""),
    (NIGHT, "days: mon", MORNING, "days: tue, until: 2026-03-03", "tue 05:00-06:00"),
    (NIGHT, "since: 2026-03-03, days: mon", MORNING, "days: tue, until: 2026-03-03", ""),
    (MORNING, "days: tue, until: 2026-03-10", NIGHT, "since: 2026-03-03, days: mon", "tue 05:00-06:00"),
    (NIGHT, "days: sun", MORNING, "days: mon", "mon 05:00-06:00"),
    (NIGHT, "days: mon", NIGHT, "days: tue", ""),
    (ALL, "days: mon, until: 2026-03-02", NIGHT, "days: mon, since: 2026-03-02", "mon 22:00-24:00"),
]


@pytest.mark.parametrize("one, dates, two, others, told", OVERLAPS)
def test_dated_shifts_overlap_on_dates_that_both_have(
    tmp_path: Path, one: tuple[str, str], dates: str, two: tuple[str, str], others: str, told: str
) -> None:
    shifts = TWO.format(*one, dates, *two, others)
    if not told:
        assert len(loaded(tmp_path, SHIFTS, shifts).scenario.floor.shifts) == 2
        return
    with pytest.raises(BadInput) as refused:
        loaded(tmp_path, SHIFTS, shifts)
    assert f"shift two, which overlaps shift one: {told};" in str(refused.value)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_two_shifts_overlap_where_both_are_on_duty(data: st.DataObject) -> None:
    """Told by the minutes of the dates of a few weeks, the week's minutes gathered."""
    first = date(2026, 3, 2)

    def shift(name: str) -> Shift:
        hours = st.integers(0, 23)
        dates = sorted(data.draw(st.lists(st.integers(-3, 17), min_size=2, max_size=2)))
        known = {"name": name, "from": f"{data.draw(hours):02d}:00", "to": f"{data.draw(hours):02d}:00"}
        days = data.draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))
        limits = {key: first + timedelta(days=n) for key, n in zip(("since", "until"), dates, strict=True)}
        limits = {key: value for key, value in limits.items() if data.draw(st.booleans())}
        return Shift.model_validate({**known, "call_takers": "1", "days": days, **limits})

    def on(each: Shift) -> np.ndarray:
        minutes = np.zeros((57, 1440), dtype=bool)
        for day in range(56):
            at = first + timedelta(days=day - 21)  # a whole week before any date, so that nights of Sundays count
            if (each.since or at) <= at <= (each.until or at) and WEEKDAYS[at.weekday()] in each.days:
                begin = day * 1440 + each.from_ // MINUTE
                minutes.reshape(-1)[begin : begin + each.length // MINUTE] = True
        return minutes

    one, two = shift("one"), shift("two")
    both = (on(one) & on(two))[:56].reshape(8, -1).any(axis=0)
    if both.any() or overlap(one, two).any():
        assert np.array_equal(overlap(one, two), both)


def test_a_time_without_anybody_is_warned_of_by_date(tmp_path: Path) -> None:
    [said] = loaded(
        tmp_path, "from: '00:00', to: '24:00', call_takers: 1", "from: '06:00', to: '24:00', call_takers: 1"
    ).warnings
    assert said == "nobody is on duty 2026-03-03 00:00 to 2026-03-03 06:00"


def test_a_shift_that_is_never_worked_is_warned_of(tmp_path: Path) -> None:
    said = loaded(tmp_path, "since: 2026-03-03", "since: 2026-04-01").warnings
    assert said == (
        "nobody is on duty 2026-03-03 00:00 to 2026-03-04 00:00",
        "shift later is on none of the scenario's days",
    )


@pytest.mark.parametrize("given", ["2026-02-30", "2026-3-3", "tomorrow", "20260303", "'03:00'"])
def test_what_is_no_date_is_refused_with_its_place(tmp_path: Path, given: str) -> None:
    with pytest.raises(BadInput) as refused:
        loaded(tmp_path, "since: 2026-03-03", f"since: {given}")
    assert "wanted a date, such as 2025-06-19" in str(refused.value)
    assert refused.value.faults[0].key == "floor.shifts[2].since"


def test_a_shift_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="since 2026-03-03, until 2026-03-01"):
        loaded(tmp_path, "since: 2026-03-03", "since: 2026-03-03, until: 2026-03-01")


def test_breaks_of_a_dated_shift_are_off_duty_on_its_days(tmp_path: Path) -> None:
    pause = "breaks: [{at: '12:00', for: 1 h, in_turn: no}], "
    persons = on_dates(loaded(tmp_path, "until: 2026-03-02", pause + "until: 2026-03-02").scenario)
    assert np.flatnonzero(persons == 0).tolist() == list(range(720, 780))


def test_dates_survive_being_written_anew(tmp_path: Path) -> None:
    path = written(tmp_path)
    shifts = load_scenario(path).scenario.floor.shifts
    path.write_text(with_floor(path.read_text(), shifts))
    assert load_scenario(path).scenario.floor.shifts == shifts


def test_a_lengthened_scenario_keeps_all_but_its_length_and_what_was_reported(tmp_path: Path) -> None:
    path = Path("scenarios/kendari.yaml")
    before, text = load_scenario(path).scenario, lengthened(path.read_text(encoding="utf-8"), 28)
    (tmp_path / "longer.yaml").write_text(text)
    after = load_scenario(tmp_path / "longer.yaml").scenario
    assert after.reported == ()
    assert after.model_copy(update={"length": before.length, "reported": before.reported}) == before
    assert yaml.safe_load(text)["length"] == "28 d"
