"""What ``siaga sensitivity`` is asked."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from simulator.study import question


class Request(question.Request):
    """A scenario whose assumed values are varied, and the policies that are ranked."""

    scenario: question.ScenarioSource = Field(description=question.SCENARIO)
    policies: str | None = Field(
        None, description="Names or files, ranked with no blocklist. By default none,scenario."
    )
    by: Literal["net", "shut_out", "freed"] = Field(
        "net", description="Ranked by: the change in callers never heard; those shut out; time."
    )
    samples: int = Field(64, ge=10, le=10_000, description="Sets of assumed values, drawn together over their ranges.")
    replications: int | None = Field(None, ge=2, le=100_000, description="How often to simulate each of them.")
    seed: int = Field(1, ge=0, description="Seed of all draws: the same seed, the same callers.")
    engine: Literal["reference", "kernel"] | None = Field(
        None, description="The readable engine or the compiled one; by default whichever is done first. Both agree."
    )
    workers: int | None = Field(None, ge=1, le=1024, description="Processes to simulate with; by default one a core.")
    cluster: str | None = Field(None, description="A Dask scheduler whose workers simulate.")
    out: Path = Field(Path("results"), description="Where results are kept.")
