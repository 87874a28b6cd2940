"""Histograms of durations: the type that their counts are held in."""

import numpy as np
import pytest

from simulator.metrics.histogram import narrow


@pytest.mark.parametrize(
    "most,held",
    (
        *((0, "uint8"), (255, "uint8"), (256, "uint16"), (65_535, "uint16"), (65_536, "uint32")),
        *((2**32 - 1, "uint32"), (2**32, "int64")),
    ),
)
def test_counts_are_held_in_the_narrowest_type_that_holds_them(most: int, held: str) -> None:
    found = narrow(np.array([0, most], dtype=np.int64))
    assert found.dtype == held
    assert found.tolist() == [0, most]
