"""Schemas of documents: sound, with a description of every key, and kept to by what commands print."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from simulator.cli import app
from tests.planning.lines import LINE
from tests.questions.sensitivity.street import STREET, write_street
from tests.schemas import SCHEMAS, document_of, schema

NAMES = sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.schema.json"))
ALL = ("--policy", "bontang-24h", "--workers", "1")
FEW = ("--samples", "10", "--replications", "2", "--engine", "reference", "--workers", "1")
STEADY = ("--calls", "60 / h", "--handling", "150 s")
REPORTED = """
reported:
  - {name: all, figure: 300, counts: attempts, of: [genuine, prank], use: fitted, source: s}
  - {name: days, figure: 10 to 50, per: day, counts: attempts, of: [genuine, prank], use: predicted, source: s}
"""
COMMANDS: list[tuple[str, tuple[str, ...]]] = [
    ("erlang", STEADY),
    ("erlang", (*STEADY, "--patience", "60 s", "--trunks", "3", "--redials", "50 %")),
    ("erlang", (*STEADY, "--call-takers", "1")),
    ("erlang", ("--day", "line.yaml", "--patience", "60 s")),
    ("replay", ("calls.csv", "--call-takers", "1", "--trunks", "2", "--outcomes", "o.csv")),
    ("facts", ("line.yaml", "--replications", "3")),
    ("facts", ("line.yaml", "--replications", "2", "--fit")),
    ("roster", ("line.yaml", "--people", "many.yaml", "--weeks", "1", "--seconds", "1")),
    ("roster", ("line.yaml", "--people", "few.yaml", "--weeks", "1", "--seconds", "1")),
    ("roster", ("line.yaml", "--people", "few.yaml", "--weeks", "1", "--fewest")),
    ("tune", ("line.yaml", *ALL, "--vary", "strikes=1..2", "--replications", "2", "--engine", "reference")),
    ("tune", ("line.yaml", *ALL, "--vary", "strikes=1", "--replications", "2", "--most-shut-out", "1000")),
    ("sensitivity", ("street.yaml", "--policies", "none,all", *FEW)),
    ("run", ("line.yaml", "--replications", "2", "--engine", "reference")),
    ("run", ("line.yaml", "--replications", "1", "--engine", "reference", "--precision", "1pt")),
    ("compare", ("line.yaml", "--policies", "none,bontang-24h", "--replications", "2", "--engine", "reference")),
    ("capacity", ("line.yaml", "--replications", "2", "--up-to", "1.5", "--workers", "1")),
    ("staff", ("line.yaml", "--replications", "4", "--interval", "shift", "--workers", "1", "--growth", "0.5")),
    ("staff", ("line.yaml", "--replications", "4", "--interval", "shift", "--workers", "1", "--phases", "1 d, 1 d")),
    ("shifts", ("line.yaml", "--replications", "4", "--workers", "1")),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "line.yaml").write_text(LINE.format(genuine=20, prank=10, attendance="100 %") + REPORTED)
    write_street(folder, STREET.replace("length: 5 d", "length: 1 d").replace("200 / d", "40 / d"))
    (folder / "calls.csv").write_text("arrival_s,handling_s,number\n0,10,08123456789\n5,10,+628123456789\n")
    for name, many in (("many", 9), ("few", 2)):
        people = ", ".join(f"{{name: p{number}}}" for number in range(many))
        (folder / f"{name}.yaml").write_text(f"title: we\npeople: [{people}]\n")
    return folder


@pytest.mark.parametrize(
    "question, words", COMMANDS, ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value)
)
def test_what_a_command_prints_is_as_its_schema_has_it(
    question: str, words: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [question, *words, "--json"])
    assert done.exit_code in {0, 1}, done.output
    document_of(question, done.stdout)


def test_every_schema_is_tested() -> None:
    assert {question for question, _ in COMMANDS} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_sound_and_describes_every_key(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    bare = [key for key, value in properties(schema(name)) if "description" not in value and "$ref" not in value]
    assert bare == []


def properties(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield from value.get("properties", {}).items()
        for each in value.values():
            yield from properties(each)
    elif isinstance(value, list):
        for each in value:
            yield from properties(each)
