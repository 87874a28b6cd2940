"""One replication of several designs: whatever else is run beside a design, its numbers are its own."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from simulator.metrics.counts import Counts
from simulator.metrics.paired import EFFECTS, PAIRED, Paired
from simulator.scenario.policy import NO_POLICY
from simulator.study.experiment import Experiment, run_once
from simulator.study.pairing import acts_never, grouped, run_paired
from simulator.tables.store import key_of
from tests.plans import policy, rule
from tests.study.towns import experiment


def run(experiments: Sequence[Experiment]) -> dict[int, tuple[Counts, Paired]]:
    return {place: (replication.counts, paired) for place, replication, paired in run_paired(experiments, 0)}


def designs(folder: Path) -> list[Experiment]:
    """No policy, no nuisance, the town's rule and a stricter one, with two staffings."""
    made = experiment(folder)
    found = []
    for base in (made, made.staffed(1)):
        bare = base.under(NO_POLICY)
        found += [base.under(policy(rule())), replace(bare, nuisance=False), bare, base]
    return found


def test_each_design_is_run_as_it_would_be_alone(tmp_path: Path) -> None:
    made = designs(tmp_path)
    together = run(made)
    assert sorted(together) == list(range(len(made)))
    for place, each in enumerate(made):
        assert together[place][0] == run_once(each, 0).counts


def test_paired_numbers_do_not_depend_on_what_else_is_compared(tmp_path: Path) -> None:
    made = designs(tmp_path)
    together = run(made)
    backwards = run(made[::-1])
    for place, each in enumerate(made):
        assert run([each])[0] == together[place]
        assert backwards[len(made) - 1 - place] == together[place]


def test_neither_do_they_depend_on_the_engine(tmp_path: Path) -> None:
    made = designs(tmp_path)
    assert run([replace(each, engine="kernel") for each in made]) == run(made)


def test_no_policy_by_any_title_is_the_baseline_and_differs_from_it_in_nothing(tmp_path: Path) -> None:
    base = experiment(tmp_path)
    titled = base.under(NO_POLICY.model_copy(update={"title": "nobody is blocked", "sources": ("us",)}))
    assert acts_never(titled.scenario.policy)
    assert not acts_never(base.scenario.policy)
    _, paired = run([titled])[0]
    numbers = dict(zip(PAIRED, paired, strict=True))
    assert numbers["genuine"] > 0
    assert {sum(numbers[cell] for cell in cells) for cells in EFFECTS.values()} == {0}
    assert numbers["freed"] == numbers["taken_on"] == 0


def test_designs_share_a_baseline_where_only_their_policies_differ(tmp_path: Path) -> None:
    groups = grouped(designs(tmp_path))
    assert [(group.bare, group.ideal, group.others) for group in groups] == [([2], [1], [0, 3]), ([6], [5], [4, 7])]


def test_the_identity_of_other_runs_is_what_it_was(tmp_path: Path) -> None:
    """Results on disk are found by it: only a run without nuisance says so."""
    made = experiment(tmp_path)
    assert "nuisance" not in made.identity()
    assert key_of(replace(made, nuisance=False).identity()) != key_of(made.identity())
    assert 0 < replace(made, nuisance=False).calls_expected < made.calls_expected
