"""The log of a live run: whatever is cut off, doubled or out of order, what it says is what happened."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.tables.outcomes import Ending, Outcomes
from simulator.tables.row_log import BEGUN, ENDED, FREED, folded, line

ENDING = {"call": 3, "attempt": 1, "action": 0, "rule": -1, "ending": 0, "dismissed": 1, "queued": 12, "answered": 15}
ENDING |= {
    "talk_end": 40,
    "call_taker": 2,
    "verdict": 2,
    "left": 40,
    "acknowledged": 13,
    "trouble": 0,
    "status": 201,
    "kept": 1,
}
BEGIN = {"call": 3, "attempt": 1, "cause": 0, "number": 8, "arrival": 10, "sent": 11}
FREE = {"call": 3, "attempt": 1, "free": 55}
LINES = [
    line("B", (BEGIN[name] for name in BEGUN)),
    line("E", (ENDING[name] for name in ENDED)),
    line("F", (FREE[name] for name in FREED)),
]


def test_an_attempt_is_what_its_lines_say() -> None:
    outcomes, exchanges = folded(LINES)
    said = {**BEGIN, **ENDING, **FREE, "why": 0, "handovers": 0, "waited_over": 0}
    for table in (outcomes, exchanges):
        assert all(column.tolist() == [said[name]] for name, column in table.columns().items())


@given(st.permutations(LINES), st.lists(st.sampled_from(LINES), max_size=3))
def test_the_order_of_lines_and_lines_that_come_twice_change_nothing(lines: list[str], again: list[str]) -> None:
    assert folded([*lines, *again]) == folded(LINES)


@given(st.integers(0, len(LINES[1]) - 1))
def test_a_line_that_was_cut_off_says_nothing(length: int) -> None:
    assert folded([LINES[0], LINES[1][:length]]) == folded(LINES[:1])


def test_an_attempt_that_began_and_did_not_end_is_open() -> None:
    outcomes, exchanges = folded(LINES[:1])
    assert outcomes.ending.tolist() == [Ending.OPEN]
    assert (outcomes.left.tolist(), outcomes.answered.tolist(), exchanges.acknowledged.tolist()) == ([-1], [-1], [-1])


def test_what_is_no_line_of_a_log_is_passed_over() -> None:
    assert folded(["", "\n", "X 1 2\n", "B 1\n", "B 1 1 0 a 5 5\n", *LINES]) == folded(LINES)


def test_rows_are_in_the_order_of_arrival_then_call_and_attempt() -> None:
    begun = [(5, 1, 0, 0, 30, 30), (2, 1, 0, 0, 20, 20), (1, 2, 1, 0, 20, 20), (1, 1, 0, 0, 5, 5)]
    outcomes, _ = folded(line("B", values) for values in begun)
    assert list(zip(outcomes.call.tolist(), outcomes.attempt.tolist(), strict=True)) == [(1, 1), (1, 2), (2, 1), (5, 1)]


def test_an_empty_log_is_an_empty_table() -> None:
    outcomes, exchanges = folded([])
    assert (len(outcomes), len(exchanges)) == (0, 0)
    assert outcomes == Outcomes.of(**{name: [] for name in Outcomes.DTYPES})
