"""The command as a person meets it: exit codes, what stands on which stream, no traceback for bad input."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SIAGA = Path(sys.executable).parent / "siaga"
BONTANG = ROOT / "scenarios" / "bontang.yaml"
CALLS = "arrival_s,handling_s,patience_s,number,intent\n0,10,,a,prank\n5,10,3,b,genuine\n"


def siaga(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SIAGA, *map(str, words)], cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


BAD = [
    (("run", "nowhere.yaml"), "nowhere.yaml"),
    (("run", "."), "."),
    (("run", BONTANG, "--policy", "../none"), "--policy"),
    (("run", BONTANG, "--policy", "/etc/passwd"), "--policy"),
    (("run", BONTANG, "--policy", "bontang-24"), "did you mean bontang-24h"),
    (("run", BONTANG, "--policy", "nowhere.yaml"), "nowhere.yaml"),
    (("run", BONTANG, "--target", "90 percent"), "a target such as"),
    (("run", BONTANG, "--replications", "0"), "--replications"),
    (("run", BONTANG, "--replications", "many"), "--replications"),
    (("run", BONTANG, "--call-takers", "-1"), "--call-takers"),
    (("run", BONTANG, "--engine", "warp"), "--engine"),
    (("run", BONTANG, "--seed", "-3"), "--seed"),
    (("run", BONTANG, "--out", "calls.csv"), "--out"),
    (("run",), "SCENARIO"),
    (("replay", "nowhere.csv", "--call-takers", 1, "--trunks", 1, "--outcomes", "o.csv"), "nowhere.csv"),
    (("replay", "calls.csv", "--call-takers", 1, "--trunks", 0, "--outcomes", "o.csv"), "--trunks"),
    (("replay", "calls.csv", "--call-takers", 1, "--trunks", 1), "--outcomes"),
    (("replay", "calls.csv", "--call-takers", 1, "--trunks", 1, "--outcomes", "."), "--outcomes"),
    (("replay", "calls.csv", "--call-takers", 1, "--trunks", 1, "--outcomes", "calls.csv"), "--outcomes"),
    (("replay", "calls.csv", "--call-takers", 1, "--trunks", 1, "--outcomes", "no/where.csv", "--policy", "x"), "x"),
    (("facts", "nowhere.yaml"), "nowhere.yaml"),
    (("check", "nowhere.yaml"), "nowhere.yaml"),
    (("check", "nowhere"), "SCENARIO: given 'nowhere'"),
    (("facts", "nowhere"), "SCENARIO: given 'nowhere'"),
    (("erlang", "--day", "nowhere"), "--day: given 'nowhere'"),
    (("erlang", "--day", "bontang", "--calls", "1 / h"), "--calls: given both --day and --calls"),
    (("compare", BONTANG, "--policies", "none"), "write --policies none,"),
    (("staff", BONTANG, "--least", 3, "--most", 2), "--most: given --least 3 and --most 2"),
    (("capacity", BONTANG, "--of", "nuisances"), "--of: given nuisances"),
    (("no-such-command",), "no-such-command"),
]


@pytest.mark.parametrize(
    "words, named", BAD, ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else None
)
def test_bad_input_ends_with_2_and_a_word_of_what_was_wrong(
    words: tuple[object, ...], named: str, tmp_path: Path
) -> None:
    (tmp_path / "calls.csv").write_text(CALLS)
    done = siaga(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert (tmp_path / "calls.csv").read_text() == CALLS


def test_json_is_one_document_and_all_there_is_on_standard_output(tmp_path: Path) -> None:
    done = siaga("run", BONTANG, "--replications", 5, "--json", cwd=tmp_path)
    document = json.loads(done.stdout)
    assert [document[name] for name in ("scenario", "seed", "engine", "replications")] == ["bontang", 1, "reference", 5]
    row = document["measures"][0]
    assert set(row) == {"intent", "measure", "value", "low", "high", "unit"}
    genuine = {m["measure"] for m in document["measures"] if m["intent"] == "genuine"}
    assert {"offered", "service_level", "blocked_callers", "asa", "abandoned", "busy"} <= genuine


def test_json_of_a_single_replication_has_no_figure_that_json_can_not_hold(tmp_path: Path) -> None:
    done = siaga("run", BONTANG, "--replications", 1, "--json", cwd=tmp_path)
    document = json.loads(done.stdout, parse_constant=pytest.fail)
    assert document["replications"] == 1
    assert any(measure["low"] is None for measure in document["measures"])


@pytest.mark.parametrize("target, code", [("1 % of genuine within 15 s", 0), ("100 % of genuine within 15 s", 1)])
def test_the_exit_code_says_whether_targets_are_met(target: str, code: int, tmp_path: Path) -> None:
    assert siaga("run", BONTANG, "--replications", 20, "--target", target, cwd=tmp_path).returncode == code


@pytest.mark.parametrize("others", [(), ("--target", "1 % of genuine within 15 s")])
def test_a_target_that_nobody_called_for_is_not_met(others: tuple[str, ...], tmp_path: Path) -> None:
    """A script would take 0 for met; the page says what could not be judged."""
    done = siaga("run", BONTANG, "--replications", 5, "--target", "90 % of enquiry within 15 s", *others, cwd=tmp_path)
    assert done.returncode == 1
    assert "target without a caller to hold it against: 90 % of enquiry within 15 s" in done.stdout


def test_a_thousand_written_with_a_point_is_asked_about_by_every_command(tmp_path: Path) -> None:
    """In files and options, on the page where it has warnings, else beside it; JSON stays one document."""
    text = BONTANG.read_text().replace("volume: 6 / d", "volume: 6.500 / d").replace("policy: bontang-24h", "")
    (tmp_path / "mine.yaml").write_text(text[: text.index("reported:")])
    (tmp_path / "p.yaml").write_text("rules: [{on: prank, action: block, for: 1.500 h}]")
    asked = "callers.residents.volume: is 6.500 / d meant as 6.5 / d or as 6500 / d?"
    assert asked in " ".join(siaga("check", "mine.yaml", cwd=tmp_path).stdout.split())
    ran = siaga("run", "mine.yaml", "--replications", 2, "--policy", "p.yaml", "--json", cwd=tmp_path)
    assert any(asked in warning for warning in json.loads(ran.stdout)["warnings"])
    assert "warning: p.yaml: line 1: rules[1].for: is 1.500 h meant as 1.5 h or as 1500 h?" in ran.stderr
    for words in (("erlang", "--day", "mine.yaml"), ("erlang", "--calls", "1.200 / h", "--handling", "20 s")):
        done = siaga(*words, cwd=tmp_path)
        assert done.returncode == 0
        assert (asked if "--day" in words else "--calls: is 1.200 / h meant as 1.2 / h or as 1200 / h?") in done.stderr


def test_nobody_on_any_shift_is_warned_about_and_loses_every_genuine_caller(tmp_path: Path) -> None:
    done = siaga("run", BONTANG, "--replications", 5, "--call-takers", 0, "--json", cwd=tmp_path)
    document = json.loads(done.stdout)
    lost = [m["value"] for m in document["measures"] if (m["intent"], m["measure"]) == ("genuine", "nobody_on_duty")]
    assert lost == [1.0]
    assert any("nobody" in warning for warning in document["warnings"])


def test_the_page_fits_80_columns_but_for_the_path(tmp_path: Path) -> None:
    done = siaga("run", BONTANG, "--replications", 5, cwd=tmp_path)
    *page, kept = done.stdout.rstrip().split("\n")
    assert max(len(line.rstrip()) for line in page) <= 80
    assert re.search(r"\d+ values marked as assumed, \d+ defaults not stated; siaga check lists them.", done.stdout)
    assert kept.startswith("kept in results/bontang/")


def test_results_are_kept_and_not_simulated_again(tmp_path: Path) -> None:
    first = siaga("run", BONTANG, "--replications", 5, "--json", cwd=tmp_path)
    [folder] = (tmp_path / "results" / "bontang").iterdir()
    names = {path.name for path in folder.iterdir()}
    assert names == {"manifest.json", "calls.parquet", "outcomes.parquet", "replications.parquet", "summary.json"}
    again = siaga("run", BONTANG, "--replications", 5, cwd=tmp_path)
    assert "5 of the replications were kept from an earlier run" in again.stdout
    assert json.loads((folder / "summary.json").read_text()) == json.loads(first.stdout)


def test_the_laws_of_the_tables_hold_on_request(tmp_path: Path) -> None:
    assert siaga("run", BONTANG, "--replications", 5, "--check", cwd=tmp_path).returncode == 0


def test_an_interrupted_run_says_what_is_kept_and_goes_on_from_there(tmp_path: Path) -> None:
    slowly = ("--engine", "reference", "--workers", "1", "--json")
    words = [SIAGA, "run", ROOT / "scenarios" / "bengkulu.yaml", "--replications", "400", *slowly]
    run = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("results/bengkulu/*/parts/*.replications.parquet")) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130, said
    found = re.search(
        r"interrupted: (\d+) of 400 replications are kept in results/bengkulu/\w+; the same command", said
    )
    assert found, said
    kept = int(found[1])
    assert 0 < kept < 400
    more = siaga("run", ROOT / "scenarios" / "bengkulu.yaml", "--replications", kept + 1, cwd=tmp_path)
    assert f"{kept} of the replications were kept from an earlier run" in more.stdout


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        f"'{SIAGA}' run '{BONTANG}' --replications 5 --json | head -n 1",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, simulator.cli.commands; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "scipy", "pyarrow", "simpy", "pydantic", "yaml", "phonenumbers"} & set(loaded)


@pytest.mark.parametrize("command", ["check", "run", "replay", "facts"])
def test_every_command_has_help(command: str, tmp_path: Path) -> None:
    done = siaga(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Usage: siaga " + command in done.stdout


def test_replay_keeps_a_file_that_stands_where_outcomes_go(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(CALLS)
    (tmp_path / "o.csv").write_text("mine\n")
    words = ("replay", "calls.csv", "--call-takers", 1, "--trunks", 2, "--outcomes", "o.csv")
    done = siaga(*words, cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "o.csv.1").read_text() == "mine\n"
    assert "the earlier o.csv is now o.csv.1" in done.stdout
    assert (tmp_path / "o.csv").read_text().startswith("call,attempt,arrival_s,ending,wait_s,")


def test_call_takers_whose_breaks_would_not_fit_the_shift_are_refused(tmp_path: Path) -> None:
    """Two persons' breaks in turn fit in the file; ten do not."""
    day = "{name: day, from: '08:00', to: '16:00', call_takers: 2, breaks: [{at: '11:00', for: 1 h}]}"
    floor = f"floor: {{trunks: 4, shifts: [{day}]}}\n"
    residents = "callers: {residents: {intent: genuine, volume: 60 / d, talk: 2 min, patience: 3 min}}\n"
    text = f"title: t\nstart: 2024-01-01T00:00+07:00\nlength: 2 d\n{residents}{floor}"
    (tmp_path / "breaks.yaml").write_text(text)
    assert siaga("run", "breaks.yaml", "--replications", 2, cwd=tmp_path).returncode == 0
    done = siaga("run", "breaks.yaml", "--replications", 2, "--call-takers", 10, cwd=tmp_path)
    assert done.returncode == 2
    assert "--call-takers: given 10: 10 breaks one after the other" in done.stderr


def test_the_version_is_that_of_the_installed_package(tmp_path: Path) -> None:
    from importlib.metadata import version

    done = siaga("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"siaga {version('siaga')}\n")
