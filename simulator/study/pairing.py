"""One replication of all designs compared, each held against its two baselines caller by caller."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from simulator.metrics.count import thresholds_for
from simulator.metrics.paired import Baseline, Paired, Plan, Throughout, baseline
from simulator.scenario.policy import NO_POLICY, Policy
from simulator.study.conditional import blocked_throughout
from simulator.study.experiment import Experiment, Replication, run_each


def acts_never(policy: Policy) -> bool:
    """Whether it is no policy at all, by whatever title."""
    return policy.model_copy(update={"title": NO_POLICY.title, "sources": ()}) == NO_POLICY


@dataclass(frozen=True, slots=True)
class Group:
    """Experiments with the same baseline: no policy on the same floor, with the same callers.

    without    it
    bare       the place of one that is just that, among the experiments; None where there is none; likewise
    ideal      that of no nuisance
    others     the places of all others
    """

    without: Experiment
    bare: list[int] = field(default_factory=list)
    ideal: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)

    def add(self, place: int, experiment: Experiment) -> None:
        """Enter one."""
        bare = acts_never(experiment.scenario.policy)
        (self.ideal if not experiment.nuisance else self.bare if bare else self.others).append(place)


def grouped(experiments: Sequence[Experiment]) -> list[Group]:
    """The experiments by their baselines."""
    groups: list[Group] = []
    for place, experiment in enumerate(experiments):
        without = replace(experiment.under(NO_POLICY), nuisance=True)
        group = next((group for group in groups if group.without == without), None)
        if group is None:
            groups.append(group := Group(without))
        group.add(place, experiment)
    return groups


def run_paired(experiments: Sequence[Experiment], number: int) -> Iterator[tuple[int, Replication, Paired]]:
    """A replication of each experiment, its place among them, and its paired numbers; baselines are run where they are
    not among them, too."""
    groups = grouped(experiments)
    runs = run_each([each for group in groups for each in _to_run(group, experiments)], number)
    for group in groups:
        without, ideal = next(runs), next(runs)
        base = _baseline(group.without, without, ideal)
        for place in group.bare:
            yield place, without, base.held_against(without.outcomes, Throughout.nobody(base.plan.genuine))
        for place in group.ideal:
            yield place, ideal, base.no_nuisance()
        for place in group.others:
            replication = next(runs)
            yield place, replication, base.held_against(replication.outcomes, _blocked(experiments[place], replication))


def _blocked(experiment: Experiment, ran: Replication) -> Throughout:
    """Who was blocked at every attempt, and who could have been."""
    return blocked_throughout(experiment.scenario, ran.calls, ran.outcomes, ran.sanctions, experiment.warm_up)


def _to_run(group: Group, experiments: Sequence[Experiment]) -> list[Experiment]:
    return [group.without, replace(group.without, nuisance=False), *(experiments[place] for place in group.others)]


def _baseline(experiment: Experiment, without: Replication, ideal: Replication) -> Baseline:
    within = thresholds_for(experiment.scenario.targets)[0]
    plans = [Plan.of(each.calls, within, experiment.warm_up) for each in (without, ideal)]
    return baseline(plans[0], without.outcomes, without.staffing, plans[1], ideal.outcomes)
