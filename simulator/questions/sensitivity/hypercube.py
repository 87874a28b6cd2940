"""Latin hypercube samples of assumed values: of each value every n-th part of its range is met just once.

McKay, Beckman and Conover (1979, Technometrics 21, 239-245); the places within the parts are random (scrambled).
"""

from collections.abc import Sequence

import numpy as np

from simulator.metrics.estimate import Float
from simulator.scenario.ranges import Range


def places(ranges: int, samples: int, seed: int) -> Float:
    """Places from 0 to 1, float64 [samples][ranges]."""
    from scipy.stats.qmc import LatinHypercube  # noqa: PLC0415

    return np.asarray(LatinHypercube(d=ranges, scramble=True, seed=seed).random(samples))


def sample_values(ranges: Sequence[Range], samples: int, seed: int) -> list[dict[str, str]]:
    """The values of each sample by key path, as a file would have them."""
    drawn = places(len(ranges), samples, seed)
    return [{each.key: each.at(float(place)) for each, place in zip(ranges, row, strict=True)} for row in drawn]
