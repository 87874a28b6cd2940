"""The JSON Schema of files of APIs, for editors.

``python -m simulator.live.apis.schema FOLDER`` writes it.
"""

import sys
from pathlib import Path

from simulator.live.apis.model import ApiFile
from simulator.scenario.schema import schema_text

NAME = "api.schema.json"


def api_schema() -> str:
    """The schema as text that depends on nothing but the model."""
    return schema_text(ApiFile)


if __name__ == "__main__":
    Path(sys.argv[1], NAME).write_text(api_schema(), encoding="utf-8")
