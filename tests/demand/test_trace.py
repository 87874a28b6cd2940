"""A recorded CSV becomes Calls: exact to the microsecond, in the order of the file, every fault with its line."""

from decimal import Decimal
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.demand.trace import Trace, read_trace
from simulator.engines.simulate import simulate
from simulator.logs.times import seconds
from simulator.scenario.errors import BadInput
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


# -- seconds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, microseconds",
    [
        *(("0", 0), ("12", 12_000_000), ("12.5", 12_500_000), ("0.000001", 1), ("0.1", 100_000), ("1e3", 10**9)),
        *((".5", 500_000), ("5.", 5_000_000), ("+5", 5_000_000), ("1E-6", 1), ("-0.0", 0), ("007", 7_000_000)),
        *(("1724.999999", 1_724_999_999), ("86400.1", 86_400_100_000), ("3155760000", 3_155_760_000_000_000)),
        *(("0.0000004", 0), ("0.0000006", 1)),
    ],
)
def test_seconds_are_read_exactly_and_rounded_to_a_microsecond(text: str, microseconds: int) -> None:
    assert seconds(text) == microseconds


@given(st.integers(0, 3_155_760_000 * SECOND))
def test_every_microsecond_of_a_century_survives_as_a_decimal(microseconds: int) -> None:
    """Floating point would lose some: 2 ** 53 microseconds are exact, decimal seconds times a million are not."""
    assert seconds(str(Decimal(microseconds) / SECOND)) == microseconds


BAD_SECONDS = [
    *("-1", "-0.000001", "nan", "inf", "-inf", "Infinity", "twelve", "1,5", "1_000", "12s", "1e", "e5", ".", "0x10"),
    *("3155760001", "1e999", "1e99999999", "9" * 50, "9" * 5000, "٣", "１２", "1 2", "None"),
]


@pytest.mark.parametrize("text", BAD_SECONDS)
@pytest.mark.parametrize("column", ["arrival_s", "handling_s", "patience_s", "wrap_up_s", "accept_s", "redial_delay_s"])
def test_what_is_no_number_of_seconds_is_refused_at_its_line_and_column(csv: Any, column: str, text: str) -> None:
    row = {"arrival_s": "1", "handling_s": "2", column: f'"{text}"'}
    path = csv(",".join(row) + "\n1,2" + ",3" * (len(row) - 2) + "\n" + ",".join(row.values()) + "\n")
    assert faults(path) == [(3, column)]


