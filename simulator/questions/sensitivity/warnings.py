"""Warnings about a sensitivity analysis."""

from collections.abc import Iterator

from simulator.questions.sensitivity.cases import CaseFactory
from simulator.questions.sensitivity.influence import FREEDOM
from simulator.questions.sensitivity.result import Sensitivity
from simulator.scenario.policy_checks import policy_warnings
from simulator.study.effects import of_this_stretch
from simulator.study.options import nobody_genuine


def sensitivity_warnings(done: Sensitivity, factory: CaseFactory) -> tuple[str, ...]:
    """What is odd about the policies, too few samples, policies that are alike in the file, a list that fills up."""
    return tuple(dict.fromkeys((*_of_policies(factory), *_warnings(done))))


def _of_policies(factory: CaseFactory) -> Iterator[str]:
    yield from nobody_genuine(factory.scenario)
    for name, policy in zip(factory.names, factory.policies, strict=True):
        for warning in policy_warnings(factory.scenario.model_copy(update={"policy": policy})):
            yield f"{name}: {warning.removeprefix('policy: ')}"
    yield from of_this_stretch(factory.scenario, factory.policies)


def _warnings(done: Sensitivity) -> Iterator[str]:
    if not done.pairs[0].influence.partial:
        many = len(done.ranges)
        yield (
            f"{done.samples} samples are too few to tell the values apart ({many} of them): influence is by plain rank "
            f"correlation; ask for --samples {max(2 * many, many + 1 + FREEDOM)} or more"
        )
    for pair in done.pairs:
        if pair.varied and pair.file.sign == 0:
            yield f"{done.names[pair.one]} and {done.names[pair.other]} cannot be told apart in the file"
