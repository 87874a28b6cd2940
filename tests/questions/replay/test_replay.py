"""``siaga replay``: a CSV written by hand goes through the floor, every row of the result worked out by hand."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator import cli
from simulator.demand.trace import read_trace
from simulator.metrics.count import DEFAULT_THRESHOLDS, count_by_day
from simulator.questions.replay.replay import replay
from simulator.questions.replay.result import COLUMNS, rows_of
from simulator.scenario.policy import NO_POLICY

Rows = list[tuple[str, ...]]


class Command:
    """``siaga`` in this process: exit code, standard output, standard error."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)

    def __call__(self, *words: object) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["siaga", *map(str, words)])
        with pytest.raises(SystemExit) as done:
            cli.main()
        said = self._capsys.readouterr()
        return int(done.value.code or 0), said.out, said.err

    def replay(self, calls: str, call_takers: int, trunks: int, *words: object) -> list[dict[str, str]]:
        """Rows of the outcomes of calls given as the text of a CSV file."""
        (self.folder / "calls.csv").write_text(calls)
        options = ("--call-takers", call_takers, "--trunks", trunks, "--outcomes", "out.csv", *words)
        code, _, told = self("replay", "calls.csv", *options)
        assert code == 0, told
        return read(self.folder / "out.csv")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def told(rows: list[dict[str, str]], *names: str) -> Rows:
    return [tuple(row[name] for name in names) for row in rows]


