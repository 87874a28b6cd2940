"""What is wrong with a rule is said at its place, in words that a policy officer understands, with the fix.

The sign « stands in each text where the fault is, and is taken out before it is read.
"""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from simulator.scenario.errors import BadInput
from simulator.scenario.load import load_policy, load_scenario
from tests.scenario.test_broken import JARGON
from tests.scenario.test_schema import SCHEMAS, as_an_editor_reads

DIVERT = "action: divert, for: 1 h, divert: {passes_back: {genuine: 90 %}, "
CHALLENGE = "action: challenge, for: 1 h, challenge: "

RULES: list[tuple[str, str, tuple[str, ...]]] = [
    # what brings the action
    ("{on: «pranks, action: block, for: 24 h}", "on", ("'pranks'", "genuine, enquiry, prank, silent", "mean prank?")),
    ("{on: [prank, «ghost], action: block, for: 1 h}", "on[2]", ("'ghost'", "one of genuine, enquiry, prank, silent")),
    ("{on: «[], action: block, for: 24 h}", "on", ("an empty list", "at least one entry")),
    ("«{strikes: 3, action: block, for: 24 h}", "", ("without on, talk and calls", "add on: [prank, silent]")),
    (
        "{on: prank, strikes: «0, action: block, for: 24 h}",
        "strikes",
        ("'0'", "a whole number from 1", "1 is the least"),
    ),
    ("{on: prank, strikes: «[], action: block, for: 1 h}", "strikes", ("an empty list", "at least one entry")),
    ("{on: prank, strikes: [3, «0], action: block, for: 1 h}", "strikes[2]", ("'0'", "from 1", "1 is the least")),
    ("{on: prank, within: «0 d, action: block, for: 24 h}", "within", ("'0 d'", "above zero", "it cannot be zero")),
    ("{on: prank, within: «0, action: block, for: 24 h}", "within", ("'0'", "above zero", "it cannot be zero")),
    ("{on: prank, within: «7, action: block, for: 24 h}", "within", ("'7'", "with its unit", "7 s, 7 min, 7 h or 7 d")),
    ("{on: prank, consecutive: «3, action: block, for: 1 h}", "consecutive", ("'3'", "yes or no")),
    ("{on: prank, review: «-10 min, action: block, for: 1 h}", "review", ("'-10 min'", "leave out the minus sign")),
    ("{on: prank, «window: 7 d, action: block, for: 1 h}", "window", ("the unknown key 'window'", "on, talk, calls")),
    ("{on: prank, «witin: 7 d, action: block, for: 1 h}", "witin", ("unknown key 'witin'", "did you mean within?")),
    (
        "«{on: [prank, silent], reset_by: [genuine, prank], action: block, for: 24 h}",
        "",
        ("prank in both", "verdicts in reset_by that are not in on", "leave prank out of one"),
    ),
    # talk and calls
    (
        "{talk: «10 s, action: block, for: 1 h}",
        "talk",
        ("'10 s'", "a mapping", "its keys are shorter_than, longer_than"),
    ),
    (
        "{talk: «{}, action: block, for: 1 h}",
        "talk",
        ("neither", "shorter_than or longer_than", "{shorter_than: 10 s}"),
    ),
    ("{talk: {«shorter: 9 s}, action: block, for: 1 h}", "talk.shorter", ("'shorter'", "did you mean shorter_than?")),
    ("{talk: {shorter_than: «0 s}, action: block, for: 1 h}", "talk.shorter_than", ("'0 s'", "it cannot be zero")),
    (
        "{talk: «{shorter_than: 5 s, longer_than: 10 s}, action: block, for: 1 h}",
        "talk",
        ("no talk is both", "a longer_than below shorter_than", "write two rules"),
    ),
    ("{calls: «10, action: block, for: 1 h}", "calls", ("'10'", "a mapping", "its keys are more_than, within")),
    ("{calls: «{more_than: 10}, action: block, for: 1 h}", "calls", ("no key 'within'", "add within:")),
    ("{calls: {more_than: «0, within: 1 d}, action: block, for: 1 h}", "calls.more_than", ("'0'", "1 is the least")),
    ("{calls: {more_than: 9, within: «0 d}, action: block, for: 1 h}", "calls.within", ("'0 d'", "it cannot be zero")),
    (
        "«{calls: {more_than: 9, within: 1 d}, on: prank, action: block, for: 1 h}",
        "",
        ("calls and on", "calls without on", "what goes by verdicts or talk is another rule"),
    ),
    (
        "«{calls: {more_than: 9, within: 1 d}, strikes: 3, within: 7 d, action: block, for: 1 h}",
        "",
        ("calls and strikes, within", "calls has a number and a window of its own"),
    ),
    # the action
    (
        "{on: prank, action: «blok, for: 24 h}",
        "action",
        ("'blok'", "block, divert, demote, challenge, warn, sms", "block?"),
    ),
    ("{on: prank, action: «redirect, for: 24 h}", "action", ("'redirect'", "one of block, divert, demote, challenge")),
    (
        "«{on: prank, for: 24 h}",
        "",
        ("no key 'action'", "block, divert, demote, challenge, warn or sms", "add action:"),
    ),
    ("«{on: prank, action: block}", "", ("no key 'for'", "a list of them, for the first time", "add for:")),
    ("{on: prank, action: block, for: «[]}", "for", ("an empty list", "at least one entry")),
    ("{on: prank, action: block, for: «0 h}", "for", ("'0 h'", "or forever", "it cannot be zero")),
    ("{on: prank, action: block, for: «ever}", "for", ("'ever'", "or forever", "did you mean forever?")),
    (
        "{on: prank, action: block, for: «[24 h, 14 d, 4 d, forever]}",
        "for",
        ("a step 3 that is shorter than step 2", "steps that do not become shorter", "write the shortest first"),
    ),
    ("{on: prank, action: block, for: «[forever, 24 h]}", "for", ("step 2 that is shorter", "forever last")),
    (
        "«{on: prank, action: sms, extend: yes, for: 1 h}",
        "",
        ("extend beside action: sms", "a warning by SMS stops no call", "leave extend out"),
    ),
    # what an action needs to be told
    (
        "«{on: prank, action: challenge, for: 1 h}",
        "",
        ("without a key challenge", "who passes", "add challenge: {length"),
    ),
    (
        "«{on: prank, action: warn, for: 1 h}",
        "",
        ("without a key warn", "how long the message is", "add warn: {length"),
    ),
    (
        "«{on: prank, action: divert, for: 1 h}",
        "",
        ("without a key divert", "what it passes back", "add divert: {answers"),
    ),
    (
        "«{on: prank, action: block, for: 1 h, warn: {length: 8 s}}",
        "",
        ("warn beside action: block", "warn only beside action: warn", "or leave the key warn out"),
    ),
    (
        "«{on: prank, action: warn, for: 1 h, warn: {length: 8 s}, challenge: {length: 8 s, passes: {}}}",
        "",
        ("challenge beside action: warn", "challenge only beside action: challenge"),
    ),
    ("{on: prank, " + CHALLENGE + "«8 s}", "challenge", ("'8 s'", "a mapping", "its keys are length, passes")),
    ("{on: prank, " + CHALLENGE + "«{length: 8 s}}", "challenge", ("no key 'passes'", "who press it", "add passes:")),
    (
        "{on: prank, " + CHALLENGE + "{length: «0 s, passes: {genuine: 95 %}}}",
        "challenge.length",
        ("'0 s'", "it cannot be zero"),
    ),
    (
        "{on: prank, " + CHALLENGE + "{length: 8 s, passes: {genuine: «120 %}}}",
        "challenge.passes.genuine",
        ("'120 %'", "a share from 0 % to 100 %", "100 % at most"),
    ),
    (
        "{on: prank, " + CHALLENGE + "{length: 8 s, passes: {genuine: «0.95}}}",
        "challenge.passes.genuine",
        ("'0.95'", "write it in percent: 95 %"),
    ),
    (
        "{on: prank, " + CHALLENGE + "{length: 8 s, passes: {«genuin: 95 %}}}",
        "challenge.passes.genuin",
        ("the key 'genuin'", "did you mean genuine?"),
    ),
    (
        "{on: prank, action: warn, for: 1 h, warn: {length: 8 s, «leave: {prank: 9 %}}}",
        "warn.leave",
        ("unknown key 'leave'", "did you mean leaves?"),
    ),
    (
        "{on: prank, " + DIVERT + "answers_after: «30}}",
        "divert.answers_after",
        ("'30'", "with its unit", "add the unit: 30 s"),
    ),
    ("{on: prank, " + DIVERT + "answers_after: «2 d}}", "divert.answers_after", ("'2 d'", "a delay of a day at most")),
    (
        "{on: prank, " + DIVERT + "answers_after: «{lognormal: {mean: 30 s, cv: 1}}}}",
        "divert.answers_after",
        ("the key lognormal", "a duration such as 30 s, or {exponential: {mean: 30 s}}"),
    ),
    (
        "{on: prank, " + DIVERT + "answers_after: {exponential: {mean: «30}}}}",
        "divert.answers_after.exponential.mean",
        ("'30'", "add the unit"),
    ),
    (
        "{on: prank, " + DIVERT + "answers_after: {exponential: «30 s}}}",
        "divert.answers_after.exponential",
        ("'30 s'", "a mapping", "its keys are mean"),
    ),
    (
        "{on: prank, " + DIVERT + "answers_after: «[30 s]}}",
        "divert.answers_after",
        ("a list", "a duration such as 30 s"),
    ),
]

