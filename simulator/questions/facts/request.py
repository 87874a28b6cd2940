"""What ``siaga facts`` is asked."""

from pydantic import Field

from simulator.study import question


class Request(question.Request):
    """Services, of which what was reported is to be held beside what is simulated."""

    scenarios: tuple[question.ScenarioSource, ...] = Field(
        (), description="Scenario files; the shipped services without any."
    )
    replications: int | None = Field(None, ge=2, description="How often to simulate each.")
    fit: bool = Field(False, description="Solve the volumes that meet the fitted figures, and print them.")
    seed: int = Field(1, ge=0, description="Seed of all draws: the same seed, the same callers.")
