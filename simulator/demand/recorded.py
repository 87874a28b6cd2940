"""Columns of recorded calls become Calls; `trace.py` reads the file that they stand in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.intent import Intent
from simulator.tables.calls import DOUBT_SCALE, OWN, Calls, Int64

Columns = dict[str, list[Any]]
BY_ATTEMPT = {
    "patience": "patience_s",
    "talk": "handling_s",
    "duplicate": "handling_s",
    "wrap": "wrap_up_s",
    "verdict": "verdict",
    "accept": "accept_s",
    "redial": "redial_after",
    "redial_delay": "redial_delay_s",
}
"""Attempt columns of Calls, and the recorded column that fills each."""


def recorded_calls(columns: Columns, number: Int64, numbers: int, order: Int64) -> Calls:
    """Calls of recorded columns, sorted by arrival; later attempts have rows of their own, copies of the first.

    ``number`` and ``numbers`` are ids of the numbers and how many there are; ``order`` as in `ids_of`.
    """
    size, attempts = len(number), np.array(columns["attempts"])
    person, persons = ids_of(_persons(columns), order)
    incident, incidents = ids_of(columns["incident"], order)
    none = np.zeros(size, dtype=np.int64)
    return Calls.of(
        **_by_attempt(columns, attempts),
        **dict.fromkeys(("group", "deceives", "heeds"), none),
        voiceless=np.array(columns["intent"]) == Intent.SILENT,
        arrival=columns["arrival_s"],
        intent=columns["intent"],
        person=person,
        number=number,
        own=number,
        route=none + OWN,
        incident=incident,
        tendency=np.where(np.array(columns["verdict"]) >= 0, DOUBT_SCALE, 0),
        later=_later(attempts),
        attempts=[attempts.max(initial=1)],
        sims=[1],
        first_number=[0],
        listed=[],
        listed_until=[],
        groups=("recorded",),
        extras=(),
        persons=len(persons),
        numbers=numbers,
        incidents=len(incidents),
        length=columns["arrival_s"][-1] + 1,
        clock=0,
    )


def ids_of(names: list[str], order: Int64) -> tuple[Int64, tuple[str, ...]]:
    """Ids of names, counted in the order in which the file first has them, and the names; -1 for no name.

    ``order`` is the position in the file of each of them.
    """
    in_file = [names[index] for index in np.argsort(order)]
    known = {name: index for index, name in enumerate(dict.fromkeys(name for name in in_file if name))}
    return np.array([known.get(name, -1) for name in names], dtype=np.int64), tuple(known)


def _persons(columns: Columns) -> list[str]:
    """Who called: the person if known, else whoever has the number, else somebody new."""
    pairs = zip(columns["person"], columns["number"], strict=True)
    return [f"person {who}" if who else f"number {n}" if n else f"call {i}" for i, (who, n) in enumerate(pairs)]


def _later(attempts: Int64) -> Int64:
    """The row of each call's second attempt: behind the first attempts, call by call."""
    return np.asarray(len(attempts) + np.cumsum(attempts - 1) - (attempts - 1), dtype=np.int64)


def _by_attempt(columns: Columns, attempts: Int64) -> dict[str, NDArray[Any]]:
    """Attempt columns; the last attempt allowed is not followed by another."""
    spare = np.repeat(np.arange(len(attempts)), attempts - 1)
    made = {name: np.array(columns[source]) for name, source in BY_ATTEMPT.items()}
    made = {name: np.concatenate([column, column[spare]]) for name, column in made.items()}
    several = attempts > 1
    made["redial"][: len(attempts)][~several] = 0
    made["redial"][(_later(attempts) + attempts - 2)[several]] = 0
    nothing = np.zeros(len(spare) + len(attempts), dtype=np.int64)
    return dict.fromkeys(Calls.ATTEMPT_COLUMNS, nothing) | made
