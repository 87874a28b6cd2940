"""What is odd about a policy that can be run: rules that never act, rules that another one forestalls, and an allowlist
that does not protect whom it names."""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.scenario.callers import CallerGroup
from simulator.scenario.fixes import listed, nearest
from simulator.scenario.intent import INTENTS, IntentName
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Policy, Rule
from simulator.scenario.units import DAY, NEVER


def policy_warnings(scenario: Scenario) -> Iterator[str]:
    """A sentence for each rule, and each entry of the allowlist, that changes nothing in this scenario, and why.

    So, too, for a group on the allowlist whose callers also call from numbers that are not on it.
    """
    rules = scenario.policy.rules
    for index, rule in enumerate(rules):
        why = _never_acts(rule, scenario) or _forestalled(rule, rules[:index])
        if why:
            yield f"policy: rule {index + 1} ({rule.action}) {why}"
    for entry in scenario.policy.allowlist:
        if why := _not_protected(entry, scenario):
            yield f"policy: {entry} on the allowlist {why}"


def can_never_act(scenario: Scenario) -> bool:
    """Whether no rule of the policy can act on anybody in this scenario, so that the policy changes nothing."""
    policy = scenario.policy
    # An allowlist lets through numbers that are on a list at the start.
    frees = bool(policy.allowlist) and scenario.floor.blocklist.file is not None
    return not frees and all(_never_acts(rule, scenario) for rule in policy.rules)


def unknown_numbers(policy: Policy, scenario: Scenario) -> Iterator[tuple[int, str, str, str]]:
    """Of numbers on the allowlist that nobody has: index, what was given, what is wanted, and the fix."""
    groups = scenario.callers
    for index, written in enumerate(policy.allowlist):
        name, _, number = written.partition("/")
        if name not in groups:
            yield index, f"{written}, and there is no group {name}", f"one of {listed(groups)}", nearest(name, groups)
        elif number and not groups[name].numbers.pool:
            wanted = "single numbers of a group with a pool"
            yield index, f"{written}, whose numbers are new each time", wanted, f"write {name} for all of them"
        elif number and int(number) >= (groups[name].numbers.pool or 0) * groups[name].numbers.sims:
            most = (groups[name].numbers.pool or 0) * groups[name].numbers.sims
            yield index, written, f"a number from {name}/0 to {name}/{most - 1}", ""


def _never_acts(rule: Rule, scenario: Scenario) -> str:
    """Why a rule cannot act on anybody; '' where it can."""
    striking = [name for name, group in scenario.callers.items() if _may_strike(rule, group, scenario)]
    if not striking:
        return f"can never act: no call is ever taken for {' or '.join(rule.on or ())}"
    shown = [number for name in striking for number in _numbers_shown(name, rule, scenario)]
    minded = [number for number in shown if _minded(number.owner, scenario.policy)]
    if not minded:
        return "can never act: the policy minds none of the numbers that it would act on"
    if not any(number.again for number in minded):
        return "can never act: the numbers that it would act on are new each time, and call too seldom"
    if _too_late(rule, scenario):
        return "can never act: its review takes longer than the scenario"
    if _unheeded(rule, scenario):
        return "changes nothing: no group of callers has a share deterred_by_sms"
    return ""


def _not_protected(entry: str, scenario: Scenario) -> str:
    """Why an entry of the allowlist changes nothing, or not all that its reader would think; '' where it does."""
    name = entry.partition("/")[0]
    if entry != name and name in scenario.policy.allowlist:
        return f"changes nothing: {name} is on it, which is all of them"
    idle = not scenario.floor.blocklist.file and not _could_act_on(name, scenario)
    numbers = scenario.callers[name].numbers
    others = [who for who, with_ in numbers.shared_with.items() if with_.share]
    others += [who for who, share in numbers.reused_from.items() if share]
    open_to = [who for who in dict.fromkeys(others) if _minded(who, scenario.policy) and _could_act_on(who, scenario)]
    beside = f"calls of {name} from numbers of {' and '.join(open_to)} meet the rules all the same"
    if idle:
        why = f"changes nothing: no rule can act on the numbers of {name}"
        return f"{why}; {beside}" if open_to else why
    return f"covers only the numbers of {name}: {beside}" if open_to and entry == name else ""


def _could_act_on(owner: str, scenario: Scenario) -> bool:
    """Whether a rule could act on numbers of this group if none were on the allowlist."""
    return any(
        number.owner == owner and number.again
        for rule in scenario.policy.rules
        if not _too_late(rule, scenario) and not _unheeded(rule, scenario)
        for name, group in scenario.callers.items()
        if _may_strike(rule, group, scenario)
        for number in _numbers_shown(name, rule, scenario)
    )


