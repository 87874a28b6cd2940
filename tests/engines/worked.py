"""Floors worked by hand: a sentence of the rules, a plan in seconds, and the rows that follow from it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulator.engines.simulate import ENGINES, simulate
from simulator.scenario.floor import Floor
from simulator.scenario.policy import NO_POLICY, Intent, Policy
from simulator.scenario.units import NEVER, SECOND
from simulator.tables.calls import DOUBT_SCALE, Calls
from simulator.tables.laws import broken_laws
from simulator.tables.outcomes import OF_A_FLOOR, REDIAL_BITS, Outcomes
from simulator.tables.staffing import Staffing, always
from tests.plans import floor, plan

ANSWERED, ABANDONED, BUSY, BLOCKED, DIVERTED, SCREENED, DETERRED, OPEN = OF_A_FLOOR
GENUINE, ENQUIRY, PRANK, SILENT = Intent
TIMES = {"arrival", "queued", "answered", "talk_end", "free", "waited_over", "left"}
ALL_DAY = 10**6
ONE, TWO = always(1, 0, ALL_DAY * SECOND), always(2, 0, ALL_DAY * SECOND)
AGAIN = {name: 1 << bit for name, bit in REDIAL_BITS.items()}
HALF = DOUBT_SCALE // 2
"""The lowest drawn chance that is not below a share of 50 %; 0 is below any."""


def calls(*arrival: int, **columns: Any) -> Calls:
    return plan(list(arrival), unit=SECOND, **columns)


def then(
    *arrival: int, intent: Any = GENUINE, talk: Any = 5, number: Any = 7, first: int = PRANK, **more: Any
) -> Calls:
    """After a call at 0 from number 7 with a talk of 1 that is a strike, these."""
    many = len(arrival)
    given = {"intent": intent, "talk": talk, "number": number, "patience": more.pop("patience", NEVER)}
    given |= {name: more.pop(name) for name in list(more) if isinstance(more[name], list)}
    begin = {"intent": first, "talk": 1, "number": 7, "patience": NEVER}
    columns = {name: [begin.get(name, 0), *np.broadcast_to(value, many).tolist()] for name, value in given.items()}
    return calls(0, *arrival, **columns, **more)


@dataclass(frozen=True)
class Worked:
    """A floor and its rows, worked by hand."""

    sentence: str
    calls: Calls
    columns: str
    rows: list[tuple[Any, ...]]
    staffing: Staffing = field(default_factory=lambda: ONE)
    floor: Floor = field(default_factory=floor)
    policy: Policy = NO_POLICY


def told(worked: Worked, outcomes: Outcomes) -> list[tuple[Any, ...]]:
    names = worked.columns.split()
    columns = [getattr(outcomes, name) for name in names]
    whole = [np.where(c != -1, c // SECOND, c) if n in TIMES else c for n, c in zip(names, columns, strict=True)]
    assert all((c[c != -1] % SECOND == 0).all() for n, c in zip(names, columns, strict=True) if n in TIMES)
    return [tuple(row) for row in zip(*(c.tolist() for c in whole), strict=True)]


def check(worked: Worked) -> None:
    """The rows of both engines are those worked by hand, and the laws hold."""
    for engine in ENGINES:
        outcomes = simulate(worked.calls, worked.staffing, worked.floor, worked.policy, engine)
        assert told(worked, outcomes) == worked.rows, engine
    assert broken_laws(worked.calls, worked.staffing, outcomes, worked.floor, worked.policy) == ()
