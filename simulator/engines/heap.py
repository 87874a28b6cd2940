"""A binary heap of events for the compiled engine: rows of (time, since, rank, what), smallest first.

Ordered by time, then by when the event was scheduled, then by rank (call, attempt): the order of `agenda.py` within one
kind of event. An int64 array of shape (capacity, 4) and a size; a full heap is handed back twice as large.
"""

from numba import njit

TIME, SINCE, RANK, WHAT = range(4)
"""Columns of a heap."""


@njit(cache=True, inline="always")
def before(heap, a, b):  # type: ignore[no-untyped-def]
    """Whether row ``a`` comes before row ``b``."""
    if heap[a, 0] != heap[b, 0]:
        return heap[a, 0] < heap[b, 0]
    if heap[a, 1] != heap[b, 1]:
        return heap[a, 1] < heap[b, 1]
    return heap[a, 2] < heap[b, 2]


@njit(cache=True, inline="always")
def push(heap, size, time, since, rank, what):  # type: ignore[no-untyped-def]
    """Put one more event into a heap that has room for it; its size grows by one."""
    child = size
    while child > 0:
        parent = (child - 1) >> 1
        if heap[parent, 0] < time:
            break
        if heap[parent, 0] == time and (
            heap[parent, 1] < since or (heap[parent, 1] == since and heap[parent, 2] <= rank)
        ):
            break
        for column in range(4):
            heap[child, column] = heap[parent, column]
        child = parent
    heap[child, 0], heap[child, 1], heap[child, 2], heap[child, 3] = time, since, rank, what


@njit(cache=True)
def pop(heap, size):  # type: ignore[no-untyped-def]
    """Take the first event out of the heap; its size shrinks by one. Read row 0 before."""
    last = size - 1
    for column in range(4):
        heap[0, column] = heap[last, column]
    parent = 0
    while True:
        child = 2 * parent + 1
        if child >= last:
            return
        if child + 1 < last and before(heap, child + 1, child):
            child += 1
        if not before(heap, child, parent):
            return
        swap(heap, child, parent)
        parent = child


@njit(cache=True, inline="always")
def swap(heap, a, b):  # type: ignore[no-untyped-def]
    """Exchange two rows."""
    for column in range(4):
        heap[a, column], heap[b, column] = heap[b, column], heap[a, column]
