"""A log as a file: every shape that spreadsheets write is read or refused with its line and fix, and told."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.logs import source, table
from simulator.logs.conventions import Conventions
from simulator.logs.recorded import Recorded, read_recorded
from simulator.scenario.errors import BadInput
from simulator.scenario.units import SECOND

SECONDS = Conventions()


@pytest.fixture
def csv(tmp_path: Path) -> Any:
    """Writes a file and gives its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "calls.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def told(recorded: Recorded) -> list[str]:
    return [str(each) for each in recorded.remarks]


def times(recorded: Recorded) -> list[tuple[float, float]]:
    """Arrivals and handling times, seconds."""
    columns = (recorded.columns[name] / SECOND for name in ("arrival_s", "handling_s"))
    return list(zip(*(column.tolist() for column in columns), strict=True))


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
        read_recorded(path, SECONDS)
    assert {fault.file for fault in caught.value.faults} == {str(path)}
    assert all(fault.given and fault.wanted for fault in caught.value.faults)
    return [(fault.line, fault.key) for fault in caught.value.faults]


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


SHAPES = {
    "a byte order mark": b"\xef\xbb\xbfarrival_s,handling_s\n1,2\n3,4\n",
    "line ends of Windows": b"arrival_s,handling_s\r\n1,2\r\n3,4\r\n",
    "both, and no last end": b"\xef\xbb\xbfarrival_s,handling_s\r\n1,2\r\n3,4",
    "line ends of old Macs": b"arrival_s,handling_s\r1,2\r3,4\r",
    "spaces and quotes": b' arrival_s , handling_s \n"1", 2\n3 ,4\n',
    "empty columns": b"arrival_s,handling_s,,\n1,2,,\n3,4,,\n",
    "empty lines": b"arrival_s,handling_s\n\n1,2\n\n3,4\n\n",
    "another order of columns": b"handling_s,arrival_s\n2,1\n4,3\n",
    "a quoted header": b'"arrival_s","handling_s"\n"1","2"\n"3","4"\n',
    "sep=,": b"sep=,\narrival_s,handling_s\n1,2\n3,4\n",
    "sep=;": b"sep=;\r\narrival_s;handling_s\r\n1;2\r\n3;4\r\n",
    "SEP=; with a mark and quotes": b'\xef\xbb\xbf"SEP=;"\narrival_s;handling_s\n1;2\n3;4\n',
    "semicolons": b"arrival_s;handling_s\n1;2\n3;4\n",
    "tabs": b"arrival_s\thandling_s\n1\t2\n3\t4\n",
    "bars": b"arrival_s|handling_s\n1|2\n3|4\n",
    "empty lines before the header": b"\n\r\n  \narrival_s,handling_s\n1,2\n3,4\n",
    "rows of commas": b",,\narrival_s,handling_s,\n,,\n1,2,\n , ,\n3,4,\n,,\n,,\n",
    "rows of semicolons": b";\narrival_s;handling_s\n;\n1;2\n3;4\n;\n",
    "a spreadsheet's quoting": b'arrival_s,handling_s\n"=""1""",2\n\'3,="4"\n',
    "invisible characters": "\u200barrival_s,handling_s\u200e\n\u00a01,2\u202c\n3\ufeff,4\n".encode(),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_shapes_of_csv_that_programs_write_are_all_read(csv: Any, name: str) -> None:
    assert times(read_recorded(csv(SHAPES[name]), SECONDS)) == [(1, 2), (3, 4)]


@pytest.mark.parametrize(
    "name, remarks",
    [
        ("sep=,", []),
        ("semicolons", ["columns are divided by semicolons"]),
        ("sep=;", ["columns are divided by semicolons"]),
        ("tabs", ["columns are divided by tabs"]),
        ("empty lines before the header", ["empty lines left out (3 lines: 1, 2, 3)"]),
        ("rows of commas", ["empty lines left out (5 lines: 1, 3, 5, 7, 8)"]),
        ("line ends of Windows", []),
    ],
)
def test_what_was_left_out_is_told_with_its_lines(csv: Any, name: str, remarks: list[str]) -> None:
    assert told(read_recorded(csv(SHAPES[name]), SECONDS)) == remarks


def test_columns_that_are_not_used_are_named(csv: Any) -> None:
    recorded = read_recorded(csv("arrival_s,operator,handling_s,district\n1,Ani,2,north\n"), SECONDS)
    assert told(recorded) == ["columns not used: operator, district"]


def test_what_a_file_says_is_shown_on_one_line_and_cut(csv: Any) -> None:
    text = f'arrival_s,handling_s,number,"a\nb",{"c" * 90_000}\n1,2,{"y" * 90_000},,\n'
    assert told(read_recorded(csv(text), SECONDS)) == [
        "number: no valid number of region ID: each such text counts as a phone of its own (line 3)",
        r"columns not used: 'a\nb', '" + "c" * 42 + "..." + "c" * 15 + "' (90,000 characters)",
    ]


FIXES = {
    "a title block": (
        b"Laporan 112,\nApril,\narrival_s,handling_s\n1,2\n",
        ["calls.csv:1: given no column arrival_s", "delete what stands before the header, which is in line 3"],
    ),
    "a title block with semicolons": (
        b"Laporan 112\n\narrival_s;handling_s\n1;2\n",
        ["delete what stands before the header, which is in line 3"],
    ),
    "a filler where nothing is known": (
        b"arrival_s,handling_s,patience_s\n0,1,-\n",
        ["calls.csv:2: patience_s: given '-'", "leave the cell empty if it is not known"],
    ),
    "a filler for what is required": (
        b"arrival_s,handling_s\n0,N/A\n",
        ["calls.csv:2: handling_s: given 'N/A'", "a call needs it: leave out the line if it is not known"],
    ),
    "other separators": (
        b"arrival_s handling_s;number\n1 2;3\n",
        ["name the columns so; the first line has 'arrival_s handling_s', 'number'"],
    ),
    "a separator line that is not true": (b"sep=;\narrival_s,handling_s\n1,2\n", ["the line sep= says otherwise"]),
    "decimal commas between commas": (
        b"arrival_s,handling_s\n0,5,60\n",
        ["calls.csv:2: given 3 cells", "a decimal comma?"],
    ),
    "minutes": (
        b"arrival_s,handling_s,wrap_up_s\n0,2:30,0:45\n",
        ["handling_s: given '2:30'", "2:30 as minutes and seconds is 150", "0:45 as minutes and seconds is 45"],
    ),
    "a workbook": (b"PK\x03\x04....", ["an Excel workbook", "save the sheet as CSV UTF-8"]),
    "UTF-16": ("arrival_s".encode("utf-16"), ["text in UTF-16", "save the file as UTF-8"]),
    "gzip": (b"\x1f\x8b\x08\x00", ["packed by gzip", "gunzip"]),
    "days": (
        b"arrival_s,handling_s\n45383.33333,0.001736111\n45383.34028,0.001736111\n45383.34722,0.002083333\n",
        ["arrival_s: given 3 calls within 0.0139 s", "--arrivals days", "--arrivals seconds", "--durations days"],
    ),
    "minutes.seconds": (
        b"arrival_s,handling_s\n" + b"".join(b"%d,%d.%02d\n" % (60 * n, n % 4, 7 * n % 60) for n in range(12)),
        ["all with .00 to .59 behind it", "--durations mm.ss"],
    ),
    "an exponent": (
        b"arrival_s,handling_s,number\n0,1,8.12E+11\n",
        ["calls.csv:2: number: given '8.12E+11'", "export the column as text", "cut off its last digits"],
    ),
    "an exponent of persons": (b'arrival_s,handling_s,person\n0,1,"8,12E+11"\n', ["calls.csv:2: person: given"]),
}


@pytest.mark.parametrize("name", FIXES)
def test_what_cannot_be_read_is_refused_with_the_right_fix(csv: Any, name: str) -> None:
    content, said = FIXES[name]
    with pytest.raises(BadInput) as caught:
        read_recorded(csv(content), SECONDS)
    for text in said:
        assert text in str(caught.value)
    assert "from midnight" not in str(caught.value)


STATED = {
    "days": (
        Conventions(arrivals="days", durations="days"),
        b"arrival_s,handling_s\n45383.33333,0.001736111\n45383.34028,0.001736111\n",
        [(3_921_120_000, 150), (3_921_120_600, 150)],
    ),
    "minutes": (Conventions(durations="m:ss"), b"arrival_s,handling_s\n5,2:30\n6,1:00:01\n", [(5, 150), (6, 3601)]),
    "minutes.seconds": (Conventions(durations="mm.ss"), b"arrival_s,handling_s\n5,2.30\n6,0.05\n", [(5, 150), (6, 5)]),
    "decimal commas": (
        Conventions(decimal_comma=True),
        b'arrival_s;handling_s\n"1.000,5";12,25\n2000;60\n',
        [(1000.5, 12.25), (2000, 60)],
    ),
    "seconds that look like days": (
        Conventions(arrivals="seconds", durations="seconds"),
        b"arrival_s,handling_s\n45383.25,0.25\n45383.5,0.5\n",
        [(45383.25, 0.25), (45383.5, 0.5)],
    ),
}


@pytest.mark.parametrize("name", STATED)
def test_what_is_stated_is_read_so(csv: Any, name: str) -> None:
    conventions, content, wanted = STATED[name]
    assert times(read_recorded(csv(content), conventions)) == wanted


def test_units_that_cannot_be_told_for_sure_are_warned_of(csv: Any) -> None:
    handling = ("2.30", "1.05", "0.41", "3.12")
    text = "arrival_s,handling_s,wrap_up_s,accept_s\n" + "".join(f"{60 * int(n[0])},{n},30000,0.5\n" for n in handling)
    assert told(read_recorded(csv(text), SECONDS)) == [
        "handling_s: 4 values with a point, all with .00 to .59 behind it: taken as seconds, not as minutes.seconds"
        " (4 lines: 2, 3, 4, 5)",
        "wrap_up_s: half of them are longer than four hours, taken as seconds (4 lines: 2, 3, 4, 5)",
        "accept_s: not one of a second or more: taken as seconds, not as a spreadsheet's days (4 lines: 2, 3, 4, 5)",
    ]


def test_a_point_that_may_divide_thousands_is_warned_of_and_in_many_cells_refused(csv: Any) -> None:
    assert told(read_recorded(csv("arrival_s,handling_s\n0,60\n60,1.250\n"), SECONDS)) == [
        "handling_s: 1.250 taken as 1.250 seconds, not as 1250; --decimal-comma reads it so (line 3)"
    ]
    text = "arrival_s,handling_s\n0,60\n" + "".join(f"{n},1.{n}0\n" for n in range(10, 20))
    with pytest.raises(BadInput, match=r"10 values such as 1.100 among whole numbers below 1000"):
        read_recorded(csv(text), SECONDS)
    assert told(read_recorded(csv(text), Conventions(durations="seconds"))) == []
    stated = read_recorded(csv(text), Conventions(decimal_comma=True))
    assert times(stated)[:2] == [(0, 60), (10, 1100)]


# -- numbers, persons, incidents -----------------------------------------------------------------------------------


def test_numbers_are_told_by_count_and_line_and_keep_their_first_writing(csv: Any) -> None:
    numbers = [
        "0812-0000-0001",
        "+6281200000001",
        "81200000001",
        "anonymous",
        "-",
        "anonymous",
        "ABC1",
        "",
        "081200000002",
    ]
    text = "arrival_s,handling_s,number\n" + "".join(f"{n},1,{number}\n" for n, number in enumerate(numbers))
    recorded = read_recorded(csv(text), SECONDS)
    assert recorded.columns["number"].tolist() == [0, 0, 0, -1, -1, -1, 1, -1, 2]
    assert recorded.numbers == ("0812-0000-0001", "ABC1", "081200000002")
    assert told(recorded) == [
        "number: 'anonymous', '-' taken as withheld, never blocked (3 lines: 5, 6, 7)",
        "number: 3 writings of 1 phone taken as the same (region ID) (3 lines: 2, 3, 4)",
        "number: neither 0 nor a country code in front: taken as mobile numbers of region ID that lost their 0"
        " (line 4)",
        "number: no valid number of region ID: each such text counts as a phone of its own (line 8)",
    ]


def test_of_many_lines_the_first_five_are_named(csv: Any) -> None:
    recorded = read_recorded(csv("arrival_s,handling_s,number\n" + "1,60,anonymous\n" * 1200), SECONDS)
    assert told(recorded) == ["number: 'anonymous' taken as withheld, never blocked (1,200 lines: 2, 3, 4, 5, 6, ...)"]


def test_fillers_name_neither_a_person_nor_an_incident(csv: Any) -> None:
    """Else all callers unknown would be one person, and all calls without an incident reports of one."""
    named = ("unknown,-", "Unknown,-", "Ani,N/A", "Ani,fire", "0,0", "0,0")
    text = "arrival_s,handling_s,person,incident\n" + "".join(f"{n},1,{each}\n" for n, each in enumerate(named))
    recorded = read_recorded(csv(text), SECONDS)
    assert recorded.columns["person"].tolist() == [-1, -1, 0, 0, 1, 1]
    assert recorded.columns["incident"].tolist() == [-1, -1, -1, 0, 1, 1]
    assert told(recorded) == [
        "person: 'unknown', 'Unknown' taken as not known (2 lines: 2, 3)",
        "person: 0 is one person like any other; leave the cells empty if it means that none is known (2 lines: 6, 7)",
        "incident: '-', 'N/A' taken as not known (3 lines: 2, 3, 4)",
        "incident: 0 is one incident like any other; leave the cells empty if it means that none is known"
        " (2 lines: 6, 7)",
    ]


# -- bounds --------------------------------------------------------------------------------------------------------


def test_a_pipe_a_device_and_a_directory_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull), tmp_path):
        with pytest.raises(BadInput, match=r"no regular file|a directory"):
            read_recorded(path, SECONDS)


