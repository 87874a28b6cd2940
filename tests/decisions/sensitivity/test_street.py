"""Shared phones where everything is known: P(blocked), the line of harm, the shares at which rankings flip."""

from pathlib import Path

import pytest

from simulator.decisions.sensitivity.sensitivity import Sensitivity
from simulator.decisions.sensitivity.study import Household
from tests.decisions.sensitivity.street import analysed

NONE, ALL, HALF = range(3)
CLOSE = 0.1
"""16 replications of 100 callers a night: the ratio of nights to days varies by 1 / sqrt(1600) = 2.5 %; 10 % is four
times that."""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    return analysed(tmp_path_factory.mktemp("street"))


@pytest.fixture(scope="module")
def phones(done: Sensitivity) -> Household:
    (found,) = done.households
    return found


def test_the_ranking_of_the_file_is_the_known_one(done: Sensitivity) -> None:
    """At 4 %: all saves 20 and shuts out 8 of 220, half saves none and shuts out 4."""
    assert [done.names[policy] for policy in done.ranking.order] == ["all", "none", "half"]
    scores = {each.policy: each.score for each in done.ranking.standings}
    assert scores[ALL] == pytest.approx((20 - 8) / 220, rel=2 * CLOSE)
    assert scores[HALF] == pytest.approx(-4 / 220, rel=CLOSE)
    assert scores[NONE] == 0


def test_the_chance_that_a_phone_is_blocked_is_the_known_one_by_number_and_by_call(phones: Household) -> None:
    for choose in ("by_number", "by_call"):
        found = phones.route.phones[choose]
        assert [each.blocked.value for each in found] == pytest.approx([0, 1, 0.5], abs=1e-6)
        assert found[ALL].slope == pytest.approx(200 / 220, rel=CLOSE)
        assert found[HALF].slope == pytest.approx(100 / 220, rel=CLOSE)
        assert phones.route.harm(choose, ALL, "4 %") == pytest.approx(0.04 * 200 / 220, rel=CLOSE)


EXPECTED = {(ALL, NONE): 0.10, (ALL, HALF): 0.20}


def test_the_line_crosses_where_it_is_known_to(phones: Household) -> None:
    for each in phones.crossings:
        if (each.one, each.other) in EXPECTED:
            wanted = EXPECTED[each.one, each.other]
            assert each.share == pytest.approx(wanted, rel=CLOSE)
            assert each.low is not None
            assert each.high is not None
            assert each.low < wanted < each.high
        else:  # without phones none and half are alike, and half shuts out more at any share
            assert each.none.sign == 0
            assert each.share is None or each.share < 0.005


def test_simulation_on_either_side_of_the_crossing_agrees(phones: Household) -> None:
    held = {(each.crossing.one, each.crossing.other, each.crossing.choose): each for each in phones.confirmed}
    assert set(held) == {(ALL, NONE, "by_number"), (ALL, NONE, "by_call"), (ALL, HALF, "by_number")}
    for each in held.values():
        assert each.holds is True
        assert [apart.sign for apart in each.aparts][::2] == [1, -1]


def test_bisection_finds_the_same_share(done: Sensitivity) -> None:
    pair = done.pairs[0]
    assert (pair.one, pair.other) == (ALL, NONE)
    (varied,) = pair.varied
    assert varied.ending == "flips"
    (flip,) = varied.flips
    low, at, high = (varied.range.size(text) for text in (flip.low, flip.at, flip.high))
    assert low < 0.10 < high
    assert at == pytest.approx(0.10, rel=CLOSE)
    assert flip.to == -1


def test_the_share_is_what_the_difference_hangs_on_and_samples_lead_as_they_lie(done: Sensitivity) -> None:
    """Of 12 samples, evenly over 0 % to 40 %, three lie below 10 %, where all leads; then none does, never half."""
    (coefficient,) = done.pairs[0].influence.coefficients
    assert coefficient < -done.pairs[0].influence.bound
    leads = {each.policy: each.leads for each in done.ranking.standings}
    assert leads == {ALL: 3, NONE: 9, HALF: 0}
    assert done.ranking.holds == 3
    assert done.ranking.surely <= 3
    assert 0 < done.ranking.surely_not <= 9


def test_by_callers_shut_out_none_leads_and_no_share_flips_it(tmp_path: Path) -> None:
    done = analysed(tmp_path, by="shut_out")
    assert [done.names[policy] for policy in done.ranking.order] == ["none", "half", "all"]
    (phones,) = done.households
    assert {each.share for each in phones.crossings} <= {None, 0.0}
    assert phones.confirmed == ()


def test_by_time_freed_shared_phones_are_not_asked_for(tmp_path: Path) -> None:
    done = analysed(tmp_path, by="freed")
    assert done.names[done.ranking.order[0]] == "all"
    assert done.households == ()
