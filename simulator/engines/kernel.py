"""The call floor compiled: the same rules as `reference.py`, told again in arrays (`compiled.py`).

They share words, not code; tests hold them together row by row. Arrays in, arrays out: nothing is drawn, no object
is known.
"""

import numpy as np

from simulator.engines import arrays
from simulator.engines.compiled import FULL, play
from simulator.scenario.floor import Floor
from simulator.scenario.policy import Policy
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Outcomes
from simulator.tables.sanctions import Sanctions
from simulator.tables.staffing import Staffing


def run(calls: Calls, staffing: Staffing, floor: Floor, policy: Policy) -> tuple[Outcomes, Sanctions]:
    """Outcomes of these calls, in the order in which attempts were made, and what the policy did to numbers."""
    listed = arrays.listed(calls, policy)
    plan = (
        tuple(getattr(calls, name) for name in Calls.CALL_COLUMNS),
        tuple(getattr(calls, name) for name in Calls.ATTEMPT_COLUMNS),
        (calls.attempts, calls.sims),
        arrays.changes(staffing),
        listed,
        arrays.rules(policy),
        arrays.flags(calls, floor, policy),
    )
    room = min(int(calls.attempts.max(initial=1)), 4) * len(calls) + 1
    while True:
        # `more` and `space` are written to.
        columns = tuple(np.empty(room, dtype) for dtype in Outcomes.DTYPES.values())
        space = arrays.space(calls, staffing, floor, policy, room, len(listed))
        rows, sanctions = play(*plan, arrays.more(calls, floor, policy), columns, space)
        if rows != FULL:
            filled = (column[:rows] for column in columns)
            begun = space[2][-1][:sanctions].T
            return (
                Outcomes.of(**dict(zip(Outcomes.DTYPES, filled, strict=True))),
                Sanctions.of(**dict(zip(Sanctions.DTYPES, begun, strict=True))),
            )
        # More attempts than there was room for: once again with twice as much. Arrays that grow within the loop would
        # cost every run three quarters of its speed.
        room = 2 * room
