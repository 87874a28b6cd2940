"""Calls: everything about the callers that a run could need, drawn before it begins.

A call has one row for its first attempt, sorted by arrival. What is needed anew at each attempt (patience, talk,
verdict, redial ...) stands in longer columns: the first ``n`` rows belong to the first attempts, the rows behind
them are a book of spare rows that later attempts use. Attempt ``k`` >= 2 of a call uses row ``later[call] + k - 2``.
Engines only index; nothing is drawn while a run goes on.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.units import DAY
from simulator.tables.columns import Columns

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Int16 = NDArray[np.int16]
Int8 = NDArray[np.int8]
UInt8 = NDArray[np.uint8]
Bool = NDArray[np.bool_]

DOUBT_SCALE = 2**30
"""Doubts, and other chances, are whole numbers below this; a share of p is the whole number p * DOUBT_SCALE."""
DELAY_SCALE = 2**20
"""A delay of mean 1 is drawn as a whole number of 1 / DELAY_SCALE; one of mean m is m * delay // DELAY_SCALE."""
EXTRAS = ("messages", "diversion", "silence")
"""What only some policies and floors need to have drawn."""

RUN_ON = DAY
"""How long the floor runs on, after the last first attempt could be made, before what is left is cut off."""
MOST_ATTEMPTS = 254
"""Most attempts of a call that any engine can tell apart, one less than 255: a pass-back may come on top."""
OWN, SHARED, REUSED = 0, 1, 2
"""Routes to a number: the person's own, a phone shared with a person of another group, one that another gave up."""


