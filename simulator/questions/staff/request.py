"""What ``siaga staff`` is asked."""

from pathlib import Path

from pydantic import Field

from simulator.planning.requests import Out, Phases, PolicyName, Seed, Targets, Workers
from simulator.study import question


class Request(question.Request):
    """A line that is to meet its targets with the fewest call-takers.

    Their number is planned by interval of the day, or by the shifts of the file; with phases, for each by itself.
    """

    scenario: question.ScenarioSource = Field(description=question.SCENARIO)
    targets: Targets = ()
    interval: str = Field("1 h", description="Intervals of the day, or shift: the file's own shifts.")
    least: int = Field(1, ge=0, le=1_000, description="At least so many on duty whenever somebody calls.")
    most: int | None = Field(
        None, ge=1, le=10_000, description="At most so many; by default well beyond the formula's."
    )
    trunks: str | None = Field(None, description="Lines in place of the file's; P.01: the fewest that 1 % find busy.")
    growth: str | None = Field(None, description="Staff other volumes, too, times today's: staffing against load.")
    phases: Phases = None
    policy: PolicyName = None
    replications: int | None = Field(None, ge=2, le=100_000, description="How often to simulate each staffing.")
    seed: Seed = 1
    workers: Workers = None
    out: Out = Path("results")
