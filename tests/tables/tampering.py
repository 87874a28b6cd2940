"""Tools to tamper with the table of a run: rows to be chosen, and deeds to be done to one of them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.tables.law_run import Run
from simulator.tables.outcomes import Action, Cause, Ending
from tests.tables.crowds import PLAN, RUN, Table

Deed = Callable[[Table], None]
O = RUN.outcomes  # noqa: E741


def some(rows: np.ndarray[Any, Any]) -> int:
    """One of these rows, not the first."""
    return int(np.flatnonzero(rows)[len(np.flatnonzero(rows)) // 2])


def drop(rows: np.ndarray[Any, Any]) -> Deed:
    """One of these rows is not there."""

    def tamper(table: Table) -> None:
        row = some(rows)
        for name in table:
            table[name] = np.delete(table[name], row)

    return tamper


def put(name: str, rows: np.ndarray[Any, Any], change: Callable[[Any], Any]) -> Deed:
    """Change one column of one of these rows."""

    def tamper(table: Table) -> None:
        row = some(rows)
        table[name][row] = change(table[name][row])

    return tamper


def put_all(rows: np.ndarray[Any, Any], **values: Any) -> Deed:
    """Set several columns of one of these rows."""

    def tamper(table: Table) -> None:
        for name, value in values.items():
            table[name][some(rows)] = value

    return tamper


def swap(table: Table, one: int, two: int, *names: str) -> None:
    for name in names:
        table[name][[one, two]] = table[name][[two, one]]


def overtakes(rows: np.ndarray[Any, Any]) -> Deed:
    """Two of these, which waited, are answered in the other order."""

    def tamper(table: Table) -> None:
        taken = np.flatnonzero(rows & RUN.taken)
        taken = taken[np.argsort(table["queued"][taken], kind="stable")]
        gaps = np.diff(table["answered"][taken]) > 0
        one = int(np.flatnonzero(gaps)[gaps.sum() // 2])
        swap(table, int(taken[one]), int(taken[one + 1]), "answered")

    return tamper


def one_more_attempt(table: Table) -> None:
    """A caller who was answered well calls again at once."""
    row = some(ending(Ending.ANSWERED) & ~O.dismissed & (O.attempt == 1))
    for name in table:
        table[name] = np.append(table[name], table[name][row])
    table["attempt"][-1], table["cause"][-1] = 2, Cause.REDIAL
    table["arrival"][-1] = table["left"][row] + PLAN.redial_delay[RUN.row[row]]


def a_fourth_attempt(table: Table) -> None:
    """A caller who would redial after the last attempt allowed does."""
    lost = np.isin(O.ending, (Ending.ABANDONED, Ending.BUSY, Ending.BLOCKED, Ending.SCREENED))
    row = some((O.attempt == 3) & lost & (PLAN.redial[RUN.row] >> O.ending & 1 == 1))
    for name in table:
        table[name] = np.append(table[name], table[name][row])
    table["attempt"][-1], table["cause"][-1] = 4, Cause.REDIAL
    table["arrival"][-1] = table["left"][row] + PLAN.redial_delay[RUN.row[row]]


def ending(which: Ending, run: Run = RUN) -> np.ndarray[Any, Any]:
    return np.asarray(run.outcomes.ending == which)


def action(which: Action) -> np.ndarray[Any, Any]:
    return np.asarray(O.action == which)


def followed(by: Cause | None) -> np.ndarray[Any, Any]:
    """Attempts that are followed by one with this cause; None: by no other."""
    order = np.lexsort((O.attempt, O.call))
    found = np.full(len(O), -1)
    same = O.call[order[1:]] == O.call[order[:-1]]
    found[order[:-1][same]] = O.cause[order[1:][same]]
    return found == (-1 if by is None else by)


def both_ways(rows: np.ndarray[Any, Any], name: str, law: str, told: str) -> list[tuple[str, str, Deed]]:
    """A time is too early, or too late, by a microsecond."""
    return [
        (f"{told} too early", law, put(name, rows, lambda x: x - 1)),
        (f"{told} too late", law, put(name, rows, lambda x: x + 1)),
    ]


def twice(table: Table) -> None:
    for name in table:
        table[name] = np.append(table[name], table[name][-1])
