"""Random streams by name: adding a caller group, a column or a shift moves no other draw."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

Draws = np.random.Generator
Values = NDArray[Any] | int
"""A column, or the one value that stands in all its rows."""

SFC64_BYTES = 24
LITTLE_ENDIAN = np.dtype("<u8")
"""Whatever the machine, so that a name has the same numbers everywhere."""


class Digest(ISeedSequence):
    """A hash as the seed of SFC64, word for word.

    numpy's SeedSequence makes good seeds of poor ones, such as 0 and 1, at 13 microseconds a stream. BLAKE2b's output
    is uniform and independent between names already, so all of its 192 bits go to SFC64 as they are, whose own seeding
    then mixes them for 12 rounds and starts its counter at 1.
    """

    def __init__(self, digest: bytes) -> None:
        self._words = np.frombuffer(digest, dtype=LITTLE_ENDIAN)

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        """The words of the digest; raises ValueError where another generator than SFC64 asks for something else."""
        if n_words != len(self._words) or dtype is not np.uint64:
            raise ValueError(f"{len(self._words)} words of 64 bits, not {n_words} of {np.dtype(dtype).name}")
        return self._words.astype(dtype, copy=False)


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
        seed: Any = Digest(
            blake2b(text.encode(), digest_size=SFC64_BYTES).digest()
        )  # numpy's stubs know no other seeds
        return np.random.Generator(np.random.SFC64(seed))


def happens(share: float, size: int, streams: Streams, *name: str) -> Values:
    """``size`` independent events of this chance (bool); where nothing is left to chance, one value and no draw."""
    return streams.of(*name).random(size) < share if 0 < share < 1 else int(share)
