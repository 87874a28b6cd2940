"""Where numbers come from: what is kept beside them so that they can be made again."""

from datetime import UTC, datetime
from pathlib import Path
from platform import python_version
from typing import Any

from simulator.scenario.defaults import defaults_in_force
from simulator.scenario.errors import BadInput, Fault, field_name
from simulator.scenario.load import Loaded
from simulator.study.experiment import Experiment, versions


def provenance(
    command: str, loaded: Loaded, experiment: Experiment, replications: int, began: datetime
) -> dict[str, Any]:
    """Everything needed to simulate an experiment again."""
    return {
        "command": command,
        "scenario": loaded.path.stem,
        "scenario_text": loaded.text,
        "resolved": experiment.scenario.model_dump(mode="json", by_alias=True),
        "assumptions": [f"{each.key}: {each.said} ({each.reason})" for each in loaded.assumptions],
        "defaults": [str(each) for each in defaults_in_force(loaded.scenario)],
        "seed": experiment.seed,
        "engine": experiment.engine,
        "replications": replications,
        "versions": {**versions(), "python": python_version()},
        "began": began.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def not_writable(error: OSError, out: Path) -> BadInput:
    """The complaint about a folder for results that cannot be written to."""
    given = f"{error.filename or out} ({error.strerror})"
    return BadInput(
        [
            Fault(
                "a folder with room that can be written to",
                given,
                field="out",
                hint=f"name another with {field_name('out')} DIR",
            )
        ]
    )
