"""What policies are ranked by: the change in callers never heard, and where that ties, in those late."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from simulator.questions.sensitivity.score import apart, scores, ties
from simulator.questions.sensitivity.standing import rank
from simulator.study.paired_runs import NUMBERS
from simulator.tables.calls import Int64

REPLICATIONS = 30


def runs(*policies: Mapping[str, Sequence[int]]) -> Int64:
    """No policy and these, of 100 genuine callers in each replication; numbers are repeated over replications."""
    found = np.zeros((1 + len(policies), REPLICATIONS, len(NUMBERS)), dtype=np.int64)
    found[:, :, NUMBERS.index("genuine")] = 100
    for place, policy in enumerate(policies, start=1):
        for name, values in policy.items():
            found[place, :, NUMBERS.index(name)] = np.resize(values, REPLICATIONS)
    return found


LATER, SOONER = {"in_time_to_late": [1, 2, 3]}, {"late_to_in_time": [1, 2, 3]}
SAVES = {"never_to_late": [2, 3, 4], "in_time_to_never": [1], "never_because_besides": [1]}
SHUTS = {"in_time_to_never": [1, 2], "never_because_besides": [1, 2]}
NONE, ONE, OTHER = range(3)


def test_the_score_is_never_because_less_heard_because() -> None:
    """Two of 100 more are heard than are shut out; 1.5 are shut out."""
    found = runs(SAVES, SHUTS)
    assert scores(found, "net").tolist() == pytest.approx([0, 0.02, -0.015])
    assert scores(found, "shut_out").tolist() == pytest.approx([0, -0.01, -0.015])
    assert ties(found, "net").tolist() == [0, 0, 0]


def test_a_rule_that_saves_more_than_it_shuts_out_is_ahead_of_none_and_none_ahead_of_one_that_does_not() -> None:
    found = runs(SAVES, SHUTS)
    assert [each.policy for each in rank(found, found[None], "net").standings] == [ONE, NONE, OTHER]
    assert [each.policy for each in rank(found, found[None], "shut_out").standings] == [NONE, ONE, OTHER]
    assert (apart(found, ONE, NONE, "net").sign, apart(found, OTHER, NONE, "net").sign) == (1, -1)


def test_where_not_one_more_is_heard_those_late_decide() -> None:
    found = runs(LATER, SOONER)
    ranking = rank(found, np.stack([found, found]), "net")
    assert [each.policy for each in ranking.standings] == [OTHER, NONE, ONE]
    assert [each.leads for each in ranking.standings] == [2, 0, 0]
    assert (ranking.holds, ranking.surely) == (2, 2)
    ahead = apart(found, OTHER, NONE, "net")
    assert (ahead.late, ahead.sign, ahead.estimate.value) == (True, 1, pytest.approx(0.02))
    assert apart(found, ONE, OTHER, "net").sign == -1
    assert not apart(found, OTHER, NONE, "shut_out").late


def test_who_is_late_decides_nothing_where_others_are_never_heard() -> None:
    found = runs({**SHUTS, **SOONER}, LATER)
    assert [each.policy for each in rank(found, found[None], "net").standings] == [NONE, OTHER, ONE]
    assert not apart(found, ONE, NONE, "net").late


def test_policies_alike_in_both_share_the_lead() -> None:
    found = runs(SAVES, SAVES)
    ranking = rank(found, found[None], "net")
    assert [each.leads for each in ranking.standings] == [0, 0, 0]
    assert ranking.holds == 1


def test_gross_harm_and_the_change_are_told_of_every_policy() -> None:
    found = runs(SAVES, SHUTS)
    effects = {each.policy: each.effects for each in rank(found, found[None], "net").standings}
    assert effects[ONE]["never_because"].value == pytest.approx(0.01)
    assert effects[ONE]["heard_because"].value == pytest.approx(0.03)
    assert effects[ONE]["change_never"].value == pytest.approx(-0.02)
    assert effects[ONE]["change_never"].high < 0 < effects[OTHER]["change_never"].low
