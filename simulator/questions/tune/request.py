"""What ``siaga tune`` is asked."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from simulator.study import question


class Request(question.Request):
    """A policy of a scenario, the keys of its rules that are varied, and what a rule may cost callers."""

    scenario: question.ScenarioSource = Field(description=question.SCENARIO)
    vary: tuple[str, ...] = Field((), description="Vary a key of a rule; or KEY=a,b,c. May be repeated.")
    policy: str | None = Field(None, description="Another blocklist policy: a name or a file.")
    most_shut_out: float | None = Field(
        None,
        ge=0,
        le=1000,
        description="Of 1,000 genuine callers, how many a rule may shut out at most for what it wins.",
    )
    trials: int = Field(
        200, ge=2, le=2_000, description="How many rules to try at most; of more NSGA-II chooses these."
    )
    call_takers: int | None = Field(None, ge=0, le=10_000, description="This many call-takers on every shift.")
    replications: int | None = Field(
        None,
        ge=2,
        le=1_000_000,
        description="How often to simulate each rule, and how often the chosen ones anew.",
    )
    targets: tuple[str, ...] = Field((), description="A target in place of the file's: what is in time.")
    seed: int = Field(1, ge=0, description="Seed of all draws: the same seed, the same callers.")
    engine: Literal["reference", "kernel"] | None = Field(
        None, description="The readable engine or the compiled one; by default whichever is done first. Both agree."
    )
    workers: int | None = Field(None, ge=1, le=1024, description="Processes to simulate with; by default one a core.")
    cluster: str | None = Field(None, description="A Dask scheduler whose workers simulate.")
    out: Path = Field(Path("results"), description="Where results are kept.")

    @property
    def most_harm(self) -> float | None:
        """The share of genuine callers that a rule may shut out at most; None where nothing is said of it."""
        return None if self.most_shut_out is None else self.most_shut_out / 1000

    @property
    def fresh_seed(self) -> int:
        """The seed of the Calls that the front is judged on."""
        return self.seed + 1
