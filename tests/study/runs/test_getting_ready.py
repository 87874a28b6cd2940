"""Code that has to be compiled is told of, once; where nothing can be kept it is compiled anew."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.study import towns

READY = """
import sys
from pathlib import Path
{before}
from dataclasses import replace
from simulator.study.runs.task import get_ready
from simulator.report.progress import say_compiling
from tests.study.towns import experiment
get_ready([replace(experiment(Path(sys.argv[1])), engine="kernel")], say_compiling)
"""
NOWHERE = """
from numba.core import caching
caching.CacheImpl._locator_classes = []
"""
SAID = "compiling the engine for this machine: 15 to 30 seconds, the first time only\n"


def getting_ready(folder: Path, before: str = "") -> str:
    """What a new process says while it gets ready, with a cache of its own."""
    words = [sys.executable, "-c", READY.format(before=before), str(folder)]
    env = os.environ | {"NUMBA_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": str(Path(towns.__file__).parents[2])}
    done = subprocess.run(words, env=env, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.slow
def test_the_first_run_on_a_machine_says_that_it_compiles_and_the_second_has_nothing_to_say(tmp_path: Path) -> None:
    assert [getting_ready(tmp_path), getting_ready(tmp_path)] == [SAID, ""]


@pytest.mark.slow
def test_where_nothing_can_be_kept_it_is_compiled_each_time(tmp_path: Path) -> None:
    assert [getting_ready(tmp_path, NOWHERE), getting_ready(tmp_path, NOWHERE)] == [SAID, SAID]
    assert not (tmp_path / "cache").exists()
