"""How the tests are spread: more workers than cores, since half of their time is waiting; one of all compiles."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMPILE = """
from simulator.scenario.load import load_policy, load_scenario
from simulator.scenario.shipped import shipped_scenarios
from simulator.study.experiment import Experiment, run_once

scenario = load_scenario(shipped_scenarios() / "bontang.yaml").scenario
for file in sorted((shipped_scenarios() / "policies").glob("*.yaml")):
    policy = load_policy(file.stem, file.parent)
    run_once(Experiment(scenario.model_copy(update={"policy": policy}), 1, engine="kernel"), 0)
"""
"""Every policy that ships: what they need of the compiled engine is compiled, and kept on disk for all processes."""


def pytest_xdist_auto_num_workers() -> int:
    """Two a core: while one waits for a server, a timer or a process that it killed, the other works."""
    return 2 * len(os.sched_getaffinity(0))


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if config.getoption("numprocesses", None) and not is_worker and not config.option.collectonly:
        subprocess.run([sys.executable, "-c", COMPILE], cwd=ROOT, check=True)
