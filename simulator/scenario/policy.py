"""A blocklist policy: rules that turn what a number's calls were into actions on its later calls."""

import re
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from simulator.scenario.actions import ActionName, Challenge, Divert, Often, Talk, Traits, Warn, action_named
from simulator.scenario.distribution import Model
from simulator.scenario.intent import INTENTS, NUISANCE, Intent, IntentName
from simulator.scenario.units import (
    NEVER,
    Duration,
    DurationOrForever,
    Flag,
    PositiveCount,
    Text,
    refuse,
    written,
)

__all__ = ["INTENTS", "NO_POLICY", "NUISANCE", "Intent", "IntentName", "Policy", "Rule"]

VERDICT_KEYS = ("on", "talk", "strikes", "within", "consecutive")
CALLS_MEND = (
    "calls has a number and a window of its own, calls: {more_than: 10, within: 1 d}; "
    "what goes by verdicts or talk is another rule"
)
DETAILS = {
    "challenge": (
        "how long it takes and who passes",
        "add challenge: {length: 8 s, passes: {genuine: 95 %, enquiry: 95 %}}",
    ),
    "warn": ("how long the message is", "add warn: {length: 10 s}"),
    "divert": (
        "when the other line answers and what it passes back",
        "add divert: {answers_after: 30 s, passes_back: {genuine: 90 %}}",
    ),
}
"""Actions that need to be told more: what, and how to fix it."""

WITHOUT_VERDICTS: JsonDict = {
    "if": {"required": ["calls"]},
    "then": {"not": {"anyOf": [{"required": [key]} for key in VERDICT_KEYS]}},
}
NO_EXTENDED_TEXT: JsonDict = {
    "not": {
        "required": ["action", "extend"],
        "properties": {"action": {"const": "sms"}, "extend": {"enum": [True, "true", "yes"]}},
    }
}


def _told_if_acting(name: str) -> JsonDict:
    """For editors: the key of this name stands where the action is so named, and nowhere else."""
    acting: JsonDict = {"required": ["action"], "properties": {"action": {"const": name}}}
    return {"if": acting, "then": {"required": [name]}, "else": {"not": {"required": [name]}}}


def as_list(given: Any) -> Any:
    """One value may stand for a list of one."""
    return given if isinstance(given, (list, tuple)) else [given]


Intents = Annotated[
    tuple[IntentName, ...],
    Field(min_length=1),
    BeforeValidator(as_list, json_schema_input_type=IntentName | Annotated[list[IntentName], Field(min_length=1)]),
]


def _rises(ladder: tuple[int, ...]) -> tuple[int, ...]:
    """A ladder whose steps do not become shorter."""
    for step, (before, after) in enumerate(pairwise(ladder), start=2):
        if after < before:
            given = f"a step {step} that is shorter than step {step - 1}"
            raise refuse("steps that do not become shorter", given, "write the shortest first, and forever last")
    return ladder


Ladder = Annotated[
    tuple[DurationOrForever, ...],
    Field(min_length=1),
    AfterValidator(_rises),
    BeforeValidator(
        as_list, json_schema_input_type=DurationOrForever | Annotated[list[DurationOrForever], Field(min_length=1)]
    ),
]


Strikes = Annotated[
    tuple[PositiveCount, ...],
    Field(min_length=1),
    BeforeValidator(
        as_list, json_schema_input_type=PositiveCount | Annotated[list[PositiveCount], Field(min_length=1)]
    ),
]


POLICY_NAME = r"(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
POLICY_NAME_WANTED = "the name of a policy: letters, digits, - and _, without folders and without .yaml"


def parse_policy_name(given: object) -> str:
    """The name of a policy in a library; nothing that could lead out of the library's folder."""
    if not isinstance(given, str) or not re.fullmatch(POLICY_NAME, given):
        raise refuse(POLICY_NAME_WANTED, given, fix_policy_name(str(given)))
    return given


def fix_policy_name(given: str) -> str:
    """A policy named by its path."""
    bare = re.sub(r"[.]ya?ml$", "", given.replace("\\", "/").rsplit("/", maxsplit=1)[-1])
    usable = bare != given and not given.startswith("/") and re.fullmatch(POLICY_NAME, bare)
    return "a policy is looked up in the folder policies beside the scenario" + (f": write {bare}" if usable else "")


LISTED = r"[A-Za-z][A-Za-z0-9_-]{0,63}(/(0|[1-9][0-9]{0,9}))?"


def parse_listed(given: object) -> str:
    """A group of callers, or one of its numbers."""
    if not isinstance(given, str) or not re.fullmatch(LISTED, given):
        hint = "callers here have no telephone numbers: name a group" if re.search(r"[0-9]{5}", str(given)) else ""
        raise refuse("a group of callers, or one of its numbers such as children/3", given, hint)
    return given


