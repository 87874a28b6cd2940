"""Who calls: groups of callers alike, how often they call, from which numbers, and how they behave.

Field names are the keys of the file.
"""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from simulator.scenario.daily import NAMED_DAYS, DaysOfWeek, HoursOfDay
from simulator.scenario.distribution import Distribution, FixedDuration, Model
from simulator.scenario.intent import IntentName
from simulator.scenario.units import (
    NEVER,
    Duration,
    Flag,
    Number,
    PositiveCount,
    PositiveDuration,
    PositiveNumber,
    Rate,
    Share,
    numeric,
    parse_count,
    parse_number,
    refuse,
)

DEFAULT_DAY_CV = 0.15
"""Coefficient of variation of a group's day factor; counts of real lines show 0.07 to 0.30 [Hourly counts]."""

NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"
Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class DayFactor(Model):
    """How much a day's volume differs from the mean: gamma with mean 1 and this coefficient of variation."""

    cv: Number = DEFAULT_DAY_CV
    """Coefficient of variation of the day factor: 0 for days alike."""


class Novelty(Model):
    """A rate that decays from launch: floor + (1 - floor) * 2 ** (-t / half_life), times the volume."""

    half_life: PositiveDuration
    """After this time half of what wears off has worn off."""
    floor: Share = 0.0
    """The share of the volume that stays."""


def parse_times(given: object) -> float:
    """How often more: a number from 0 to 1000."""
    if (value := parse_number(given)) > MOST_TIMES:
        raise refuse(f"a number from 0 to {MOST_TIMES}", given)
    return value


MOST_TIMES = 1000
Times = Annotated[
    float,
    BeforeValidator(parse_times),
    numeric(
        "number",
        "number from 0 to 1000",
        r"0*([0-9]{1,3}([.][0-9]{1,9})?|1000([.]0{1,9})?)",
        minimum=0,
        maximum=MOST_TIMES,
    ),
]


class Surge(Model):
    """The rate is multiplied by ``times`` from ``after`` the scenario's start, ``for`` a time."""

    after: Duration
    """When the surge begins, counted from the start of the scenario."""
    for_: PositiveDuration = Field(alias="for")
    """How long it lasts."""
    times: Times
    """The rate is multiplied by this, at most 1000."""


class Incidents(Model):
    """Calls come in clusters: an incident has a geometric number of callers (1, 2, ...), mean ``callers``.

    Each calls ``spread`` after the incident began. Once one call was judged genuine, later ones of the incident
    talk for ``duplicate_talk`` instead.
    """

    callers: PositiveNumber
    """How many call about one incident on average, 1 or more."""
    spread: Distribution
    """How long after the incident began a caller calls."""
    duplicate_talk: Distribution | None = None
    """Talk time once the incident is known; without it, as for the first report."""

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if self.callers < 1:
            raise refuse("callers of an incident: 1 or more on average", f"callers: {self.callers:g}")
        return self


class HeavyTail(Model):
    """The k-th person of a pool calls in proportion to k ** -zipf."""

    zipf: Number
    """Exponent: 0 for callers alike; 1 to 2 where a few make most of the calls."""


Choice = Literal["by_call", "by_number"]


class SharedWith(Model):
    """A share of this group's calls comes from a phone of another group.

    ``by_call``: the phone of a random call of that group (busy phones more often); ``by_number``: a random phone.
    """

    share: Share
    """The share of this group's calls that come from a phone of that group."""
    choose: Choice
    """by_call: the phone of a random call of that group; by_number: a random phone. It matters more than the rule."""


class Numbers(Model):
    """Whose numbers the calls show: a new person each time, or a pool of persons; each has ``sims`` numbers."""

    model_config = ConfigDict(
        json_schema_extra={
            "dependentRequired": {"heavy_tail": ["pool"]},
            "not": {"required": ["pool", "each_new"], "properties": {"each_new": {"enum": [True, "true", "yes"]}}},
        }
    )

    each_new: Flag | None = None
    """yes: every call is a new person's."""
    pool: PositiveCount | None = None
    """How many persons the group has."""
    heavy_tail: HeavyTail | None = None
    """How unevenly the persons of the pool call; without it, alike."""
    sims: PositiveCount = 1
    """How many numbers (SIM cards) a person has."""
    rotate: Share = 0.0
    """The chance that a person who is blocked goes on to the next of their numbers."""
    withheld: Share = 0.0
    """The share of calls that show no number: withheld, or a phone without a SIM."""
    shared_with: dict[Name, SharedWith] = Field(default={})
    """Other groups from whose phones some of these calls come."""
    reused_from: dict[Name, Share] = Field(default={})
    """Other groups, and the share of these calls whose number was once theirs."""

    @model_validator(mode="after")
    def _new_or_pool(self) -> Self:
        if self.pool and self.each_new:
            raise refuse("either each_new: yes or a pool", "both")
        if self.each_new is False and not self.pool:
            raise refuse("a pool where each_new is no", "each_new: no and no pool", "add pool: and how many persons")
        if self.heavy_tail and not self.pool:
            raise refuse("a pool for the heavy_tail", "heavy_tail without pool", "add pool: and how many persons")
        return self

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        shares = (self.withheld, *(s.share for s in self.shared_with.values()), *self.reused_from.values())
        if sum(shares) > 1 + 1e-9:
            together = f"{100 * sum(shares):.6g} %"
            raise refuse("withheld, shared_with and reused_from of at most 100 % together", together)
        if self.rotate and self.sims == 1:
            raise refuse("sims of 2 or more where a person rotates them", "rotate with one number a person")
        return self


