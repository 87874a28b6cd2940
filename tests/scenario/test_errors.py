"""Every fault says what was given and what is wanted, briefly, and in characters that no terminal obeys."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.errors import BadInput, Fault, field_name, quoted, shown

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "simulator").rglob("*.py"), *(ROOT / "locustfiles").rglob("*.py")])


def faults_of(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Fault":
            yield node


def test_every_fault_in_the_code_says_what_was_given() -> None:
    """As the second argument or by name, and never an empty text."""
    found = [(path, call) for path in SOURCES for call in faults_of(path)]
    assert len(found) > 100
    for path, call in found:
        said = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "given")]
        assert said, f"{path}:{call.lineno}"
        assert ast.unparse(said[0]) != "''", f"{path}:{call.lineno}"


@pytest.mark.parametrize(
    "text, told",
    [
        ("vol\u202eume", r"vol\u202eume"),
        ("\u2066a\u2069\u200f", r"\u2066a\u2069\u200f"),
        ("\x1b[31mred\x9b0m", r"\u001b[31mred\u009b0m"),
        ("a\rb\x00\x7f", r"a\u000db\u0000\u007f"),
        ("\udcff\u2028\ufeff", r"\udcff\u2028\ufeff"),
        ("Çelik 佐藤 👩\u200d🚒, 90 %\n\ttab", "Çelik 佐藤 👩\u200d🚒, 90 %\n\ttab"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_shown_as_an_escape(text: str, told: str) -> None:
    assert shown(text) == told
    assert str(Fault(text, text, text, text)) == f"{told}: {told}: given {told}; wanted {told}"


def test_a_long_value_loses_its_middle_and_tells_its_length() -> None:
    text = "begin" + "x" * 99_990 + "the end"
    assert quoted(text) == f"'begin{'x' * 37}...{'x' * 8}the end' (100,002 characters)"
    assert quoted("x" * 60) == f"'{'x' * 60}'"
    said = str(Fault(text, text, text, text, hint=text))
    assert said.count("(100,002 characters)") == 5
    assert len(said) < 5 * 450


@given(st.text(), st.integers(10, 80))
def test_what_is_shown_is_text_in_utf_8_and_short(text: str, most: int) -> None:
    assert shown(shown(text)) == shown(text)
    shown(text).encode("utf-8")
    assert len(shown(text, most)) <= 6 * most + len(f" ({len(text):,} characters)")


def test_a_fault_names_its_field_as_the_reader_calls_it() -> None:
    fault = Fault("lines", f"{field_name('least')} 5", hint=f"name {field_name('most')}", field="call_takers")
    assert str(fault) == "call_takers: given least 5; wanted lines\n    name most"
    assert fault.text(lambda name: f"--{name}") == "--call_takers: given --least 5; wanted lines\n    name --most"
    elsewhere = BadInput([fault, Fault("a key", file="a.yaml")]).at("most", instead_of="call_takers")
    assert [each.field for each in elsewhere.faults] == ["most", ""]
