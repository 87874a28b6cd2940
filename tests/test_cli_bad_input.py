"""Bad input to any command: exit code 2, a word of what was wrong, and every file as it was."""

import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.commands import siaga
from tests.planning.lines import LINE
from tests.questions.sensitivity.street import MARK, POLICIES, STREET

BONTANG = Path(__file__).parents[1] / "scenarios" / "bontang.yaml"
SHORT = STREET.replace("length: 5 d", "length: 1 d").replace("warmed 3 d", "empty").replace("200 / d", "40 / d")
PEOPLE = """
title: our people
people: [{name: Ani}, {name: Budi, nights: no}, {name: Citra}]
rules: {hours_a_week: 40 h, rest: 11 h}
"""
WORK = """
title: three shifts
interval: 1 h
shifts:
  - {name: eight, lengths: 8 h, starts: ['06:00', '14:00', '22:00']}
"""
FILES = {
    "file": "mine",
    "bontang.yaml": BONTANG.read_text(encoding="utf-8"),
    "calls.csv": "arrival_s,handling_s,patience_s,number,intent\n0,10,,a,prank\n5,10,3,b,genuine\n",
    "line.yaml": LINE.format(genuine=250, prank=300, attendance="95 %"),
    "street.yaml": SHORT,
    "known.yaml": SHORT.replace(MARK, ""),
    "upside.yaml": SHORT.replace("0 % to 40 %", "40 % to 0 %"),
    **{f"policies/{name}.yaml": content for name, content in POLICIES.items()},
    "people.yaml": PEOPLE,
    "tight.yaml": PEOPLE.replace("rest: 11 h", "days_off_a_week: 6"),
    "misnamed.yaml": PEOPLE.replace("{name: Ani}", "{name: Ani, shifts: mornin}"),
    "gap.yaml": WORK.replace("'22:00'", "'21:00'"),
    "breaks.yaml": WORK.replace("lengths: 8 h", "breaks: [{for: 9 h, after: 1 h}], lengths: 8 h"),
    "bounds.yaml": WORK.replace("title: three", "title: three\nat_least: 3\nat_most: 2 #"),
}
REPLAY = "replay calls.csv --call-takers 1 --trunks 1"
COMPARE = "compare bontang.yaml --policies none,bontang-24h,sumut-three-strikes"
TUNE = "tune bontang.yaml --vary strikes=1..3 --vary for=4h,24h"
SENSITIVITY = "sensitivity street.yaml --policies all,half"
ERLANG = "erlang --calls '60 / h' --handling '150 s'"
ROSTER = "roster line.yaml --seconds 2"
SHIFTS = "shifts line.yaml --target '80 % of genuine within 15 s, every hour' --replications 60"

