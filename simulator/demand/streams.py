"""Random streams by name: adding a caller group, a column or a shift moves no other draw."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from simulator.tables.calls import Bool

Draws = np.random.Generator


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams of one replication; each is keyed by its name alone."""

    seed: int
    replication: int

    def of(self, *name: str) -> Draws:
        """A fresh generator for ``name``: the same numbers each time it is asked for.

        The key is BLAKE2b over the name, the seed and the replication; Python's own ``hash`` changes between runs.
        """
        text = "\x00".join((*name, str(self.seed), str(self.replication)))
        key = int.from_bytes(blake2b(text.encode(), digest_size=16).digest())
        return np.random.Generator(np.random.SFC64(key))


def happens(share: float, size: int, draws: Draws) -> Bool:
    """``size`` independent events of this chance; where it is none, nothing is drawn."""
    return draws.random(size) < share if share else np.zeros(size, dtype=bool)