def test_bytes_rows_lines_and_attempts_are_bounded(csv: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "arrival_s,handling_s,attempts\n" + "1,1,100\n" * 50
    for place, name, bound, said in (
        (source, "MOST_BYTES", 100, "at most 100"),
        (source, "LONGEST_LINE", 20, "a line of more than 20 characters"),
        (table, "MOST_ROWS", 49, "at most 49 calls"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, bound)
            with pytest.raises(BadInput, match=said):
                read_recorded(csv(long), SECONDS)
    with pytest.raises(BadInput, match="at most 10,000,000 attempts of all calls"):
        read_recorded(csv("arrival_s,handling_s,attempts\n" + "1,1,100\n" * 100_001), SECONDS)


def test_a_file_of_zeros_is_refused(csv: Any) -> None:
    """As a disk leaves it after a crash: one line without an end."""
    with pytest.raises(BadInput, match="a line of more than"):
        read_recorded(csv(b"\0" * 200_000), SECONDS)


def test_of_a_column_that_cannot_be_read_the_first_cells_are_told(csv: Any) -> None:
    with pytest.raises(BadInput) as caught:
        read_recorded(csv("arrival_s,handling_s\n" + "1,2:30\n" * 3000), SECONDS)
    assert [fault.line for fault in caught.value.faults] == list(range(2, 13))
    assert "calls.csv:12: handling_s: given 2,990 more cells like these; wanted seconds" in str(caught.value)


PIECES = [
    "arrival_s",
    "handling_s",
    "number",
    "sep=;",
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    '"',
    "1",
    "2.5",
    "0812",
    "-",
    "\u200b",
    "\0",
    "x",
]


@settings(deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.booleans())
def test_whatever_a_file_holds_it_is_read_or_refused(pieces: list[str], headed: bool) -> None:
    """And what is read has a value of every column for each call."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "calls.csv")
        path.write_text("arrival_s,handling_s,number\n" * headed + "".join(pieces), encoding="utf-8", newline="")
        try:
            recorded = read_recorded(path, SECONDS)
        except BadInput:
            return
    sizes = {len(column) for column in recorded.columns.values()}
    assert len(sizes) == 1
    assert recorded.columns["number"].max(initial=-1) == len(recorded.numbers) - 1


@settings(deadline=None, derandomize=True)
@given(st.binary(max_size=60))
def test_any_bytes_are_refused_without_a_traceback(content: bytes) -> None:
    """Sixty bytes hold no header by chance."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "calls.csv")
        path.write_bytes(content)
        with pytest.raises(BadInput):
            read_recorded(path, SECONDS)
