"""Intervals cover on real scenarios, drawn anew from simulated replications (see `coverage_study.py`).

The runs are 2,000 of a fixed seed. Where the truth is 96 % or more, as it was in the long study for every average wait
here, fewer than 94 % of them hold it in 1 of 200,000 seeds: 40 of 2,000 are 4.6 standard errors, sqrt(0.96 * 0.04 /
2,000) = 0.44 %.
"""

import numpy as np
import pytest

from simulator.metrics.estimate import Kind, ratios
from tests.verification import coverage_study
from tests.verification.coverage_study import NAMES, REPLICATIONS, SHOWN, Coverage, pool, study

LEAST = 0.94
WAITS = [key for key in SHOWN if key[1] == "asa"]


def enough(found: Coverage) -> bool:
    """All runs, and those that print an interval, of which 100 are asked to judge."""
    return found.covered >= LEAST and (found.shown < 0.05 or found.covered_shown >= LEAST)


def test_average_waits_of_bontang_are_covered() -> None:
    """Rare waits of minutes, as night-time callers of Bontang have: one replication in six, with a long tail."""
    sums = pool("bontang", 1500, workers=1)
    found = [each for each in study("bontang", sums, only=WAITS) if each.method != "Student's t alone"]
    assert len(found) == len(WAITS) * len(REPLICATIONS)
    assert [each for each in found if not enough(each)] == []
    assert all(each.shown > 0.95 for each in found if each.replications == 100)


LOGNORMAL = (
    *((0.17, 1.35, clusters) for clusters in REPLICATIONS),
    *((1.0, 0.6, clusters) for clusters in REPLICATIONS),
    *((0.9, 1.25, clusters) for clusters in (20, 100)),
    *((0.9, 1.6, clusters) for clusters in (20, 100)),
)


@pytest.mark.parametrize("any_waits,spread,clusters", LOGNORMAL)
def test_lognormal_waits_are_covered(any_waits: float, spread: float, clusters: int) -> None:
    """Replications some of which have waits, lognormal in sum: as in Bontang, on a busy line, in Ketapang, and worse.

    The worst law at ten replications is covered in 89 of 100, as docs/coverage.md says.
    """
    r = np.random.default_rng([clusters, round(100 * spread), 5])
    shape = (clusters, 2000)
    total = np.where(r.random(shape) < any_waits, r.lognormal(-(spread**2) / 2, spread, shape), 0)
    found = ratios(total, r.poisson(80, shape) + 1, Kind.MEAN)
    held = np.array([each.low <= any_waits / 81 <= each.high for each in found])
    shown = np.array([each.high < np.inf for each in found])
    assert held.mean() >= LEAST
    assert held[shown].mean() >= LEAST or shown.sum() < 100


@pytest.mark.parametrize("clusters", (10, 25, 100))
@pytest.mark.parametrize("bursts", (0.03, 0.1, 0.5))
def test_attempts_in_bursts_are_covered(bursts: float, clusters: int) -> None:
    """So many bursts a replication, of 1 to 8 attempts or so each (geometric, mean 3.3), as busy tones of Madiun."""
    r = np.random.default_rng([clusters, round(100 * bursts), 6])
    count = r.poisson(bursts, (clusters, 2000))
    attempts = count + np.where(count > 0, r.negative_binomial(np.maximum(count, 1), 0.3), 0)
    found = ratios(attempts, np.full(attempts.shape, 200), Kind.SHARE_OF_ATTEMPTS)
    truth = bursts * (1 + 0.7 / 0.3) / 200
    assert np.mean([each.low <= truth <= each.high for each in found]) >= LEAST


def test_the_table_has_a_row_for_every_measure_shown_and_the_worst_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    coverage_study.main(["--pool", "200", "--runs", "50", "--scenarios", "busy line"])
    said = capsys.readouterr().out
    assert said.count("| busy line | `genuine:asa` |") == 2 * len(REPLICATIONS)
    assert said.count("Student's t alone") == len(REPLICATIONS)
    assert "| busy line | 100 | 95 |" in said


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_measure_is_covered(name: str) -> None:
    """All of them: of 150 at a truth of 95 %, the least of 2,000 runs is below 93 % in 1 table of 200 (Bonferroni: 4.1
    standard errors of 0.49 %), which a fixed seed draws or does not. No interval is without width."""
    with np.errstate(all="ignore"):
        found = [each for each in study(name, pool(name, 20_000)) if each.method != "Student's t alone"]
    assert [each for each in found if each.covered < 0.93 or each.flat] == []
    assert [each for each in found if each.key in SHOWN and not enough(each)] == []
