"""Words that nobody types on purpose: no traceback, nothing that a terminal would obey, nothing echoed at length."""

import gc
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.cli import main
from tests.planning.lines import LINE

NO_UTF8 = os.fsdecode(b"a\xff\xfe")
LONG = "x" * 100_000
OBEYED = "a\u202eb\x1b[31mc\x9bd\u2066e"
SEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def siaga(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """The command in this process: exit code, standard output and error."""
    handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    thresholds = gc.get_threshold()
    monkeypatch.chdir(tmp_path)
    Path("line.yaml").write_text(LINE.format(genuine=20, prank=10, attendance="100 %"))
    Path("calls.csv").write_text("arrival_s,handling_s\n0,10\n")
    Path("people.yaml").write_text("title: we\npeople: [{name: Ani}]\n")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["siaga", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    yield run
    gc.set_threshold(*thresholds)
    for name, handler in handlers.items():
        signal.signal(name, handler)


FLOOR = ("--call-takers", "1", "--trunks", "1", "--outcomes")
STEADY = ("--calls", "1 / h", "--handling", "1 s")
REFUSED: list[tuple[str, ...]] = [
    ("?",),
    ("check", "?"),
    ("run", "?"),
    ("run", "line.yaml", "?"),
    ("run", "line.yaml", "--?"),
    ("run", "line.yaml", "--seed", "?"),
    ("run", "line.yaml", "--engine", "?"),
    ("run", "line.yaml", "--policy", "?"),
    ("run", "line.yaml", "--target", "?"),
    ("replay", "?", *FLOOR, "o.csv"),
    ("replay", "calls.csv", *FLOOR, "o.csv", "--policy", "?"),
    ("facts", "?"),
    ("compare", "line.yaml", "--policies", "?"),
    ("compare", "line.yaml", "--policies", "none,?"),
    *(("tune", "line.yaml", "--policy", "bontang-24h", "--vary", each) for each in ("?", "for=?", "?=1,2")),
    ("erlang", "--calls", "?", "--handling", "1 s"),
    ("erlang", "--calls", "1 / h", "--handling", "?"),
    ("erlang", "--day", "?"),
    ("erlang", *STEADY, "--target", "?"),
    ("erlang", *STEADY, "--patience", "?"),
    ("erlang", *STEADY, "--redials", "?"),
    ("staff", "line.yaml", "--interval", "?"),
    ("staff", "line.yaml", "--trunks", "?"),
    ("staff", "line.yaml", "--phases", "?"),
    ("shifts", "line.yaml", "--work", "?"),
    ("roster", "line.yaml", "--people", "?"),
    ("roster", "line.yaml", "--people", "people.yaml", "--start", "?"),
    ("roster", "line.yaml", "--people", "people.yaml", "--after", "?"),
    ("load", "line.yaml", "--host", "?"),
    ("load", "line.yaml", "--target", "?"),
    ("load", "line.yaml", "--for", "?"),
    ("load", "line.yaml", "--from", "?"),
    ("serve", "--database", "?/x.sqlite"),
]


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
@pytest.mark.parametrize("given", [NO_UTF8, LONG, OBEYED], ids=["no UTF-8", "long", "obeyed"])
def test_what_can_not_be_used_is_refused_in_a_few_plain_words(siaga: Run, words: tuple[str, ...], given: str) -> None:
    code, out, err = siaga(*(word.replace("?", given) for word in words))
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert not SEEN.search(err)
    assert len(err) < 2_500
    if "x" * 20 in err:
        assert re.search(r"x\.\.\.x", err)
        assert "x" * 400 not in err
        assert re.search(r"\(\d{3},\d{3} characters\)", err)


@pytest.mark.parametrize("out", ["run12:30", "s3:bucket", "file:x", "mock:x", "./a:b", "gs://b/c", NO_UTF8, "a\u202eb"])
def test_any_folder_is_a_folder(siaga: Run, out: str) -> None:
    """Results are written there, read again, and gone on from."""
    words = ("run", "line.yaml", "--out", out, "--engine", "reference", "--json", "--target", "1 % of all within 1 h")
    fewer, more, again = (siaga(*words, "--replications", number) for number in ("2", "3", "3"))
    assert (fewer[0], more[0], again[0]) == (0, 0, 0), (fewer, more, again)
    assert json.loads(more[1]) == json.loads(again[1])
    [folder] = Path(out).glob("line/*")
    assert {path.name for path in folder.iterdir()} >= {"calls.parquet", "outcomes.parquet", "manifest.json"}
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["replications"] == 3


def test_a_scenario_of_any_name_is_run_and_drawn(siaga: Run) -> None:
    path = Path("line.yaml").rename(f"{NO_UTF8}.yaml")
    code, out, err = siaga("run", str(path), "--engine", "reference", "--replications", "2", "--json")
    assert (code in (0, 1), err) == (True, "")
    assert json.loads(out)["scenario"] == NO_UTF8
    [manifest] = Path("results").glob("*/*/manifest.json")
    assert NO_UTF8 in json.loads(manifest.read_text(encoding="utf-8"))["command"]
    assert siaga("draw", str(path), f"{NO_UTF8}.siaga", "--for", "1 d")[0] == 0
    assert Path(f"{NO_UTF8}.siaga").is_file()


def test_help_and_version_end_well(siaga: Run) -> None:
    assert siaga("--version")[::2] == (0, "")
    code, out, err = siaga("run", "--help")
    assert (code, err) == (0, "")
    assert "--replications" in out
    code, out, err = siaga("run")
    assert (code, out) == (2, "")
    assert "SCENARIO" in err


AS_IT_IS_IMPORTED = """
import os, signal, sys
from simulator.cli import main

class Press:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Press())
sys.argv = ["siaga", "run", "line.yaml"]
main()
"""


@pytest.mark.parametrize(
    "name", ["typer", "simulator.cli.live", "yaml", "pydantic", "numpy", "pyarrow", "simulator.questions.run.run"]
)
def test_ctrl_c_during_import_ends_with_130_and_a_word(siaga: Run, name: str) -> None:
    code = AS_IT_IS_IMPORTED.format(name=name)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")
