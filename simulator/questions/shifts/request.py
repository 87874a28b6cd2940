"""What ``siaga shifts`` is asked."""

from pathlib import Path

from pydantic import Field

from simulator.planning.requests import Out, Phases, PolicyName, Seed, Targets, Workers
from simulator.study import question


class Request(question.Request):
    """A line that is to meet its targets with shifts under work rules, at least cost."""

    scenario: question.ScenarioSource = Field(description=question.SCENARIO)
    work: str = Field("eight-hours", description="Work rules: which shifts may be worked, and what they cost.")
    targets: Targets = ()
    phases: Phases = None
    policy: PolicyName = None
    replications: int | None = Field(None, ge=2, le=100_000, description="How often to simulate each plan.")
    seed: Seed = 1
    workers: Workers = None
    out: Out = Path("results")
