"""Where figures hold for a stretch alone, the same is simulated with the list of an older service."""

from pathlib import Path
from typing import Any

import pytest

from simulator.questions.compare.comparison import Comparison, Pair
from simulator.questions.compare.older_list import designs_with_past, replications_of, reversals, why_unsteady
from simulator.scenario.policy import Policy
from simulator.scenario.units import DAY, HOUR, NEVER
from simulator.study.effects import PAST, memory_of
from tests.questions.compare.test_compare import compared
from tests.questions.compare.test_compare import designs as asked_for
from tests.questions.compare.test_comparison import Bounds, design, estimate
from tests.report.test_compare import page
from tests.study.towns import TOWN

BLOCK: dict[str, Any] = {"on": ["prank"], "action": "block"}
MEMORIES = [
    ("one strike, a day", [{**BLOCK, "for": "1 d"}], DAY),
    ("one strike needs no window", [{**BLOCK, "for": "1 d", "within": "30 d"}], DAY),
    ("two strikes within a week", [{**BLOCK, "strikes": "2", "within": "7 d", "for": "1 d"}], 8 * DAY),
    ("two strikes at any time", [{**BLOCK, "strikes": "2", "for": "1 d"}], NEVER),
    ("a ladder remembers as long as its last step", [{**BLOCK, "for": ["1 d", "30 d"]}], 30 * DAY),
    ("for ever", [{**BLOCK, "for": "forever"}], NEVER),
    ("the longest of the rules", [{**BLOCK, "for": "1 h"}, {**BLOCK, "for": "6 h"}], 6 * HOUR),
    ("calls in a window", [{"calls": {"more_than": "2", "within": "1 d"}, "action": "block", "for": "8 h"}], 32 * HOUR),
    ("no rule", [], 0),
]


@pytest.mark.parametrize("_, rules, memory", MEMORIES, ids=[case[0] for case in MEMORIES])
def test_a_policy_remembers_its_longest_action_and_the_window_of_its_strikes(
    _: str, rules: list[dict[str, Any]], memory: int
) -> None:
    assert memory_of(Policy.model_validate({"rules": rules})) == memory


SURGE = "    surges: [{after: 1 d, for: 1 h, times: 3}]\n"
RULE = "{on: prank, strikes: 2, within: 1 d, action: block, for: 6 h}"
STRETCHES = [
    ("ten days are five times what one strike and 6 h need", "{on: prank, action: block, for: 6 h}", "10 d", "", True),
    ("five times two days", "{on: prank, action: block, for: 2 d}", "10 d", "", True),
    ("an hour less", "{on: prank, action: block, for: 2 d}", "239 h", "", False),
    ("for ever", "{on: prank, action: block, for: forever}", "365 d", "", False),
    ("novelty", "{on: prank, action: block, for: 6 h}", "10 d", "    novelty: {half_life: 3 d}\n", False),
    (
        "a surge",
        "{on: prank, action: block, for: 6 h}",
        "10 d",
        "    surges: [{after: 1 d, for: 1 h, times: 3}]\n",
        False,
    ),
]


@pytest.mark.parametrize("_, rule, length, more, steady", STRETCHES, ids=[case[0] for case in STRETCHES])
def test_figures_are_steady_where_the_stretch_is_long_beside_the_memory_and_the_rate_does_not_change(
    tmp_path: Path, _: str, rule: str, length: str, more: str, steady: bool
) -> None:
    text = TOWN.replace(RULE, rule).replace("length: 2 d", f"length: {length}")
    text = text.replace("    intent: prank\n", "    intent: prank\n" + more)
    designs = asked_for(tmp_path, None, text=text)
    assert (not why_unsteady(designs)) is steady
    older = designs_with_past(designs)
    assert [each.policy for each in older] == ([] if steady else ["none", "scenario"])
    assert all(each.experiment.scenario.floor.blocklist.warmed == PAST for each in older)


@pytest.mark.parametrize("blocklist", ["warmed 30 d", "list.csv"])
def test_a_scenario_with_a_list_of_its_own_at_the_start_is_given_no_other(tmp_path: Path, blocklist: str) -> None:
    (tmp_path / "list.csv").write_text("number,until\nchildren/1,forever\n")
    text = TOWN.replace("  trunks: 2\n", f"  trunks: 2\n  blocklist: {blocklist}\n")
    designs = asked_for(tmp_path, "none,strict", text=text)
    assert why_unsteady(designs)
    assert designs_with_past(designs) == []


