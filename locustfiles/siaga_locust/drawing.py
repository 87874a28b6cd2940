"""The plan of a run: read from a file, or drawn from a scenario by a child process, for no engine is loaded here."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from siaga_locust.options import SCENARIO
from simulator.scenario.errors import BadInput, Fault, quoted
from simulator.scenario.shipped import shipped_scenarios
from simulator.tables.plan import NoPlan, Plan
from simulator.tables.scratch import scratch

STRETCH = "6h"
"""How much of the shipped scenario is played where nothing is asked for: a few calls, to see that all is well."""
EMPTY = "a longer --for, a higher --scale, or another --from"


def plan_for(options: Any) -> Plan:
    """The plan that the options name; raises BadInput."""
    if options.plan:
        return _read(Path(options.plan), options.plan)
    with scratch() as folder:
        drawn = folder / "plan.siaga"
        _draw(options, drawn)
        return _read(drawn, "")


def _read(path: Path, given: str) -> Plan:
    try:
        return Plan.read(path)
    except (NoPlan, OSError) as error:
        if _is_empty(path):
            raise BadInput([Fault("a stretch with a call in it", "one without any", "--for", hint=EMPTY)]) from None
        hint = f"{error}; draw one: siaga draw SCENARIO FILE"
        raise BadInput([Fault("a plan", quoted(given), "--plan", hint=hint)]) from None


def _is_empty(path: Path) -> bool:
    """Whether this is a plan, and without any call."""
    try:
        with zipfile.ZipFile(path) as parts:
            return pq.ParquetFile(io.BytesIO(parts.read("calls.parquet"))).metadata.num_rows == 0
    except (zipfile.BadZipFile, KeyError, OSError, pa.ArrowException):
        return False


def _scenario(name: str) -> str:
    """The file of a scenario: one of the user's, or one that ships with siaga, by its name."""
    shipped = shipped_scenarios() / f"{name or SCENARIO}.yaml"
    return str(shipped) if not Path(name).is_file() and Path(name).name == name and shipped.exists() else name


def _draw(options: Any, drawn: Path) -> None:
    asked = {"--from": options.from_, "--for": options.for_ or ("" if options.scenario else STRETCH)}
    asked |= {"--policy": options.policy, "--seed": options.seed, "--speed": options.speed, "--scale": options.scale}
    command = [sys.executable, "-m", "simulator.cli", "draw", _scenario(options.scenario), str(drawn)]
    command += [word for name, value in asked.items() if value != "" for word in (name, str(value))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        sys.exit(done.returncode)
