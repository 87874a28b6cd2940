"""Cases: the scenario with some assumed values replaced, under each of the policies that are ranked.

All cases go by the same seed, so that what differs between two of them is what was replaced, and not chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simulator.engines.simulate import Engine
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.load import Loaded
from simulator.scenario.model import Scenario
from simulator.scenario.policy import Policy
from simulator.scenario.policy_checks import unknown_numbers
from simulator.scenario.ranges import LeftAlone, Range
from simulator.scenario.vary import Template
from simulator.study.designs import designs_with
from simulator.study.experiment import Experiment
from simulator.study.paired_runs import Experiments, paired_design, paired_key
from simulator.study.runs.runs import BESIDES, Runs
from simulator.tables.calls import Int64

Changes = Mapping[str, str]
"""Values by key path, each as a file would have it."""


@dataclass(frozen=True, slots=True)
class Case:
    """Values that are replaced, and the experiments that come of it, one a policy; the first has none."""

    changes: tuple[tuple[str, str], ...]
    experiments: Experiments
    key: str

    @property
    def calls(self) -> float:
        """First attempts that a replication of all of them makes, expected."""
        return sum(each.calls_expected for each in self.experiments)

    def cost(self, engine: Engine) -> float:
        """What a replication of all of them costs, in calls."""
        return self.calls + len(self.experiments) * BESIDES[engine]


@dataclass(frozen=True, slots=True)
class CaseFactory:
    """Policies by name, the first ``none``, and the file that cases are made of."""

    template: Template
    names: tuple[str, ...]
    policies: tuple[Policy, ...]
    first: Experiment

    @classmethod
    def of(cls, loaded: Loaded, seed: int, policies: str | None) -> "CaseFactory":
        """The policies named, and no policy beside them. Raises BadInput."""
        designs = [design for design in designs_with(loaded, seed, policies) if design.role != "no nuisance"]
        experiments = [design.experiment for design in designs]
        names = tuple(design.policy for design in designs)
        rules = tuple(experiment.scenario.policy for experiment in experiments)
        return cls(Template.of(loaded), names, rules, experiments[0])

    @property
    def scenario(self) -> Scenario:
        """The scenario of the file, without a policy."""
        return self.first.scenario

    def case(self, changes: Changes) -> Case:
        """The case with these values replaced. Raises BadInput where the scenario is not sound with them."""
        scenario = self.template.scenario(changes)
        for policy in self.policies:
            _check(policy, scenario)
        own = scenario.model_copy(update={"targets": self.first.scenario.targets, "policy": self.policies[0]})
        without = replace(self.first, scenario=own)
        experiments = (without, *(without.under(policy) for policy in self.policies[1:]))
        return Case(tuple(changes.items()), experiments, paired_key(experiments))

    def sample(self, values: Sequence[Changes]) -> list[Case]:
        """The cases of a sample. Raises BadInput where values, each sound on its own, are not so together."""
        try:
            return [self.case(each) for each in values]
        except BadInput as error:
            hint = "it is so in a sample of assumed values: state smaller ranges for them"
            raise BadInput([replace(fault, hint=hint) for fault in error.faults]) from None


@dataclass(frozen=True, slots=True)
class CaseRuns:
    """Simulates cases; what is stored in the folder already is not simulated again."""

    folder: Path
    engine: Engine
    runs: Runs[Experiments, Int64]

    def run(self, cases: Sequence[Case], replications: int) -> Int64:
        """Numbers [cases][policies][replications][NUMBERS]."""
        designs = [
            paired_design(case.experiments, case.key, self.folder, {"changes": dict(case.changes)}) for case in cases
        ]
        return np.array(self.runs.run(designs, replications, self.engine)).swapaxes(1, 2)


def _check(policy: Policy, scenario: Scenario) -> None:
    faults = [
        Fault(wanted, given, "allowlist", hint=hint) for _, given, wanted, hint in unknown_numbers(policy, scenario)
    ]
    if faults:
        raise BadInput(faults)


def usable(
    factory: CaseFactory, ranges: Sequence[Range], left: Sequence[LeftAlone]
) -> tuple[list[Range], list[LeftAlone]]:
    """Ranges with ends at which the scenario is sound, and what is left alone.

    An end that goes by kind and is refused gives way to the file's value. Raises BadInput for one that was stated.
    """
    kept, alone = [], list(left)
    for each in ranges:
        found = _sound(factory, each)
        if found is None:
            alone.append(LeftAlone(each.key, "neither half nor double of it can be run"))
        else:
            kept.append(found)
    return kept, alone


def _sound(factory: CaseFactory, range_: Range) -> Range | None:
    faults = {end: _refusal(factory, {range_.key: end}) for end in dict.fromkeys((range_.low, range_.high))}
    refused = {end: error for end, error in faults.items() if error}
    if range_.stated and refused:
        raise BadInput(
            [
                replace(fault, hint="state a range whose ends can be run")
                for error in refused.values()
                for fault in error.faults
            ]
        )
    low, high = (range_.value if end in refused else end for end in (range_.low, range_.high))
    return None if low == high or (refused and range_.options) else replace(range_, low=low, high=high)


def _refusal(factory: CaseFactory, changes: Changes) -> BadInput | None:
    try:
        factory.case(changes)
    except BadInput as error:
        return error
    return None
