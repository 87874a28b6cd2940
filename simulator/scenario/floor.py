"""The call floor: trunks, shifts of call-takers, agencies' acceptance, and the numbers listed at the start."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from simulator.scenario.actions import Shares
from simulator.scenario.callers import Name
from simulator.scenario.dates import Date
from simulator.scenario.distribution import Distribution, Model
from simulator.scenario.fixes import nearest
from simulator.scenario.policy import as_list
from simulator.scenario.units import (
    DAY,
    TIMED_POSITIVE,
    Clock,
    Count,
    Flag,
    PositiveCount,
    PositiveDuration,
    Share,
    parse_positive_duration,
    parse_share,
    refuse,
    written,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Attendance(Model):
    """The share of rostered persons who come; ``correlation`` between the persons of one shift on one day."""

    share: Share = 1.0
    """The share who come."""
    correlation: Share = 0.0
    """How far persons of one shift stay away together: 0 each for themselves, 100 % all or none."""


def _attendance(given: Any) -> Any:
    return {"share": parse_share(given)} if isinstance(given, (str, float)) else given


def _each_day_once(days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    if not days or len(set(days)) < len(days):
        wanted = f"each day at most once, at least one of {', '.join(WEEKDAYS)}"
        raise refuse(wanted, ", ".join(days) or "an empty list", "" if days else "leave days out for every day")
    return days


_DAYS_LIST = Field(min_length=1, json_schema_extra={"uniqueItems": True})
Days = Annotated[
    tuple[Weekday, ...],
    BeforeValidator(as_list, json_schema_input_type=Weekday | Annotated[list[Weekday], _DAYS_LIST]),
    AfterValidator(_each_day_once),
]
"""Days of the week, each once; one may stand without brackets."""


class Break(Model):
    """A break that begins ``at`` a time of day; persons of the shift take it one after the other if ``in_turn``."""

    at: Clock
    """The time of day at which it begins."""
    for_: PositiveDuration = Field(alias="for")
    """How long it is for each person."""
    in_turn: Flag = True
    """One after the other (yes), or all at once (no)."""


class Shift(Model):
    """``call_takers`` persons on duty ``from`` one time of day ``to`` another; the next day if that is not later."""

    name: Name
    """What the shift is called."""
    from_: Clock = Field(alias="from")
    """When it begins, local time."""
    to: Clock
    """When it ends; the next day where it is not after ``from``."""
    call_takers: Count
    """How many persons are rostered."""
    days: Days = WEEKDAYS
    """The days on which it begins: mon, tue, wed, thu, fri, sat, sun."""
    attendance: Annotated[Attendance, BeforeValidator(_attendance, json_schema_input_type=Share | Attendance)] = (
        Attendance()
    )
    """The share of the rostered persons who come."""
    breaks: tuple[Break, ...] = ()
    """Breaks within the shift."""
    since: Date | None = None
    """The first date on which it begins: 2025-06-12."""
    until: Date | None = None
    """The last date on which it begins."""
    may_overlap: Flag = False
    """yes where this shift is meant to overlap an earlier one of the list."""

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise refuse("since on until's date, or before", f"since {self.since}, until {self.until}", "exchange them")
        return self

    @property
    def length(self) -> int:
        """Microseconds from the beginning to the end of one shift; ``from`` equal to ``to`` is a whole day."""
        return (self.to - self.from_ - 1) % DAY + 1


class Acceptance(Model):
    """The agency's acceptance of a ticket: its delay after the end of talk, and whether the call-taker attends it."""

    delay: Distribution
    """How long the agency takes to accept, from the end of talk."""
    mode: Literal["background", "attended"] = "background"
    """background: only measured; attended: the call-taker stays with the ticket until then."""


class Machine(Model):
    """A machine that takes over a silent call: press 55 to be put through again."""

    length: PositiveDuration
    """How long it asks; the line is held meanwhile, the call-taker free."""
    presses: Shares
    """The share who press, by what their call is; who is not named never does."""


class CallBack(Model):
    """A call-taker who calls back after a silent call."""

    share: Share
    """The share of silent calls that are called back, where they show a number."""
    takes: PositiveDuration
    """How long that takes, added to wrap-up."""


class SilentProcedure(Model):
    """What call-takers do where nobody speaks: listen, then leave the call to a machine, or call back."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["machine", "call_back"]}})

    listen: PositiveDuration
    """How long they listen, in place of the drawn talk."""
    machine: Machine | None = None
    """Then the call goes to a machine (press 55)."""
    call_back: CallBack | None = None
    """Then the call is over, and some are called back."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.machine and self.call_back:
            raise refuse("either a machine or call_back", "both", "leave one of them out")
        return self


class Blocklist(Model):
    """The numbers on the list when the scenario starts: none, those of a past that is simulated, or a file's.

    ``listed`` holds what the file says once it was read (`listed.py`): each number as written, group/index, and until
    when it is blocked, microseconds since the start, NEVER for ever.
    """

    warmed: int = 0
    file: str | None = None
    listed: tuple[tuple[str, int], ...] = ()


_CSV = r"(?!warmed )[^/\\]+[.]csv"


def parse_blocklist(given: Any) -> Any:
    """``empty``, ``warmed 90 d``, or the path of a CSV file beside the scenario."""
    if isinstance(given, Blocklist):
        return given
    if given == "empty":
        return Blocklist()
    if isinstance(given, str) and given.startswith("warmed "):
        return Blocklist(warmed=parse_positive_duration(given.removeprefix("warmed ")))
    if not isinstance(given, str) or not re.fullmatch(_CSV, given):
        wanted = "empty, warmed with a duration (warmed 90 d), or the name of a .csv file beside the scenario"
        raise refuse(wanted, given, nearest(given, ["empty", "warmed 90 d"]))
    return Blocklist(file=given)


BlocklistText = Annotated[
    Blocklist,
    BeforeValidator(parse_blocklist),
    written(f"empty|warmed {TIMED_POSITIVE}|{_CSV}", "blocklist", "empty", "warmed 90 d"),
]


class Floor(Model):
    """The call floor: trunks (lines), shifts of call-takers, and what happens at a shift's end."""

    trunks: PositiveCount
    """How many callers can be connected at once, waiting or talking."""
    shifts: tuple[Shift, ...] = ()
    """Who is on duty when."""
    end_of_shift: Literal["finish", "hand_over"] = "finish"
    """finish: a busy leaver finishes the call; hand_over: an arriver takes it over."""
    acceptance: Acceptance | None = None
    """The agency's acceptance of tickets."""
    silent_procedure: SilentProcedure | None = None
    """What call-takers do where nobody speaks; without it they talk as long as drawn."""
    blocklist: BlocklistText = Blocklist()
    """Numbers on the list at the start: empty, warmed 90 d (that long a past is simulated), or a .csv file."""

    @property
    def needs(self) -> frozenset[str]:
        """What has to be drawn for it beyond what every scenario draws: ``silence``."""
        return frozenset(["silence"] if self.silent_procedure else [])

    @property
    def attended(self) -> bool:
        """Whether a call-taker stays with a ticket until its agency accepts it."""
        return self.acceptance is not None and self.acceptance.mode == "attended"
