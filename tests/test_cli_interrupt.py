"""Ctrl-C while a command is at work: exit code 130, a word of what is kept, no traceback, and a way to go on."""

import re
import shlex
from pathlib import Path

import pytest

from tests.commands import interrupted, siaga
from tests.planning.lines import LINE

SCENARIOS = Path(__file__).parents[1] / "scenarios"
SLOWLY = "--engine reference --workers 1"
PEOPLE = """
title: our people
people: [{name: Ani}, {name: Budi, nights: no}, {name: Citra}, {name: Dedi}, {name: Eka}, {name: Fitri}, {name: Gita}]
rules: {hours_a_week: 40 h, rest: 11 h, days_off_in_a_row: 2}
"""


def something_is_kept(folder: Path) -> bool:
    return any(folder.glob("results/**/*.parquet"))


def test_a_run_says_how_much_is_kept_and_goes_on_from_there(tmp_path: Path) -> None:
    bengkulu = SCENARIOS / "bengkulu.yaml"
    words = ("run", bengkulu, "--replications", 400, *SLOWLY.split(), "--json")
    done = interrupted(*words, cwd=tmp_path, once=lambda _: something_is_kept(tmp_path))
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    found = re.search(
        r"interrupted: (\d+) of 400 replications are kept in results/bengkulu/\w+; the same command", done.stderr
    )
    assert found, done.stderr
    kept = int(found[1])
    assert 0 < kept < 400
    more = siaga("run", bengkulu, "--replications", kept + 1, cwd=tmp_path)
    assert f"{kept} of the replications were kept from an earlier run" in more.stdout


@pytest.mark.parametrize(
    "command",
    [
        "compare bontang --policies none,bontang-24h,sumut-three-strikes",
        "tune bontang --vary strikes=1..3 --vary for=4h,24h",
    ],
)
def test_what_is_kept_is_gone_on_from_by_the_same_command(command: str, tmp_path: Path) -> None:
    words = shlex.split(f"{command} --replications 20000 {SLOWLY}")
    done = interrupted(*words, cwd=tmp_path, once=lambda _: something_is_kept(tmp_path))
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert "the same command goes on from there" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_search_for_a_roster_ends_within_seconds_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "line.yaml").write_text(LINE.format(genuine=250, prank=300, attendance="95 %"))
    (tmp_path / "people.yaml").write_text(PEOPLE)
    words = ("roster", "line.yaml", "--people", "people.yaml", "--weeks", 8, "--seconds", 600)
    done = interrupted(*words, cwd=tmp_path, once=searches)
    assert (done.returncode, "Traceback" in done.stderr) == (130, False), done.stderr
    assert "nothing was written" in done.stderr
    assert not (tmp_path / "results").exists()


def searches(process: int) -> bool:
    """Whether threads of HiGHS are at work: it is loaded when a search begins, and they are started by that."""
    return "highspy" in Path(f"/proc/{process}/maps").read_text(encoding="utf-8")
