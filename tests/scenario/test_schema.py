"""The schemas for editors: current, useful, and of one mind with the loader about every file."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pydantic
import pytest
import yaml

from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_scenario
from simulator.scenario.schema import FILES, schema_texts

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCHEMAS = {name: json.loads((ROOT / "scenarios" / "schema" / name).read_text(encoding="utf-8")) for name in FILES}
SCENARIO = SCHEMAS["scenario.schema.json"]

PYDANTIC = tuple(int(part) for part in pydantic.VERSION.split(".")[:2])

UNSTATED = {
    "the file is no YAML, or no text": (
        *("alias", "control_character", "deep_nesting", "latin_1", "merge", "percent_without_share", "python_tag"),
        *("several_documents", "tab", "tag", "unclosed_bracket", "utf_16", "escaped_control_character"),
        *("duplicate_group", "duplicate_key"),
    ),
    "how a number is written": ("leading_zero", "nan"),
    "how much": ("longer_than_a_century", "huge_volume", "huge_pool", "year_1066"),
    "the calendar": ("no_such_date",),
    "sums and order": ("shares_over_100_together", "days_all_zero", "figure_backwards", "ladder_falls"),
    "references between parts": (
        *("shared_with_nobody", "shared_with_itself", "shared_with_no_pool", "busy_with_nothing", "same_shift_name"),
        *("overlapping_shifts", "overlap_over_sunday_night", "break_outside_shift", "breaks_run_past_the_end"),
        "shift_from_24",
    ),
    "other files": ("policy_missing", "blocklist_missing"),
}
"""Faults that a JSON Schema cannot state, by kind."""

_TYPED = {
    r"[-+]?[0-9]+": int,
    r"0o[0-7]+": lambda text: int(text, 8),
    r"0x[0-9a-fA-F]+": lambda text: int(text, 16),
    r"[-+]?([.][0-9]+|[0-9]+([.][0-9]*)?)([eE][-+]?[0-9]+)?": float,
    r"[-+]?[.](inf|Inf|INF)": lambda text: float(text.replace(".", "")),
    r"[.](nan|NaN|NAN)": lambda _: float("nan"),
    r"true|True|TRUE": lambda _: True,
    r"false|False|FALSE": lambda _: False,
    r"|~|null|Null|NULL": lambda _: None,
}


def as_an_editor_reads(node: yaml.Node | None) -> Any:
    """The core schema of YAML 1.2 (chapter 10.3): plain numbers, booleans and nulls typed, all else text."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: as_an_editor_reads(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [as_an_editor_reads(value) for value in node.value]
    if node is None:
        return None
    typed = next((kind for pattern, kind in _TYPED.items() if re.fullmatch(pattern, node.value)), str)
    return typed(node.value) if node.style is None else node.value


def schema_takes(text: str) -> bool:
    read = as_an_editor_reads(yaml.compose(text, Loader=yaml.BaseLoader))
    return bool(jsonschema.Draft202012Validator(SCENARIO).is_valid(read))


def loader_takes(path: Path) -> bool:
    try:
        load_scenario(path)
    except BadInput:
        return False
    return True


