"""Streams are keyed by their names alone, the same in every process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import blake2b
from itertools import count, islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulator.demand.streams import Digest, Streams, happens
from tests.demand.made import SURE, Z

ROOT = Path(__file__).parents[2]
WORDS = st.lists(st.text(st.characters(blacklist_characters="\x00", codec="utf-8"), max_size=4), min_size=1, max_size=3)
KEYS = st.tuples(WORDS, st.integers(0, 30), st.integers(0, 30))

DIGEST = """
import hashlib
from pathlib import Path
from simulator.demand.attendance import draw_staffing
from simulator.demand.draw import draw_calls
from simulator.scenario.load import load_scenario
made = load_scenario(Path("scenarios/bontang.yaml")).scenario
digest = hashlib.sha256()
for table in (draw_calls(made, 5, 2), draw_staffing(made, 5, 2)):
    for name, column in table.columns().items():
        digest.update(name.encode() + column.tobytes())
print(digest.hexdigest())
"""


def first(words: list[str], seed: int, replication: int) -> bytes:
    return Streams(seed, replication).of(*words).bytes(32)


@given(KEYS)
def test_a_name_gives_the_same_numbers_each_time(key: tuple[list[str], int, int]) -> None:
    assert first(*key) == first(*key)


@given(KEYS, KEYS)
def test_another_name_seed_or_replication_gives_other_numbers(
    one: tuple[list[str], int, int], two: tuple[list[str], int, int]
) -> None:
    """Names are told apart part by part: (ab, c) is not (a, bc), nor is seed 1 replication 12 seed 11 replication 2."""
    assert (first(*one) == first(*two)) == (one == two)


def test_parts_of_a_name_do_not_run_together() -> None:
    assert first(["ab", "c"], 1, 12) != first(["a", "bc"], 1, 12)
    assert first(["a"], 1, 12) != first(["a"], 11, 2)


def sfc64(digest: bytes) -> Iterator[int]:
    """SFC64 as its author wrote it (C. Doty-Humphrey, PractRand), seeded with three words; 12 rounds are dropped."""
    all_bits = 2**64 - 1
    a, b, c = (int.from_bytes(digest[i : i + 8], "little") for i in (0, 8, 16))
    for counter in count(1):
        out = (a + b + counter) & all_bits
        a, b = b ^ (b >> 11), (c + (c << 3)) & all_bits
        c = (((c << 24) | (c >> 40)) + out) & all_bits
        if counter > 12:
            yield out


@pytest.mark.parametrize("name", [("children", "talk"), ("shift", "night", "person", "0", "run")])
def test_a_stream_is_sfc64_seeded_with_the_words_of_the_names_digest(name: tuple[str, ...]) -> None:
    """Said once more in plain Python, so that no change of numpy's seeding goes unseen."""
    digest = blake2b("\x00".join((*name, "7", "3")).encode(), digest_size=24).digest()
    assert Streams(7, 3).of(*name).bit_generator.random_raw(5).tolist() == list(islice(sfc64(digest), 5))


def test_neighbouring_streams_are_uniform_and_independent() -> None:
    """One number of each of 20,000 streams that differ in one digit: no structure of names or seeds shows."""
    first = np.array([Streams(1, replication).of("some", "talk").random(2) for replication in range(20_000)])
    assert stats.kstest(first[:, 0], "uniform").pvalue > SURE
    assert abs(np.corrcoef(first[:-1, 0], first[1:, 0])[0, 1]) < Z / 20_000**0.5
    assert abs(np.corrcoef(first.T)[0, 1]) < Z / 20_000**0.5


def test_a_digest_seeds_no_generator_that_asks_for_other_words() -> None:
    with pytest.raises(ValueError, match="3 words of 64 bits, not 4 of uint64"):
        np.random.PCG64(Digest(bytes(24)))


@pytest.mark.parametrize("share", [0, 1])
def test_what_is_certain_takes_no_draw(share: int) -> None:
    assert happens(share, 5, Streams(1, 0), "some", "quit") == share


def digest_in_a_new_process(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", DIGEST]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_calls_and_staffing_are_the_same_in_processes_that_hash_differently() -> None:
    one, two = digest_in_a_new_process("1"), digest_in_a_new_process("2")
    assert one == two
    assert len(one) == 64