def test_a_past_costs_no_more_replications_than_were_asked_for(tmp_path: Path) -> None:
    designs = asked_for(tmp_path, "none,strict")
    older = designs_with_past(designs)
    assert replications_of(designs, older, 3) == 3
    # 182 days of 140 calls and two designs are 50,960 calls
    assert replications_of(designs, older, 1000) == 98


def known(*bounds: Bounds) -> Comparison:
    pairs = zip((("none", "a"), ("none", "b"), ("a", "b")), bounds, strict=True)
    found = (Pair(design(one), design(other), "change_never", estimate(each)) for (one, other), each in pairs)
    return Comparison((), tuple(found), 1, 3)


UP, DOWN, UNSURE = (1.0, 0.5, 1.5), (-1.0, -1.5, -0.5), (1.0, -0.5, 2.5)
TURNS = [
    ("one pair changes places", (DOWN, DOWN, DOWN), (DOWN, DOWN, UP), [("a", "b")]),
    ("the other way round", (DOWN, DOWN, UP), (DOWN, DOWN, DOWN), [("b", "a")]),
    ("the order is the same", (DOWN, DOWN, UP), (DOWN, DOWN, UP), []),
    ("what cannot be told apart does not turn", (DOWN, DOWN, UNSURE), (DOWN, DOWN, DOWN), []),
    ("nor does what then cannot be", (DOWN, DOWN, DOWN), (DOWN, DOWN, UNSURE), []),
    ("a rule comes to be worth having", (DOWN, DOWN, DOWN), (UP, DOWN, DOWN), [("none", "a")]),
]


@pytest.mark.parametrize("_, now, then, wanted", TURNS, ids=[case[0] for case in TURNS])
def test_the_order_turns_over_where_either_order_is_sure(
    _: str, now: tuple[Bounds, ...], then: tuple[Bounds, ...], wanted: list[tuple[str, str]]
) -> None:
    found = reversals(known(*now), known(*then))
    assert [(one.policy, other.policy) for one, other in found] == wanted


TURNING = TOWN.replace("volume: 80 / d", "volume: 40 / d").replace("pool: 10,", "pool: 60,")
DAILY = "title: a day\nrules:\n  - {on: prank, action: block, for: 1 d}\n"
FOR_GOOD = "title: for good\nrules:\n  - {on: prank, strikes: 4, action: block, for: forever}\n"


def test_a_rule_for_good_is_the_milder_one_at_first_and_the_harsher_one_in_the_end(tmp_path: Path) -> None:
    """In 2 days few of 60 phones have rung four times; in half a year all have."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "daily.yaml").write_text(DAILY)
    (tmp_path / "policies" / "for-good.yaml").write_text(FOR_GOOD)
    done = compared(tmp_path, "none,daily,for-good", text=TURNING, replications=60)
    assert done.older is not None
    assert [(one.policy, other.policy) for one, other in done.older.turned] == [("for-good", "daily")]
    text = " ".join(page(done).split())
    assert "after 180 days daily comes before for-good" in text
    assert "people in 2 days" in text
    assert "a year" not in text
    assert done.document()["warmed"]["turned_over"] == [
        [{"policy": "for-good", "call_takers": None}, {"policy": "daily", "call_takers": None}]
    ]


def test_the_conclusion_says_that_a_rule_that_does_nothing_at_first_does_harm_in_the_end(tmp_path: Path) -> None:
    """80 calls of 60 phones in 2 days: none rings 50 times; in half a year each rings 120 times."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "slow.yaml").write_text(FOR_GOOD.replace("strikes: 4", "strikes: 50"))
    text = " ".join(page(compared(tmp_path, "none,slow", text=TURNING, replications=20)).split())
    assert (
        "No rule was shown to help: slow changed nothing in any replication. After 180 days, when the list has " in text
    )
    assert "has filled up, slow shuts out more genuine callers than it saves." in text
    assert "may tell" not in text


def test_where_figures_are_steady_they_are_told_a_year(tmp_path: Path) -> None:
    text = TOWN.replace("length: 2 d", "length: 10 d").replace("strikes: 2, within: 1 d, ", "")
    done = compared(tmp_path, None, text=text)
    assert done.unsteady == ()
    assert done.document()["warmed"] is None
    assert "people a year" in page(done)
