"""Which worker makes which calls: those that a person or a number connects stay together."""

import numpy as np

from simulator.tables.calls import Calls, Int32, Int64


def split(calls: Calls, workers: int) -> list[Int64]:
    """Rows of the calls of each worker, ascending; every call is in one share, and shares are about equally large.

    Calls of one person, from one number, or from numbers of one person (SIM rotation, a shared phone) are connected:
    what one of them leaves behind the next one meets, in their order, and only one worker knows the order.
    """
    households = _households(calls)
    sizes = np.bincount(households, minlength=1)
    worker_of = np.zeros(len(sizes), dtype=np.int64)
    load = np.zeros(workers, dtype=np.int64)
    # The largest first, each to whoever has least: many small ones then level what large ones left.
    for household in np.argsort(-sizes, kind="stable").tolist():
        worker = int(load.argmin())
        worker_of[household] = worker
        load[worker] += sizes[household]
    owner = worker_of[households]
    return [np.flatnonzero(owner == worker) for worker in range(workers)]


def _households(calls: Calls) -> Int32:
    """A label of each call, the same for calls that are connected."""
    from scipy.sparse import coo_array  # noqa: PLC0415  (slow to import)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    sims = calls.sims[calls.group]
    numbers = np.repeat(calls.own, sims) + _counted(sims)
    shown = calls.number >= 0
    persons = np.concatenate([np.repeat(calls.person, sims), calls.person[shown]])
    numbers = np.concatenate([numbers, calls.number[shown]])
    nodes = calls.persons + calls.numbers
    links = coo_array((np.ones(len(persons), dtype=np.int8), (persons, calls.persons + numbers)), shape=(nodes, nodes))
    labels = connected_components(links, directed=False)[1][calls.person]
    return np.unique(labels, return_inverse=True)[1].astype(np.int32)


def _counted(sizes: Int32) -> Int64:
    """0 .. size - 1 for each of ``sizes``, one after the other."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
