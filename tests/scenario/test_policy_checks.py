"""Rules that never act are warned about, and only those: cases both ways, held against simulation."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from simulator.demand.draw import draw_calls
from simulator.engines.simulate import simulate
from simulator.scenario.model import Scenario
from simulator.scenario.policy import INTENTS, NO_POLICY
from simulator.scenario.policy_checks import can_never_act, policy_warnings
from simulator.scenario.units import DAY, NEVER, SECOND
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import always
from tests.engines.scene_rules import drawn_rule

Keys = dict[str, Any]
RESIDENTS: Keys = {"intent": "genuine", "volume": "10 / d", "talk": "60 s"}
CHILDREN: Keys = {"intent": "prank", "volume": "20 / d", "talk": "20 s", "numbers": {"pool": "3"}}
NEW: Keys = {**CHILDREN, "numbers": {"each_new": "yes"}}
AGAIN: Keys = {"delay": "1 min", "attempts": "3", "after": {"dismissed": "100 %"}}
MISJUDGED: Keys = {**RESIDENTS, "misjudged": {"as": {"prank": "50 %"}}}
BUSY: Keys = {**NEW, "volume": "2000 / d", "redial": {**AGAIN, "after": {"busy": "100 %"}}}
TOWN: Keys = {"residents": RESIDENTS, "children": CHILDREN}
PRESS: Keys = {"listen": "5 s", "machine": {"length": "30 s", "presses": {"prank": "100 %"}}}

BLOCK: Keys = {"on": "prank", "action": "block", "for": "6 h"}
SILENT: Keys = {**BLOCK, "on": "silent"}
OFTEN: Keys = {"calls": {"more_than": "1", "within": "7 d"}, "action": "block", "for": "6 h"}
FOREVER: Keys = {**BLOCK, "for": "forever"}
WARN: Keys = {"on": "prank", "action": "warn", "warn": {"length": "5 s"}, "for": "forever"}
TEXT: Keys = {"on": "prank", "action": "sms", "for": "6 h"}


def scenario(callers: Keys, *rules: Keys, floor: Keys | None = None, **policy: Any) -> Scenario:
    """Fourteen days of such callers under these rules."""
    return Scenario.model_validate(
        {
            "title": "t",
            "start": "2024-01-01T00:00+07:00",
            "length": "14 d",
            "callers": callers,
            "floor": {"trunks": "4", **(floor or {})},
            "policy": {"rules": list(rules), **policy},
        }
    )


def rules_that_acted(made: Scenario, call_takers: int = 2, seed: int = 1) -> set[int]:
    """Which rules any attempt met, those of texts included."""
    return set(outcomes_of(made, call_takers, seed).rule.tolist()) - {-1}


def silent_rules(made: Scenario) -> list[int]:
    """Which rules are said to change nothing."""
    return [int(warning.split()[2]) - 1 for warning in policy_warnings(made) if warning.startswith("policy: rule ")]


def owner(name: str, share: str = "50 %") -> Keys:
    return {"shared_with": {name: {"share": share, "choose": "by_number"}}}


ALONE: list[tuple[str, Scenario, str]] = [
    ("silent calls, where nobody is silent", scenario(TOWN, SILENT), "no call is ever taken for silent"),
    ("silent calls, where some children say nothing", scenario({"c": {**CHILDREN, "voiceless": "50 %"}}, SILENT), ""),
    (
        "silent calls, where children are taken for silent",
        scenario({"c": {**CHILDREN, "misjudged": {"as": {"silent": "50 %"}}}}, SILENT),
        "",
    ),
    (
        "pranks, where no child ever speaks",
        scenario({"c": {**CHILDREN, "voiceless": "100 %"}}, BLOCK),
        "taken for prank",
    ),
    (
        "pranks, where children who said nothing press 55",
        scenario({"c": {**CHILDREN, "voiceless": "100 %"}}, BLOCK, floor={"silent_procedure": PRESS}),
        "",
    ),
    (
        "genuine calls, where only children call",
        scenario({"c": CHILDREN}, {**BLOCK, "on": "genuine"}),
        "taken for genuine",
    ),
    (
        "genuine calls, where some pranks deceive",
        scenario({"c": {**CHILDREN, "deceives": "50 %"}}, {**BLOCK, "on": "genuine"}),
        "",
    ),
    ("pranks from numbers that are new each time", scenario({"r": RESIDENTS, "n": NEW}, BLOCK), "new each time"),
    ("pranks of new callers, who redial when all is busy", scenario({"n": BUSY}, BLOCK), "new each time"),
    ("misjudged callers who are new each time", scenario({"r": MISJUDGED}, BLOCK), "new each time"),
    ("misjudged callers who redial when dismissed", scenario({"r": {**MISJUDGED, "redial": AGAIN}}, BLOCK), ""),
    (
        "three strikes, where three attempts are the most",
        scenario({"r": {**MISJUDGED, "redial": AGAIN}}, {**BLOCK, "strikes": "3"}),
        "new each time",
    ),
    (
        "more than one call, where new callers redial twice",
        scenario({"n": BUSY}, OFTEN, floor={"trunks": "1"}),
        "",
    ),
    (
        "more than two calls, where new callers redial twice",
        scenario({"n": BUSY}, {**OFTEN, "calls": {"more_than": "2", "within": "7 d"}}, floor={"trunks": "1"}),
        "new each time",
    ),
    (
        "new pranksters on the phones of a pool",
        scenario({"r": {**RESIDENTS, "numbers": {"pool": "3"}}, "n": {**NEW, "numbers": owner("r")}}, BLOCK),
        "",
    ),
    (
        "new pranksters with numbers once of a pool",
        scenario(
            {"r": {**RESIDENTS, "numbers": {"pool": "3"}}, "n": {**NEW, "numbers": {"reused_from": {"r": "50 %"}}}},
            BLOCK,
        ),
        "",
    ),
    ("numbers that are all on the allowlist", scenario(TOWN, BLOCK, allowlist="children"), "minds none of the numbers"),
    ("numbers of which one is on the allowlist", scenario(TOWN, BLOCK, allowlist="children/0"), ""),
    (
        "a pool on the allowlist, used by others too",
        scenario({"c": CHILDREN, "n": {**NEW, "numbers": owner("c")}}, BLOCK, allowlist="c"),
        "new each time",
    ),
    (
        "callers who all withhold their number",
        scenario({"c": {**CHILDREN, "numbers": {"pool": "3", "withheld": "100 %"}}}, BLOCK),
        "minds none of the numbers",
    ),
    (
        "withheld calls that count as one",
        scenario({"n": {**NEW, "numbers": {"withheld": "50 %"}}}, BLOCK, withheld="as_one"),
        "",
    ),
    ("a review as long as the scenario", scenario(TOWN, {**BLOCK, "review": "14 d"}), "its review takes longer"),
    ("a review a little shorter", scenario(TOWN, {**BLOCK, "review": "13 d"}), ""),
    (
        "a review as long as the scenario, after a past of 30 d",
        scenario(TOWN, {**FOREVER, "review": "14 d"}, floor={"blocklist": "warmed 30 d"}),
        "",
    ),
    ("a warning by SMS that nobody heeds", scenario(TOWN, TEXT), "changes nothing: no group of callers has"),
    ("a warning by SMS that some heed", scenario({"c": {**CHILDREN, "deterred_by_sms": "50 %"}}, TEXT), ""),
]


@pytest.mark.parametrize("made, words", [case[1:] for case in ALONE], ids=[case[0] for case in ALONE])
def test_a_rule_that_can_act_on_nobody_is_warned_about(made: Scenario, words: str) -> None:
    """A rule that is said to do nothing never acts in a simulation; one that is not does."""
    warned = list(policy_warnings(made))
    assert [words in warning for warning in warned] == ([True] if words else [])
    assert rules_that_acted(made, call_takers=1) == (set() if words else {0})


WHOLE: list[tuple[str, Scenario, bool]] = [
    ("its only rule cannot", scenario(TOWN, SILENT), True),
    ("neither of two can", scenario(TOWN, SILENT, TEXT), True),
    ("one of two can", scenario(TOWN, SILENT, BLOCK), False),
    ("it can", scenario(TOWN, BLOCK), False),
    ("a rule that never acts since another does is no sign", scenario(TOWN, FOREVER, BLOCK), False),
    ("an allowlist alone frees nobody", scenario(TOWN, SILENT, allowlist=["children"]), True),
    (
        "but from a list at the start it does",
        scenario(TOWN, SILENT, floor={"blocklist": "list.csv"}, allowlist=["children"]),
        False,
    ),
]


@pytest.mark.parametrize("_, made, never", WHOLE, ids=[case[0] for case in WHOLE])
def test_a_policy_can_never_act_where_none_of_its_rules_can(_: str, made: Scenario, never: bool) -> None:
    assert can_never_act(made) is never
    if never:
        assert not rules_that_acted(made)


SHARING: Keys = {"residents": {**RESIDENTS, "numbers": owner("children")}, "children": CHILDREN}
REDIALLING: Keys = {"residents": {**MISJUDGED, "redial": AGAIN, "numbers": owner("children")}, "children": CHILDREN}
POOLED: Keys = {**CHILDREN, "numbers": {"pool": "3", **owner("r")}}


def nothing(name: str) -> str:
    return f"policy: {name} on the allowlist changes nothing: no rule can act on the numbers of {name}"


def exposed(name: str, owner: str) -> str:
    return f"calls of {name} from numbers of {owner} meet the rules all the same"


ALLOWED: list[tuple[str, Scenario, str, str]] = [
    (
        "residents, blocked on the phones of children",
        scenario(SHARING, BLOCK, allowlist="residents"),
        f"{nothing('residents')}; {exposed('residents', 'children')}",
        "residents",
    ),
    (
        "residents, who are misjudged and redial, on the phones of children",
        scenario(REDIALLING, BLOCK, allowlist="residents"),
        f"policy: residents on the allowlist covers only the numbers of residents: {exposed('residents', 'children')}",
        "residents",
    ),
    ("both", scenario(REDIALLING, BLOCK, allowlist=["residents", "children"]), "", ""),
    (
        "both, of whom residents never err",
        scenario(SHARING, SILENT, BLOCK, allowlist=["residents", "children/0"]),
        f"{nothing('residents')}; {exposed('residents', 'children')}",
        "residents",
    ),
    (
        "residents with phones that were once children's",
        scenario({"r": {**RESIDENTS, "numbers": {"reused_from": {"c": "50 %"}}}, "c": CHILDREN}, BLOCK, allowlist="r"),
        f"{nothing('r')}; {exposed('r', 'c')}",
        "r",
    ),
    (
        "callers who are new each time",
        scenario(TOWN, BLOCK, allowlist="residents"),
        nothing("residents"),
        "",
    ),
    ("children, whom the rule is about", scenario(TOWN, BLOCK, allowlist="children/1"), "", ""),
    (
        "a number twice",
        scenario({"r": {**MISJUDGED, "numbers": {"pool": "3"}}, "c": CHILDREN}, BLOCK, allowlist=["r", "r/1"]),
        "policy: r/1 on the allowlist changes nothing: r is on it, which is all of them",
        "",
    ),
    (
        "residents with phones of their own that children use, too",
        scenario({"r": {**RESIDENTS, "numbers": {"pool": "3"}}, "c": POOLED}, BLOCK, allowlist="r"),
        "",
        "",
    ),
    (
        "a group whose calls no rule is about",
        scenario({"r": {**RESIDENTS, "numbers": {"pool": "3"}}, "c": CHILDREN}, BLOCK, allowlist="r"),
        nothing("r"),
        "",
    ),
    (
        "numbers that only a rule with too long a review is about",
        scenario(
            {"r": {**MISJUDGED, "numbers": {"pool": "3"}}, "c": CHILDREN}, {**BLOCK, "review": "15 d"}, allowlist="r"
        ),
        nothing("r"),
        "",
    ),
]


@pytest.mark.parametrize("made, wanted, met", [case[1:] for case in ALLOWED], ids=[case[0] for case in ALLOWED])
def test_an_allowlist_that_protects_nobody_is_warned_about(made: Scenario, wanted: str, met: str) -> None:
    """Simulated without the entry nothing changes exactly where that is said; and callers of a listed group meet a rule
    exactly where it is said that they are not protected."""
    assert [each for each in policy_warnings(made) if "on the allowlist" in each] == ([wanted] if wanted else [])
    assert [entry for entry in made.policy.allowlist if same_without(made, entry)] == idle_entries(made)
    groups = met_by_group(made)
    assert {name for name in made.policy.allowlist if groups[name]} == ({met} if met else set())


def idle_entries(made: Scenario) -> list[str]:
    """Which entries of the allowlist are said to change nothing."""
    said = [warning.split() for warning in policy_warnings(made) if " on the allowlist changes nothing" in warning]
    return [words[1] for words in said]


def same_without(made: Scenario, entry: str, call_takers: int = 2, seed: int = 1) -> bool:
    """Whether every attempt ends the same where an entry is taken off the allowlist."""
    left = tuple(each for each in made.policy.allowlist if each != entry)
    bare = made.model_copy(update={"policy": made.policy.model_copy(update={"allowlist": left})})
    one, other = (outcomes_of(each, call_takers, seed) for each in (made, bare))
    return one.call.tolist() == other.call.tolist() and one.ending.tolist() == other.ending.tolist()


def outcomes_of(made: Scenario, call_takers: int = 2, seed: int = 1) -> Outcomes:
    past = -made.floor.blocklist.warmed
    staffing = always(call_takers, past - DAY, made.length + 2 * DAY)
    return simulate(draw_calls(made, seed), staffing, made.floor, made.policy)


def met_by_group(made: Scenario) -> Counter[str]:
    """How many attempts of each group met a rule."""
    calls, outcomes = draw_calls(made, 1), outcomes_of(made)
    group = calls.group[outcomes.call[outcomes.rule >= 0]]
    return Counter(calls.groups[each] for each in group.tolist())


PAIRS: list[tuple[str, Keys, Keys, bool]] = [
    ("a warning for ever, then a block at the third strike", WARN, {**BLOCK, "strikes": "3"}, True),
    ("the block first, then the warning", {**BLOCK, "strikes": "3"}, WARN, False),
    ("a block of every strike, then one of the third", BLOCK, {**BLOCK, "strikes": "3"}, True),
    ("a block of every strike, then a longer one of the third", BLOCK, {**BLOCK, "strikes": "3", "for": "2 d"}, False),
    ("a block of every strike, then one that extends", BLOCK, {**BLOCK, "extend": "yes"}, True),
    ("the same, of more verdicts", {**BLOCK, "on": ["prank", "silent"]}, BLOCK, True),
    ("the same, of other verdicts", {**BLOCK, "on": ["genuine", "silent"]}, BLOCK, False),
    ("the same, later reviewed", {**BLOCK, "review": "1 h", "for": "7 h"}, BLOCK, False),
    ("the same, reviewed as late", {**BLOCK, "review": "1 h"}, {**BLOCK, "review": "1 h"}, True),
    ("every strike at first, then every second", {**BLOCK, "strikes": ["1", "2"]}, BLOCK, False),
    (
        "three strikes for ever, then four within a week",
        {**FOREVER, "strikes": "3"},
        {**BLOCK, "strikes": "4", "within": "7 d"},
        True,
    ),
    ("three strikes for ever, then two", {**FOREVER, "strikes": "3"}, {**BLOCK, "strikes": "2"}, False),
    (
        "a ladder from three strikes for ever, then three",
        {**FOREVER, "strikes": ["3", "1"]},
        {**BLOCK, "strikes": "3"},
        True,
    ),
    (
        "three strikes within an hour for ever, then three within a week",
        {**FOREVER, "strikes": "3", "within": "1 h"},
        {**BLOCK, "strikes": "3", "within": "7 d"},
        False,
    ),
    ("pranks for ever, then short pranks", FOREVER, {**BLOCK, "talk": {"shorter_than": "30 s"}}, True),
    ("short pranks for ever, then pranks", {**FOREVER, "talk": {"shorter_than": "10 s"}}, BLOCK, False),
    (
        "short calls for ever, then short pranks",
        {"talk": {"shorter_than": "30 s"}, "action": "block", "for": "forever"},
        {**BLOCK, "talk": {"shorter_than": "30 s"}},
        True,
    ),
    (
        "five pranks in a row for ever, then ten",
        {**FOREVER, "strikes": "5", "consecutive": "yes", "on": "prank"},
        {**BLOCK, "strikes": "2", "for": "2 d"},
        False,
    ),
    (
        "more than three calls for ever, then more than five",
        {**OFTEN, "calls": {"more_than": "3", "within": "7 d"}, "for": "forever"},
        {**OFTEN, "calls": {"more_than": "5", "within": "2 d"}},
        True,
    ),
    (
        "more than three calls a minute for ever, then more than five a day",
        {**OFTEN, "calls": {"more_than": "3", "within": "1 min"}, "for": "forever"},
        {**OFTEN, "calls": {"more_than": "5", "within": "1 d"}},
        False,
    ),
    ("a warning by SMS, then a block", {**TEXT, "for": "forever"}, BLOCK, False),
    ("a warning by SMS for ever, then another", {**TEXT, "for": "forever"}, TEXT, True),
    ("a block for ever, then a warning by SMS", FOREVER, TEXT, False),
]


@pytest.mark.parametrize("one, two, never", [case[1:] for case in PAIRS], ids=[case[0] for case in PAIRS])
def test_a_rule_that_an_earlier_one_forestalls_is_warned_about(one: Keys, two: Keys, never: bool) -> None:
    """Of two rules the second is warned about where the first acts whenever it would; simulated, it never does."""
    children = {**CHILDREN, "deterred_by_sms": "50 %"}
    made = scenario({"residents": {**RESIDENTS, "numbers": {"pool": "3"}}, "children": children}, one, two)
    wanted = [f"policy: rule 2 ({two['action']}) never acts: rule 1 does whenever it would"] if never else []
    assert list(policy_warnings(made)) == wanted
    assert (1 in rules_that_acted(made)) == (not never)


def test_no_rule_of_a_drawn_policy_acts_that_was_said_never_to() -> None:
    """Policies and callers drawn at random on seconds, where everything collides: no warning is false, of rules that
    never act and of entries of the allowlist that change nothing."""
    told: Counter[str] = Counter()
    for seed in range(600):
        made = drawn_scenario(np.random.default_rng(seed))
        silent = silent_rules(made)
        assert rules_that_acted(made, call_takers=1, seed=seed).isdisjoint(silent), seed
        of_rules = [warning for warning in policy_warnings(made) if warning.startswith("policy: rule ")]
        told.update(warning.split(") ")[1][:40] for warning in of_rules)
        for entry in idle_entries(made):
            assert same_without(made, entry, call_takers=1, seed=seed), (seed, entry)
            told["idle entries"] += 1
        told["entries"] += len(made.policy.allowlist)
        told["rules"] += len(made.policy.rules)
        told["warned"] += len(silent)
    reasons = [name for name, times in told.items() if times >= 20 and name.startswith(("can", "never", "changes"))]
    assert len(reasons) >= 5, told
    assert 0.1 * told["rules"] < told["warned"] < 0.9 * told["rules"], told
    assert 0.1 * told["entries"] < told["idle entries"] < 0.9 * told["entries"], told


def drawn_scenario(rng: np.random.Generator) -> Scenario:
    """Two minutes of up to three groups of callers, under two or three rules."""

    def one(low: int, high: int) -> int:
        return int(rng.integers(low, high + 1))

    names = ("a", "b", "c")[: one(1, 3)]
    callers = {name: drawn_group(rng, names[:place]) for place, name in enumerate(names)}
    rules = [drawn_rule(lambda low, high, shape: rng.integers(low, high + 1, shape), one) for _ in range(one(2, 3))]
    if one(0, 1):  # much like each other, so that the first often forestalls the second
        rules[0] = rules[0].model_copy(update={"reset_by": (), "consecutive": False})
        lasts = (NEVER,) if one(0, 1) else (60 * SECOND,)
        like = {"strikes": (one(1, 3),), "extend": False, "review": one(0, 1) * rules[1].review}
        rules[1] = rules[0].model_copy(update={**like, "for_": rules[1].for_})
        rules[0] = rules[0].model_copy(update={"for_": lasts, "strikes": (one(1, 2),), "review": one(0, 2) * SECOND})
    procedure = {"listen": "1 s", "machine": {"length": "2 s", "presses": {INTENTS[one(0, 3)]: "50 %"}}}
    policy = {
        "rules": tuple(rules),
        "withheld": ("let_through", "as_one")[one(0, 1)],
        "allowlist": names[: max(0, one(-3, 2))],
    }
    made = scenario(callers, floor={"trunks": "2", **({"silent_procedure": procedure} if one(0, 1) else {})})
    return made.model_copy(update={"policy": NO_POLICY.model_copy(update=policy), "length": 120 * SECOND})


def drawn_group(rng: np.random.Generator, earlier: tuple[str, ...]) -> Keys:
    """Callers of one intent; on the phones of an earlier group where that has a pool, as the first always has."""
    some = rng.integers(0, 2, 6)
    numbers: Keys = {"pool": "3"} if not earlier or some[0] else {}
    numbers |= {"withheld": "40 %"} if some[1] else {}
    if earlier and some[2]:
        numbers["shared_with"] = {earlier[0]: {"share": ("30 %", "60 %")[some[3]], "choose": "by_call"}}
    after = {
        name: ("0 %", "100 %")[each] for name, each in zip(("busy", "dismissed"), rng.integers(0, 2, 2), strict=True)
    }
    return {
        "intent": INTENTS[int(rng.integers(0, 4))],
        "volume": "720 / h",
        "talk": {"empirical": ["1 s", "2 s", "4 s"]},
        "patience": "5 s",
        "numbers": numbers,
        **({"voiceless": ("50 %", "100 %")[some[3]]} if some[4] else {}),
        **({"misjudged": {"as": {INTENTS[int(rng.integers(0, 4))]: "40 %"}}} if some[5] else {}),
        **({"redial": {"after": after, "delay": "3 s", "attempts": str(int(rng.integers(1, 5)))}} if some[2] else {}),
        **({"deterred_by_sms": "50 %"} if some[3] else {}),
    }
