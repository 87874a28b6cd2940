"""The same callers without the prank and silent ones: the most that any rule can win."""

from dataclasses import replace

import numpy as np

from simulator.scenario.policy import NUISANCE
from simulator.tables.calls import Bool, Calls


def without_nuisance(calls: Calls) -> Calls:
    """These calls less the prank and silent ones; every row of the others, and the book, stays as it was drawn.

    Persons, numbers and incidents keep their indices: those that only nuisance calls had are never met.
    """
    return only(calls, ~np.isin(calls.intent, [int(intent) for intent in NUISANCE]))


def only(calls: Calls, which: Bool) -> Calls:
    """Some of these calls, chosen by ``which`` (one a call); every row of theirs, and the book, stays as drawn."""
    size, kept = len(calls), which.nonzero()[0]
    by_call = {name: getattr(calls, name)[kept] for name in Calls.CALL_COLUMNS}
    # A call that may make one attempt only has no row for a second, and 0 in place of one.
    by_call["later"] = np.where(by_call["later"] >= size, by_call["later"] - (size - len(kept)), by_call["later"])
    rows = np.concatenate([kept, np.arange(size, len(calls.patience))])
    by_attempt = {name: getattr(calls, name)[rows] for name in Calls.ATTEMPT_COLUMNS}
    return replace(calls, **by_call, **by_attempt)
