"""Sizing by formula: the fewest call-takers of Erlang A, by siaga and by pyworkforce, on the same cases.

pyworkforce has Erlang A from 0.5.4 on, which asks for Python 3.12; older ones have Erlang C alone and do not contend.
"""

from importlib.util import find_spec
from statistics import median
from time import process_time

from simulator.metrics.erlang.sizing import fewest_staff, level
from simulator.metrics.erlang.waiting import Line
from tests.benchmarks.table import figure, table

CASES = (
    ("2 calls an hour", 2, 60, 150, 90, 15, 0.9),
    ("20 calls an hour", 20, 60, 150, 90, 15, 0.9),
    ("120 calls an hour", 120, 60, 150, 90, 15, 0.9),
    ("200 calls an hour, patient", 200, 60, 180, 300, 20, 0.8),
    ("1,000 calls in half an hour", 1000, 30, 180, 120, 20, 0.9),
    ("60 calls an hour, 10 min each, half an hour's patience", 60, 60, 600, 1800, 120, 0.95),
    ("as before, within half an hour", 60, 60, 600, 1800, 1800, 0.97),
    ("3,000 calls an hour, within 10 min", 3000, 60, 180, 600, 600, 0.9),
)
"""Calls, in so many minutes, handling s, patience s, within s, share."""


def sizing(rounds: int, least: float) -> str:
    """A row a case: the fewest of both, what is right, CPU time of both."""
    there = find_spec("pyworkforce") is not None and _has_erlang_a()
    rows = [_row(*case, there=there, rounds=rounds, least=least) for case in CASES]
    header = ("case", "siaga", "pyworkforce", "right", "siaga us", "pyworkforce us", "siaga is faster by")
    return table("Sizing by formula: the fewest call-takers of M/M/c+M that meet a target", header, rows)


def _has_erlang_a() -> bool:
    from pyworkforce import queuing

    return hasattr(queuing, "ErlangA")


def _row(
    name: str, calls: int, minutes: int, handling: float, patience: float, within: float, share: float,
    *, there: bool, rounds: int, least: float,
) -> tuple[str, ...]:  # fmt: skip
    lam = calls / minutes / 60

    def ours() -> object:
        return fewest_staff(lam, handling, within, share, patience=patience)

    def theirs() -> object:
        from pyworkforce.queuing import ErlangA

        line = ErlangA(transactions=calls, aht=handling / 60, asa=within / 60, interval=minutes, patience=patience / 60)
        return line.required_positions(service_level=share)["raw_positions"]

    found, seconds = ours(), _seconds(ours, rounds, least)
    right = _by_states(lam, handling, within, share, patience)
    if not there:
        return name, str(found), "not installed", str(right), figure(seconds * 1e6), "-", "-"
    other, slower = _tried(theirs)
    faster = f"{figure(slower / seconds)} x"
    return name, str(found), other, str(right), figure(seconds * 1e6), figure(slower * 1e6), faster


def _seconds(work: object, rounds: int, least: float) -> float:
    assert callable(work)
    work()
    times = []
    for _ in range(rounds):
        runs, began = 0, process_time()
        while (spent := process_time() - began) < least or not runs:
            work()
            runs += 1
        times.append(spent / runs)
    return median(times)


def _tried(work: object) -> tuple[str, float]:
    """What a peer finds, or how it fails, and the CPU seconds of one run: it takes long enough."""
    assert callable(work)
    began = process_time()
    try:
        said = str(work())
    except (ArithmeticError, ValueError) as error:
        said = type(error).__name__
    return said, process_time() - began


def _by_states(lam: float, handling: float, within: float, share: float, patience: float) -> int:
    """The fewest by the sums over the states, tried one after the other."""
    c = 1
    while level(Line(lam, handling, c, patience), within) < share:
        c += 1
    return c
