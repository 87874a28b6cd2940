"""A recorded CSV becomes Calls: exact to the microsecond, in the order of the file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.demand.trace import Trace, read_trace
from simulator.engines.simulate import simulate
from simulator.scenario.floor import Floor
from simulator.scenario.policy import NO_POLICY
from simulator.scenario.units import NEVER, SECOND
from simulator.tables.laws import broken_laws
from simulator.tables.staffing import always


@pytest.fixture
def csv(tmp_path: Path) -> Any:
    """Writes a file and gives its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "calls.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def in_file(trace: Trace, column: str) -> list[Any]:
    """A column of first attempts in the order of the file."""
    values = getattr(trace.calls, column)[: len(trace.calls)].tolist()
    return [values[at] for at in np.argsort(trace.order)]


# -- rows ----------------------------------------------------------------------------------------------------------


def test_the_required_columns_alone_make_calls_that_never_give_up(csv: Any) -> None:
    """Patience without end, no number, genuine, no wrap-up, verdict as the intent, one attempt, each its own person."""
    trace = read_trace(csv("arrival_s,handling_s\n0.5,30\n2,40.000001\n"))
    calls = trace.calls
    assert (calls.arrival.tolist(), trace.origin) == ([0, 1_500_000], 500_000)
    assert calls.talk.tolist() == [30_000_000, 40_000_001]
    assert calls.patience.tolist() == [NEVER, NEVER]
    assert calls.number.tolist() == [-1, -1]
    assert calls.person.tolist() == [0, 1]
    assert (calls.persons, calls.numbers, calls.incidents, trace.numbers) == (2, 0, 0, ())
    for name in ("intent", "wrap", "accept", "redial", "redial_delay", "tendency", "deceives", "rotate", "quit"):
        assert not getattr(calls, name).any(), name
    assert calls.attempts.tolist() == [1]
    assert calls.length == 1_500_001
    assert trace.remarks == ()


FULL = """arrival_s,handling_s,patience_s,number,intent,wrap_up_s,verdict,person,incident,accept_s
7,30,9.5,0812,prank,1.5,,,,
3,20,,,genuine,,prank,ani,fire,60
5,10,0,0812,silent,2,silent,,fire,
3,15,4,0811,enquiry,,,ani,flood,
"""


def test_every_column_is_read_and_ties_keep_the_order_of_the_file(csv: Any) -> None:
    trace = read_trace(csv(FULL))
    calls = trace.calls
    assert trace.order.tolist() == [1, 3, 2, 0]
    assert in_file(trace, "arrival") == [4_000_000, 0, 2_000_000, 0]
    assert trace.origin == 3_000_000
    assert in_file(trace, "talk") == [30_000_000, 20_000_000, 10_000_000, 15_000_000]
    assert in_file(trace, "patience") == [9_500_000, NEVER, 0, 4_000_000]
    assert in_file(trace, "intent") == [2, 0, 3, 1]
    assert in_file(trace, "wrap") == [1_500_000, 0, 2_000_000, 0]
    assert in_file(trace, "accept") == [0, 60_000_000, 0, 0]
    assert trace.numbers == ("0812", "0811")
    assert in_file(trace, "number") == [0, -1, 0, 1]
    incidents = in_file(trace, "incident")
    assert [each >= 0 for each in incidents] == [False, True, True, True]
    assert incidents[1] == incidents[2] != incidents[3]
    assert calls.incidents == 2
    persons = in_file(trace, "person")
    assert persons[1] == persons[3]
    assert persons[0] == persons[2] != persons[1]
    judged = [
        verdict if doubt < tendency else intent
        for verdict, doubt, tendency, intent in zip(
            *(in_file(trace, name) for name in ("verdict", "doubt", "tendency", "intent")), strict=True
        )
    ]
    assert judged == [2, 2, 3, 1]


def test_a_number_keeps_its_leading_zero_and_a_person_is_not_mistaken_for_a_number(csv: Any) -> None:
    trace = read_trace(csv("arrival_s,handling_s,number,person\n1,1,08,\n2,1,8,\n3,1,,8\n4,1,9,number 8\n"))
    assert trace.numbers == ("08", "8", "9")
    assert len(set(trace.calls.person.tolist())) == 4


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_any_order_of_the_file_is_sorted_stably(arrivals: list[int]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "c.csv")
        path.write_text("arrival_s,handling_s\n" + "".join(f"{a},{n}\n" for n, a in enumerate(arrivals)))
        trace = read_trace(path)
    wanted = sorted(range(len(arrivals)), key=lambda n: (arrivals[n], n))
    assert trace.order.tolist() == wanted
    assert (trace.calls.talk // SECOND).tolist() == wanted
    assert ((trace.calls.arrival + trace.origin) // SECOND).tolist() == sorted(arrivals)


# -- later attempts ------------------------------------------------------------------------------------------------


def test_later_attempts_have_rows_of_their_own_and_end_with_the_last(csv: Any) -> None:
    """Patience and talk as at first; how many attempts is a call's own, so the last row of each redials no more."""
    text = (
        "arrival_s,handling_s,patience_s,attempts,redial_after,redial_delay_s\n9,3,1,3,busy,20\n1,4,2,1,,\n5,5,3,2,,\n"
    )
    calls = read_trace(csv(text)).calls
    assert calls.attempts.tolist() == [3]
    assert len(calls.talk) == 3 + 3
    for call, (talk, patience, bits) in enumerate([(4, 2, [0]), (5, 3, [0b1111110, 0]), (3, 1, [4, 4, 0])]):
        rows = [int(calls.row(np.array(call), np.array(k + 1))) for k in range(len(bits))]
        assert calls.talk[rows].tolist() == [talk * SECOND] * len(bits)
        assert calls.patience[rows].tolist() == [patience * SECOND] * len(bits)
        assert calls.redial[rows].tolist() == bits
    used = [
        int(calls.row(np.array(c), np.array(k))) for c, most in ((0, 1), (1, 2), (2, 3)) for k in range(1, most + 1)
    ]
    assert sorted(used) == list(range(6))


def test_no_call_is_attempted_more_often_than_its_row_says(csv: Any) -> None:
    """Nobody on duty: every caller gives up after each attempt."""
    text = "arrival_s,handling_s,patience_s,attempts\n1,1,5,3\n2,1,5,1\n3,1,5,2\n"
    calls = read_trace(csv(text)).calls
    staffing = always(0, 0, 100 * SECOND)
    outcomes = simulate(calls, staffing, Floor(trunks=9))
    assert np.bincount(outcomes.call).tolist() == [3, 1, 2]
    assert broken_laws(calls, staffing, outcomes, Floor(trunks=9), NO_POLICY) == ()


@pytest.mark.parametrize(
    "written, bits",
    [
        *(("busy", [2]), ("busy;abandoned", [1, 2]), ("blocked ; dismissed", [3, 6]), ("busy busy", [2]), (";", [])),
        ("", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_the_endings_that_are_redialled_can_be_named(csv: Any, written: str, bits: list[int]) -> None:
    calls = read_trace(csv(f"arrival_s,handling_s,attempts,redial_after\n1,1,2,{written}\n")).calls
    assert calls.redial.tolist() == [sum(1 << bit for bit in bits), 0]
