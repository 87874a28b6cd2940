"""Compiled code that is kept on disk is not run with constants of yesterday."""

import os
import subprocess
import sys
from pathlib import Path

from simulator.tables import compiling

ROOT = Path(compiling.__file__).parents[2]
WORDS = "LIMIT = {limit}\n"
CODE = """
from simulator.tables.compiling import compiled
from words import LIMIT


@compiled()
def over(value):
    return value > LIMIT
"""
ASK = "from code_that_compiles import over; print(over(10), sum(over.stats.cache_hits.values()))"


def asked(folder: Path, limit: int) -> list[str]:
    """Whether 10 is over the limit, and how often compiled code was loaded, in a new process."""
    (folder / "words.py").write_text(WORDS.format(limit=limit), encoding="utf-8")
    path = os.pathsep.join([str(folder), str(ROOT)])
    env = os.environ | {"PYTHONPATH": path, "NUMBA_CACHE_DIR": str(folder / "kept"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_constant_of_another_file_that_has_changed_is_minded(tmp_path: Path) -> None:
    """Numba looks at the file of the function alone; what is unchanged is loaded, what is not is compiled again."""
    (tmp_path / "code_that_compiles.py").write_text(CODE, encoding="utf-8")
    assert asked(tmp_path, 5) == ["True", "0"]
    assert asked(tmp_path, 5) == ["True", "1"]
    assert asked(tmp_path, 50) == ["False", "0"]
    assert asked(tmp_path, 5) == ["True", "1"]