@pytest.mark.skipif(PYDANTIC < (2, 12), reason="earlier versions cannot write a schema of these models, or another")
@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_files_are_current(name: str) -> None:
    path = ROOT / "scenarios" / "schema" / name
    fix = "run python -m simulator.scenario.schema scenarios/schema"
    assert path.read_text(encoding="utf-8") == schema_texts()[name], fix


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=list(SCHEMAS))
def test_the_schemas_are_schemas(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_every_key_has_a_hover_text_and_no_default_in_microseconds() -> None:
    for name, part in {"": SCENARIO, **SCENARIO["$defs"]}.items():
        for key, said in part.get("properties", {}).items():
            assert said.get("description"), f"{name}.{key}"
            assert "default" not in said
    assert "Without it: 0 s." in SCENARIO["$defs"]["Rule"]["properties"]["review"]["description"]
    assert "Without it: 30 %." in SCENARIO["$defs"]["Misjudged"]["properties"]["correlation"]["description"]


def test_the_good_file_is_good_to_both() -> None:
    assert loader_takes(HERE / "good.yaml")
    assert schema_takes((HERE / "good.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted((HERE / "broken").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_file_is_broken_to_both_unless_a_schema_can_not_state_its_fault(path: Path) -> None:
    unstated = {name for names in UNSTATED.values() for name in names}
    assert not loader_takes(path)
    if path.stem not in unstated:
        assert not schema_takes(path.read_text(encoding="utf-8"))


SWAPS = [
    ("volume: 6 / d", "volume: 6 /d"),
    ("volume: 6 / d", "volume: '6/d'"),
    ("length: 14 d", "length: 2 w"),
    ("length: 14 d", "length: '14'"),
    ("trunks: 4", "trunks: '4'"),
    ("trunks: 4", "trunks: 0"),
    ("trunks: 4", "trunks: 1000000000"),
    ("cv: 0.9", "cv: '0.9'"),
    ("cv: 0.9", "cv: 1"),
    ("cv: 0.9", "cv: 0"),
    ("cv: 0.9", "cv: 1000000000000"),
    ("each_new: true", "each_new: yes"),
    ("each_new: true", "each_new: 'true'"),
    ("each_new: true", "each_new: True"),
    ("each_new: true", "each_new: on"),
    ("each_new: true", "each_new: true, pool: 5"),
    ("each_new: true", "each_new: no, pool: 5"),
    ("pool: 40, ", ""),
    ("title: Bontang Siaga 112, launch fortnight", "title: 112"),
    ("title: Bontang Siaga 112, launch fortnight", "title: true"),
    ("title: Bontang Siaga 112, launch fortnight", "title: ~"),
    ("title: Bontang Siaga 112, launch fortnight", "title: ''"),
    ("title: Bontang Siaga 112, launch fortnight", "title: [a]"),
    ("sources: [Tribun Kaltim 2021-08-27]", "sources: []"),
    ("sources: [Tribun Kaltim 2021-08-27]", "sources: Tribun"),
    ("'07:00', to: '14:00'", "07:00, to: 14:00"),
    ("'07:00', to: '14:00'", "700, to: '14:00'"),
    ("attendance: 95 %", "attendance: {share: 95 %, correlation: 10 %}"),
    ("attendance: 95 %", "attendance: 0.95"),
    ("attendance: 95 %", "attendance: 95 %, days: mon"),
    ("attendance: 95 %", "attendance: 95 %, days: []"),
    ("attendance: 95 %", "attendance: 95 %, days: [mon, mon]"),
    ("figure: 6 to 8", "figure: 5"),
    ("figure: 6 to 8", "figure: -5"),
    ("figure: 6 to 8", "figure: [6, 8]"),
    ("of: [prank, silent]", "of: prank"),
    ("of: [prank, silent]", "of: []"),
    ("talk: {empirical: [5 s, 9 s, 20 s]}", "talk: 9 s"),
    ("talk: {empirical: [5 s, 9 s, 20 s]}", "talk: {empirical: []}"),
    ("talk: {empirical: [5 s, 9 s, 20 s]}", "talk: {fixed: never}"),
    ("talk: {empirical: [5 s, 9 s, 20 s]}", "talk: {}"),
    ("talk: {empirical: [5 s, 9 s, 20 s]}", "talk: {fixed: 9 s, gamma: {mean: 9 s, cv: 1}}"),
    ("median: 165 s, ", ""),
    ("by_hour: after_school", "by_day: [1, 2, 3, 4, 5, 6, 7.5]"),
    ("by_hour: after_school", "by_day: [1, 2, 3, 4, 5, 6, -7]"),
    ("by_hour: after_school", "by_day: [1, 2, 3]"),
    ("as: {genuine: 2 %}", "as: {genuin: 2 %}"),
    ("attempts: 6", "attempts: 101"),
    ("within 15 s, every hour", "within 15 s"),
    ("within 15 s, every hour", "within 0 s"),
    ("policy: 24-hour-block  ", "policy: {rules: [{on: prank, action: block, for: 24 h}]}"),
    ("policy: 24-hour-block  ", "policy: {rules: [{on: prank, action: block, for: []}]}"),
    ("policy: 24-hour-block  ", "policy: ../24-hour-block"),
    ("policy: 24-hour-block  ", "policy: 24"),
    ("school: {cv: 0.3}", "school: {}"),
    ("trunks: 4", "trunks: 4\n  blocklist: empty"),
    ("trunks: 4", "trunks: 4\n  blocklist: warmed 90 d"),
    ("trunks: 4", "trunks: 4\n  blocklist: warmed 90"),
    ("trunks: 4", "trunks: 4\n  blocklist: ../list.csv"),
    ("trunks: 4", "trunks: 4\n  blocklist: {warmed: 5}"),
    ("  children:\n", "  9children:\n"),
]


@pytest.mark.parametrize("old, new", SWAPS)
def test_schema_and_loader_agree_on_a_changed_value(old: str, new: str, tmp_path: Path) -> None:
    good = (HERE / "good.yaml").read_text(encoding="utf-8")
    assert old in good
    text = good.replace(old, new, 1)
    (tmp_path / "policies").symlink_to(HERE / "policies")
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    assert schema_takes(text) == loader_takes(tmp_path / "s.yaml")
