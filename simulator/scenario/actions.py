"""What a rule may do to calls, `Action` and its `Traits`; and what it may be told beside its verdicts: other triggers,
messages, and the line that calls are diverted to."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Any, Literal, Self

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

ActionName = Literal["block", "divert", "demote", "challenge", "warn", "sms"]
"""Actions as rules name them."""


class Action(IntEnum):
    """What the policy did with an attempt."""

    ACCEPT = 0
    DEMOTE = 1
    WARN = 2
    CHALLENGE = 3
    DIVERT = 4
    BLOCK = 5
    SMS = 6

    @property
    def traits(self) -> "Traits":
        """What it is made of."""
        return TRAITS[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What an action is made of: engines, laws, the stand-in and reports ask for these, not for its name."""

    verb: str = ""
    """In reports, in front of for how long: blocking for 24 h."""
    takes_trunk: bool = True
    """The call takes a trunk, or finds the line busy."""
    plays_message: bool = False
    """Callers hear a message on the trunk, before the queue; the rule says how long, and who then goes on."""
    wants_key: bool = False
    """Who goes on after the message are the rule's shares of callers, who press a key; without, they leave."""
    delays: bool = False
    """The call queues behind all those that are not delayed."""
    diverts: bool = False
    """Another line rings in place of this one, and may pass the call back."""
    refuses: bool = False
    """The call is over as it comes in, and its person may give up for good or go on to another number."""
    only_warns: bool = False
    """The number gets a text, and calls are not met by it; some persons then make no call."""
    ending: str = ""
    """How a call ends that the action keeps from the queue, by the name of its Ending; '' where it keeps none."""
    needs: Literal["", "messages", "diversion"] = ""
    """What has to be drawn for it beyond what every scenario draws."""

    @property
    def acts_at_the_door(self) -> bool:
        """Calls meet it as they come in."""
        return not self.only_warns


TRAITS: dict[Action, Traits] = {
    Action.ACCEPT: Traits(),
    Action.DEMOTE: Traits(verb="demoting", delays=True),
    Action.WARN: Traits(verb="warning", plays_message=True, ending="abandoned", needs="messages"),
    Action.CHALLENGE: Traits(
        verb="challenging", plays_message=True, wants_key=True, ending="screened", needs="messages"
    ),
    Action.DIVERT: Traits(verb="diverting", takes_trunk=False, diverts=True, ending="diverted", needs="diversion"),
    Action.BLOCK: Traits(verb="blocking", takes_trunk=False, refuses=True, ending="blocked"),
    Action.SMS: Traits(verb="warning by SMS", takes_trunk=False, only_warns=True, ending="deterred"),
}
"""The one table of what actions are."""


def action_named(name: str) -> Action:
    """The action of this name in a file."""
    return Action[name.upper()]


def actions_that(have: Callable[[Traits], bool]) -> tuple[Action, ...]:
    """The actions with these traits."""
    return tuple(action for action in Action if have(action.traits))


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

    @property
    def shares(self) -> Shares:
        """What the drawn chance of a caller is held against."""
        return self.passes


class Warn(Model):
    """A message before the queue, about the consequences of nuisance calls."""

    length: PositiveDuration
    """How long it takes; the line is held meanwhile."""
    leaves: Shares = Field(default={})
    """The share who hang up at its end, by what their call is; who is not named stays."""

    @property
    def shares(self) -> Shares:
        """What the drawn chance of a caller is held against."""
        return self.leaves


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