@pytest.fixture
def siaga(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command, in a folder of its own."""
    return Command(tmp_path, monkeypatch, capsys)


# One call-taker on two trunks; the rows stand in the file in another order than they come.
#   0 at 0     talks 0-10                                   answered, wait 0
#   1 at 2     waits behind it, talks 10-15                 answered, wait 8
#   2 at 3     both trunks are taken                        busy, wait 0
#   3 at 12    waits on the second trunk, leaves at 13      abandoned, wait 1
#   4 at 15    the moment at which talk 1 ends, talks -18   answered, wait 0: the end of talk goes first
#   5 at 15    comes right behind it, leaves at 15.5        abandoned, wait 0.5
#   6 at 18    the moment at which talk 4 ends, talks -19   answered, wait 0
#   7 at 18.5  its patience ends at 19, with talk 6         answered, wait 0.5: the end of talk goes first
ONE_CALL_TAKER = """arrival_s,handling_s,patience_s
18.5,1,0.5
0,10,
2,5,20
3,5,20
12,4,1
15,3,
15,2,0.5
18,1,
"""


def test_waits_abandonment_and_full_trunks_are_as_worked_by_hand(siaga: Command) -> None:
    rows = siaga.replay(ONE_CALL_TAKER, 1, 2)
    assert told(rows, "call", "attempt", "arrival_s", "ending", "wait_s", "answered_s", "left_s") == [
        ("0", "1", "18.5", "answered", "0.5", "19.0", "20.0"),
        ("1", "1", "0.0", "answered", "0.0", "0.0", "10.0"),
        ("2", "1", "2.0", "answered", "8.0", "10.0", "15.0"),
        ("3", "1", "3.0", "busy", "0.0", "", "3.0"),
        ("4", "1", "12.0", "abandoned", "1.0", "", "13.0"),
        ("5", "1", "15.0", "answered", "0.0", "15.0", "18.0"),
        ("6", "1", "15.0", "abandoned", "0.5", "", "15.5"),
        ("7", "1", "18.0", "answered", "0.0", "18.0", "19.0"),
    ]


def test_with_a_second_call_taker_and_trunk_nobody_waits(siaga: Command) -> None:
    rows = siaga.replay(ONE_CALL_TAKER, 3, 3)
    assert told(rows, "ending", "wait_s") == [("answered", "0.0")] * 8
    # Longest idle first; at the start the lower index. 2 comes at 3 s, when 0 and 1 talk.
    by_time = sorted(rows, key=lambda row: (float(row["arrival_s"]), int(row["call"])))
    assert [row["call_taker"] for row in by_time[:3]] == ["0", "1", "2"]


def test_wrap_up_frees_the_trunk_and_keeps_the_call_taker(siaga: Command) -> None:
    """One trunk: 1 gets it at 10 and waits for the end of wrap-up at 14; 2 finds it taken; 3 comes after all."""
    text = "arrival_s,handling_s,wrap_up_s\n0,10,4\n10,5,0.25\n12,5,\n19.25,1,\n"
    rows = siaga.replay(text, 1, 1)
    assert told(rows, "ending", "wait_s", "talk_end_s", "free_s") == [
        ("answered", "0.0", "10.0", "14.0"),
        ("answered", "4.0", "19.0", "19.25"),
        ("busy", "0.0", "", ""),
        ("answered", "0.0", "20.25", "20.25"),
    ]


def test_times_are_exact_to_the_microsecond(siaga: Command) -> None:
    """In floating point 0.1 + 0.2 is not 0.3."""
    rows = siaga.replay("arrival_s,handling_s\n0.1,0.2\n0.100001,0.000001\n86399.999999,1e-6\n", 1, 9)
    assert told(rows, "arrival_s", "wait_s", "left_s") == [
        ("0.1", "0.0", "0.3"),
        ("0.100001", "0.199999", "0.300001"),
        ("86399.999999", "0.0", "86400.0"),
    ]


def test_with_nobody_on_duty_callers_leave_or_are_still_waiting_a_day_after_the_last(siaga: Command) -> None:
    """The run is cut a day after the last first attempt could be made, a microsecond after 5 s."""
    rows = siaga.replay("arrival_s,handling_s,patience_s\n0,1,30\n2,1,\n5,1,0\n", 0, 2)
    assert told(rows, "ending", "wait_s", "left_s", "call_taker") == [
        ("abandoned", "30.0", "30.0", ""),
        ("open", "86403.000001", "", ""),
        ("busy", "0.0", "5.0", ""),
    ]


# -- trying again --------------------------------------------------------------------------------------------------


def test_redials_come_as_long_after_the_ending_as_the_file_says(siaga: Command) -> None:
    text = (
        "arrival_s,handling_s,patience_s,attempts,redial_after,redial_delay_s\n0,9,1,3,abandoned,5\n100,9,1,3,busy,5\n"
    )
    rows = siaga.replay(text, 0, 1)
    assert told(rows, "call", "attempt", "cause", "arrival_s", "ending", "wait_s", "left_s") == [
        ("0", "1", "first", "0.0", "abandoned", "1.0", "1.0"),
        ("0", "2", "redial", "6.0", "abandoned", "1.0", "7.0"),
        ("0", "3", "redial", "12.0", "abandoned", "1.0", "13.0"),
        ("1", "1", "first", "100.0", "abandoned", "1.0", "101.0"),
    ]


def test_a_redial_of_a_busy_call_is_answered_once_a_trunk_is_free(siaga: Command) -> None:
    text = "arrival_s,handling_s,attempts,redial_delay_s\n0,10,1,\n4,3,4,3\n"
    rows = siaga.replay(text, 1, 1)
    assert told(rows, "call", "attempt", "arrival_s", "ending", "wait_s") == [
        ("0", "1", "0.0", "answered", "0.0"),
        ("1", "1", "4.0", "busy", "0.0"),
        ("1", "2", "7.0", "busy", "0.0"),
        ("1", "3", "10.0", "answered", "0.0"),
    ]


# -- policies ------------------------------------------------------------------------------------------------------

BLOCK_A_DAY = "title: one strike\nrules:\n  - {on: prank, action: block, for: 24 h}\n"
# One call-taker. A strike falls at the end of talk; blocked on [from, until).
#   0 at 0      A, prank, talks 0-10                 strike at 10: blocked until 86410
#   1 at 5      A, prank, queues before the strike   answered at 10; strike at 13: until 86413
#   2 at 12     A, genuine                           blocked
#   3 at 14     B, genuine                           answered
#   4 at 20     withheld, prank                      answered: no number, no strike
#   5 at 30     withheld, genuine                    answered
#   6 at 86412  A, genuine                           blocked still
#   7 at 86413  A, prank                             answered: the block is over
PRANKS = """arrival_s,handling_s,number,intent
0,10,A,prank
5,3,A,prank
12,1,A,genuine
14,2,B,genuine
20,1,,prank
30,1,,genuine
86412,1,A,genuine
86413,1,A,prank
"""


def test_a_block_holds_from_the_end_of_talk_for_its_time(siaga: Command) -> None:
    (siaga.folder / "strict.yaml").write_text(BLOCK_A_DAY)
    rows = siaga.replay(PRANKS, 1, 5, "--policy", "strict.yaml")
    assert told(rows, "number", "action", "ending", "wait_s", "verdict") == [
        ("A", "accept", "answered", "0.0", "prank"),
        ("A", "accept", "answered", "5.0", "prank"),
        ("A", "block", "blocked", "0.0", ""),
        ("B", "accept", "answered", "0.0", "genuine"),
        ("", "accept", "answered", "0.0", "prank"),
        ("", "accept", "answered", "0.0", "genuine"),
        ("A", "block", "blocked", "0.0", ""),
        ("A", "accept", "answered", "0.0", "prank"),
    ]


def test_without_a_policy_nobody_is_blocked(siaga: Command) -> None:
    rows = siaga.replay(PRANKS, 1, 5)
    assert {row["ending"] for row in rows} == {"answered"}


def test_a_shipped_policy_is_found_by_its_name(siaga: Command) -> None:
    """North Sumatra: the third prank blocks for ever; a blocked caller's redial is blocked again."""
    text = "arrival_s,handling_s,number,intent,attempts\n" + "".join(
        f"{at},1,A,{intent},2\n" for at, intent in ((0, "prank"), (10, "prank"), (20, "prank"), (10**6, "genuine"))
    )
    rows = siaga.replay(text, 1, 5, "--policy", "sumut-three-strikes")
    assert told(rows, "call", "attempt", "ending") == [
        ("0", "1", "answered"),
        ("1", "1", "answered"),
        ("2", "1", "answered"),
        ("3", "1", "blocked"),
        ("3", "2", "blocked"),
    ]


def test_a_genuine_call_taken_for_a_prank_is_dismissed_and_strikes_its_number(siaga: Command) -> None:
    (siaga.folder / "strict.yaml").write_text(BLOCK_A_DAY)
    text = "arrival_s,handling_s,number,intent,verdict\n0,1,A,genuine,prank\n5,1,A,genuine,\n6,1,B,prank,prank\n"
    rows = siaga.replay(text, 1, 5, "--policy", "strict.yaml")
    assert told(rows, "ending", "dismissed", "verdict") == [
        ("answered", "yes", "prank"),
        ("blocked", "no", ""),
        ("answered", "no", "prank"),
    ]


# -- numbers as they were meant ------------------------------------------------------------------------------------


def calls_of(numbers: list[str], intents: list[str]) -> str:
    lines = (f"{60 * n},30,{number},{what}" for n, (number, what) in enumerate(zip(numbers, intents, strict=True)))
    return "\n".join(("arrival_s,handling_s,number,intent", *lines, ""))


def test_one_phone_written_in_nine_ways_meets_its_third_strike(siaga: Command) -> None:
    """North Sumatra blocks for good from the third prank on: three are answered, six blocked."""
    numbers = ["081200000001", "+6281200000001", "6281200000001", "0812-0000-0001", "0812 0000 0001"]
    numbers += ["(0812) 00000001", "006281200000001", "+62 812-0000-0001", "81200000001"]
    rows = siaga.replay(calls_of(numbers, ["prank"] * 9), 1, 3, "--policy", "sumut-three-strikes")
    assert told(rows, "number", "ending") == [("081200000001", "answered")] * 3 + [("081200000001", "blocked")] * 6


def test_callers_whose_number_is_withheld_by_a_word_are_never_blocked(siaga: Command) -> None:
    words = ["anonymous", "Restricted", "nomor pribadi", "anonymous", "+266696687"]
    rows = siaga.replay(calls_of(words, ["prank"] * 3 + ["genuine"] * 2), 1, 3, "--policy", "sumut-three-strikes")
    assert told(rows, "number", "ending") == [("", "answered")] * 5


def test_a_region_decides_what_numbers_without_a_country_code_are(siaga: Command) -> None:
    """0412 345 678 is a mobile number of Australia, and none of Indonesia."""
    numbers = ["0412 345 678", "+61412345678", "0412-345-678", "0412345678"]
    table = calls_of(numbers, ["prank"] * 4)
    endings = [
        [row["ending"] for row in siaga.replay(table, 1, 3, "--policy", "sumut-three-strikes", "--region", region)]
        for region in ("AU", "ID")
    ]
    assert endings == [["answered"] * 3 + ["blocked"], ["answered"] * 4]


def test_what_was_taken_how_is_on_the_page_and_in_the_document(siaga: Command) -> None:
    (siaga.folder / "c.csv").write_text(calls_of(["anonymous", "-", "0812-0000-0001", "081200000001"], ["prank"] * 4))
    options = ("replay", "c.csv", "--call-takers", 1, "--trunks", 1, "--outcomes", "o.csv")
    _, page, _ = siaga(*options)
    plain = " ".join(page.split())
    assert "number: 'anonymous', '-' taken as withheld, never blocked (2 lines: 2, 3)" in plain
    assert "number: 2 writings of 1 phone taken as the same (region ID) (2 lines: 4, 5)" in plain
    _, document, _ = siaga(*options, "--json")
    assert json.loads(document)["reading"] == [
        {
            "column": "number",
            "what": "'anonymous', '-' taken as withheld, never blocked",
            "rows": 2,
            "lines": [2, 3],
            "warning": True,
        },
        {
            "column": "number",
            "what": "2 writings of 1 phone taken as the same (region ID)",
            "rows": 2,
            "lines": [4, 5],
            "warning": True,
        },
    ]


def test_numbers_that_a_spreadsheet_would_run_are_harmless_in_the_outcomes(siaga: Command) -> None:
    rows = siaga.replay(calls_of(["=cmd|' /C calc'!A0", "+6281200000001", "@SUM(1+1)"], ["prank"] * 3), 1, 3)
    assert told(rows, "number") == [("'=cmd|' /C calc'!A0",), ("'+6281200000001",), ("'@SUM(1+1)",)]


def test_outcomes_are_read_again_as_the_same_numbers(siaga: Command) -> None:
    """The ' before +62 is what spreadsheets put there too."""
    numbers = ["+6281200000001", "=x", "081200000002", "+6281200000001"]
    first = siaga.replay(calls_of(numbers, ["prank"] * 4), 1, 3)
    again = siaga.replay(calls_of([row["number"] for row in first], ["prank"] * 4), 1, 3)
    assert told(first, "number") == told(again, "number")


def test_units_that_are_stated_are_read(siaga: Command) -> None:
    """Twenty minutes with talks of 150 s and 180 s, as a spreadsheet counts days."""
    days = "arrival_s,handling_s\n45383.33333,0.001736111\n45383.34028,0.001736111\n45383.34722,0.002083333\n"
    rows = siaga.replay(days, 1, 3, "--arrivals", "days", "--durations", "days")
    begin = 3_921_120_000
    assert told(rows, "arrival_s", "talk_end_s") == [
        (f"{begin}.0", f"{begin + 150}.0"),
        (f"{begin + 600}.0", f"{begin + 750}.0"),
        (f"{begin + 1200}.0", f"{begin + 1380}.0"),
    ]
    rows = siaga.replay(
        "arrival_s;handling_s;wrap_up_s\n0,5;2:30;0:45\n", 1, 3, "--durations", "m:ss", "--decimal-comma"
    )
    assert told(rows, "arrival_s", "talk_end_s", "free_s") == [("0.5", "150.5", "195.5")]


# -- the command ---------------------------------------------------------------------------------------------------


def test_the_file_has_a_row_per_attempt_under_the_promised_columns(siaga: Command) -> None:
    siaga.replay(ONE_CALL_TAKER, 1, 2)
    with (siaga.folder / "out.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == list(COLUMNS)
    assert header[:5] == ["call", "attempt", "arrival_s", "ending", "wait_s"]


def test_json_is_one_document_that_counts_calls_and_attempts(siaga: Command) -> None:
    (siaga.folder / "c.csv").write_text("arrival_s,handling_s,attempts,redial_delay_s\n0,10,1,\n4,3,4,3\n")
    code, out, _ = siaga("replay", "c.csv", "--call-takers", 1, "--trunks", 1, "--outcomes", "o.csv", "--json")
    document = json.loads(out)
    assert (code, document["calls"], document["attempts"]) == (0, 2, 4)
    offered = {m["value"] for m in document["measures"] if (m["intent"], m["measure"]) == ("genuine", "offered")}
    assert offered == {2.0}


def test_an_earlier_file_of_outcomes_is_not_lost(siaga: Command) -> None:
    first = siaga.replay(ONE_CALL_TAKER, 1, 2)
    siaga.replay(ONE_CALL_TAKER, 3, 3)
    assert read(siaga.folder / "out.csv.1") == first


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a faulty cell": ({"calls": "arrival_s,handling_s\n0,1\n1,x\n"}, "calls.csv:3: handling_s: given 'x'"),
    "a missing file": ({"file": "nowhere.csv"}, "nowhere.csv"),
    "an unknown policy": ({"policy": "strictest"}, "--policy"),
    "a number whose digits are lost": (
        {"calls": "arrival_s,handling_s,number\n0,1,8.12E+11\n"},
        "calls.csv:2: number: given '8.12E+11'",
    ),
    "an unknown region": ({"calls": "arrival_s,handling_s,number\n0,1,08\n", "region": "XX"}, "--region"),
    "a device": ({"file": "/dev/zero"}, "no regular file"),
    "days of a spreadsheet": ({"calls": "arrival_s,handling_s\n0,0.0017\n60,0.0021\n"}, "--durations days"),
    "a folder for the outcomes": ({"out": "."}, "--outcomes"),
    "the calls themselves for the outcomes": ({"out": "calls.csv"}, "--outcomes"),
    "a folder that is not there": ({"out": "calls.csv/x/out.csv"}, "--outcomes"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_with_exit_code_2_and_touches_nothing(siaga: Command, name: str) -> None:
    given, said = BAD[name]
    text = given.get("calls", ONE_CALL_TAKER)
    (siaga.folder / "calls.csv").write_text(text)
    options = ["--call-takers", 1, "--trunks", 2, "--outcomes", given.get("out", "out.csv")]
    more = [word for name in ("policy", "region") if name in given for word in (f"--{name}", given[name])]
    code, out, err = siaga("replay", given.get("file", "calls.csv"), *options, *more)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert [path.name for path in siaga.folder.iterdir()] == ["calls.csv"]
    assert (siaga.folder / "calls.csv").read_text() == text


def test_the_installed_command_replays(tmp_path: Path) -> None:
    """The one run in a process of its own."""
    (tmp_path / "calls.csv").write_text(ONE_CALL_TAKER)
    command = [str(Path(sys.executable).with_name("siaga")), "replay", "calls.csv"]
    options = ["--call-takers", "1", "--trunks", "2", "--engine", "reference", "--outcomes", "out.csv"]
    done = subprocess.run([*command, *options], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    endings = [row["ending"] for row in read(tmp_path / "out.csv")]
    assert endings.count("answered") == 5


def test_times_are_given_back_as_the_file_counts_them(tmp_path: Path) -> None:
    """Seconds since 1970 cost no more than seconds since the first call: the same rows, later by that much."""
    late = 1_700_000_000
    made = []
    for start in (0, late):
        table = f"arrival_s,handling_s,patience_s\n{start + 5}.5,10,\n{start + 6},10,2\n"
        (tmp_path / f"{start}.csv").write_text(table)
        trace = read_trace(tmp_path / f"{start}.csv")
        outcomes, staffing = replay(trace, 1, 2, NO_POLICY, "reference")
        made.append([dict(zip(COLUMNS, row, strict=True)) for row in rows_of(trace, outcomes)])
        assert len(count_by_day(trace.calls, outcomes, staffing, DEFAULT_THRESHOLDS)) == 1
    early, shifted = made
    assert [row["arrival_s"] for row in shifted] == [f"{late + 5}.5", f"{late + 6}.0"]
    assert [row["left_s"] for row in shifted] == [f"{late + 15}.5", f"{late + 8}.0"]
    assert [row["wait_s"] for row in shifted] == [row["wait_s"] for row in early] == ["0.0", "2.0"]
