"""Plans for tests: Calls and Staffing by hand, a column a number, one value a call or one an attempt."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simulator.scenario.distribution import FixedDuration
from simulator.scenario.floor import Acceptance, Floor
from simulator.scenario.policy import Policy, Rule
from simulator.scenario.units import NEVER, SECOND
from simulator.tables.calls import EXTRAS, Calls
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import Staffing

CALL_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("group", "intent", "route", "tendency"), 0),
    **dict.fromkeys(("deceives", "voiceless", "heeds"), False),
    "incident": -1,
}
ATTEMPT_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("talk", "duplicate", "wrap", "doubt", "verdict", "accept", "redial", "redial_delay"), 0),
    **dict.fromkeys(("challenge", "passback", "passback_delay", "press55"), 0),
    **dict.fromkeys(("rotate", "quit"), False),
    "patience": NEVER,
}
SOME = ("prank", "silent")
"""Verdicts that are strikes, unless a test says otherwise."""
Shares = Mapping[str, float]
"""Shares by what the call is, such as {"genuine": 0.9}; 0 of those that are not named."""
NOBODY: Shares = {}
TIMES = ("patience", "talk", "duplicate", "wrap", "accept", "redial_delay")


def plan(
    arrival: Sequence[int] | np.ndarray[Any, Any],
    *,
    attempts: int | Sequence[int] = 1,
    sims: int | Sequence[int] = 1,
    length: int | None = None,
    listed: Mapping[int, int] | None = None,
    book: int = 0,
    later: np.ndarray[Any, Any] | None = None,
    unit: int = 1,
    groups: tuple[str, ...] = ("callers",),
    first_number: Sequence[int] = (0,),
    extras: tuple[str, ...] = EXTRAS,
    **given: Any,
) -> Calls:
    """Calls that arrive at these times; times are in ``unit`` microseconds, NEVER stays NEVER.

    Every later attempt has a row of its own: a column of attempts may be a number, one value a call (the same at each
    attempt) or a table (calls, attempts). With ``book`` spare rows and ``later`` it is instead (calls + book) long.
    ``attempts``, ``sims`` and ``first_number`` are one for all or one a group.
    """
    arrival = np.asarray(arrival, dtype=np.int64) * unit
    calls, most = len(arrival), int(np.max(attempts))
    by_call = {name: _filled(given.pop(name, default), calls) for name, default in CALL_DEFAULTS.items()}
    person = _filled(given.pop("person", np.arange(calls)), calls)
    number = _filled(given.pop("number", np.arange(calls)), calls)
    own = _filled(given.pop("own", number), calls)
    given.setdefault("duplicate", given.get("talk", 0))
    by_attempt = {}
    for name, default in ATTEMPT_DEFAULTS.items():
        value = np.asarray(given.pop(name, default))
        column = value if book else _per_attempt(value, calls, most)
        by_attempt[name] = _scaled(np.broadcast_to(column, calls + book) if book else column, name, unit)
    assert not given, f"no such column: {sorted(given)}"
    last = int(max(arrival, default=0)) + 1
    return Calls.of(
        arrival=arrival,
        **by_call,
        **by_attempt,
        person=person,
        number=number,
        own=own,
        later=calls + np.arange(calls) * (most - 1) if later is None else later,
        attempts=_filled(attempts, len(groups)),
        sims=_filled(sims, len(groups)),
        first_number=first_number,
        listed=list((listed or {}).keys()),
        listed_until=[_scaled(np.array(until), "patience", unit) for until in (listed or {}).values()],
        groups=groups,
        extras=extras,
        persons=int(max(person, default=-1)) + 1,
        numbers=int(max([*number, *(own + np.max(sims) - 1), *(np.array(first_number[1:]) - 1)], default=-1)) + 1,
        incidents=int(max(by_call["incident"], default=-1)) + 1,
        length=last if length is None else length * unit,
        clock=0,
    )


def _filled(value: Any, size: int) -> np.ndarray[Any, Any]:
    return np.broadcast_to(np.asarray(value), size)


def _per_attempt(value: np.ndarray[Any, Any], calls: int, attempts: int) -> np.ndarray[Any, Any]:
    """First attempts of all calls, then the later ones call by call."""
    table = np.broadcast_to(value[:, None] if value.ndim == 1 else value, (calls, attempts))
    return np.concatenate([table[:, 0], table[:, 1:].ravel()])


def _scaled(column: np.ndarray[Any, Any], name: str, unit: int) -> np.ndarray[Any, Any]:
    return np.where(column >= NEVER, NEVER, np.minimum(column, NEVER // unit) * unit) if name in TIMES else column


def staff(*stretches: tuple[int, int, int, bool], persons: int = 0, unit: int = SECOND) -> Staffing:
    """Stretches of duty (person, on, off, whether a break follows)."""
    rows = sorted((on * unit, person, off * unit, pause) for person, on, off, pause in stretches)
    return Staffing.of(
        person=[person for _, person, _, _ in rows],
        on=[on for on, *_ in rows],
        off=[off for _, _, off, _ in rows],
        pause=[pause for *_, pause in rows],
        persons=max([persons, *(person + 1 for _, person, _, _ in rows)]),
    )


def floor(
    trunks: int = 10**6,
    *,
    hand_over: bool = False,
    attended: bool = False,
    silent: Mapping[str, Any] | None = None,
) -> Floor:
    """A floor with this many trunks; ``silent`` is its silent procedure, times in microseconds."""
    acceptance = Acceptance(delay={"fixed": "0 s"}, mode="attended") if attended else None
    ends = "hand_over" if hand_over else "finish"
    return Floor(trunks=trunks, end_of_shift=ends, acceptance=acceptance, silent_procedure=silent)


def rule(
    on: str | tuple[str, ...] | None = None,
    *,
    action: str = "block",
    for_: Sequence[int] = (NEVER,),
    **more: Any,
) -> Rule:
    """A rule; times in microseconds. Pranks and silent calls are strikes unless ``on``, ``talk`` or ``calls`` say."""
    given = SOME if on is None and not {"talk", "calls"} & set(more) else on
    return Rule(**({} if given is None else {"on": given}), **{"action": action, "for": tuple(for_), **more})


def challenge(length: int, on: str | tuple[str, ...] | None = None, *, passes: Shares = NOBODY, **more: Any) -> Rule:
    """A rule that challenges, with a message this long (microseconds)."""
    return rule(on, action="challenge", challenge={"length": length, "passes": passes}, **more)


def warn(length: int, on: str | tuple[str, ...] | None = None, *, leaves: Shares = NOBODY, **more: Any) -> Rule:
    """A rule that warns, with a message this long (microseconds)."""
    return rule(on, action="warn", warn={"length": length, "leaves": leaves}, **more)


def divert(
    after: int,
    on: str | tuple[str, ...] | None = None,
    *,
    passes_back: Shares = NOBODY,
    exponential: bool = False,
    **more: Any,
) -> Rule:
    """A rule that diverts to a line which answers after just so long, or so long on average (microseconds)."""
    delay = {"exponential": {"mean": after}} if exponential else FixedDuration(fixed=after)
    return rule(on, action="divert", divert={"answers_after": delay, "passes_back": passes_back}, **more)


def policy(*rules: Rule, as_one: bool = False, allowlist: tuple[str, ...] = ()) -> Policy:
    """A policy of these rules."""
    return Policy(rules=rules, withheld="as_one" if as_one else "let_through", allowlist=allowlist)


def rows(outcomes: Outcomes, *names: str) -> list[tuple[Any, ...]]:
    """These columns, one tuple a row."""
    return list(zip(*(getattr(outcomes, name).tolist() for name in names), strict=True))
