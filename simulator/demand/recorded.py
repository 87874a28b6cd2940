"""Columns of recorded calls become Calls; `simulator.logs` reads the file that they stand in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.logs.recorded import in_order
from simulator.scenario.intent import Intent
from simulator.tables.calls import DOUBT_SCALE, OWN, Calls, Int64

Columns = dict[str, Int64]
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


def recorded_calls(columns: Columns, order: Int64, numbers: int) -> Calls:
    """Calls of recorded columns; later attempts have rows of their own, copies of the first.

    ``columns`` as in `Recorded`, in the order of the file, ``order`` what sorts them by arrival, ``numbers`` how many
    numbers there are.
    """
    persons = _persons(columns)[order]
    columns = {name: column[order] for name, column in columns.items()}
    size, attempts = len(order), columns["attempts"]
    none = np.zeros(size, dtype=np.int64)
    return Calls.of(
        **_by_attempt(columns, attempts),
        **dict.fromkeys(("group", "deceives", "heeds"), none),
        voiceless=columns["intent"] == Intent.SILENT,
        arrival=columns["arrival_s"] - columns["arrival_s"][0],
        intent=columns["intent"],
        person=persons,
        number=columns["number"],
        own=columns["number"],
        route=none + OWN,
        incident=columns["incident"],
        tendency=np.where(columns["verdict"] >= 0, DOUBT_SCALE, 0),
        later=_later(attempts),
        attempts=[attempts.max(initial=1)],
        sims=[1],
        first_number=[0],
        listed=[],
        listed_until=[],
        groups=("recorded",),
        extras=(),
        persons=int(persons.max()) + 1,
        numbers=numbers,
        incidents=int(columns["incident"].max()) + 1,
        length=int(np.ptp(columns["arrival_s"])) + 1,
        clock=0,
    )


def _persons(columns: Columns) -> Int64:
    """Who called: the person if known, else whoever has the number, else somebody new; by first appearance."""
    person, number, row = columns["person"], columns["number"], np.arange(len(columns["person"]))
    known = person.max() + 1
    by_number = np.where(number >= 0, known + number, known + number.max() + 1 + row)
    return in_order(np.where(person >= 0, person, by_number))


def _later(attempts: Int64) -> Int64:
    """The row of each call's second attempt: behind the first attempts, call by call."""
    return np.asarray(len(attempts) + np.cumsum(attempts - 1) - (attempts - 1), dtype=np.int64)


def _by_attempt(columns: Columns, attempts: Int64) -> dict[str, NDArray[Any]]:
    """Attempt columns; the last attempt allowed is not followed by another."""
    spare = np.repeat(np.arange(len(attempts)), attempts - 1)
    made = {name: columns[source] for name, source in BY_ATTEMPT.items()}
    made = {name: np.concatenate([column, column[spare]]) for name, column in made.items()}
    several = attempts > 1
    made["redial"][: len(attempts)][~several] = 0
    made["redial"][(_later(attempts) + attempts - 2)[several]] = 0
    nothing = np.zeros(len(spare) + len(attempts), dtype=np.int64)
    return dict.fromkeys(Calls.ATTEMPT_COLUMNS, nothing) | made
