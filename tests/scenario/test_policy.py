"""Policies: what a rule takes, and that a policy's name can not lead out of its folder."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_policy, load_scenario
from simulator.scenario.policy import Policy
from simulator.scenario.units import DAY, HOUR, NEVER

HERE = Path(__file__).parent
RULE = {"on": "prank", "action": "block", "for": "24 h"}
GOOD = (HERE / "good.yaml").read_text(encoding="utf-8")


def test_a_ladder_of_durations_may_end_for_ever() -> None:
    rule = Policy.model_validate({"rules": [{**RULE, "strikes": "3", "for": ["24 h", "4 d", "forever"]}]}).rules[0]
    assert rule.for_ == (24 * HOUR, 4 * DAY, NEVER)
    assert (rule.on, rule.strikes, rule.within, rule.reset_by, rule.review) == (("prank",), (3,), NEVER, (), 0)


@pytest.mark.parametrize(
    "change",
    [
        {"for": ["4 d", "24 h"]},
        {"for": ["forever", "24 h"]},
        {"for": []},
        {"for": "0 s"},
        {"for": "24"},
        {"on": []},
        {"on": "pranks"},
        {"strikes": "0"},
        {"action": "divert_all"},
        {"reset_by": "prank"},
        {"within": "7"},
        {"review": "-1 s"},
        {"untill": "7 d"},
    ],
    ids=str,
)
def test_a_rule_that_can_not_be_meant_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({"rules": [{**RULE, **change}]})


def test_a_named_policy_beside_the_scenario_is_loaded() -> None:
    policy = load_policy("24-hour-block", HERE)
    assert [rule.for_ for rule in policy.rules] == [(24 * HOUR,)]
    assert load_scenario(HERE / "good.yaml").scenario.policy == policy


def test_rules_in_place_are_the_same_policy_as_a_file(tmp_path: Path) -> None:
    rules = "policy:\n  title: blocked for 24 hours\n"
    rules += "  rules: [{on: [prank, silent], strikes: 1, action: block, for: 24 h}]\n"
    text = GOOD.replace(next(line for line in GOOD.splitlines() if line.startswith("policy:")) + "\n", rules)
    (tmp_path / "s.yaml").write_text(text.replace("    policy: 24-hour-block\n", ""), encoding="utf-8")
    assert load_scenario(tmp_path / "s.yaml").scenario.policy == load_policy("24-hour-block", HERE)


def test_a_policy_file_that_the_user_chose_may_stand_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("rules: [{on: silent, action: demote, for: 1 h}]\n", encoding="utf-8")
    assert load_policy(path, HERE).rules[0].action == "demote"


NAMES = [
    "../secret",
    "/etc/passwd",
    "a/b",
    "..",
    ".",
    "a\\b",
    "",
    "x.yaml",
    "~root",
    "a\0b",
    "24",
    "-x",
    "C:secret",
    "a" * 99,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_could_lead_out_of_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("rules: []\n", encoding="utf-8")
    (tmp_path / "policies").mkdir()
    with pytest.raises(BadInput, match="the name of a policy"):
        load_policy(name, tmp_path)


def test_a_link_out_of_the_folder_is_refused_and_one_within_is_followed(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (tmp_path / "secret.yaml").write_text("rules: []\n", encoding="utf-8")
    (folder / "real.yaml").write_text("title: real\n", encoding="utf-8")
    (folder / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "in.yaml").symlink_to(folder / "real.yaml")
    with pytest.raises(BadInput, match="leads out"):
        load_policy("out", tmp_path)
    assert load_policy("in", tmp_path).title == "real"


def test_faults_in_a_named_policy_carry_the_policy_files_place(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "bad.yaml").write_text("title: bad\nrules:\n  - {on: prank, action: block}\n", encoding="utf-8")
    (tmp_path / "s.yaml").write_text(GOOD.replace("policy: 24-hour-block  ", "policy: bad  "), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_scenario(tmp_path / "s.yaml")
    places = {(Path(fault.file).name, fault.line, fault.column, fault.key) for fault in caught.value.faults}
    assert ("bad.yaml", 3, 5, "rules[1]") in places
