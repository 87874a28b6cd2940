"""What a rule may be told beside its verdicts: other triggers, messages, and the line that calls are diverted to."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from simulator.scenario.distribution import Exponential, FixedDuration, Model
from simulator.scenario.intent import INTENTS, IntentName
from simulator.scenario.units import (
    DAY,
    NEVER,
    Duration,
    PositiveCount,
    PositiveDuration,
    Share,
    parse_duration,
    refuse,
)

LONGEST_DELAY = DAY


class Often(Model):
    """More than so many calls of one number within a window, whatever they are."""

    more_than: PositiveCount
    """So many calls bring nothing; one more brings the action, from the next call on."""
    within: PositiveDuration
    """The window."""


class Talk(Model):
    """A talk shorter or longer than so much."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    shorter_than: PositiveDuration = NEVER
    """Shorter than this."""
    longer_than: PositiveDuration | None = None
    """Longer than this."""

    @model_validator(mode="after")
    def _some_length(self) -> Self:
        if not self.model_fields_set:
            raise refuse("shorter_than or longer_than", "neither", "write talk: {shorter_than: 10 s}")
        if (self.longer_than or 0) >= self.shorter_than:
            given = "a longer_than that is not below shorter_than, so that no talk is both"
            raise refuse("a longer_than below shorter_than", given, "for talks that are either write two rules")
        return self


Shares = dict[IntentName, Share]


class Challenge(Model):
    """A message that asks for a key to be pressed; who does not press it is screened out."""

    length: PositiveDuration
    """How long it takes; the line is held meanwhile."""
    passes: Shares
    """The share who press it, by what their call is; who is not named never does."""


class Warn(Model):
    """A message before the queue, about the consequences of nuisance calls."""

    length: PositiveDuration
    """How long it takes; the line is held meanwhile."""
    leaves: Shares = Field(default={})
    """The share who hang up at its end, by what their call is; who is not named stays."""


def _delay(given: Any) -> Any:
    """A plain duration is a fixed one; a mapping must name the one family that there is."""
    if isinstance(given, str):
        return {"fixed": parse_duration(given)}
    wanted = "a duration such as 30 s, or {exponential: {mean: 30 s}}"
    if not isinstance(given, (dict, FixedDuration, Exponential)):
        raise refuse(wanted, given)
    if isinstance(given, dict) and set(given) != {"exponential"}:
        raise refuse(wanted, "the key " + ", ".join(map(str, given)))
    return given


def _family(given: Any) -> str:
    return "exponential" if isinstance(given, Exponential) or "exponential" in given else "fixed"


def _a_day_at_most(delay: FixedDuration | Exponential) -> FixedDuration | Exponential:
    if delay.mean() > LONGEST_DELAY:
        raise refuse("a delay of a day at most", "a longer one")
    return delay


Delay = Annotated[
    Annotated[
        Annotated[FixedDuration, Tag("fixed")] | Annotated[Exponential, Tag("exponential")], Discriminator(_family)
    ],
    BeforeValidator(_delay, json_schema_input_type=Duration | Exponential),
    AfterValidator(_a_day_at_most),
]


class Divert(Model):
    """Another line that answers in place of this one, and passes back what belongs here."""

    answers_after: Delay
    """How long that line takes to answer: a duration, or exponential by its mean; a day at most."""
    passes_back: Shares
    """The share that it passes back, by what the call is; who is not named stays there."""


def by_intent(shares: Shares, other: float = 0.0) -> tuple[float, ...]:
    """The share of each intent, in their order; ``other`` of those that are not named."""
    return tuple(shares.get(name, other) for name in INTENTS)
