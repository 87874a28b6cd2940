"""The JSON Schema of target files, for editors.

``python -m simulator.live.apis.schema FOLDER`` writes it.
"""

import sys
from pathlib import Path

from simulator.live.apis.model import TargetFile
from simulator.scenario.schema import schema_text

NAME = "target.schema.json"


def target_schema() -> str:
    """The schema as text that depends on nothing but the model."""
    return schema_text(TargetFile)


if __name__ == "__main__":
    Path(sys.argv[1], NAME).write_text(target_schema(), encoding="utf-8")
