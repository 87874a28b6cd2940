"""``siaga compare`` as a person meets it: exit codes, streams, bad input, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BONTANG = ROOT / "scenarios" / "bontang.yaml"
POLICIES = "none,bontang-24h,sumut-three-strikes"
COMMAND = [sys.executable, "-m", "simulator.cli", "compare"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def siaga(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, words)]
    return subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, check=False, timeout=180)


def test_a_page_for_people_and_a_document_for_programs(tmp_path: Path) -> None:
    words = (BONTANG, "--policies", POLICIES, "--replications", 5)
    page, document = siaga(*words, cwd=tmp_path), siaga(*words, "--json", cwd=tmp_path)
    assert (page.returncode, document.returncode) == (0, 0), page.stderr + document.stderr
    assert page.stdout.startswith("Bontang Siaga 112")
    found = json.loads(document.stdout, parse_constant=pytest.fail)
    assert [each["policy"] for each in found["paired"]] == [*POLICIES.split(","), "no nuisance"]
    assert page.stderr == document.stderr == ""
    folder = Path(page.stdout.rstrip().splitlines()[-1].removeprefix("kept in "))
    assert {"summary.json", "manifest.json"} <= {each.name for each in (tmp_path / folder).iterdir()}


BAD = [
    (("nowhere.yaml",), "nowhere.yaml"),
    ((BONTANG, "--policies", "bontang-24h"), "--policies"),
    ((BONTANG, "--policies", "none,bontang-24"), "did you mean bontang-24h"),
    ((BONTANG, "--policies", "none,/etc/passwd"), "--policies"),
    ((BONTANG, "--policies", "none,bontang-24h,bontang-24h"), "twice"),
    ((BONTANG, "--policies", POLICIES, "--call-takers", "1,1"), "--call-takers"),
    ((BONTANG, "--policies", POLICIES, "--call-takers", "1;2"), "--call-takers"),
    ((BONTANG, "--policies", POLICIES, "--call-takers", "x"), "--call-takers"),
    ((BONTANG, "--policies", POLICIES, "--replications", "0"), "--replications"),
    ((BONTANG, "--policies", POLICIES, "--target", "soon"), "--target"),
    ((BONTANG, "--policies", POLICIES, "--out", "file"), "--out"),
    ((), "SCENARIO"),
]


@pytest.mark.parametrize(
    "words, named", BAD, ids=lambda value: "" if isinstance(value, str) else " ".join(map(str, value[1:]))
)
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
    words = [*COMMAND, str(BONTANG), "--policies", POLICIES, "--replications", "20000", "--workers", "1"]
    with subprocess.Popen(
        [*words, "--engine", "reference"], cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True
    ) as child:
        until = time.monotonic() + 60
        while not [*tmp_path.glob("results/bontang/compare/designs/*/parts/*.parquet")]:
            assert time.monotonic() < until
            assert child.poll() is None
            time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=60)
    assert child.returncode == 130, told
    assert "the same command goes on from there" in told
    assert "Traceback" not in told


def test_pictures_need_not_be_possible_for_the_command_to_start(tmp_path: Path) -> None:
    """Neither the command nor the page imports plotly; only drawing does."""
    code = "import sys, simulator.cli.commands, simulator.report.compare; sys.exit('plotly' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(), check=False)
    assert done.returncode == 0
