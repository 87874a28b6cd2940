"""A scenario with what options change of it: the experiment that it is, and what a reader is warned of."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from simulator.scenario import checks, oddities
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.load import Loaded, load_policy
from simulator.scenario.model import Scenario
from simulator.scenario.policy import INTENTS, Policy
from simulator.scenario.policy_checks import unknown_numbers
from simulator.scenario.target import Target, parse_target
from simulator.study.experiment import Experiment


def warnings_of(loaded: Loaded, experiment: Experiment) -> tuple[str, ...]:
    """What is odd about the scenario as it is run; the options may have changed its staffing."""
    before, now = oddities.warnings(loaded.scenario), oddities.warnings(experiment.scenario)
    return (*now, *(warning for warning in loaded.warnings if warning not in before))


def nobody_genuine(scenario: Scenario) -> Iterator[str]:
    """The warning about a scenario without genuine callers: whom a policy saves or shuts out is asked of them alone."""
    if not any(group.intent == "genuine" for group in scenario.callers.values()):
        yield "no group of callers is genuine: nothing can be said of whom a policy saves or shuts out"


def experiment_with(
    loaded: Loaded,
    seed: int,
    policy: str | None = None,
    call_takers: int | None = None,
    targets: Sequence[str] = (),
) -> Experiment:
    """The scenario with another policy, so many call-takers on every shift, other targets. Raises BadInput."""
    experiment = Experiment(loaded.scenario, seed)
    if policy is not None:
        rules = policy_named(policy, loaded.path.parent)
        check_policy(rules, policy, experiment.scenario)
        experiment = experiment.under(rules)
    if call_takers is not None:
        experiment = experiment.staffed(call_takers)
        _check_staffing(experiment.scenario, call_takers, loaded.path.parent)
    if targets:
        parsed = tuple(_target(text) for text in targets)
        experiment = replace(experiment, scenario=experiment.scenario.model_copy(update={"targets": parsed}))
    return experiment


def _check_staffing(scenario: Scenario, call_takers: int, beside: Path) -> None:
    """The file was sound; with the call-takers of the option its breaks, or memory, may no longer be."""
    broken = checks.faults(scenario.model_copy(update={"reported": ()}), beside)
    if broken:
        given = f"{call_takers}: {broken[0].given or '.'.join(map(str, broken[0].key))}"
        raise BadInput([Fault(broken[0].wanted, given, field="call_takers", hint=broken[0].hint)])


def check_policy(policy: Policy, name: str, scenario: Scenario) -> None:
    """Raises BadInput where a policy that is named speaks of numbers that the scenario has not."""
    faults = [
        Fault(wanted, f"{name}, whose allowlist has {given}", field="policy", hint=hint)
        for _, given, wanted, hint in unknown_numbers(policy, scenario)
    ]
    if faults:
        raise BadInput(faults)


def check_targets(scenario: Scenario, field: str = "targets") -> None:
    """Raises BadInput where a target is of callers whom the scenario has not: nothing could ever judge it."""
    made = {group.intent for group in scenario.callers.values() if group.volume > 0}
    for target in scenario.targets:
        if made.isdisjoint(INTENTS if target.intent < 0 else [INTENTS[target.intent]]):
            wanted, hint = "a target of callers whom the scenario has", "name others, such as of all, or add a group"
            raise BadInput([Fault(wanted, quoted(str(target)), field=field, hint=hint)])


def policy_named(name: str, beside: Path) -> Policy:
    """The policy of a field: a file where the text ends in .yaml or .yml, else a name."""
    try:
        return load_policy(Path(name) if name.endswith((".yaml", ".yml")) else name, beside)
    except BadInput as error:
        raise error.at("policy") from None


def _target(text: str) -> Target:
    try:
        return parse_target(text)
    except ValueError as error:
        hint = str((getattr(error, "context", None) or {}).get("hint", ""))
        raise BadInput([Fault(str(error), quoted(text), field="targets", hint=hint)]) from None
