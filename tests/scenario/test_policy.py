"""Policies: what a rule takes, and that a policy's name cannot lead out of its folder."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from simulator.scenario.actions import Talk
from simulator.scenario.distribution import Exponential
from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_policy, load_scenario
from simulator.scenario.policy import Policy, Rule
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.units import DAY, HOUR, NEVER, SECOND

HERE = Path(__file__).parent
NUISANCES = ("prank", "silent")
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


def rule_of(**keys: object) -> Rule:
    """A rule of these keys, beside an action and its duration."""
    return Policy.model_validate({"rules": [{"action": "block", "for": "24 h", **keys}]}).rules[0]


READ = [
    ({"on": "prank"}, "strikes", (1,)),
    ({"on": "prank", "strikes": ["3", "3", "2", "1"]}, "strikes", (3, 3, 2, 1)),
    ({"on": "prank", "strikes": ["3", "1"], "within": "2 d"}, "needed", (3, 1)),
    ({"on": "prank", "within": "2 d"}, "window", 2 * DAY),
    ({"on": "prank"}, "window", NEVER),
    ({"calls": {"more_than": "10", "within": "24 h"}}, "needed", (11,)),
    ({"calls": {"more_than": "10", "within": "24 h"}}, "window", DAY),
    ({"talk": {"shorter_than": "10 s"}}, "on", None),
    ({"talk": {"shorter_than": "10 s"}}, "talk", Talk(shorter_than=10 * SECOND)),
    ({"talk": {"longer_than": "10 s"}}, "talk", Talk(longer_than=10 * SECOND, shorter_than=NEVER)),
    ({"on": "prank", "consecutive": "yes", "extend": "yes"}, "consecutive", True),
    ({"on": "prank", "extend": "yes"}, "extend", True),
    ({"on": "prank", "reset_by": "genuine", "resets_ladder": "yes"}, "reset_by", ("genuine",)),
]


@pytest.mark.parametrize("keys, name, value", READ, ids=str)
def test_a_rule_is_read_as_it_is_meant(keys: dict[str, object], name: str, value: object) -> None:
    assert getattr(rule_of(**keys), name) == value


@pytest.mark.parametrize(
    "answers_after, mean",
    [("30 s", 30 * SECOND), ("0 s", 0), ("1 d", DAY), ({"exponential": {"mean": "30 s"}}, 30 * SECOND)],
)
def test_another_line_answers_after_a_time_or_one_so_long_on_average(answers_after: object, mean: int) -> None:
    keys = {"on": "prank", "action": "divert", "divert": {"answers_after": answers_after, "passes_back": {}}}
    divert = rule_of(**keys).divert
    assert divert is not None
    assert divert.answers_after.mean() == mean
    assert isinstance(divert.answers_after, Exponential) == isinstance(answers_after, dict)


def test_what_a_policy_needs_to_have_drawn_is_that_of_its_actions() -> None:
    keys = {"on": "prank", "for": "1 h"}
    told = {
        "challenge": {"challenge": {"length": "8 s", "passes": {}}},
        "warn": {"warn": {"length": "8 s"}},
        "divert": {"divert": {"answers_after": "8 s", "passes_back": {}}},
    }
    needs = {"challenge": {"messages"}, "warn": {"messages"}, "divert": {"diversion"}}
    for action in ("block", "demote", "sms", "challenge", "warn", "divert"):
        policy = Policy.model_validate({"rules": [{**keys, "action": action, **told.get(action, {})}]})
        assert policy.needs == needs.get(action, set())


# -- the library that ships ------------------------------------------------------------------------------------------

SHIPPED = {
    "none": [],
    "bontang-24h": [("block", (1,), NEVER, (DAY,))],
    "purworejo-silent-24h": [("block", (1,), NEVER, (DAY,))],
    "sumut-three-strikes": [("block", (3,), NEVER, (NEVER,))],
    "israel-ladder": [("block", (3, 3, 2, 1), NEVER, (DAY, 4 * DAY, 14 * DAY, NEVER))],
    "mda-divert": [("divert", (11,), DAY, (DAY,)), ("divert", (5,), DAY, (DAY,))],
    "warn-first": [("block", (3,), 30 * DAY, (DAY,)), ("warn", (1,), NEVER, (30 * DAY,))],
    "sms-warning": [("sms", (1,), NEVER, (90 * DAY,))],
}
VERDICTS = {"purworejo-silent-24h": {("silent",)}, "sumut-three-strikes": {("prank",)}, "mda-divert": {None, NUISANCES}}
"""Verdicts that count, where they are not prank and silent."""
LIBRARY = shipped_scenarios() / "policies"


def test_the_library_holds_the_rules_in_force() -> None:
    """As reported in facts: what brings which action, how often, and for how long."""
    assert {path.stem for path in LIBRARY.glob("*.yaml")} == set(SHIPPED)
    for name, rules in SHIPPED.items():
        policy = load_policy(name, HERE)
        assert [(rule.action, rule.needed, rule.window, rule.for_) for rule in policy.rules] == rules, name
        assert {rule.on for rule in policy.rules} <= VERDICTS.get(name, {NUISANCES}), name


@pytest.mark.parametrize("name", sorted(set(SHIPPED) - {"none"}))
def test_a_policy_of_the_library_names_its_source_and_marks_every_number_that_nobody_reported(name: str) -> None:
    """Each line with a figure says that it is assumed, unless it is one of those reported."""
    lines = (LIBRARY / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    rules = lines[lines.index("rules:") + 1 :]
    figures = [line.strip("- ") for line in rules if re.search(r": .*[0-9]|forever", line.split("#")[0])]
    unmarked = {line for line in figures if "# assumed: " not in line}
    assert load_policy(name, HERE).sources
    assert unmarked <= REPORTED.get(name, set())


REPORTED = {
    "bontang-24h": {"for: 24 h"},
    "purworejo-silent-24h": {"for: 24 h"},
    "sumut-three-strikes": {"strikes: 3", "for: forever"},
}


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
