"""What ``siaga compare`` is asked."""

from pathlib import Path

from pydantic import Field

from simulator.study import fields, question


class Request(question.Request):
    """Blocklist policies, and staffings, that are to be compared on the same callers."""

    scenario: question.ScenarioSource = Field(description=question.SCENARIO)
    policies: str | tuple[str, ...] | None = Field(
        None, description="Names or files; none: no blocklist, scenario: its own. By default none,scenario."
    )
    call_takers: str | int | tuple[int, ...] | None = Field(
        None, description="So many call-takers on every shift, each of these in turn."
    )
    replications: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="How often to simulate all of them, each time with other callers.",
    )
    targets: tuple[str, ...] = Field((), description="A target in place of the file's: what is in time.")
    seed: fields.Seed = 1
    engine: fields.EngineName = None
    workers: fields.Workers = None
    cluster: fields.Cluster = None
    out: fields.Out = Path("results")
    check_laws: fields.CheckLaws = False