Listed = Annotated[str, BeforeValidator(parse_listed), written(LISTED, "numbers", "officials", "children/3")]
PolicyName = Annotated[
    str, BeforeValidator(parse_policy_name), written(POLICY_NAME, "name of a policy", "24-hour-block")
]


class Rule(Model):
    """When ``strikes`` fall on one number ``within`` a window, ``action`` holds ``for`` a time.

    A strike is a verdict of ``on``, a talk of that length, both where both are given; or, with ``calls`` in place of
    them, each call that reaches the line. The n-th action of a number lasts the n-th duration of ``for``; the last one
    repeats.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["on"]}, {"required": ["talk"]}, {"required": ["calls"]}],
            "allOf": [*(_told_if_acting(name) for name in DETAILS), WITHOUT_VERDICTS, NO_EXTENDED_TEXT],
        }
    )

    on: Intents | None = None
    """Verdicts that count as a strike."""
    talk: Talk | None = None
    """Calls with a talk of this length count as a strike."""
    calls: Often | None = None
    """Calls in a window, whatever they are: each is a strike."""
    strikes: Strikes = (1,)
    """How many strikes bring the action: a number, or a list for the first time, the second, ... as in for."""
    within: DurationOrForever = NEVER
    """The window in which the strikes must fall."""
    consecutive: Flag = False
    """Whether a call that is answered and is no strike clears the strikes before it."""
    action: ActionName
    """What is done with the number's calls: block, divert, demote, challenge, warn or sms.

    block: they are refused; divert: they go to another line; demote: they queue behind all others; challenge: callers
    have to press a key first; warn: they hear a message first; sms: the number gets a warning."""
    challenge: Challenge | None = None
    """What callers must do, where the action is challenge."""
    warn: Warn | None = None
    """The message, where the action is warn."""
    divert: Divert | None = None
    """The other line, where the action is divert."""
    for_: Ladder = Field(alias="for")
    """How long the action lasts: a duration, forever, or a list of them, for the first time, the second and so on."""
    extend: Flag = False
    """Whether the action begins anew each time the number tries again while it holds."""
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
    def _reset_is_no_strike(self) -> Self:
        if both := set(self.on or ()) & set(self.reset_by):
            names = ", ".join(sorted(both))
            raise refuse("verdicts in reset_by that are not in on", f"{names} in both", f"leave {names} out of one")
        return self

    @model_validator(mode="after")
    def _one_trigger(self) -> Self:
        if self.calls and (others := [name for name in VERDICT_KEYS if name in self.model_fields_set]):
            raise refuse("calls without " + ", ".join(VERDICT_KEYS), "calls and " + ", ".join(others), CALLS_MEND)
        if not (self.on or self.talk or self.calls):
            given = "a rule without on, talk and calls"
            raise refuse("what counts as a strike: on, talk or calls", given, "add on: [prank, silent]")
        return self

    @model_validator(mode="after")
    def _what_the_action_needs(self) -> Self:
        for name, (told, fix) in DETAILS.items():
            given = getattr(self, name) is not None
            if given and self.action != name:
                hint = f"write action: {name}, or leave the key {name} out"
                raise refuse(f"{name} only beside action: {name}", f"{name} beside action: {self.action}", hint)
            if not given and self.action == name:
                wanted = f"a key {name} that says {told}"
                raise refuse(wanted, f"action: {name} without a key {name}", fix)
        return self

    @model_validator(mode="after")
    def _a_text_is_not_met(self) -> Self:
        if self.extend and not self.traits.acts_at_the_door:
            wanted = "extend only beside an action that calls meet, and a warning by SMS stops no call"
            raise refuse(wanted, f"extend beside action: {self.action}", "leave extend out")
        return self

    @property
    def traits(self) -> Traits:
        """What its action does to calls."""
        return action_named(self.action).traits

    @property
    def message(self) -> Challenge | Warn | None:
        """The message that its action plays."""
        return self.challenge or self.warn

    @property
    def needed(self) -> tuple[int, ...]:
        """How many strikes bring the first action, the second, ...; the last repeats."""
        return (self.calls.more_than + 1,) if self.calls else self.strikes

    @property
    def window(self) -> int:
        """The window in which they must fall (µs), whatever the trigger."""
        return self.calls.within if self.calls else self.within


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
    allowlist: Annotated[
        tuple[Listed, ...], BeforeValidator(as_list, json_schema_input_type=Listed | list[Listed])
    ] = ()
    """Numbers that the policy never minds: a group's (residents), or one of them (children/3, counted from 0)."""

    @property
    def only_blocks(self) -> bool:
        """Whether blocking is all that it does to a call."""
        return all(rule.traits.refuses for rule in self.rules)

    @property
    def needs(self) -> frozenset[str]:
        """What has to be drawn for it beyond what every scenario draws: ``messages``, ``diversion``."""
        return frozenset(rule.traits.needs for rule in self.rules if rule.traits.needs)


NO_POLICY = Policy(title="no blocklist")
