"""What ``siaga capacity`` is asked."""

from pathlib import Path

from pydantic import Field

from simulator.planning.growth import Of
from simulator.planning.requests import Out, PolicyName, Seed, Targets, Workers
from simulator.study import question


class Request(question.Request):
    """A line, of which callers are to grow until a target fails."""

    scenario: question.ScenarioSource = Field(description=question.SCENARIO)
    of: Of = Field("volume", description="What grows: all callers, or nuisance.")
    targets: Targets = ()
    up_to: float | None = Field(
        None,
        ge=1,
        le=64,
        description="The most growth to try, times today's; by default twice as far until it fails.",
    )
    policy: PolicyName = None
    replications: int | None = Field(None, ge=2, le=100_000, description="How often to simulate each growth.")
    seed: Seed = 1
    workers: Workers = None
    out: Out = Path("results")
