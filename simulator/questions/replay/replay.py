"""A recorded table of calls through a floor with the same call-takers all the time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.demand.trace import Trace, read_trace
from simulator.engines.simulate import Engine, simulate
from simulator.logs.conventions import Conventions
from simulator.metrics.count import DEFAULT_THRESHOLDS, count_by_day
from simulator.metrics.counts import Counts, merge
from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.floor import Floor
from simulator.scenario.policy import INTENTS, NO_POLICY, Policy
from simulator.scenario.units import SECOND
from simulator.study.options import policy_named
from simulator.study.runs.executors import engine_for
from simulator.tables.calls import Int64
from simulator.tables.files import write_csv
from simulator.tables.laws import broken_laws
from simulator.tables.outcomes import Action, Cause, Ending, Outcomes
from simulator.tables.staffing import always

Ints = NDArray[np.integer[Any]]
COLUMNS = (
    *("call", "attempt", "arrival_s", "ending", "wait_s", "number", "cause", "action", "dismissed", "verdict"),
    *("call_taker", "answered_s", "talk_end_s", "free_s", "left_s"),
)


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of a recorded table."""

    trace: Trace
    outcomes: Outcomes
    counts: Counts
    days: tuple[Counts, ...]
    broken: tuple[str, ...]


def replay(trace: Trace, call_takers: int, trunks: int, policy: Policy, engine: Engine) -> Replay:
    """The recorded calls on ``trunks`` lines with ``call_takers`` on duty from the first to the last."""
    calls, floor = trace.calls, Floor(trunks=trunks)
    staffing = always(call_takers, 0, calls.cut)
    outcomes = simulate(calls, staffing, floor, policy, engine)
    days = tuple(count_by_day(calls, outcomes, staffing, DEFAULT_THRESHOLDS))
    return Replay(trace, outcomes, merge(days), days, broken_laws(calls, staffing, outcomes, floor, policy))


def rows(played: Replay) -> Iterator[tuple[object, ...]]:
    """Rows of COLUMNS, one per attempt, sorted by call (as in the file, from 0) and attempt (from 1); seconds."""
    o, trace = played.outcomes, played.trace
    in_file = trace.order[o.call]
    sort = np.lexsort((o.attempt, in_file))

    def words(kind: type[IntEnum], column: Ints) -> Iterator[str]:
        return map({each.value: each.name.lower() for each in kind}.__getitem__, column[sort].tolist())

    def named(names: Sequence[object], column: Ints) -> Iterator[object]:
        return ("" if index < 0 else names[index] for index in column[sort].tolist())

    def moments(column: Ints) -> Iterator[str]:
        """As the file counts them; empty for what did not happen."""
        return ("" if at < 0 else seconds(at + trace.origin) for at in column[sort].tolist())

    return zip(
        in_file[sort].tolist(),
        o.attempt[sort].tolist(),
        moments(o.arrival),
        words(Ending, o.ending),
        map(seconds, waits_of(o, trace.calls.cut)[sort].tolist()),
        named(trace.numbers, o.number),
        words(Cause, o.cause),
        words(Action, o.action),
        named(("no", "yes"), o.dismissed.astype(np.int64)),
        named(INTENTS, o.verdict),
        named(range(int(o.call_taker.max(initial=0)) + 1), o.call_taker),
        *map(moments, (o.answered, o.talk_end, o.free, o.left)),
        strict=True,
    )


def waits_of(outcomes: Outcomes, cut: int) -> Int64:
    """Answer or leaving less arrival; 0 of an attempt that never queued; until the cut of one that still waits."""
    o = outcomes
    until = np.where(o.answered >= 0, o.answered, np.where(o.left >= 0, o.left, cut))
    return np.where(o.queued >= 0, until - o.arrival, 0)


def seconds(microseconds: int) -> str:
    """Seconds as a decimal, exact to the microsecond."""
    whole, part = divmod(microseconds, SECOND)
    return f"{whole}." + f"{part:06d}".rstrip("0") if part else f"{whole}.0"


def carry_out(
    path: Path,
    call_takers: int,
    trunks: int,
    policy: str | None,
    engine: Engine | None,
    to: Path,
    conventions: Conventions | None = None,
) -> tuple[Replay, tuple[str, ...]]:
    """Replay a file and write FILE.csv; returned with what the user should know. Raises BadInput.

    A file that stands there already is not lost: it is renamed to NAME.csv.1 (or .2, ...) first.
    """
    rules = NO_POLICY if policy is None else policy_named(policy, path.parent)
    if rules.needs or rules.allowlist:
        wanted = "a policy that leaves nothing to chance: block or demote, and no allowlist of groups"
        hint = "a recorded table does not say who would pass a challenge, heed a message or be passed back"
        raise BadInput(
            [Fault(wanted, f"{policy}, which has messages, diversion or an allowlist", "--policy", hint=hint)]
        )
    trace = read_trace(path, conventions)
    played = replay(trace, call_takers, trunks, rules, engine or engine_for(len(trace.calls)))
    if played.broken:
        raise AssertionError("\n".join(played.broken))
    if to.is_dir() or to.resolve() == path.resolve():
        raise BadInput([Fault("the name of a new file", str(to), "--outcomes", hint="such as outcomes.csv")])
    try:
        aside = write_csv(to, COLUMNS, rows(played))
        aside = aside and to.with_name(aside.name)
    except OSError as error:
        given = f"{to} ({error.strerror})"
        raise BadInput([Fault("a file in a folder that can be written to", given, "--outcomes")]) from error
    return played, (f"the earlier {to} is now {aside}",) if aside else ()
