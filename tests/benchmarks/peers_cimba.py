"""M/M/c with abandonment in cimba, in three forms; each is compiled, runs on one worker, and keeps sums, no rows.

`taking` is the form of cimba's own M/M/1 benchmark: processes stand for call-takers and take callers, who are arrival
times in a Store, so there is no process, timer or cancellation per caller. Who has lost patience is found out when
taken: right in what is measured, but no one could say when a caller left (so trunks could not be told).
`timers` is a process per caller with a timer on its request, which does say so, and could go on to redial.
`events` does without processes: two event callbacks and a ring of waiting callers of our own. Nobody would write a
larger model so; it is the floor under what cimba's event queue can do.
Draws come from `cimba.random`, a little faster here than the streams of `cb.Input`.
cimba 0.9.5 cannot compile where Numba has compiled anything else before: give it a process of its own.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import cimba as cb
from cimba import random

from tests.benchmarks.contender import Met, Ready
from tests.benchmarks.loads import PATIENCE_S, TALK_S, Load

PATIENCE_ENDED = 17
"""The signal that a timer sends; cimba leaves positive numbers to its users."""
RING = 65_536
"""Most callers that `events` can have waiting, those included who have left unnoticed; a power of two."""


class Floor(cb.Model):
    """Parameters in seconds, and sums over callers."""

    callers: cb.Param[int] = 1
    gap: cb.Param[float] = 1.0
    talk: cb.Param[float] = 1.0
    patience: cb.Param[float] = 1.0
    answered: cb.Output[int]
    abandoned: cb.Output[int]
    waited: cb.Output[float]

    @cb.on_start
    def begin(self) -> None:
        self.waited = 0.0


@cache
def taking_floor(call_takers: int) -> type[Floor]:
    """The number of a process's copies is part of its class."""

    class Taking(Floor):
        queue: cb.Store[float]

        @cb.process
        def arrive(self) -> None:
            for _ in range(self.callers):
                cb.hold(random.exponential(self.gap))
                self.queue.put(cb.now())

        @cb.process(copies=call_takers)
        def answer(self) -> None:
            while True:
                arrived = self.queue.get()
                wait = cb.now() - arrived
                if wait > random.exponential(self.patience):
                    self.abandoned += 1
                else:
                    self.answered += 1
                    self.waited += wait
                    cb.hold(random.exponential(self.talk))

    return Taking


class Caller(cb.Model):
    """A caller: requests a call-taker, with a timer only if none is free."""

    floor: cb.Ref["Timers"]

    @cb.process
    def call(self) -> None:
        floor, me, arrived = self.floor, cb.this_process(), cb.now()
        if floor.call_takers.available() == 0:
            me.timer_set(random.exponential(floor.patience), PATIENCE_ENDED)
            if floor.call_takers.acquire() == PATIENCE_ENDED:
                floor.abandoned += 1
                return
            me.timers_clear()
        else:
            floor.call_takers.acquire()
        floor.answered += 1
        floor.waited += cb.now() - arrived
        cb.hold(random.exponential(floor.talk))
        floor.call_takers.release()


class Timers(Floor):
    """A process per caller."""

    call_takers: cb.Resource = cb.Resource()

    @cb.process
    def arrive(self) -> None:
        for _ in range(self.callers):
            cb.hold(random.exponential(self.gap))
            cb.spawn(Caller, floor=self)


class Events(Floor):
    """Two kinds of event; ``ring`` holds arrival times of those who wait."""

    free: int = 1
    to_come: int = 0
    ring: cb.Array[float] = cb.Array(RING)
    first: int = 0
    last: int = 0

    @cb.on_start
    def begin(self) -> None:
        self.waited = 0.0
        self.to_come = self.callers
        cb.schedule(self.arrive, random.exponential(self.gap))

    @cb.event
    def arrive(self) -> None:
        if self.free > 0:
            self.free -= 1
            self.answered += 1
            cb.schedule(self.finish, random.exponential(self.talk))
        else:
            self.ring[self.last & (RING - 1)] = cb.now()
            self.last += 1
        self.to_come -= 1
        if self.to_come > 0:
            cb.schedule(self.arrive, random.exponential(self.gap))

    @cb.event
    def finish(self) -> None:
        while self.first < self.last:
            wait = cb.now() - self.ring[self.first & (RING - 1)]
            self.first += 1
            if wait <= random.exponential(self.patience):
                self.answered += 1
                self.waited += wait
                cb.schedule(self.finish, random.exponential(self.talk))
                return
            self.abandoned += 1
        self.free += 1


def _with_timers(load: Load) -> Floor:
    model = Timers()
    model.call_takers = cb.Resource(capacity=load.call_takers)
    return model


def _with_events(load: Load) -> Floor:
    model = Events()
    model.free = load.call_takers
    return model


FORMS: dict[str, Callable[[Load], Floor]] = {
    "taking": lambda load: taking_floor(load.call_takers)(),
    "timers": _with_timers,
    "events": _with_events,
}


def abandonment(load: Load, seed: int, form: str) -> Ready:
    """Runs until idle: all callers have left. The experiment is made beforehand; its first run compiles."""
    model = FORMS[form](load)
    model.callers = load.calls
    model.gap, model.talk, model.patience = TALK_S / load.erlang, TALK_S, PATIENCE_S
    experiment = cb.Experiment(model, seed=seed)

    def run() -> Callable[[], Met]:
        results = experiment.run(workers=1, on_failure="raise")
        return lambda: met(results[model], load)

    return Ready({"run": run}, load.calls)


def met(found: Any, load: Load) -> Met:
    """What callers met; all of them are accounted for."""
    answered, abandoned, waited = (float(column[0, 0]) for column in (found.answered, found.abandoned, found.waited))
    if answered + abandoned != load.calls:
        raise RuntimeError(f"{load.calls} callers came, {answered:.0f} were answered and {abandoned:.0f} abandoned")
    return Met(abandoned / load.calls, waited / answered)
