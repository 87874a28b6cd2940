"""Numbers listed at the start are the right numbers of Calls, and are blocked until their time."""

from pathlib import Path
from typing import Any

import pytest

from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.engines.simulate import simulate
from simulator.scenario.floor import Blocklist
from simulator.scenario.load import load_scenario
from simulator.scenario.model import Scenario
from simulator.scenario.units import DAY, NEVER
from simulator.tables.outcomes import Ending
from tests.demand.made import GENUINE, PRANK, differing, of_group, scenario

CALLERS: dict[str, Any] = {
    "residents": GENUINE,
    "boys": {**PRANK, "numbers": {"pool": "7"}},
    "children": {**PRANK, "numbers": {"pool": "4", "sims": "2"}},
}


def with_list(*listed: tuple[str, int]) -> Scenario:
    made = scenario(CALLERS, floor={"shifts": [{"name": "a", "from": "00:00", "to": "24:00", "call_takers": "9"}]})
    floor = made.floor.model_copy(update={"blocklist": Blocklist(file="l.csv", listed=listed)})
    return made.model_copy(update={"floor": floor})


def test_a_listed_number_is_counted_within_its_group_whatever_stands_before_it() -> None:
    calls = draw_calls(with_list(("children/3", 5 * DAY), ("boys/0", NEVER), ("children/0", DAY)), 1)
    boys, children = calls.first_number[1], calls.first_number[2]
    assert calls.listed.tolist() == [children + 3, boys, children]
    assert calls.listed_until.tolist() == [5 * DAY, NEVER, DAY]


def test_a_list_moves_no_draw() -> None:
    one, two = draw_calls(with_list(), 1), draw_calls(with_list(("boys/1", NEVER)), 1)
    for name in CALLERS:
        assert differing(of_group(one, name), of_group(two, name)) == []
    assert len(one.listed) == 0


def test_a_listed_number_is_blocked_until_its_time_and_no_other_is() -> None:
    made = with_list(("boys/2", 3 * DAY), ("children/4", NEVER))
    calls, staffing = draw_calls(made, 1), draw_staffing(made, 1)
    outcomes = simulate(calls, staffing, made.floor)
    boy, child = calls.first_number[1] + 2, calls.first_number[2] + 4
    wanted = ((outcomes.number == boy) & (outcomes.arrival < 3 * DAY)) | (outcomes.number == child)
    assert ((outcomes.ending == Ending.BLOCKED) == wanted).all()
    assert (outcomes.number[wanted] == boy).any()
    assert (outcomes.number[wanted] == child).any()
    assert ((outcomes.number == boy) & (outcomes.ending == Ending.ANSWERED)).any()


@pytest.mark.parametrize("number", ["boys/7", "girls/0", "children/8"])
def test_a_number_that_nobody_owns_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="no number of the scenario"):
        draw_calls(with_list((number, NEVER)), 1)


def test_a_loaded_list_needs_its_file_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file stands beside the scenario, not where the command is given; it may be gone when calls are drawn."""
    folder, elsewhere = tmp_path / "scenarios", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    text = """
title: t
start: 2024-01-01T00:00+07:00
length: 1 d
callers: {children: {intent: prank, volume: 6 / d, talk: 20 s, numbers: {pool: 10}}}
floor: {trunks: 4, blocklist: listed.csv}
"""
    (folder / "s.yaml").write_text(text)
    (folder / "listed.csv").write_text("number,until\nchildren/3,2 d\n")
    monkeypatch.chdir(elsewhere)
    made = load_scenario(folder / "s.yaml").scenario
    (folder / "listed.csv").unlink()
    calls = draw_calls(made, 1)
    assert (calls.listed.tolist(), calls.listed_until.tolist()) == ([3], [2 * DAY])
