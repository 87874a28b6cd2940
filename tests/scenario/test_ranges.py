"""Ranges of assumed values: stated in the mark, else by kind; what is left alone, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.report.check import check
from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_scenario
from simulator.scenario.ranges import Range
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.vary import Template

FILE = """
title: Ranges
start: 2024-01-01T00:00+07:00
length: 1 d
callers:
  people:
    intent: genuine
    volume: 6 / d
    by_hour: daytime
    talk: 90 s
    patience: 60 s
    numbers: {shared_with: {children: {share: 4 %, choose: by_number}}}
    misjudged: {as: {prank: 1 %, silent: 2 %}, correlation: 30 %}
    redial: {after: {busy: 60 %}, delay: 20 s, attempts: 3}
  children:
    intent: prank
    volume: 3 / d
    talk: {lognormal: {mean: 15 s, cv: 0.8}}
    numbers: {pool: 40, heavy_tail: {zipf: 1.9}}
floor:
  trunks: 4
  shifts: [{name: always, from: '00:00', to: '24:00', call_takers: 1, attendance: 95 %}]
policy:
  rules: [{on: prank, action: block, for: 1 d}]
targets: ["90 % of genuine within 15 s"]
"""


def marked(folder: Path, line: str, mark: str = "# assumed: a guess", text: str = FILE) -> Template:
    """The file with a mark behind a line, which must be there."""
    assert text.count(line) == 1, line
    path = folder / "s.yaml"
    path.write_text(text.replace(line, f"{line}  {mark}"), encoding="utf-8")
    return Template.of(load_scenario(path))


def ends(template: Template) -> dict[str, tuple[str, ...]]:
    found, _ = template.ranges()
    return {each.key: each.options or (each.low, each.high) for each in found}


BY_KIND: list[tuple[str, dict[str, tuple[str, ...]]]] = [
    ("volume: 6 / d", {"callers.people.volume": ("3 / d", "12 / d")}),
    ("talk: 90 s", {"callers.people.talk": ("45 s", "180 s")}),
    ("{lognormal: {mean: 15 s, cv: 0.8}}", {"callers.children.talk.lognormal.mean": ("7.5 s", "30 s")}),
    ("trunks: 4", {"floor.trunks": ("2", "8")}),
    (
        "numbers: {pool: 40, heavy_tail: {zipf: 1.9}}",
        {
            "callers.children.numbers.pool": ("20", "80"),
            "callers.children.numbers.heavy_tail.zipf": ("0.95", "3.8"),
        },
    ),
    (
        "numbers: {shared_with: {children: {share: 4 %, choose: by_number}}}",
        {
            "callers.people.numbers.shared_with.children.share": ("2 %", "8 %"),
            "callers.people.numbers.shared_with.children.choose": ("by_call", "by_number"),
        },
    ),
    (
        "misjudged: {as: {prank: 1 %, silent: 2 %}, correlation: 30 %}",
        {"callers.people.misjudged.as.prank": ("0.5 %", "2 %"), "callers.people.misjudged.as.silent": ("1 %", "4 %")},
    ),
    (
        "redial: {after: {busy: 60 %}, delay: 20 s, attempts: 3}",
        {
            "callers.people.redial.after.busy": ("30 %", "100 %"),
            "callers.people.redial.delay": ("10 s", "40 s"),
            "callers.people.redial.attempts": ("1", "6"),
        },
    ),
    (
        "call_takers: 1, attendance: 95 %}]",
        {"floor.shifts[1].call_takers": ("1", "2"), "floor.shifts[1].attendance": ("47.5 %", "100 %")},
    ),
]


@pytest.mark.parametrize("line, expected", BY_KIND, ids=[line for line, _ in BY_KIND])
def test_by_kind_from_half_to_double_shares_to_100_percent_counts_whole(
    line: str, expected: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    assert ends(marked(tmp_path, line)) == expected


STATED = [
    ("volume: 6 / d", "1 / d to 1 / h", "callers.people.volume", ("1 / d", "24 / d")),
    ("talk: 90 s", "1 min to 5 min", "callers.people.talk", ("60 s", "300 s")),
    ("trunks: 4", "4 to 6", "floor.trunks", ("4", "6")),
    ("{lognormal: {mean: 15 s, cv: 0.8}}", "10 s to 1 min", "callers.children.talk.lognormal.mean", ("10 s", "60 s")),
    ("{lognormal: {mean: 15 s, cv: 0.8}}", "0.5 to 1.5", "callers.children.talk.lognormal.cv", ("0.5", "1.5")),
    (
        "numbers: {shared_with: {children: {share: 4 %, choose: by_number}}}",
        "0 % to 20 %",
        "callers.people.numbers.shared_with.children.share",
        ("0 %", "20 %"),
    ),
]


@pytest.mark.parametrize("line, range_, key, expected", STATED)
def test_a_range_that_the_mark_states_goes_to_the_value_of_its_unit(
    line: str, range_: str, key: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    template = marked(tmp_path, line, f"# assumed {range_}: a guess")
    found = {each.key: each for each in template.ranges()[0]}
    assert (found[key].low, found[key].high) == expected
    assert found[key].stated
    assert not any(each.stated for name, each in found.items() if name != key)
    (assumption,) = template.loaded.assumptions
    assert (assumption.range, assumption.reason) == (range_, "a guess")
    assert template.loaded.warnings == marked(tmp_path, line).loaded.warnings


def test_what_shapes_a_distribution_is_varied_where_it_is_all_that_is_marked(tmp_path: Path) -> None:
    text = FILE.replace("{lognormal: {mean: 15 s, cv: 0.8}}", "\n      lognormal:\n        mean: 15 s\n        cv: 0.8")
    assert ends(marked(tmp_path, "cv: 0.8", text=text)) == {"callers.children.talk.lognormal.cv": ("0.4", "1.6")}


def test_a_value_with_a_mark_of_its_own_goes_by_that(tmp_path: Path) -> None:
    text = FILE.replace(
        "numbers: {pool: 40, heavy_tail: {zipf: 1.9}}",
        "numbers:  # assumed: a guess\n      pool: 40  # assumed 30 to 50: counted once\n      heavy_tail: {zipf: 1.9}",
    )
    found = ends(marked(tmp_path, "trunks: 4", text=text))
    assert found["callers.children.numbers.pool"] == ("30", "50")
    assert found["callers.children.numbers.heavy_tail.zipf"] == ("0.95", "3.8")


LEFT = [
    ("by_hour: daytime", "callers.people.by_hour", "a shape"),
    ("title: Ranges", "title", "no value of the callers or the floor"),
    ("rules: [{on: prank, action: block, for: 1 d}]", "policy.rules", "siaga tune"),
    ("intent: genuine", "callers.people.intent", "no quantity"),
]


@pytest.mark.parametrize("line, key, why", LEFT)
def test_what_is_left_alone_is_said_with_why(line: str, key: str, why: str, tmp_path: Path) -> None:
    found, left = marked(tmp_path, line).ranges()
    assert not found
    assert [each.key for each in left] == [key]
    assert why in left[0].why


def test_nothing_is_the_double_of_none(tmp_path: Path) -> None:
    _, left = marked(tmp_path, "share: 0 %", text=_lines("share: 0 %")).ranges()
    assert "state a range" in left[0].why
    assert ends(marked(tmp_path, "share: 0 %", "# assumed 0 % to 5 %: a guess", text=_lines("share: 0 %")))


def _lines(share: str) -> str:
    """The file with the share on a line of its own."""
    return FILE.replace(
        "numbers: {shared_with: {children: {share: 4 %, choose: by_number}}}",
        f"numbers:\n      shared_with:\n        children:\n          {share}\n          choose: by_number",
    )


def test_shares_that_add_up_to_100_percent_at_most_still_do_at_their_high_ends(tmp_path: Path) -> None:
    """30 % and 40 % would be 140 % at double: of the 30 % that are left each takes its part."""
    text = FILE.replace("{prank: 1 %, silent: 2 %}", "{prank: 30 %, silent: 40 %}")
    found = ends(marked(tmp_path, "misjudged: {as: {prank: 30 %, silent: 40 %}, correlation: 30 %}", text=text))
    assert found["callers.people.misjudged.as.prank"] == ("15 %", "42.8571 %")
    assert found["callers.people.misjudged.as.silent"] == ("20 %", "57.1429 %")


REFUSED: list[tuple[str, str, str]] = [
    ("trunks: 4", "6 to 2", "a low end below the high end"),
    ("trunks: 4", "4 to 4", "a low end below the high end"),
    ("trunks: 4", "5 to 8", "a range that holds the value, 4"),
    ("trunks: 4", "2 % to 8 %", "a range in the unit of the value"),
    ("trunks: 4", "2 to 8.5", "whole numbers"),
    ("trunks: 4", "2", "a range such as"),
    ("trunks: 4", "2 to many", "a range such as"),
    ("trunks: 4", "2 to 8 s", "ends of one kind"),
    ("volume: 6 / d", "3 to 9", "a range in the unit of the value"),
    ("talk: 90 s", "2 min to 5 min", "a range that holds the value, 90 s"),
    ("by_hour: daytime", "1 to 2", "a quantity"),
    ("misjudged: {as: {prank: 1 %, silent: 2 %}, correlation: 30 %}", "0 % to 5 %", "a range that fits one value"),
    ("numbers: {shared_with: {children: {share: 4 %, choose: by_number}}}", "0 % to 120 %", "at most 100 %"),
]


@pytest.mark.parametrize("line, range_, wanted", REFUSED)
def test_a_range_that_can_not_be_is_refused_in_plain_words(line: str, range_: str, wanted: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        marked(tmp_path, line, f"# assumed {range_}: a guess")
    (fault,) = caught.value.faults
    assert wanted in fault.wanted
    assert range_ in fault.given
    assert FILE.splitlines()[fault.line - 1].strip().startswith(line)


def test_check_shows_the_range(tmp_path: Path) -> None:
    marked(tmp_path, "trunks: 4", "# assumed 2 to 6: nobody said")
    report, code = check(tmp_path / "s.yaml")
    assert code == 0
    assert "floor.trunks = 4 (2 to 6): nobody said" in report
    assert "1 value marked as assumed" in report


@pytest.mark.parametrize("path", sorted(shipped_scenarios().glob("*.yaml")), ids=lambda path: path.stem)
def test_just_those_numbers_go_by_whole_ones_that_the_file_may_not_have_a_half_of(path: Path) -> None:
    template = Template.of(load_scenario(path))
    found = [each for each in template.ranges()[0] if each.value.replace(".", "").isdecimal()]
    assert {each.whole for each in found} == {True, False}
    for each in found:
        if each.whole:
            with pytest.raises(BadInput, match="a whole number"):
                template.scenario({each.key: f"{each.value}.5"})
        else:
            template.scenario({each.key: "1.5"})


SOME: list[dict[str, Any]] = [
    {"value": "4 %", "low": "2 %", "high": "8 %", "factor": True},
    {"value": "4 %", "low": "0 %", "high": "20 %"},
    {"value": "3.15 / d", "low": "1.575 / d", "high": "6.3 / d", "factor": True},
    {"value": "165 s", "low": "82.5 s", "high": "330 s", "factor": True},
    {"value": "6", "low": "3", "high": "12", "factor": True, "whole": True},
    {"value": "2", "low": "2", "high": "4", "whole": True},
]


@pytest.mark.parametrize("made", SOME)
@given(place=st.floats(0, 1))
def test_a_place_leads_to_a_value_of_the_range_and_back(made: dict[str, Any], place: float) -> None:
    range_ = Range("key", **made)
    text = range_.at(place)
    assert range_.size(range_.low) <= range_.size(text) <= range_.size(range_.high)
    if range_.whole:
        assert text.isdecimal()
        assert range_.at(range_.place(text)) == text
    else:
        assert range_.place(text) == pytest.approx(place, abs=1e-3)


@pytest.mark.parametrize("made", SOME)
def test_the_ends_and_the_value_of_the_file_are_met_exactly(made: dict[str, Any]) -> None:
    range_ = Range("key", **made)
    assert (range_.at(0), range_.at(1)) == (range_.low, range_.high)
    assert range_.at(range_.place(range_.value)) == range_.value


def test_every_whole_number_of_a_stated_range_is_met_as_often() -> None:
    found = [Range("key", "2", "2", "5", whole=True, stated=True).at((k + 0.5) / 400) for k in range(400)]
    assert {text: found.count(text) for text in set(found)} == {"2": 100, "3": 100, "4": 100, "5": 100}


def test_both_ways_of_a_choice_are_met_as_often() -> None:
    choice = Range("key", "by_number", "by_call", "by_number", options=("by_call", "by_number"))
    found = [choice.at((k + 0.5) / 10) for k in range(10)]
    assert (found.count("by_call"), found.count("by_number")) == (5, 5)
