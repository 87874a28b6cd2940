"""Latin hypercube samples of assumed values."""

import numpy as np
import pytest

from simulator.questions.sensitivity.hypercube import places, sample_values
from simulator.scenario.ranges import Range

RANGES = [
    Range("share", "4 %", "0 %", "20 %", stated=True),
    Range("volume", "6 / d", "3 / d", "12 / d", factor=True),
    Range("choose", "by_number", "by_call", "by_number", options=("by_call", "by_number")),
]


@pytest.mark.parametrize("samples, ranges", [(10, 1), (64, 34), (101, 3)])
def test_each_part_of_each_range_is_met_just_once(samples: int, ranges: int) -> None:
    drawn = places(ranges, samples, 1)
    assert drawn.shape == (samples, ranges)
    for column in drawn.T:
        assert sorted(np.floor(column * samples).astype(int)) == list(range(samples))


def test_the_same_seed_the_same_samples_and_another_seed_others() -> None:
    assert np.array_equal(places(5, 20, 1), places(5, 20, 1))
    assert not np.array_equal(places(5, 20, 1), places(5, 20, 2))


def test_values_fill_their_ranges_evenly_on_the_scale_of_each() -> None:
    """A stated range evenly, one by kind evenly in its logarithm; both ways of a choice as often."""
    found = sample_values(RANGES, 100, 1)
    share, volume = ([each.size(row[each.key]) for row in found] for each in RANGES[:2])
    assert np.histogram(share, bins=4, range=(0, 0.2))[0].tolist() == pytest.approx([25] * 4, abs=1)
    doubled = np.log2(np.array(volume) / RANGES[1].size("3 / d"))
    assert np.histogram(doubled, bins=4, range=(0, 2))[0].tolist() == pytest.approx([25] * 4, abs=1)
    assert sum(row["choose"] == "by_call" for row in found) == 50
