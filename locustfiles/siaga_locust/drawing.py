"""The plan of a run: read from a file, or drawn from a scenario by a child process, for no engine is loaded here."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from siaga_locust.options import SCENARIO
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.shipped import shipped_scenarios
from simulator.tables.plan import NoPlan, Plan

STRETCH = "6h"
"""How much of the shipped scenario is played where nothing is asked for: a few calls, to see that all is well."""


def plan_for(options: Any) -> Plan:
    """The plan that the options name; raises BadInput."""
    if options.plan:
        return _read(Path(options.plan), options.plan)
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "plan.siaga"
        _draw(options, drawn)
        return _read(drawn, "")


def _read(path: Path, given: str) -> Plan:
    try:
        return Plan.read(path)
    except (NoPlan, OSError) as error:
        hint = f"{error}; draw one: siaga load SCENARIO --draw FILE"
        raise BadInput([Fault("a plan", quoted(given), "--plan", hint=hint)]) from None


def _draw(options: Any, drawn: Path) -> None:
    asked = {"--from": options.from_, "--for": options.for_ or ("" if options.scenario else STRETCH)}
    asked |= {"--policy": options.policy, "--seed": options.seed, "--speed": options.speed, "--scale": options.scale}
    scenario = options.scenario or str(shipped_scenarios() / f"{SCENARIO}.yaml")
    command = [sys.executable, "-m", "simulator.cli", "load", scenario, "--draw", str(drawn)]
    command += [word for name, value in asked.items() if value != "" for word in (name, str(value))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        sys.exit(done.returncode)