def faults(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(BadInput) as caught:
        read_trace(path)
    assert {fault.file for fault in caught.value.faults} == {str(path)}
    assert all(fault.given and fault.wanted for fault in caught.value.faults)
    return [(fault.line, fault.key) for fault in caught.value.faults]


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


# -- bad files -----------------------------------------------------------------------------------------------------

HEADER = b"arrival_s,handling_s,patience_s,number,intent,attempts,redial_after,verdict\n"
GOOD = b"1,2,3,08,prank,1,,\n"
BAD: dict[str, tuple[bytes, list[tuple[int, str]]]] = {
    "an empty file": (b"", [(1, ""), (1, "")]),
    "only line ends": (b"\n\n", [(1, ""), (1, "")]),
    "a header and no rows": (HEADER, [(2, "")]),
    "no column of arrivals": (b"begin,handling_s\n1,2\n", [(1, "")]),
    "a column misspelt": (b"arrival_s,handling_s,patiense_s\n1,2,3\n", [(1, "")]),
    "a column in other letters": (b"arrival_s,handling_s,Intent\n1,2,prank\n", [(1, "")]),
    "neither of the columns": (b"a,b\n1,2\n", [(1, ""), (1, "")]),
    "no header": (GOOD, [(1, ""), (1, "")]),
    "a column twice": (b"arrival_s,handling_s,arrival_s\n1,2,3\n", [(1, "")]),
    "an unknown intent": (HEADER + GOOD + b"1,2,3,08,Prank,1,,\n", [(3, "intent")]),
    "an unknown verdict": (HEADER + b"1,2,3,08,prank,1,,hoax\n", [(2, "verdict")]),
    "no attempt": (HEADER + b"1,2,3,08,prank,0,,\n", [(2, "attempts")]),
    "too many attempts": (HEADER + b"1,2,3,08,prank,101,,\n", [(2, "attempts")]),
    "attempts in words": (HEADER + b"1,2,3,08,prank,two,,\n", [(2, "attempts")]),
    "half an attempt": (HEADER + b"1,2,3,08,prank,1.5,,\n", [(2, "attempts")]),
    "endless attempts": (HEADER + b"1,2,3,08,prank," + b"9" * 5000 + b",,\n", [(2, "attempts")]),
    "an ending that nobody redials": (HEADER + b"1,2,3,08,prank,2,answered,\n", [(2, "redial_after")]),
    "endings run together": (HEADER + b"1,2,3,08,prank,2,busyblocked,\n", [(2, "redial_after")]),
    "no arrival": (HEADER + b",2,3,08,prank,1,,\n", [(2, "arrival_s")]),
    "no handling": (HEADER + b"1,,3,08,prank,1,,\n", [(2, "handling_s")]),
    "a cell too many": (HEADER + GOOD + b"1,2,3,08,prank,1,,,9\n", [(3, "")]),
    "a cell too few": (HEADER + b"1,2,3,08,prank,1,\n", [(2, "")]),
    "a line of one cell": (HEADER + b"1\n", [(2, ""), (2, "handling_s")]),
    "several faults in several lines": (
        HEADER + b"x,2,3,08,prank,0,,\n" + GOOD + b"1,-2,3,08,prank,1,,\n",
        [(2, "arrival_s"), (2, "attempts"), (4, "handling_s")],
    ),
    "a quote that is not closed": (HEADER + GOOD + b'1,2,3,"08,prank,1,,\n', [(3, "")]),
    "text behind a quote": (HEADER + GOOD + b'1,2,3,"08"x,prank,1,,\n', [(3, "")]),
    "Latin-1": (HEADER + GOOD + b"1,2,3,08\xe9,prank,1,,\n", [(3, "")]),
    "UTF-16": (b"\xff\xfe" + HEADER.decode().encode("utf-16-le"), [(1, "")]),
    "a bad line after an empty one and a number of two lines": (
        HEADER + b'\n1,2,3,"0\n8",prank,1,,\n1,x,3,08,prank,1,,\n',
        [(5, "handling_s")],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_every_fault_is_told_with_file_line_and_column(csv: Any, name: str) -> None:
    content, expected = BAD[name]
    assert faults(csv(content)) == expected


def test_a_missing_file_or_a_directory_is_bad_input(tmp_path: Path) -> None:
    assert faults(tmp_path / "none.csv") == [(0, "")]
    assert faults(tmp_path) == [(0, "")]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfarrival_s,handling_s\n1,2\n3,4\n",
        b"arrival_s,handling_s\r\n1,2\r\n3,4\r\n",
        b"\xef\xbb\xbfarrival_s,handling_s\r\n1,2\r\n3,4",
        b"arrival_s,handling_s\r1,2\r3,4\r",
        b' arrival_s , handling_s \n"1", 2\n3 ,4\n',
        b"arrival_s,handling_s,,\n1,2,,\n3,4,,\n",
        b"arrival_s,handling_s\n\n1,2\n\n3,4\n\n",
        b"handling_s,arrival_s\n2,1\n4,3\n",
    ],
)
def test_marks_line_ends_spaces_and_the_order_of_columns_do_not_matter(csv: Any, content: bytes) -> None:
    trace = read_trace(csv(content))
    assert (trace.calls.arrival + trace.origin).tolist() == [1_000_000, 3_000_000]
    assert trace.calls.talk.tolist() == [2_000_000, 4_000_000]


def test_columns_that_are_not_used_are_named_in_a_warning(csv: Any) -> None:
    path = csv("arrival_s,operator,handling_s,district\n1,Ani,2,north\n")
    trace = read_trace(path)
    assert [str(each) for each in trace.remarks] == ["columns not used: operator, district"]
    assert trace.calls.intent.tolist() == [0]


def test_a_hundred_thousand_rows_are_read_in_seconds(csv: Any) -> None:
    """Some 20 microseconds a row when this was written; the bound is four times that."""
    rows = "".join(f"{n % 977}.25,{n % 61}.5,30,08{n % 5000},prank\n" for n in range(100_000))
    path = csv("arrival_s,handling_s,patience_s,number,intent\n" + rows)
    began = process_time()
    trace = read_trace(path)
    assert process_time() - began < 8
    assert (len(trace.calls), trace.calls.numbers) == (100_000, 5000)
