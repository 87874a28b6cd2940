"""The load generator: CPU a request, rates that it keeps up with, memory a call.

    python -m tests.benchmarks.generator [--quick] [--only PART ...]

The load generator and the API have a core each; medians of rounds in turn. Figures of a machine that does other things
are worse: the clock is the CPU time of the generator's process, but what others leave in the caches counts as well.
"""

import argparse
import sys
from collections.abc import Callable
from statistics import median

import numpy as np

from tests.benchmarks.generator_runs import Rate, api, at_rate, closed, resident
from tests.benchmarks.table import table
from tests.locustfiles.runs import evenly, made

KINDS = ("FastHttpUser", "fast", "lean")
WANTED = {"fast": 2000, "lean": 6000}
"""Requests a second, two a call."""
BEFORE = 3.0
"""Seconds before the first call, to measure memory in."""


def cpu(rounds: int, share: float) -> str:
    """CPU of a request, sent one after the other."""
    requests = round(40_000 * share)
    with api() as url:
        seen = [[closed(kind, url, requests) for kind in KINDS] for _ in range(rounds)]
    medians = np.median(np.array(seen), axis=0)
    rows = [(kind, f"{each:.0f}", f"{each / medians[0]:.2f}") for kind, each in zip(KINDS, medians, strict=True)]
    return table("CPU of a request", ("client", "µs of CPU a request", "of FastHttpUser"), rows)


def rates(rounds: int, share: float) -> str:
    """How late the generator is, and how busy, at the rates that are asked of it."""
    seconds, rows = max(10 * share, 4.0), []
    with api() as url:
        for client, rate in WANTED.items():
            plan = made(evenly(rate / 2, seconds))
            seen = [at_rate(plan, url, client, seconds) for _ in range(rounds)]
            rows.append((client, *_row(seen)))
    return table(
        "Rates", ("client", "requests a second", "p99 lag, ms", "share of a core", "µs of CPU a request"), rows
    )


def _row(seen: list[Rate]) -> tuple[str, ...]:
    requests, p99, busy, each = (
        median(values) for values in zip(*((r.requests, r.p99, r.busy, r.microseconds) for r in seen), strict=True)
    )
    return f"{requests:.0f}", f"{p99:.1f}", f"{busy:.0%}", f"{each:.0f}"


def memory(rounds: int, share: float) -> str:
    """Memory of a call: before it begins, while it waits for a reply, and between requests."""
    few, many, held, long = 1000, round(400_000 * share), round(5_000 * share), round(50_000 * share)
    later = BEFORE + 60
    waits = [resident(made(later + evenly(10_000, size / 10_000)), "lean", 0).then for size in (few, many)]
    rows = [("before it begins", f"{many}", f"{(waits[1] - waits[0]) / (many - few) / 1024:.2f}")]
    for client in ("lean", "fast"):
        seen = resident(made(BEFORE + evenly(1000, held / 1000)), client, held, after=100.0)
        rows.append((f"waiting for a reply, with its connection ({client})", f"{held}", f"{seen.a_call:.1f}"))
    plan = made(BEFORE + evenly(2500, long / 2500), talk=100_000_000)
    rows.append(("between requests (lean)", f"{long}", f"{resident(plan, 'lean', long).a_call:.1f}"))
    return table("Memory of a call", ("a call", "calls", "KiB a call"), rows)


PARTS: dict[str, Callable[[int, float], str]] = {"cpu": cpu, "rates": rates, "memory": memory}


def main() -> None:
    """Measure the parts asked for and print each table as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.generator", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, one round: a first look")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to measure")
    asked = parser.parse_args()
    rounds, share = (1, 0.1) if asked.quick else (5, 1.0)
    for name in asked.only:
        sys.stdout.write(PARTS[name](rounds, share) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
