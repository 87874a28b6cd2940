"""What ``siaga run`` is asked."""

from pathlib import Path

from pydantic import Field

from simulator.study import fields, question


class Request(question.Request):
    """A scenario that is to be simulated, so many times or until its figures are known well enough."""

    scenario: question.ScenarioSource = Field(description=question.SCENARIO)
    replications: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="How often to simulate it, each time with other callers; with a precision at most.",
    )
    precision: str | None = Field(None, description="Simulate until figures are known this well: 0.5pt, 10% or 2 s.")
    of: str | None = Field(
        None, description="Which figures; genuine:service_level and genuine:blocked_callers by default."
    )
    steady_state: bool = Field(False, description="What the line meets week after week: leave the beginning out.")
    policy: fields.PolicyName = None
    call_takers: int | None = Field(None, ge=0, le=10_000, description="This many call-takers on every shift.")
    targets: tuple[str, ...] = Field((), description="A target in place of the file's; may be repeated.")
    seed: fields.Seed = 1
    engine: fields.EngineName = None
    workers: fields.Workers = None
    cluster: fields.Cluster = None
    out: fields.Out = Path("results")
    check_laws: fields.CheckLaws = False