BAD = [
    ("no-such-command", "no-such-command"),
    ("check nowhere.yaml", "nowhere.yaml"),
    ("check nowhere", "SCENARIO: given 'nowhere'"),
    ("facts nowhere", "SCENARIO: given 'nowhere'"),
    ("erlang --day nowhere", "--day: given 'nowhere'"),
    ("erlang --day bontang.yaml --calls '1 / h'", "--calls: given both --day and --calls"),
    ("compare bontang.yaml --policies none", "write --policies none,"),
    ("capacity bontang.yaml --of nuisances", "--of"),
    ("run nowhere.yaml", "nowhere.yaml"),
    ("run .", "wanted"),
    ("run bontang.yaml --policy ../none", "--policy"),
    ("run bontang.yaml --policy /etc/passwd", "--policy"),
    ("run bontang.yaml --policy bontang-24", "did you mean bontang-24h"),
    ("run bontang.yaml --policy nowhere.yaml", "nowhere.yaml"),
    ("run bontang.yaml --target '90 percent'", "a target such as"),
    ("run bontang.yaml --replications 0", "--replications"),
    ("run bontang.yaml --replications many", "--replications"),
    ("run bontang.yaml --call-takers -1", "--call-takers"),
    ("run bontang.yaml --engine warp", "--engine"),
    ("run bontang.yaml --seed -3", "--seed"),
    ("run bontang.yaml --out calls.csv", "--out"),
    ("run", "SCENARIO"),
    ("replay nowhere.csv --call-takers 1 --trunks 1 --outcomes o.csv", "nowhere.csv"),
    ("replay calls.csv --call-takers 1 --trunks 0 --outcomes o.csv", "--trunks"),
    (REPLAY, "--outcomes"),
    (f"{REPLAY} --outcomes .", "--outcomes"),
    (f"{REPLAY} --outcomes calls.csv", "--outcomes"),
    (f"{REPLAY} --outcomes no/where.csv --policy x", "x"),
    ("facts nowhere.yaml", "nowhere.yaml"),
    ("compare nowhere.yaml", "nowhere.yaml"),
    ("compare bontang.yaml --policies bontang-24h", "--policies"),
    ("compare bontang.yaml --policies none,bontang-24", "did you mean bontang-24h"),
    ("compare bontang.yaml --policies none,/etc/passwd", "--policies"),
    ("compare bontang.yaml --policies none,bontang-24h,bontang-24h", "twice"),
    (f"{COMPARE} --call-takers 1,1", "--call-takers"),
    (f"{COMPARE} --call-takers '1;2'", "--call-takers"),
    (f"{COMPARE} --call-takers x", "--call-takers"),
    (f"{COMPARE} --replications 0", "--replications"),
    (f"{COMPARE} --target soon", "--target"),
    (f"{COMPARE} --out file", "--out"),
    ("compare", "SCENARIO"),
    ("tune nowhere.yaml --vary strikes=1..3", "nowhere.yaml"),
    ("tune bontang.yaml", "--vary: given nothing to vary"),
    ("tune bontang.yaml --vary strike=1..3", "did you mean strikes?"),
    ("tune bontang.yaml --vary for=30d..1h", "write for=1h..30d"),
    ("tune bontang.yaml --vary within=0h..1d", "it cannot be zero"),
    ("tune bontang.yaml --vary talk.shorter_than=1s..5s", "which the policy has not"),
    (f"{TUNE} --vary for=1h", "again"),
    (f"{TUNE} --policy mda-divert", "1.for"),
    (f"{TUNE} --policy none", "--policy"),
    (f"{TUNE} --policy bontang-24", "did you mean bontang-24h"),
    (f"{TUNE} --most-shut-out -1", "--most-shut-out"),
    (f"{TUNE} --most-shut-out 1001", "--most-shut-out"),
    (f"{TUNE} --trials 1", "--trials"),
    (f"{TUNE} --replications 1", "--replications"),
    (f"{TUNE} --target soon", "--target"),
    (f"{TUNE} --out file", "--out"),
    ("tune", "SCENARIO"),
    ("sensitivity nowhere.yaml", "nowhere.yaml"),
    ("sensitivity known.yaml --policies all,half", "values marked as assumed"),
    ("sensitivity upside.yaml --policies all,half", "write 0 % to 40 %"),
    ("sensitivity street.yaml --policies all", "two policies or more"),
    ("sensitivity street.yaml --policies all,hlaf", "did you mean half"),
    (f"{SENSITIVITY} --samples 0", "--samples"),
    (f"{SENSITIVITY} --samples many", "--samples"),
    (f"{SENSITIVITY} --replications 1", "--replications"),
    (f"{SENSITIVITY} --by luck", "--by"),
    (f"{SENSITIVITY} --out file", "--out"),
    ("sensitivity", "SCENARIO"),
    ("erlang --calls 60 --handling '150 s'", "--calls: given '60'; wanted a rate"),
    ("erlang --calls '60 / h' --handling '0 s'", "--handling"),
    ("erlang --calls '60 / h'", "--calls and --handling, or --day"),
    (f"{ERLANG} --target '90 % within 15 s'", "of whom"),
    (f"{ERLANG} --redials 85", "--redials"),
    ("erlang --day line.yaml --patience '0 s'", "--patience"),
    ("erlang --day line.yaml --calls '5 / h'", "both --day and --calls"),
    ("erlang --day line.yaml --redials '50 %'", "both --day and --redials"),
    ("staff nowhere.yaml", "nowhere.yaml"),
    ("staff line.yaml --interval '7 min'", "--interval"),
    ("staff line.yaml --least 4 --most 2", "given --least 4 and --most 2"),
    ("staff line.yaml --target '90 %'", "--target"),
    ("staff line.yaml --target '90 % of enquiry within 15 s'", "callers whom the scenario has"),
    ("staff line.yaml --target '100 % of genuine within 15 s'", "ask for 99.9 %"),
    ("staff line.yaml --trunks 0", "--trunks"),
    ("staff line.yaml --trunks P.02", "P.01"),
    ("staff line.yaml --trunks 4 --phases '1 d'", "--phases or --trunks"),
    ("staff line.yaml --growth 0", "above 0 and up to 64"),
    (f"{SHIFTS} --work gap.yaml", "no shift that covers"),
    (f"{SHIFTS} --work breaks.yaml", "of a shift of 8 h"),
    (f"{SHIFTS} --work bounds.yaml", "at_least: 3"),
    ("shifts line.yaml --work nine-hours", "eight-hours"),
    ("shifts line.yaml --target '100 % of genuine within 15 s'", "ask for 99.9 %"),
    ("capacity line.yaml --target '90 % of silent within 15 s'", "callers whom the scenario has"),
    ("capacity line.yaml --target '100 % of genuine within 15 s'", "ask for 99.9 %"),
    (f"{ROSTER} --people nobody", "--people"),
    (f"{ROSTER} --people nowhere.yaml", "nowhere.yaml"),
    (f"{ROSTER} --people people.yaml --start '1 March'", "--start"),
    (f"{ROSTER} --people people.yaml --after none.csv", "none.csv"),
    (f"{ROSTER} --people people.yaml --after people.yaml", "roster.csv"),
    (f"{ROSTER} --people people.yaml --weeks 0", "--weeks"),
    (f"{ROSTER} --people tight.yaml", "days_off_a_week"),
    (f"{ROSTER} --people misnamed.yaml", "did you mean morning?"),
    (f"{ROSTER} --people people.yaml --out people.yaml", "--out"),
]


@pytest.mark.parametrize("command, named", BAD, ids=[command for command, _ in BAD])
def test_bad_input_ends_with_2_and_a_word_of_what_was_wrong(command: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = siaga(*shlex.split(command), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert named in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr
    found = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
    assert {name: path.read_text(encoding="utf-8") for name, path in found.items()} == FILES


@pytest.mark.skipif(find_spec("typer._coercion") is None, reason="an older Typer says it in its own words")
@pytest.mark.parametrize(
    "command, text",
    [
        ("run bontang.yaml --replications 0", "--replications: given '0'; wanted greater than or equal to 1\n"),
        ("run bontang.yaml --seed x", "--seed: given 'x'; wanted a valid integer\n"),
        ("capacity bontang.yaml --of rain", "--of: given 'rain'; wanted one of 'volume', 'nuisance'\n"),
    ],
)
def test_a_value_out_of_bounds_is_said_as_any_other_fault(command: str, text: str, tmp_path: Path) -> None:
    assert siaga(*shlex.split(command), cwd=tmp_path).stderr == text
