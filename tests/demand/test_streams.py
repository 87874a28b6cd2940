"""Streams are keyed by their names alone, the same in every process."""

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from simulator.demand.streams import Streams

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


def digest_in_a_new_process(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", DIGEST]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_calls_and_staffing_are_the_same_in_processes_that_hash_differently() -> None:
    one, two = digest_in_a_new_process("1"), digest_in_a_new_process("2")
    assert one == two
    assert len(one) == 64