def chance(share: float) -> int:
    """A share in units of 1 / DOUBT_SCALE, to hold a drawn number against."""
    return round(share * DOUBT_SCALE)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Calls(Columns):
    """The plan of one replication. Times and durations are int64 microseconds from the scenario's start.

    One a call (length n, sorted by arrival):
        arrival      when the first attempt is made; negative in the simulated past of a warmed blocklist
        group        index into ``groups``
        intent       Intent: 0 genuine, 1 enquiry, 2 prank, 3 silent
        person       who calls, 0 .. persons - 1
        number       the number shown, 0 .. numbers - 1; -1 withheld or none
        own          the first of the person's own ``sims[group]`` numbers
        route        how the call came to its number: OWN, SHARED or REUSED
        incident     the incident it reports, 0 .. incidents - 1; -1 one of its own
        deceives     the call-taker takes this prank for genuine
        tendency     chance of a misjudgement, in units of 1 / DOUBT_SCALE
        voiceless    nobody speaks
        heeds        the person does not call from a number that got a warning by SMS
        later        row of the second attempt
    One an attempt (length n + book):
        patience     from arrival; NEVER for no end
        talk         talk time; of the first report of an incident
        duplicate    talk time once an earlier call of the incident was judged genuine
        wrap         wrap-up time
        doubt        0 .. DOUBT_SCALE - 1: a doubt below the call's tendency is a misjudgement ...
        verdict      ... and this Intent is what the call is then taken for
        accept       delay of the agency's acceptance, from the end of talk
        redial       bits (1 << Ending) of the endings after which the caller tries again
        redial_delay from the ending
        rotate       blocked, the person goes on to the next of their numbers
        quit         blocked, the person never calls again
        challenge    0 .. DOUBT_SCALE - 1: below the share who pass a challenge, or leave during a warning, they do
        passback     0 .. DOUBT_SCALE - 1: below the share that the other line passes back, it does
        passback_delay  until the other line answers, in 1 / DELAY_SCALE of its mean: exponential with mean 1
        press55      0 .. DOUBT_SCALE - 1: below the share who press 55, or are called back, they do, or are
        A call passed back goes on with the row of the attempt that was diverted.
    One a group: ``groups`` their names, ``attempts`` most attempts of a call, ``sims`` numbers of a person,
        ``first_number`` the first number of the group's own.
    One a number on the list at the start: ``listed`` and ``listed_until`` (NEVER: for ever).
    Of drawn calls, columns that cannot matter are 0: ``accept`` of calls that are never taken for genuine, ``later``
        where one attempt is allowed, ``doubt`` and ``verdict`` where nobody errs; and where all are the same, ``own``,
        ``number`` and ``duplicate`` are ``person``, ``own`` and ``talk``.
    ``extras``: which of EXTRAS were drawn: ``challenge`` for messages, ``passback`` and ``passback_delay`` for
        diversion, ``press55`` for silence; else they are 0, and mean nothing.
    Scalars: ``persons``, ``numbers``, ``incidents`` how many there are; ``length`` no first attempt at or after it;
        ``clock`` microseconds from Monday 00:00 local time to the scenario's start.
    """

    arrival: Int64
    group: Int16
    intent: Int8
    person: Int32
    number: Int32
    own: Int32
    route: Int8
    incident: Int32
    deceives: Bool
    tendency: Int32
    voiceless: Bool
    heeds: Bool
    later: Int64
    patience: Int64
    talk: Int64
    duplicate: Int64
    wrap: Int64
    doubt: Int32
    verdict: Int8
    accept: Int64
    redial: UInt8
    redial_delay: Int64
    rotate: Bool
    quit: Bool
    challenge: Int32
    passback: Int32
    passback_delay: Int32
    press55: Int32
    attempts: Int16
    sims: Int32
    first_number: Int32
    listed: Int32
    listed_until: Int64
    groups: tuple[str, ...]
    extras: tuple[str, ...]
    persons: int
    numbers: int
    incidents: int
    length: int
    clock: int

    CALL_COLUMNS: ClassVar[tuple[str, ...]] = (
        *("arrival", "group", "intent", "person", "number", "own", "route", "incident", "deceives"),
        *("tendency", "voiceless", "heeds", "later"),
    )
    ATTEMPT_COLUMNS: ClassVar[tuple[str, ...]] = (
        *("patience", "talk", "duplicate", "wrap", "doubt", "verdict", "accept", "redial", "redial_delay"),
        *("rotate", "quit", "challenge", "passback", "passback_delay", "press55"),
    )
    DTYPES: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("arrival", "later", "patience", "talk", "duplicate", "wrap", "accept"), "int64"),
        **dict.fromkeys(("redial_delay", "listed_until"), "int64"),
        **dict.fromkeys(("person", "number", "own", "incident", "tendency", "doubt", "sims"), "int32"),
        **dict.fromkeys(("first_number", "listed", "challenge", "passback", "passback_delay", "press55"), "int32"),
        **dict.fromkeys(("group", "attempts"), "int16"),
        **dict.fromkeys(("intent", "route", "verdict"), "int8"),
        "redial": "uint8",
        **dict.fromkeys(("deceives", "voiceless", "heeds", "rotate", "quit"), "bool"),
    }

    def __post_init__(self) -> None:
        Columns.__post_init__(self)
        if self.attempts.max(initial=1) > MOST_ATTEMPTS or self.attempts.min(initial=1) < 1:
            raise ValueError(f"attempts of a call from 1 to {MOST_ATTEMPTS}")

    def __len__(self) -> int:
        """How many calls there are."""
        return len(self.arrival)

    @property
    def cut(self) -> int:
        """When what has not ended is left open."""
        return self.length + RUN_ON

    def row(self, call: Int64, attempt: Int64, passed_back: Bool | bool = False) -> Int64:
        """Rows of the attempt columns for these calls and attempts (counted from 1).

        One that was ``passed_back`` goes on with the row of the attempt before, which was diverted.
        """
        count = np.asarray(attempt) - passed_back
        return np.where(count == 1, call, self.later[call] + count - 2)

    def numbers_of(self, listed: str) -> slice:
        """The numbers of a group (``residents``), or one of them (``children/3``); empty where there is no such.

        Numbers of a group stand together, and groups in their order.
        """
        name, _, index = listed.partition("/")
        if name not in self.groups:
            return slice(0, 0)
        group = self.groups.index(name)
        edges = [*self.first_number.tolist(), self.numbers]
        first, last = edges[group], edges[group + 1]
        if not index:
            return slice(first, last)
        return slice(min(first + int(index), last), min(first + int(index) + 1, last))
