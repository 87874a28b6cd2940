"""Warnings about a comparison."""

from collections.abc import Iterator, Sequence

from simulator.metrics.summary import count_warnings
from simulator.questions.compare.comparison import Comparison, DesignEffects
from simulator.scenario.load import Loaded
from simulator.scenario.model import Scenario
from simulator.study.options import nobody_genuine, warnings_of
from simulator.study.sweep import Sweep

MUCH_TAKEN_ON = 0.05


def comparison_warnings(loaded: Loaded, found: Comparison, sweeps: Sequence[Sweep]) -> tuple[str, ...]:
    """Oddities of the scenario, too few replications, assumptions that harm hangs on, and what was never seen."""
    policies = [effects for effects in found.effects if effects.design.role == "policy"]
    said = [
        *nobody_genuine(loaded.scenario),
        *_odd(loaded, found.effects),
        *count_warnings(sweeps[0].clusters[0]),
        *_assumed(loaded, policies),
        *_listed(loaded),
        *_taken_on(policies),
        *_left_open(found.effects),
        *_unheeded(loaded.scenario, policies),
    ]
    return tuple(dict.fromkeys(said))


def _odd(loaded: Loaded, effects: Sequence[DesignEffects]) -> Iterator[str]:
    """What is odd about the scenario as it is run; with the policy's name where only that is."""
    of_all = set.intersection(*(set(warnings_of(loaded, each.design.experiment)) for each in effects))
    for each in effects:
        for warning in warnings_of(loaded, each.design.experiment):
            yield warning if warning in of_all else f"{each.design.policy}: {warning.removeprefix('policy: ')}"


def _assumed(loaded: Loaded, policies: Sequence[DesignEffects]) -> Iterator[str]:
    """Harm goes by shares that nobody has measured."""
    for route, part, words in (
        ("shared_phone", "shared_with", "shared phones"),
        ("misjudged_earlier", "misjudged", "misjudgement"),
        ("reused_number", "reused", "reused numbers"),
    ):
        if any(effects.routes[route].value > 0 for effects in policies):
            for each in loaded.assumptions:
                if part in f"{each.key} {each.value}" and _genuine(loaded.scenario, each.key):
                    yield f"{each.key} is assumed ({each.value}): harm by {words} goes up and down with it"


def _genuine(scenario: Scenario, key: str) -> bool:
    """Whether a value is one of a genuine group's."""
    group = scenario.callers.get(key.split(".")[1]) if key.startswith("callers.") else None
    return group is not None and group.intent == "genuine"


def _listed(loaded: Loaded) -> Iterator[str]:
    if loaded.scenario.floor.blocklist.file:
        yield "numbers on the list at the start are blocked under every policy, and under none, too"


def _taken_on(policies: Sequence[DesignEffects]) -> Iterator[str]:
    for effects in policies:
        if effects.taken_on is not None and effects.taken_on > MUCH_TAKEN_ON:
            share = f"{100 * effects.taken_on:.0f} %"
            many = effects.design.call_takers
            staffed = "" if many is None else f" with {many} call-taker" + ("" if many == 1 else "s")
            yield (
                f"{effects.design.policy}{staffed}: of the time counted as freed {share} goes to other prank and "
                "silent calls, which would have given up waiting"
            )


def _left_open(effects: Sequence[DesignEffects]) -> Iterator[str]:
    """Callers whose fate goes by a call that had not ended."""
    for each in effects:
        if each.left_open:
            many = (
                "1 genuine caller had a call" if each.left_open == 1 else f"{each.left_open} genuine callers had calls"
            )
            yield (
                f"{each.design.policy}: {many} still open at the end: heard, if a call-taker had answered by then, "
                "and else never heard"
            )


def _unheeded(scenario: Scenario, policies: Sequence[DesignEffects]) -> Iterator[str]:
    """That warnings by SMS harm nobody may only mean that no genuine caller of the scenario heeds them."""
    if any(group.intent == "genuine" and group.deterred_by_sms for group in scenario.callers.values()):
        return
    for name in dict.fromkeys(effects.design.policy for effects in policies if _warns_by_sms(effects)):
        yield f"{name}: no genuine group has a share deterred_by_sms, so its warnings put off no genuine caller here"


def _warns_by_sms(effects: DesignEffects) -> bool:
    return any(rule.traits.only_warns for rule in effects.design.experiment.scenario.policy.rules)