WHOLE = [
    (
        "«- {on: prank, action: block, for: 24 h}",
        "",
        ("a list", "a mapping: keys with their values", "put rules: above it"),
    ),
    (
        "rules:\n  «on: prank\n  action: block\n  for: 1 h",
        "rules",
        ("a mapping", "a list", "begin each entry with '- '"),
    ),
    ("rules: «block", "rules", ("'block'", "a list")),
    ("rules:\n  - «block", "rules[1]", ("'block'", "a mapping", "its keys are on, talk, calls, strikes")),
    ("«rule:\n  - {on: prank, action: block, for: 24 h}", "rule", ("unknown key 'rule'", "did you mean rules?")),
    ("withheld: «as one", "withheld", ("'as one'", "one of let_through, as_one", "did you mean as_one?")),
    ("allowlist: «{children: 3}", "allowlist", ("a mapping", "a group of callers, or one of its numbers")),
    ("allowlist: [«children/03]", "allowlist[1]", ("'children/03'", "such as children/3")),
    ("allowlist: [town, «'+62548112']", "allowlist[2]", ("'+62548112'", "callers here have no telephone numbers")),
]


def faults_of(marked: str, folder: Path) -> tuple[tuple[int, int], BadInput]:
    """Where the sign stood, and what is said about the text without it."""
    before = marked[: marked.index("«")]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    path = folder / "p.yaml"
    path.write_text(marked.replace("«", "") + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_policy(path, folder)
    return place, caught.value


def is_said(error: BadInput, place: tuple[int, int], key: str, words: tuple[str, ...]) -> None:
    """The one fault stands at this place and key, and its words hold these."""
    [fault] = error.faults
    assert (fault.line, fault.column, fault.key) == (*place, key)
    said = str(fault).replace(fault.file, "")
    assert [word for word in words if word not in said] == []
    assert [word for word in JARGON if re.search(rf"\b{word}", said)] == []


@pytest.mark.parametrize("rule, key, words", RULES, ids=[rule for rule, _, _ in RULES])
def test_a_fault_of_a_rule(rule: str, key: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """It is the only one that is told, at its key, in words that lead to the fix."""
    place, error = faults_of(f"rules:\n  - {rule}", tmp_path)
    is_said(error, place, f"rules[1].{key}".rstrip("."), words)


@pytest.mark.parametrize("text, key, words", WHOLE, ids=[text for text, _, _ in WHOLE])
def test_a_fault_of_a_policy_file(text: str, key: str, words: tuple[str, ...], tmp_path: Path) -> None:
    place, error = faults_of(text, tmp_path)
    is_said(error, place, key, words)


UNSTATED = ("reset_by: [genuine, prank]", "longer_than: 10 s", "14 d, 4 d", "[forever, 24 h]", "answers_after: 2 d")
"""Sums and order, which a JSON Schema cannot state."""


@pytest.mark.parametrize("text", [*(f"rules:\n  - {rule}" for rule, _, _ in RULES), *(text for text, _, _ in WHOLE)])
def test_an_editor_underlines_what_is_refused(text: str) -> None:
    """Unless a schema cannot state the fault."""
    plain = text.replace("«", "")
    read = as_an_editor_reads(yaml.compose(plain, Loader=yaml.BaseLoader))
    taken = jsonschema.Draft202012Validator(SCHEMAS["policy.schema.json"]).is_valid(read)
    assert taken == any(unstated in plain for unstated in UNSTATED)


def test_all_faults_of_several_rules_are_told_at_once(tmp_path: Path) -> None:
    text = "rules:\n  - {on: pranks, strikes: 0, within: 0 d, action: blok, for: [2 d, 24]}\n"
    text += "  - {on: prank, action: warn, for: 1 h}\n  - {on: prank, action: block, for: [2 d, 1 d]}\n"
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_policy(tmp_path / "p.yaml", tmp_path)
    found = [(fault.line, fault.key.removeprefix("rules")) for fault in caught.value.faults]
    first = [(2, f"[1].{key}") for key in ("on", "strikes", "within", "action", "for[2]")]
    assert found == [*first, (3, "[2]"), (4, "[3].for")]


# -- in a scenario -------------------------------------------------------------------------------------------------

TOWN = """title: Test town 112
start: 2024-01-01T00:00+07:00
length: 7 d
callers:
  residents: {intent: genuine, volume: 6 / d, talk: 120 s}
  children: {intent: prank, volume: 6 / d, talk: 20 s, numbers: {pool: 4, sims: 2}}
floor:
  trunks: 4
  shifts: [{name: day, from: '07:00', to: '07:00', call_takers: 2}]
"""
PLACED = [
    ("policy: {allowlist: [«resident]}", "policy.allowlist[1]", ("no group resident", "did you mean residents?")),
    (
        "policy: {allowlist: [«residents/3]}",
        "policy.allowlist[1]",
        ("new each time", "write residents for all of them"),
    ),
    ("policy: {allowlist: [«children/8]}", "policy.allowlist[1]", ("a number from children/0 to children/7",)),
    ("policy: «named", "policy", ("named, whose allowlist has elders", "one of residents, children")),
    ("policy: «[{on: prank, action: block, for: 1 h}]", "policy", ("a list", "its keys are title, sources, rules")),
]


@pytest.mark.parametrize("policy, key, words", PLACED, ids=[policy for policy, _, _ in PLACED])
def test_a_policy_that_does_not_fit_its_scenario(policy: str, key: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """Also one that the scenario names: the place is where it names it."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "named.yaml").write_text("allowlist: [elders]\nrules: []\n", encoding="utf-8")
    path = tmp_path / "s.yaml"
    path.write_text(TOWN + policy.replace("«", "") + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_scenario(path)
    is_said(caught.value, (TOWN.count("\n") + 1, policy.index("«") + 1), key, words)


def test_an_allowlist_of_groups_and_numbers_that_there_are_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(TOWN + "policy: {allowlist: [residents, children/0, children/7]}\n", encoding="utf-8")
    assert load_scenario(path).scenario.policy.allowlist == ("residents", "children/0", "children/7")


SILENT = [
    (
        "«{listen: 9 s, machine: {length: 30 s, presses: {}}, call_back: {share: 88 %, takes: 74 s}}",
        "",
        ("both", "either a machine or call_back", "leave one of them out"),
    ),
    ("«{machine: {length: 30 s, presses: {}}}", "", ("no key 'listen'", "How long they listen", "add listen:")),
    ("«10 s", "", ("'10 s'", "a mapping", "its keys are listen, machine, call_back")),
    ("{listen: «0 s}", "listen", ("'0 s'", "it cannot be zero")),
    ("{listen: 9 s, machine: {length: 30 s, presses: {genuine: «150 %}}}", "machine.presses.genuine", ("'150 %'",)),
    ("{listen: 9 s, machine: «{length: 30 s}}", "machine", ("no key 'presses'", "add presses:")),
    ("{listen: 9 s, call_back: «{takes: 74 s}}", "call_back", ("no key 'share'", "add share:")),
    ("{listen: 9 s, «machin: {length: 30 s, presses: {}}}", "machin", ("did you mean machine?",)),
]


@pytest.mark.parametrize("procedure, key, words", SILENT, ids=[procedure for procedure, _, _ in SILENT])
def test_a_fault_of_the_silent_procedure(procedure: str, key: str, words: tuple[str, ...], tmp_path: Path) -> None:
    written = f"  silent_procedure: {procedure}"
    path = tmp_path / "s.yaml"
    path.write_text(TOWN + written.replace("«", "") + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_scenario(path)
    place = (TOWN.count("\n") + 1, written.index("«") + 1)
    is_said(caught.value, place, f"floor.silent_procedure.{key}".rstrip("."), words)