class RedialAfter(Model):
    """Share of attempts with this ending after which the caller tries again."""

    busy: Share = 0.0
    """After every trunk was busy."""
    abandoned: Share = 0.0
    """After hanging up while waiting."""
    blocked: Share = 0.0
    """After being blocked."""
    diverted: Share = 0.0
    """After being diverted to another line that did not pass the call back."""
    screened: Share = 0.0
    """After failing a challenge."""
    dismissed: Share = 0.0
    """After being taken for a prank or silent call."""


MOST_ATTEMPTS = 100
Attempts = Annotated[
    int,
    BeforeValidator(parse_count(1, MOST_ATTEMPTS)),
    numeric("integer", "whole number from 1 to 100", "[1-9][0-9]?|100", minimum=1, maximum=MOST_ATTEMPTS),
]


class Redial(Model):
    """Trying again: after which endings, how long after, and how many attempts at most, the first included."""

    after: RedialAfter
    """The share who try again, by ending."""
    delay: Distribution
    """How long after the ending."""
    attempts: Attempts = 3
    """Most attempts of one call, the first included."""


class Misjudged(Model):
    """What call-takers take this group's calls for by mistake.

    The chance of a mistake differs between callers: beta with mean the sum of ``as`` and intra-caller
    ``correlation`` (0: the same for all; 1: some callers always, the others never).
    """

    as_: dict[IntentName, Share] = Field(alias="as")
    """The share of calls taken for each other intent."""
    correlation: Share = 0.3
    """How far mistakes fall on the same callers again."""

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        if (total := sum(self.as_.values())) > 1 + 1e-9:
            raise refuse("mistakes of at most 100 % together", f"{100 * total:.6g} %")
        return self


class CallerGroup(Model):
    """Callers alike: one intent, one volume of calls (first attempts, on average, at launch), one behaviour."""

    intent: IntentName
    """What these calls are: genuine (an emergency), enquiry (legitimate, no emergency), prank or silent."""
    volume: Rate
    """First attempts on average, at launch where there is novelty: 6 / d."""
    by_hour: HoursOfDay = NAMED_DAYS["flat"]
    """How the calls spread over the day: a named shape, or 24 relative rates from midnight."""
    by_day: DaysOfWeek = (1.0,) * 7
    """How the calls spread over the week: 7 relative rates from Monday."""
    novelty: Novelty | None = None
    """A launch spike that wears off."""
    surges: Annotated[tuple[Surge, ...], Field(max_length=1000)] = ()
    """Stretches with more (or fewer) calls."""
    day_factor: DayFactor = DayFactor()
    """How much days differ by chance."""
    busy_with: Name | None = None
    """The name of a day factor under day_factors that this group shares with others."""
    incidents: Incidents | None = None
    """Several callers report one incident."""
    talk: Distribution
    """Talk time."""
    wrap_up: Distribution = FixedDuration(fixed=0)
    """Work after the call."""
    patience: Distribution = FixedDuration(fixed=NEVER)
    """How long callers wait before they hang up, counted from when they dial."""
    numbers: Numbers = Numbers(each_new=True)
    """Whose numbers the calls show."""
    redial: Redial | None = None
    """Whether callers who failed try again."""
    misjudged: Misjudged | None = None
    """What call-takers take these calls for by mistake."""
    deceives: Share = 0.0
    """The share of pranks that a call-taker takes for genuine, so that units are sent out for nothing."""
    voiceless: Share | None = None
    """The share of these calls on which nobody speaks, so that they are taken for silent; all of a silent group's
    unless given, none of others'."""
    gives_up: Share = 0.0
    """The chance that a person who is blocked never calls again."""
    deterred_by_sms: Share = 0.0
    """The chance that a person does not call from a number that got a warning by SMS."""

    @property
    def share_voiceless(self) -> float:
        """The share of calls on which nobody speaks: all of a silent group's unless it says otherwise."""
        return float(self.intent == "silent") if self.voiceless is None else self.voiceless
