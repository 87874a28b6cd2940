"""A blocklist policy: rules that turn verdicts on a number's calls into actions on its later calls."""

import re
from enum import IntEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from simulator.scenario.distribution import Model
from simulator.scenario.units import NEVER, Duration, DurationOrForever, Flag, PositiveCount, Text, refuse, written

IntentName = Literal["genuine", "enquiry", "prank", "silent"]


class Intent(IntEnum):
    """What a call is; a call-taker's verdict is one of the same four."""

    GENUINE = 0
    ENQUIRY = 1
    PRANK = 2
    SILENT = 3


INTENTS: tuple[IntentName, ...] = ("genuine", "enquiry", "prank", "silent")
NUISANCE = (Intent.PRANK, Intent.SILENT)


def as_list(given: Any) -> Any:
    """One value may stand for a list of one."""
    return given if isinstance(given, (list, tuple)) else [given]


Intents = Annotated[
    tuple[IntentName, ...],
    Field(min_length=1),
    BeforeValidator(as_list, json_schema_input_type=IntentName | Annotated[list[IntentName], Field(min_length=1)]),
]
Ladder = Annotated[
    tuple[DurationOrForever, ...],
    Field(min_length=1),
    BeforeValidator(
        as_list, json_schema_input_type=DurationOrForever | Annotated[list[DurationOrForever], Field(min_length=1)]
    ),
]


POLICY_NAME = r"(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
POLICY_NAME_WANTED = "the name of a policy: letters, digits, - and _, without folders and without .yaml"


def parse_policy_name(given: object) -> str:
    """The name of a policy in a library; nothing that could lead out of the library's folder."""
    if not isinstance(given, str) or not re.fullmatch(POLICY_NAME, given):
        raise refuse(POLICY_NAME_WANTED, given, mend_policy_name(str(given)))
    return given


def mend_policy_name(given: str) -> str:
    """A policy named by its path."""
    bare = re.sub(r"[.]ya?ml$", "", given.replace("\\", "/").rsplit("/", maxsplit=1)[-1])
    usable = bare != given and not given.startswith("/") and re.fullmatch(POLICY_NAME, bare)
    return "a policy is looked up in the folder policies beside the scenario" + (f": write {bare}" if usable else "")


PolicyName = Annotated[
    str, BeforeValidator(parse_policy_name), written(POLICY_NAME, "name of a policy", "24-hour-block")
]


class Rule(Model):
    """When ``strikes`` verdicts of ``on`` fall on one number ``within`` a window, ``action`` holds ``for`` a time.

    The n-th action of a number lasts the n-th duration of ``for``; the last one repeats.
    """

    on: Intents
    """Verdicts that count as a strike."""
    strikes: PositiveCount = 1
    """How many strikes bring the action."""
    within: DurationOrForever = NEVER
    """The window in which the strikes must fall."""
    action: Literal["block", "demote"]
    """block: the number's calls are refused; demote: they queue behind all others."""
    for_: Ladder = Field(alias="for")
    """How long the action lasts: a duration, forever, or a ladder of them for the first time, the second, ..."""
    reset_by: Annotated[
        tuple[IntentName, ...],
        BeforeValidator(as_list, json_schema_input_type=IntentName | list[IntentName]),
    ] = ()
    """Verdicts that clear the number's strikes."""
    resets_ladder: Flag = False
    """Whether such a verdict also takes the ladder back to its first step."""
    review: Duration = 0
    """How long a supervisor's review takes before a strike counts."""

    @model_validator(mode="after")
    def _ladder_rises(self) -> Self:
        if any(b < a for a, b in zip(self.for_, self.for_[1:], strict=False)):
            raise refuse("a ladder whose steps do not become shorter", "a shorter step after a longer one")
        return self

    @model_validator(mode="after")
    def _reset_is_no_strike(self) -> Self:
        if both := set(self.on) & set(self.reset_by):
            raise refuse("verdicts in reset_by that are not in on", ", ".join(sorted(both)) + " in both")
        return self


class Policy(Model):
    """Rules in order: of those whose action is in force for a number, the first one acts."""

    title: Text = "unnamed"
    """The policy in a few words."""
    sources: tuple[Text, ...] = ()
    """Where it was reported."""
    rules: tuple[Rule, ...] = ()
    """The rules, the first that applies acts; none: every call is let through."""
    withheld: Literal["let_through", "as_one"] = "let_through"
    """Calls without a number: let through without strikes, or all treated as one number."""


NO_POLICY = Policy(title="no blocklist")
