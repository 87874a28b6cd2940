"""The parts of the benchmark: who contends on what, and the table that comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.benchmarks.contender import Contender
from tests.benchmarks.cover import covering
from tests.benchmarks.loads import LOADS, QUEUES, SCALED, Load
from tests.benchmarks.measure import Measured, measure
from tests.benchmarks.sizing import sizing
from tests.benchmarks.table import figure, table

SMALL = 2_000
"""Calls of the first run, which compiles."""
SERVICES = ("madiun", "serang", "bengkulu", "bontang", "ketapang")
STAGES = ("draw", "run", "count", "whole")
WANTED = 2.0
"""What the time per call may at most grow to, at 100 times the size."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How often and how long to measure; ``share`` of the calls of a load, fewer for a quick look."""

    rounds: int = 5
    least: float = 0.2
    share: float = 1.0

    def of(self, load: Load) -> Load:
        """The load, cut to the share."""
        return replace(load, calls=max(int(load.calls * self.share), SMALL))


def _small(load: Load) -> Load:
    return replace(load, calls=SMALL)


def compile_first() -> None:
    """Everything of siaga's that is compiled, kept on disk: else the first child would carry the compiler's memory."""
    small = (_small(LOADS[0]), "kernel")
    measure([Contender("kernel", "ours:whole_floor", small, small)], 1, 0)
    measure([Contender("stages", "services:year", (SERVICES[0], 30), (SERVICES[0], 30))], 1, 0)


FLOOR = {"kernel": "kernel", "reference engine": "reference", "plain SimPy idiom": "plain"}
"""Contenders on the whole floor, and what `ours` calls them."""


def whole_floor(effort: Effort) -> str:
    """(a) The whole floor, on the same calls."""
    rows = []
    for load in map(effort.of, LOADS):
        contenders = [
            Contender(shown, "ours:whole_floor", (load, name), (_small(load), name)) for shown, name in FLOOR.items()
        ]
        rows += _against_first(load, contenders, effort)
    title = "The whole call floor (trunks, wrap-up; a call with all its redials), on the same calls, drawn beforehand"
    return table(title, ("load", "contender", *HEADER), rows)


PEERS = (
    ("kernel", "ours:abandonment", ("kernel",), ""),
    ("kernel, with its draw", "ours:abandonment_drawn", ("kernel",), ""),
    ("reference engine", "ours:abandonment", ("reference",), ""),
    ("plain SimPy idiom", "ours:abandonment", ("plain",), ""),
    ("Ciw, draw in it", "peers_ciw:abandonment", (), "ciw"),
    ("cimba, call-takers take callers, draw in it", "peers_cimba:abandonment", ("taking",), "cimba"),
    ("cimba, a process and timer per caller, draw in it", "peers_cimba:abandonment", ("timers",), "cimba"),
    ("cimba, bare events, draw in it", "peers_cimba:abandonment", ("events",), "cimba"),
)
"""Name shown, function, what it gets beside load and seed, package needed."""


def peers(load: Load) -> list[Contender]:
    """All who can tell M/M/c with abandonment."""
    return [
        Contender(name, ready, (load, 1, *given), (_small(load), 1, *given), needs)
        for name, ready, given, needs in PEERS
    ]


def abandonment(effort: Effort) -> str:
    """(b) M/M/c with abandonment, beside other packages."""
    rows = []
    for load in map(effort.of, QUEUES):
        rows += _against_first(load, peers(load), effort)
    title = (
        "M/M/c with abandonment: same parameters, same number of callers. Those with the draw in it draw arrivals, "
        "talk and patience as they run; the others have them drawn beforehand"
    )
    return table(title, ("load", "contender", *HEADER), rows)


HEADER = ("million calls a second", "ns a call", "kernel is faster by", "peak MiB", "above imports MiB")


def _against_first(load: Load, contenders: Sequence[Contender], effort: Effort) -> list[tuple[str, ...]]:
    found = measure(contenders, effort.rounds, effort.least)
    first = found[0]
    assert first is not None
    label = f"{load.name}: {load.call_takers} call-takers, {load.erlang:g} Erlang, {load.calls:,} calls"
    return [(label, each.name, *cells(measured, first)) for each, measured in zip(contenders, found, strict=True)]


def cells(measured: Measured | None, first: Measured) -> tuple[str, ...]:
    """Figures under HEADER, beside those of the first."""
    if measured is None:
        return ("not installed", *("",) * (len(HEADER) - 1))
    ns = measured.nanoseconds
    ratio = f"{figure(ns / first.nanoseconds, 2)} x"
    return figure(1e3 / ns), figure(ns), ratio, f"{measured.peak:.0f}", f"{measured.above:.0f}"


def services(effort: Effort) -> str:
    """(c) A year of each service, stage by stage."""
    days = max(int(365 * effort.share), 30)
    rows = []
    for service in SERVICES:
        (found,) = measure(
            [Contender(service, "services:year", (service, days), (service, 30))], effort.rounds, effort.least
        )
        assert found is not None
        ns = {stage: found.seconds[stage] / found.calls * 1e9 for stage in STAGES}
        rows.append(
            (service, f"{found.calls:,.0f}", *(figure(each) for each in ns.values()), figure(1e3 / ns["whole"]))
        )
    title = f"{days} days of each service, one replication after the other"
    return table(
        title, ("service", "calls", *(f"{stage}, ns a call" for stage in STAGES), "whole, million a second"), rows
    )


def scaling(effort: Effort) -> str:
    """(d) The kernel at 100 times the calls, and at 100 times staff and load."""
    rows = []
    for name, pair in SCALED.items():
        loads = [effort.of(load) for load in pair]
        contenders = [Contender(name, "ours:whole_floor", (load, "kernel"), (_small(load), "kernel")) for load in loads]
        one, many = (each for each in measure(contenders, effort.rounds, effort.least) if each)
        ratio = many.nanoseconds / one.nanoseconds
        verdict = "yes" if ratio < WANTED else "NO"
        cells = (figure(one.nanoseconds), figure(many.nanoseconds), f"{ratio:.2f}", verdict, f"{many.peak:,.0f}")
        rows.append((name, *cells))
    header = ("kernel", "ns a call", "ns a call, 100-fold", "ratio", f"under {WANTED:g}", "peak MiB, 100-fold")
    return table("Time per call at 100 times the size", header, rows)


PARTS: dict[str, Callable[[Effort], str]] = {
    "floor": whole_floor,
    "peers": abandonment,
    "services": services,
    "scaling": scaling,
    "sizing": lambda effort: sizing(effort.rounds, effort.least),
    "cover": lambda effort: covering(2 if effort.share == 1 else 1),
}
