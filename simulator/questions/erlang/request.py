"""What ``siaga erlang`` is asked."""

from pydantic import Field

from simulator.study import question


class Request(question.Request):
    """A steady load, or the average day of a scenario, of which the formulas are asked."""

    calls: str | None = Field(None, description="Calls that arrive, of all kinds.")
    handling: str | None = Field(None, description="Mean handling time: talk and wrap-up.")
    day: question.ScenarioSource | None = Field(
        None, description="In place of both: hour by hour, the average day of a scenario."
    )
    target: str = Field("90 % of all within 15 s", description="The target, such as '90 % of all within 15 s'.")
    call_takers: int | None = Field(
        None, ge=1, le=10_000, description="Call-takers; without it the fewest that are enough."
    )
    patience: str | None = Field(None, description="Mean patience: callers give up (Erlang A).")
    trunks: int | None = Field(None, ge=1, le=20_000, description="Lines: who finds all busy is lost.")
    redials: str | None = Field(None, description="The share of busy calls that try again (Extended Erlang B).")
