"""What ``siaga roster`` is asked."""

from pathlib import Path

from pydantic import Field

from simulator.study import question


class Request(question.Request):
    """The shifts of a scenario, and the people who are to work them under their rules."""

    scenario: question.ScenarioSource = Field(description=question.SCENARIO)
    people: str = Field(description="People and their rules: who they are, and what their work keeps.")
    weeks: int = Field(4, ge=1, le=26, description="How many weeks.")
    start: str | None = Field(None, description="The first day; by default the first Monday of the scenario.")
    after: Path | None = Field(None, description="The roster before this one: rest is kept across both.")
    fewest: bool = Field(False, description="Only say how many people the shifts need under the rules.")
    seconds: float = Field(60.0, ge=1, le=86_400, description="How long to look for a more even roster.")
    out: Path = Field(Path("results"), description="Where results are kept.")
