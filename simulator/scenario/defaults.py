"""Defaults in force: what a scenario assumes without a word, since its file leaves the key out.

Only what can change an answer is told: of numbers and redials nothing without a rule that minds them, of strikes
nothing where one is enough.
"""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.scenario.callers import DEFAULT_DAY_CV, CallerGroup
from simulator.scenario.distribution import Model
from simulator.scenario.floor import Floor
from simulator.scenario.intent import INTENTS, NUISANCE
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Policy, Rule

ALL = "all groups"
NUISANCES = frozenset(INTENTS[intent] for intent in NUISANCE)


class Default(NamedTuple):
    """A key that is left out, the value in force, where, and what that means."""

    key: str
    value: str
    where: tuple[str, ...]
    meaning: str

    def __str__(self) -> str:
        where = f" ({', '.join(self.where)})" if self.where else ""
        return f"{self.key}: {self.value}{where}: {self.meaning}"


def defaults_in_force(scenario: Scenario) -> tuple[Default, ...]:
    """The defaults that the file of a scenario, and that of its policy, do not state; the day factor comes first."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for name, group in scenario.callers.items():
        for told in _of_callers(group, scenario):
            found.setdefault(told, []).append(name)
    callers = sorted(found, key=lambda told: _ORDER.index(told[0]) if told[0] in _ORDER else len(_ORDER))
    everybody = len(scenario.callers)
    return (
        *(
            Default(told[0], told[1], (ALL,) if len(found[told]) == everybody else tuple(found[told]), told[2])
            for told in callers
        ),
        *_of_floor(scenario.floor, scenario),
        *_of_policy(scenario),
    )


_ORDER = ("day_factor", "patience", "by_hour", "by_day", "wrap_up", "redial", "misjudged", "numbers")


def _out(model: Model, key: str) -> bool:
    """Whether a key is left out."""
    return key not in model.model_fields_set


OF_ALL = (
    ("patience", "never", "nobody hangs up while waiting"),
    ("by_hour", "flat", "as many calls at night as by day"),
    ("by_day", "alike", "as many calls on Sunday as on Monday"),
    ("wrap_up", "0 s", "a call-taker is free at the end of talk"),
)
OF_LEGITIMATE = (
    ("misjudged", "none", "call-takers never err on them"),
    ("voiceless", "0 %", "all of them can speak"),
    ("incidents", "none", "no two of them call about the same"),
)
OF_PRANKS = (("deceives", "0 %", "no prank sends units out"),)


def _of_callers(group: CallerGroup, scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """What a group leaves out: key, value in force, meaning."""
    if group.busy_with is None and (_out(group, "day_factor") or _out(group.day_factor, "cv")):
        yield "day_factor", f"{{cv: {DEFAULT_DAY_CV}}}", "days differ by chance; {cv: 0} for days alike"
    own = OF_PRANKS if group.intent == "prank" else () if group.intent in NUISANCES else OF_LEGITIMATE
    yield from (told for told in (*OF_ALL, *own) if _out(group, told[0]))
    if group.misjudged is not None and _out(group.misjudged, "correlation"):
        share = f"{100 * group.misjudged.correlation:g} %"
        yield "misjudged.correlation", share, "mistakes fall on the same callers again"
    if group.novelty is not None and _out(group.novelty, "floor"):
        yield "novelty.floor", "0 %", "the calls wear off to none"
    if group.incidents is not None and _out(group.incidents, "duplicate_talk"):
        yield "incidents.duplicate_talk", "talk", "later reports take as long as the first"
    yield from _of_redials(group, scenario.policy)
    yield from _of_numbers(group, scenario.policy)


def _of_redials(group: CallerGroup, policy: Policy) -> Iterator[tuple[str, str, str]]:
    if group.redial is None:
        yield "redial", "none", "nobody tries again"
        return
    met = {rule.traits.ending for rule in policy.rules}
    endings = {"busy": True, "abandoned": True, "dismissed": group.misjudged is not None}
    endings |= {ending: ending in met for ending in ("blocked", "diverted", "screened")}
    out = [name for name, can_be in endings.items() if can_be and _out(group.redial.after, name)]
    if out:
        yield "redial.after", f"{{{': 0 %, '.join(out)}: 0 %}}", "after that nobody tries again"
    if _out(group.redial, "attempts"):
        yield "redial.attempts", str(group.redial.attempts), "the first one included"


def _of_numbers(group: CallerGroup, policy: Policy) -> Iterator[tuple[str, str, str]]:
    """What only rules mind: whose number a call shows."""
    if not policy.rules:
        return
    if _out(group, "numbers"):
        yield "numbers", "{each_new: yes}", "no number calls twice, but by redials"
    elif group.numbers.pool and group.numbers.heavy_tail is None:
        yield "numbers.heavy_tail", "none", "all persons of the pool call alike"
    if _out(group.numbers, "withheld"):
        yield "numbers.withheld", "0 %", "every call shows its number"
    if group.numbers.pool and _out(group.numbers, "sims"):
        yield "numbers.sims", "1", "nobody has a second number to go on with"
    if any(rule.traits.refuses for rule in policy.rules) and _out(group, "gives_up"):
        yield "gives_up", "0 %", "nobody who is blocked gives up for good"
    if any(rule.traits.only_warns for rule in policy.rules) and _out(group, "deterred_by_sms"):
        yield "deterred_by_sms", "0 %", "a warning by SMS deters nobody"


def _of_floor(floor: Floor, scenario: Scenario) -> Iterator[Default]:
    for key, value, meaning in (
        ("attendance", "100 %", "everybody on the rota comes"),
        ("breaks", "none", "nobody takes a break"),
    ):
        if names := tuple(shift.name for shift in floor.shifts if _out(shift, key)):
            yield Default(f"shifts.{key}", value, () if len(names) == len(floor.shifts) else names, meaning)
    if floor.shifts and _out(floor, "end_of_shift"):
        yield Default("floor.end_of_shift", "finish", (), "who leaves finishes the call")
    if floor.acceptance is not None and _out(floor.acceptance, "mode"):
        yield Default("floor.acceptance.mode", "background", (), "call-takers do not wait for the agency")
    silent = any(group.share_voiceless for group in scenario.callers.values())
    if silent and floor.silent_procedure is None:
        yield Default("floor.silent_procedure", "none", (), "silent calls take as long as their talk says")
    if scenario.policy.rules and _out(floor, "blocklist"):
        yield Default("floor.blocklist", "empty", (), "at the start no number is blocked")


def _of_policy(scenario: Scenario) -> Iterator[Default]:
    policy = scenario.policy
    if _out(scenario, "policy"):
        yield Default("policy", "none", (), "no number is ever blocked")
    many = len(policy.rules)
    for place, rule in enumerate(policy.rules, start=1):
        where = (f"rule {place}",) if many > 1 else ()
        yield from (Default(f"policy.{key}", value, where, meaning) for key, value, meaning in _of_rule(rule))
    if policy.rules and _out(policy, "withheld") and any(group.numbers.withheld for group in scenario.callers.values()):
        yield Default("policy.withheld", "let_through", (), "calls without a number are never blocked")


def _of_rule(rule: Rule) -> Iterator[tuple[str, str, str]]:
    if rule.calls is None and _out(rule, "strikes"):
        yield "strikes", "1", "the first strike brings the action"
    if max(rule.needed) > 1 and rule.calls is None:
        if _out(rule, "within"):
            yield "within", "forever", "strikes are never forgotten"
        if _out(rule, "reset_by") and not rule.consecutive:
            yield "reset_by", "nothing", "a genuine call clears no strikes"
    if rule.reset_by and len(rule.for_) > 1 and _out(rule, "resets_ladder"):
        yield "resets_ladder", "no", "the ladder never goes down"
    if rule.calls is None and _out(rule, "review"):
        yield "review", "none", "a strike counts at once"
    if rule.traits.acts_at_the_door and _out(rule, "extend"):
        yield "extend", "no", "calls that meet it do not prolong it"
