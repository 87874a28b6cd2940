"""``siaga tune`` as a person meets it: exit codes, streams, bad input, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.questions.sensitivity.street import POLICIES, STREET

ROOT = Path(__file__).parents[1]
BONTANG = ROOT / "scenarios" / "bontang.yaml"
COMMAND = [sys.executable, "-m", "simulator.cli", "tune"]
VARY = ("--vary", "strikes=1..3", "--vary", "for=4h,24h")


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def siaga(*words: object, cwd: Path, command: tuple[str, ...] = tuple(COMMAND)) -> subprocess.CompletedProcess[str]:
    whole = [*command, *map(str, words)]
    return subprocess.run(whole, cwd=cwd, env=environment(), capture_output=True, text=True, check=False, timeout=180)


def test_a_page_for_people_a_document_for_programs_and_a_policy_to_run(tmp_path: Path) -> None:
    (tmp_path / "busy.yaml").write_text(STREET, encoding="utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "all.yaml").write_text(POLICIES["all"], encoding="utf-8")
    words = ("busy.yaml", "--policy", "all", "--vary", "strikes=1..3", "--vary", "for=7d,forever", "--replications", 20)
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr + document.stderr
    assert " ".join(page.stdout.split()).startswith("Night and day 112 Blocking for")
    assert page.stderr == document.stderr == ""
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert [each["key"] for each in found["varied"]] == ["strikes", "for"]
    assert found["recommended"]["rule"].removeprefix("b") in " ".join(page.stdout.split())
    folder = tmp_path / page.stdout.rstrip().splitlines()[-1].removeprefix("kept in ")
    assert {"summary.json", "manifest.json", "recommended.yaml"} <= {each.name for each in folder.iterdir()}
    line = next(line for line in page.stdout.splitlines() if "siaga run " in line)
    again = line.partition("siaga run ")[2].split()
    run = (sys.executable, "-m", "simulator.cli", "run")
    ran = siaga(*again, "--replications", 1, "--json", cwd=tmp_path, command=run)
    assert ran.returncode in {0, 1}, ran.stderr


BAD = [
    (("nowhere.yaml", *VARY), "nowhere.yaml"),
    ((BONTANG,), "--vary: given nothing to vary"),
    ((BONTANG, "--vary", "strike=1..3"), "did you mean strikes?"),
    ((BONTANG, "--vary", "for=30d..1h"), "write for=1h..30d"),
    ((BONTANG, "--vary", "within=0h..1d"), "it can not be zero"),
    ((BONTANG, "--vary", "talk.shorter_than=1s..5s"), "which the policy has not"),
    ((BONTANG, *VARY, "--vary", "for=1h"), "again"),
    ((BONTANG, *VARY, "--policy", "mda-divert"), "1.for"),
    ((BONTANG, *VARY, "--policy", "none"), "--policy"),
    ((BONTANG, *VARY, "--policy", "bontang-24"), "did you mean bontang-24h"),
    ((BONTANG, *VARY, "--most-shut-out", "-1"), "--most-shut-out"),
    ((BONTANG, *VARY, "--most-shut-out", "1001"), "--most-shut-out"),
    ((BONTANG, *VARY, "--trials", "1"), "--trials"),
    ((BONTANG, *VARY, "--replications", "1"), "--replications"),
    ((BONTANG, *VARY, "--target", "soon"), "--target"),
    ((BONTANG, *VARY, "--out", "file"), "--out"),
    ((), "SCENARIO"),
]


@pytest.mark.parametrize("words, named", BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_bad_input_ends_with_2_and_a_word_of_what_was_wrong(
    words: tuple[object, ...], named: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    done = siaga(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert (tmp_path / "file").read_text() == "mine"


def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(tmp_path: Path) -> None:
    words = [*COMMAND, str(BONTANG), *VARY, "--replications", "20000", "--workers", "1"]
    with subprocess.Popen(
        [*words, "--engine", "reference"], cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            until = time.monotonic() + 60
            while not [*tmp_path.glob("results/bontang/tune/lots/*/parts/*.parquet")]:
                assert time.monotonic() < until
                assert child.poll() is None
                time.sleep(0.1)
            child.send_signal(signal.SIGINT)
            _, told = child.communicate(timeout=60)
        finally:
            child.kill()
    assert child.returncode == 130, told
    assert "the same command goes on from there" in told
    assert "Traceback" not in told
