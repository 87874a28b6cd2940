"""The call floor compiled: the same rules as `reference.py`, told again in arrays (`compiled.py`).

They share words, not code; tests hold them together row by row. Arrays in, arrays out: nothing is drawn, no object
is known.
"""

import numpy as np

from simulator.engines import arrays
from simulator.engines.compiled import FULL, PLAN, Plan, Rows, play
from simulator.scenario.floor import Floor
from simulator.scenario.policy import Policy
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Outcomes
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing


def run(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> tuple[Outcomes, Sanctions]:
    """Outcomes of these calls, in the order in which attempts were made, and what the policy did to numbers."""
    plan = Plan(*(getattr(calls, name) for name in PLAN))
    room = min(int(calls.attempts.max(initial=1)), 4) * len(calls) + 1
    while True:
        # All but the plan is written to.
        rows = Rows(*(np.empty(room, dtype) for dtype in Outcomes.DTYPES.values()))
        gate = arrays.gate(calls, policy, room)
        there = arrays.floor(calls, staffing, floor, policy, room)
        state = arrays.state(calls, floor, there)
        play(plan, rows, there, gate, arrays.more(calls, floor, policy), state)
        filled, begun = int(state["rows"][0]), int(state["sanctions"][0])
        if filled != FULL:
            return (
                Outcomes.of(**{name: column[:filled] for name, column in rows._asdict().items()}),
                Sanctions.of(**{name: column[:begun] for name, column in gate.began._asdict().items()}),
            )
        # More attempts than there was room for: once again with twice as much. Arrays that grow within the loop would
        # cost every run three quarters of its speed.
        room = 2 * room
