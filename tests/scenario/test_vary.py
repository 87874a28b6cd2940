"""A scenario with values replaced is the scenario of an edited file."""

from pathlib import Path

import pytest

from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.vary import Template

BONTANG = shipped_scenarios() / "bontang.yaml"
EDITS = [
    ({"callers.residents.volume": "7.5 / d"}, [("volume: 6 / d", "volume: 7.5 / d")]),
    ({"callers.residents.talk.lognormal.mean": "3 min"}, [("mean: 120 s", "mean: 3 min")]),
    ({"callers.residents.numbers.shared_with.children.share": "0 %"}, [("share: 4 %", "share: 0 %")]),
    ({"floor.shifts[3].call_takers": "4"}, [("to: '07:00', call_takers: 1", "to: '07:00', call_takers: 4")]),
    ({"policy": "none"}, [("policy: bontang-24h\ntargets", "policy: none\ntargets")]),
    (
        {"callers.residents.numbers.shared_with.children.choose": "by_call", "floor.trunks": "1"},
        [("choose: by_number", "choose: by_call"), ("trunks: 4 ", "trunks: 1 ")],
    ),
]


@pytest.mark.parametrize("changes, edits", EDITS, ids=[", ".join(changes) for changes, _ in EDITS])
def test_replaced_values_make_the_scenario_of_the_edited_file(
    changes: dict[str, str], edits: list[tuple[str, str]], tmp_path: Path
) -> None:
    text = BONTANG.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (tmp_path / "bontang.yaml").write_text(text, encoding="utf-8")
    loaded = load_scenario(BONTANG)
    found = Template.of(loaded).scenario(changes)
    assert found == load_scenario(tmp_path / "bontang.yaml").scenario
    assert found != loaded.scenario


@pytest.mark.parametrize("path", sorted(shipped_scenarios().glob("*.yaml")), ids=lambda path: path.stem)
def test_every_end_of_every_range_of_a_shipped_scenario_can_be_put_into_it(path: Path) -> None:
    loaded = load_scenario(path)
    template = Template.of(loaded)
    ranges, _ = template.ranges()
    assert ranges
    for each in ranges:
        for text in {each.low, each.high} - {each.value}:
            assert template.scenario({each.key: text}) != loaded.scenario
    assert template.scenario({}) == loaded.scenario


def test_a_value_that_can_not_be_is_refused_where_it_stands() -> None:
    with pytest.raises(BadInput) as caught:
        Template.of(load_scenario(BONTANG)).scenario({"floor.trunks": "0"})
    (fault,) = caught.value.faults
    assert (fault.key, fault.given) == ("floor.trunks", "'0'")
    assert "trunks" in BONTANG.read_text(encoding="utf-8").splitlines()[fault.line - 1]


def test_a_path_at_which_nothing_stands_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"no text at floor\.lines"):
        Template.of(load_scenario(BONTANG)).scenario({"floor.lines": "2"})


def test_listed_numbers_are_read_again(tmp_path: Path) -> None:
    """A pool that shrinks below a number on the list is refused; one that grows is not."""
    text = BONTANG.read_text(encoding="utf-8").replace("floor:\n", "floor:\n  blocklist: list.csv\n")
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "list.csv").write_text("number,until\nchildren/30,forever\n", encoding="utf-8")
    template = Template.of(load_scenario(tmp_path / "s.yaml"))
    with pytest.raises(BadInput, match="children/30"):
        template.scenario({"callers.children.numbers.pool": "20"})
    made: Scenario = template.scenario({"callers.children.numbers.pool": "80"})
    assert [number for number, _ in made.floor.blocklist.listed] == ["children/30"]
