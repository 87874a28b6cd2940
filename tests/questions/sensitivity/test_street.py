"""Shared phones where everything is known: P(blocked), harm, the shares at which rankings flip."""

from pathlib import Path
from typing import Any

import pytest

from simulator.questions.sensitivity.households import Household
from simulator.questions.sensitivity.result import Sensitivity
from tests.questions.sensitivity.street import analysed

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


def close(value: float) -> Any:
    return pytest.approx(value, abs=1e-6)


def test_the_chance_that_a_phone_is_blocked_is_the_known_one_by_number_and_by_call(phones: Household) -> None:
    for choose in ("by_number", "by_call"):
        found = phones.phones[choose]
        assert [each.blocked and each.blocked.value for each in found] == [None, *map(close, (1, 0.5))]
        for text, share in (("0 %", 0.0), ("4 %", 0.04), ("40 %", 0.4)):
            assert found[ALL].harm[text].value == pytest.approx(share * 200 / 220, rel=CLOSE)
            assert found[HALF].harm[text].value == pytest.approx(share * 100 / 220, rel=CLOSE)
            assert found[NONE].harm[text].value == 0


def test_the_share_at_which_the_leader_changes_is_the_known_one_however_phones_are_chosen(
    done: Sensitivity, phones: Household
) -> None:
    """10 % against none: the same for phones chosen by number, as in the file, and by call."""
    pair = done.pairs[0]
    assert (pair.one, pair.other) == (ALL, NONE)
    (varied,) = pair.varied
    assert varied is phones.varied[ALL, NONE, "by_number"]
    for found in (varied, phones.varied[ALL, NONE, "by_call"]):
        assert found.ending == "flips"
        (flip,) = found.flips
        low, at, high = (found.range.size(text) for text in (flip.low, flip.at, flip.high))
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
    assert all(not each.flips for each in phones.varied.values())


def test_by_time_freed_shared_phones_are_not_asked_for(tmp_path: Path) -> None:
    done = analysed(tmp_path, by="freed")
    assert done.names[done.ranking.order[0]] == "all"
    assert done.households == ()
