"""The list of numbers beside a scenario: read with it, every fault with its line, its content part of the model."""

from pathlib import Path

import pytest

from simulator.scenario.errors import BadInput
from simulator.scenario.floor import Blocklist
from simulator.scenario.load import load_scenario
from simulator.scenario.units import DAY, HOUR, NEVER

SCENARIO = """
title: Test town 112
start: 2024-01-01T06:30+07:00
length: 7 d
callers:
  residents: {intent: genuine, volume: 6 / d, talk: 120 s}
  children: {intent: prank, volume: 6 / d, talk: 20 s, numbers: {pool: 10, sims: 2}}
floor: {trunks: 4, blocklist: listed.csv}
"""


def listed(folder: Path, content: str | bytes, scenario: str = SCENARIO) -> Blocklist:
    (folder / "town.yaml").write_text(scenario)
    (folder / "listed.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_scenario(folder / "town.yaml").scenario.floor.blocklist


@pytest.mark.parametrize(
    "until, microseconds",
    [
        *(("", NEVER), ("forever", NEVER), ("30 d", 30 * DAY), ("90 s", 90_000_000), (" 7 h ", 7 * HOUR)),
        *(("2024-01-01T07:30+07:00", HOUR), ("2024-01-02T06:30+07:00", DAY), ("2024-01-01T08:30+08:00", HOUR)),
        *(("2024-01-01 06:30:00.000001+07:00", 1), ("2023-12-31T06:30+07:00", -DAY)),
    ],
)
def test_a_number_is_listed_for_ever_for_a_time_or_until_a_moment(
    tmp_path: Path, until: str, microseconds: int
) -> None:
    """A moment may lie in another time zone, and before the start: then the block is over."""
    assert listed(tmp_path, f"number,until\nchildren/3,{until}\n").listed == (("children/3", microseconds),)


@pytest.mark.parametrize(
    "content",
    [
        "number,until\nchildren/0,\nchildren/19,1 d\n",
        "\ufeffnumber,until\r\nchildren/0,forever\r\n\r\nchildren/19,1 d\r\n",
        ' number , until\n"children/0",\n ,\nchildren/19, 1 d',
    ],
)
def test_marks_line_ends_spaces_and_empty_lines_do_not_matter(tmp_path: Path, content: str) -> None:
    assert listed(tmp_path, content).listed == (("children/0", NEVER), ("children/19", DAY))


def test_a_list_may_be_empty(tmp_path: Path) -> None:
    assert listed(tmp_path, "number,until\n").listed == ()


def test_what_is_listed_is_part_of_the_models_content(tmp_path: Path) -> None:
    """So that a run under another list is another run."""
    one = listed(tmp_path, "number,until\nchildren/1,\n").model_dump(mode="json")
    two = listed(tmp_path, "number,until\nchildren/2,\n").model_dump(mode="json")
    assert one != two
    assert one["listed"] == [["children/1", NEVER]]


BAD: dict[str, tuple[str | bytes, list[tuple[int, str, str]]]] = {
    "an empty file": ("", [(1, "", "the header number,until")]),
    "another header": ("phone,until\nchildren/1,\n", [(1, "", "the header number,until")]),
    "no header": ("children/1,\n", [(1, "", "the header number,until")]),
    "a cell too few": ("number,until\nchildren/1\n", [(2, "", "two cells")]),
    "a cell too many": ("number,until\nchildren/1,,\n", [(2, "", "two cells")]),
    "no number": ("number,until\n,1 d\n", [(2, "number", "group/index")]),
    "no index": ("number,until\nchildren,1 d\n", [(2, "number", "group/index")]),
    "an index in words": ("number,until\nchildren/one,\n", [(2, "number", "group/index")]),
    "a negative index": ("number,until\nchildren/-1,\n", [(2, "number", "group/index")]),
    "an index that only Unicode calls a digit": ("number,until\nchildren/²,\n", [(2, "number", "group/index")]),
    "a telephone number": ("number,until\n0812345678,\n", [(2, "number", "group/index")]),
    "an index beyond the pool": ("number,until\nchildren/20,\n", [(2, "number", "children/0 to children/19")]),
    "a misspelt group": ("number,until\nchildrn/1,\n", [(2, "number", "did you mean children?")]),
    "a group without a pool": ("number,until\nresidents/1,\n", [(2, "number", "add numbers: {pool: 40} to residents")]),
    "a number twice": ("number,until\nchildren/1,\n\nchildren/1,1 d\n", [(4, "number", "which line 2 has already")]),
    "a time without its unit": ("number,until\nchildren/1,30\n", [(2, "until", "add the unit")]),
    "no time at all": ("number,until\nchildren/1,0 s\n", [(2, "until", "above zero")]),
    "a moment without its offset": ("number,until\nchildren/1,2024-01-09T00:00\n", [(2, "until", "a moment such as")]),
    "no such date": ("number,until\nchildren/1,2024-02-30T00:00+07:00\n", [(2, "until", "no such date")]),
    "several": (
        "number,until\nchildren/1,soon\nchildren/2,\nboys/1,\n",
        [(2, "until", "forever"), (4, "number", "one of the groups residents, children")],
    ),
    "a quote that is not closed": ('number,until\nchildren/1,\n"children/2,\n', [(3, "", "a CSV file")]),
    "Latin-1": (b"number,until\nchildren/1\xe9,\n", [(2, "", "text in UTF-8")]),
}


@pytest.mark.parametrize("name", BAD)
def test_every_fault_of_a_list_is_told_with_its_file_and_line(tmp_path: Path, name: str) -> None:
    content, expected = BAD[name]
    with pytest.raises(BadInput) as caught:
        listed(tmp_path, content)
    found = caught.value.faults
    assert {fault.file for fault in found} == {str(tmp_path / "listed.csv")}
    assert [(fault.line, fault.key) for fault in found] == [(line, key) for line, key, _ in expected]
    for fault, (_, _, words) in zip(found, expected, strict=True):
        assert words in str(fault)


def test_faults_of_the_scenario_and_of_its_list_are_told_together(tmp_path: Path) -> None:
    """About a group that is itself at fault nothing more is said."""
    faulty = SCENARIO.replace("pool: 10", "pool: ten").replace("trunks: 4", "trunks: four")
    with pytest.raises(BadInput) as caught:
        listed(tmp_path, "number,until\nchildren/77,\nchildren/1,soon\n", faulty)
    places = [(Path(fault.file).name, fault.line) for fault in caught.value.faults]
    assert places == [("listed.csv", 3), ("town.yaml", 7), ("town.yaml", 8)]