def _too_late(rule: Rule, scenario: Scenario) -> bool:
    return rule.review >= _last_attempt(scenario) + scenario.floor.blocklist.warmed


def _unheeded(rule: Rule, scenario: Scenario) -> bool:
    return rule.traits.only_warns and not any(group.deterred_by_sms for group in scenario.callers.values())


def _minded(owner: str, policy: Policy) -> bool:
    """Whether the policy minds numbers of a group; of '', those that are withheld."""
    return owner not in policy.allowlist if owner else policy.withheld == "as_one"


def _may_strike(rule: Rule, group: CallerGroup, scenario: Scenario) -> bool:
    return rule.on is None or not _taken_for(group, scenario).isdisjoint(rule.on)


def _taken_for(group: CallerGroup, scenario: Scenario) -> set[IntentName]:
    """What calls of a group can be taken for."""
    mistakes = {intent for intent, share in group.misjudged.as_.items() if share} if group.misjudged else set()
    heard = group.share_voiceless < 1 or group.intent == "silent" or _may_press(group, scenario)
    spoken: set[IntentName] = {group.intent} if heard else set()
    return {
        *mistakes,
        *spoken,
        *([INTENTS[0]] if group.deceives else []),
        *([INTENTS[3]] if group.share_voiceless else []),
    }


def _may_press(group: CallerGroup, scenario: Scenario) -> bool:
    """Whether a caller who does not speak can press 55, and be put through again."""
    procedure = scenario.floor.silent_procedure
    return bool(procedure and procedure.machine and procedure.machine.presses.get(group.intent))


class Shown(NamedTuple):
    """Numbers that calls of a group show: whose they are ('': nobody's, withheld), and whether one can call after its
    strikes."""

    owner: str
    again: bool


def _numbers_shown(name: str, rule: Rule, scenario: Scenario) -> Iterator[Shown]:
    """None; those of other groups, which have pools; the group's own."""
    numbers = scenario.callers[name].numbers
    others = [(who, with_.share) for who, with_ in numbers.shared_with.items()]
    others += numbers.reused_from.items()
    if numbers.withheld:
        yield Shown("", again=True)
    for who, share in others:
        if share:
            yield Shown(who, again=True)
    if numbers.withheld + sum(share for _, share in others) < 1 or numbers.rotate:
        yield Shown(name, bool(numbers.pool) or _redials(rule, scenario.callers[name]))


def _redials(rule: Rule, group: CallerGroup) -> bool:
    """Whether one caller's attempts can bring the action, and another one meet it."""
    if group.redial is None or group.redial.attempts <= rule.needed[0]:
        return False
    # A verdict falls on an answered call, after which only those try again who were dismissed.
    return bool(group.redial.after.dismissed) or (rule.calls is not None and any(dict(group.redial.after).values()))


def _last_attempt(scenario: Scenario) -> int:
    """No attempt is made at or after this."""
    return scenario.length + (DAY if any(group.redial for group in scenario.callers.values()) else 0)


def _forestalled(rule: Rule, earlier: tuple[Rule, ...]) -> str:
    """Which earlier rule's action is in force whenever this one's is; '' where there is none."""
    for index, other in enumerate(earlier):
        # Warnings by SMS are met apart from all other actions.
        alike = other.traits.only_warns == rule.traits.only_warns
        if alike and _covers(other, rule) and (_for_ever(other, rule) or _each_time(other, rule)):
            return f"never acts: rule {index + 1} does whenever it would"
    return ""


def _covers(other: Rule, rule: Rule) -> bool:
    """Whether every strike of a rule is one of the other, and nothing takes it away there."""
    same = other.calls is not None if rule.calls else other.calls is None and _verdicts(other) >= _verdicts(rule)
    resets = other.consecutive or other.reset_by
    return same and other.talk in {None, rule.talk} and not resets and other.review <= rule.review


def _verdicts(rule: Rule) -> set[IntentName]:
    return set(rule.on or INTENTS)


def _for_ever(other: Rule, rule: Rule) -> bool:
    """The other comes no later, and is never over."""
    return other.for_[0] == NEVER and other.needed[0] <= rule.needed[0] and other.window >= rule.window


def _each_time(other: Rule, rule: Rule) -> bool:
    """The other comes at every strike, and is over no earlier."""
    return max(other.needed) == 1 and other.review + min(other.for_) >= rule.review + max(rule.for_)
