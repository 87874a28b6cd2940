"""Plans for tests: Calls and Staffing by hand, a column a number, one value a call or one an attempt."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simulator.scenario.floor import Acceptance, Floor
from simulator.scenario.policy import Policy, Rule
from simulator.scenario.units import NEVER, SECOND
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Outcomes
from simulator.tables.staffing import Staffing

CALL_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("group", "intent", "route", "tendency"), 0),
    "incident": -1,
    "deceives": False,
}
ATTEMPT_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("talk", "duplicate", "wrap", "doubt", "verdict", "accept", "redial", "redial_delay"), 0),
    **dict.fromkeys(("rotate", "quit"), False),
    "patience": NEVER,
}
TIMES = ("patience", "talk", "duplicate", "wrap", "accept", "redial_delay")


def plan(
    arrival: Sequence[int] | np.ndarray[Any, Any],
    *,
    attempts: int = 1,
    sims: int = 1,
    length: int | None = None,
    listed: Mapping[int, int] | None = None,
    book: int = 0,
    later: np.ndarray[Any, Any] | None = None,
    unit: int = 1,
    **given: Any,
) -> Calls:
    """Calls that arrive at these times; times are in ``unit`` microseconds, NEVER stays NEVER.

    Every later attempt has a row of its own: a column of attempts may be a number, one value a call (the same at each
    attempt) or a table (calls, attempts). With ``book`` spare rows and ``later`` it is instead (calls + book) long.
    """
    arrival = np.asarray(arrival, dtype=np.int64) * unit
    calls = len(arrival)
    by_call = {name: _filled(given.pop(name, default), calls) for name, default in CALL_DEFAULTS.items()}
    person = _filled(given.pop("person", np.arange(calls)), calls)
    number = _filled(given.pop("number", np.arange(calls)), calls)
    own = _filled(given.pop("own", number), calls)
    given.setdefault("duplicate", given.get("talk", 0))
    by_attempt = {}
    for name, default in ATTEMPT_DEFAULTS.items():
        value = np.asarray(given.pop(name, default))
        column = value if book else _per_attempt(value, calls, attempts)
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
        later=calls + np.arange(calls) * (attempts - 1) if later is None else later,
        attempts=[attempts],
        sims=[sims],
        first_number=[0],
        listed=list((listed or {}).keys()),
        listed_until=[_scaled(np.array(until), "patience", unit) for until in (listed or {}).values()],
        groups=("callers",),
        persons=int(max(person, default=-1)) + 1,
        numbers=int(max([*number, *(own + sims - 1)], default=-1)) + 1,
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


def floor(trunks: int = 10**6, *, hand_over: bool = False, attended: bool = False) -> Floor:
    """A floor with this many trunks."""
    acceptance = Acceptance(delay={"fixed": "0 s"}, mode="attended") if attended else None
    return Floor(trunks=trunks, end_of_shift="hand_over" if hand_over else "finish", acceptance=acceptance)


def rule(
    on: str | tuple[str, ...] = ("prank", "silent"),
    *,
    action: str = "block",
    for_: Sequence[int] = (NEVER,),
    **more: Any,
) -> Rule:
    """A rule; times in microseconds."""
    return Rule(**{"on": on, "action": action, "for": tuple(for_), **more})


def policy(*rules: Rule, as_one: bool = False) -> Policy:
    """A policy of these rules."""
    return Policy(rules=rules, withheld="as_one" if as_one else "let_through")


def rows(outcomes: Outcomes, *names: str) -> list[tuple[Any, ...]]:
    """These columns, one tuple a row."""
    return list(zip(*(getattr(outcomes, name).tolist() for name in names), strict=True))
