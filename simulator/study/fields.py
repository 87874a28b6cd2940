"""Fields that Requests share: their types, bounds and descriptions, which are those of the options of commands."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from simulator.engines.simulate import Engine

Seed = Annotated[int, Field(ge=0, description="Seed of all draws: the same seed, the same callers.")]
EngineName = Annotated[
    Engine | None,
    Field(description="The readable engine or the compiled one; by default whichever is done first. Both agree."),
]
Workers = Annotated[int | None, Field(ge=1, le=1024, description="Processes to simulate with; by default one a core.")]
Cluster = Annotated[str | None, Field(description="A Dask scheduler whose workers simulate.")]
Out = Annotated[Path, Field(description="Where results are kept.")]
CheckLaws = Annotated[bool, Field(description="Hold every replication against the laws of the tables.")]
PolicyName = Annotated[str | None, Field(description="Another blocklist policy: a name or a file.")]
