"""The questions as Python functions: the same answers as the commands give, and the same words about bad input."""

import inspect
import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner

import simulator as siaga
from simulator.cli import app
from tests.planning.lines import LINE

ROOT = Path(__file__).parents[1]
LOAD = {"calls": "60 / h", "handling": "150 s", "patience": "60 s"}
CALLS = "arrival_s,handling_s,number\n0,10,08123456789\n5,10,+628123456789\n"


def test_an_answer_has_the_document_and_the_page_of_the_command() -> None:
    words = ["erlang", *(word for name, value in LOAD.items() for word in (f"--{name}", value))]
    answer = siaga.erlang(**LOAD)
    assert answer.document() == json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert answer.text() == CliRunner().invoke(app, words).stdout
    assert answer.exit_code == 0


def test_a_notebook_shows_the_page_as_html() -> None:
    shown = siaga.erlang(**LOAD)._repr_html_()
    assert shown.startswith("<pre")
    assert "fewest call-takers that reach the target" in shown
    assert "font-weight: bold" in shown


def test_a_table_has_a_row_for_each_formula_hour_or_attempt(tmp_path: Path) -> None:
    assert siaga.erlang(**LOAD).table()["formula"].to_pylist() == ["Erlang C", "Erlang A"]
    assert siaga.erlang(day="serang").table()["hour"].to_pylist() == list(range(24))
    (tmp_path / "calls.csv").write_text(CALLS)
    played = siaga.replay(tmp_path / "calls.csv", call_takers=1, trunks=2, outcomes=tmp_path / "o.csv")
    assert played.table().select(["call", "ending", "wait_s"]).to_pylist() == [
        {"call": 0, "ending": "answered", "wait_s": "0.0"},
        {"call": 1, "ending": "answered", "wait_s": "5.0"},
    ]
    assert [note.kind for note in played.notes] == ["warning", "warning", "hint"]


def test_a_scenario_may_stand_in_place_of_its_file() -> None:
    scenario = siaga.load_scenario("serang").scenario
    assert siaga.erlang(day=scenario).document() == siaga.erlang(day="serang").document()


def test_a_plan_is_a_table_and_written_with_its_picture_and_as_a_scenario_if_it_is_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "line.yaml"
    path.write_text(LINE.format(genuine=20, prank=10, attendance="100 %"))
    for place, scenario in (("file", path), ("memory", siaga.load_scenario(path).scenario)):
        fields = {"targets": ["50 % of genuine within 60 s, overall"], "interval": "shift", "replications": 4}
        plan = siaga.staff(scenario, out=tmp_path / place, workers=1, **fields)
        assert plan.exit_code == 0
        assert plan.table().column_names == ["from", "to", "call_takers", "shift"]
        assert [row["name"] for row in plan.document()["shifts"]] == plan.table()["shift"].to_pylist()
        (picture,) = (tmp_path / place).rglob("staffing.html")
        assert f"picture of the plan: {picture}" in plan.text()
        assert (picture.parent / "planned.yaml").exists() == (place == "file")


def test_what_python_simulates_is_what_the_command_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists stand where the command has commas."""
    monkeypatch.chdir(tmp_path)
    Path("line.yaml").write_text(LINE.format(genuine=20, prank=10, attendance="100 %"))
    ran = siaga.run("line.yaml", replications=2, engine="reference", call_takers=2)
    words = ["line.yaml", "--replications", "2", "--engine", "reference", "--call-takers"]
    assert ran.document() == json.loads(CliRunner().invoke(app, ["run", *words, "2", "--json"]).stdout)
    assert ran.table()["measure"].to_pylist() == [each["measure"] for each in ran.document()["measures"]]
    policies = ["none", "bontang-24h"]
    compared = siaga.compare("line.yaml", policies=policies, call_takers=[1, 2], replications=2, engine="reference")
    words = ["compare", *words, "1,2", "--policies", "none,bontang-24h", "--json"]
    assert compared.document() == json.loads(CliRunner().invoke(app, words).stdout)
    assert "never heard" in compared.text()


@pytest.mark.parametrize(
    "fields, words",
    [
        ({**LOAD, "patience": "soon"}, "patience: given 'soon'; wanted"),
        ({**LOAD, "call_takers": 0}, "call_takers: given '0'; wanted greater than or equal to 1"),
        ({**LOAD, "day": "serang"}, "calls: given both day and calls; wanted day without it"),
        ({"day": "serangg"}, "day: given 'serangg'"),
    ],
)
def test_bad_input_names_the_keyword(fields: dict[str, object], words: str) -> None:
    with pytest.raises(siaga.BadInput) as refused:
        siaga.erlang(**fields)
    assert str(refused.value).startswith(words)


@pytest.mark.parametrize(
    "question, fields, words",
    [
        ("tune", {}, "vary: given nothing to vary; wanted KEY=LOW..HIGH or KEY=a,b,c"),
        ("tune", {"vary": ["strikes=0"]}, "vary: given 'strikes=0', with '0'"),
        ("tune", {"vary": ["strikes=1"], "most_shut_out": 1001}, "most_shut_out: given '1001'"),
        ("sensitivity", {"policies": "none"}, "policies: given 'none' alone; wanted two policies or more"),
        ("sensitivity", {"samples": 9}, "samples: given '9'; wanted greater than or equal to 10"),
    ],
)
def test_bad_input_of_a_study_names_the_keyword(question: str, fields: dict[str, object], words: str) -> None:
    with pytest.raises(siaga.BadInput) as refused:
        getattr(siaga, question)("bontang", **fields)
    assert str(refused.value).startswith(words)


def test_what_is_missing_is_named_too() -> None:
    with pytest.raises(siaga.BadInput) as refused:
        siaga.roster("serang")
    assert str(refused.value) == "people: given none; wanted a value"


def test_a_function_shows_its_keywords_and_what_they_mean() -> None:
    parameters = inspect.signature(siaga.roster).parameters
    assert list(parameters)[:3] == ["scenario", "people", "weeks"]
    assert parameters["weeks"].default == 4
    assert "weeks: How many weeks." in (inspect.getdoc(siaga.roster) or "")
    with pytest.raises(TypeError, match="unexpected keyword"):
        siaga.roster("serang", week=4)


def test_importing_siaga_imports_nothing_heavy_and_changes_nothing() -> None:
    code = (
        "import signal, sys, warnings; before = (signal.getsignal(signal.SIGINT), warnings.showwarning);"
        "import simulator; assert before == (signal.getsignal(signal.SIGINT), warnings.showwarning);"
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "pydantic", "rich", "typer", "simulator.api"} & set(loaded)


def test_the_examples_of_the_guide_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ``python`` block in turn, each beginning where the one before ended."""
    import doctest
    import shutil

    guide = (ROOT / "docs" / "guides" / "python.md").read_text(encoding="utf-8")
    blocks = [part.partition("\n```")[0] for part in guide.split("```python\n")[1:]]
    assert len(blocks) > 3
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    Path("calls.csv").write_text(CALLS)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks) + "\n", {}, "python.md", None, None)
    assert len(test.examples) > 5
    with warnings.catch_warnings():
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        assert runner.run(test).failed == 0
