"""The plain SimPy idiom, to measure against: a process per call, a Resource, ``request | timeout``.

It tells the same floor as far as it goes (trunks, patience, talk, wrap-up, redials; no policy, no shifts) and gives
the same table, but for which call-taker it was. Events of one instant come as they come. Not part of siaga.
"""

from typing import Any

import numpy as np
import simpy

from simulator.scenario.units import NEVER
from simulator.tables.calls import Calls
from simulator.tables.outcomes import Cause, Ending, Outcomes


def run(calls: Calls, call_takers: int, trunks: int) -> Outcomes:
    """Outcomes in the order in which attempts were made."""
    env = simpy.Environment()
    floor = simpy.Resource(env, capacity=call_takers)
    plan = {name: column.tolist() for name, column in calls.columns().items()}
    rows: list[Any] = []
    lines = {"free": trunks}

    def attempt_at(call: int, attempt: int) -> Any:
        arrival, row, place = env.now, call if attempt == 1 else plan["later"][call] + attempt - 2, len(rows)
        rows.append(None)
        queued = answered = talk_end = free = verdict = -1
        ending = Ending.BUSY
        if lines["free"]:
            lines["free"] -= 1
            queued = arrival
            request = floor.request()
            patience = plan["patience"][row]
            if patience < NEVER:
                yield request | env.timeout(patience)
            else:
                yield request
            if request.triggered:
                ending, answered = Ending.ANSWERED, env.now
                yield env.timeout(plan["talk"][row])
                talk_end, verdict = env.now, plan["intent"][call]
            else:
                ending = Ending.ABANDONED
                request.cancel()
            lines["free"] += 1
        left = env.now
        again = plan["redial"][row] >> int(ending) & 1 and ending != Ending.ANSWERED
        if again and attempt < plan["attempts"][plan["group"][call]]:
            env.process(redial_at(call, attempt + 1, plan["redial_delay"][row]))
        if ending == Ending.ANSWERED:
            yield env.timeout(plan["wrap"][row])
            floor.release(request)
            free = env.now
        cause = Cause.FIRST if attempt == 1 else Cause.REDIAL
        rows[place] = (
            *(call, attempt, cause, plan["number"][call], arrival, 0, -1, 0, int(ending), False),
            *(queued, answered, talk_end, free, -1, 0, 0, verdict, left),
        )

    def redial_at(call: int, attempt: int, delay: int) -> Any:
        yield env.timeout(delay)
        env.process(attempt_at(call, attempt))

    def arrivals() -> Any:
        for call, when in enumerate(plan["arrival"]):
            yield env.timeout(when - env.now)
            env.process(attempt_at(call, 1))

    env.process(arrivals())
    env.run()
    return Outcomes.of(**dict(zip(Outcomes.DTYPES, np.array(rows, dtype=np.int64).T, strict=True)))
